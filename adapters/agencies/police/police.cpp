// Police: an arrival under Operation Innerste, a missing child's report, a located child.
#include "agencies/agency.hpp"
#include "agencies/same_groups.hpp"

namespace told::agencies {
namespace {

class Police final : public Agency {
 public:
  [[nodiscard]] std::string_view name() const override { return "police"; }

  void word(v1::Event&& allowed, v1::Delivery& delivery) const override {
    switch (allowed.data_case()) {
      case v1::Event::kChildArrived:
        return move_same_groups(*allowed.mutable_child_arrived(), *delivery.mutable_police_arrival());
      case v1::Event::kChildMissing:
        return move_same_groups(*allowed.mutable_child_missing(), *delivery.mutable_police_missing());
      case v1::Event::kChildLocated:
        return move_same_groups(*allowed.mutable_child_located(), *delivery.mutable_located());
      default:
        return word_generically(std::move(allowed), delivery);
    }
  }
};

}  // namespace

std::unique_ptr<Agency> make_police() { return std::make_unique<Police>(); }

}  // namespace told::agencies
