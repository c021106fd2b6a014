// Home Office: what it needs to register a claim, a missing child whose claim it holds, the fact that it is over.
#include "agencies/agency.hpp"
#include "agencies/same_groups.hpp"

namespace told::agencies {
namespace {

class HomeOffice final : public Agency {
 public:
  [[nodiscard]] std::string_view name() const override { return "home_office"; }

  void word(v1::Event&& allowed, v1::Delivery& delivery) const override {
    switch (allowed.data_case()) {
      case v1::Event::kChildArrived:
        return move_same_groups(*allowed.mutable_child_arrived(), *delivery.mutable_home_office_claim());
      case v1::Event::kChildMissing:
        return move_same_groups(*allowed.mutable_child_missing(), *delivery.mutable_home_office_missing());
      case v1::Event::kChildLocated:
        return move_same_groups(*allowed.mutable_child_located(), *delivery.mutable_located());
      default:
        return word_generically(std::move(allowed), delivery);
    }
  }
};

}  // namespace

std::unique_ptr<Agency> make_home_office() { return std::make_unique<HomeOffice>(); }

}  // namespace told::agencies
