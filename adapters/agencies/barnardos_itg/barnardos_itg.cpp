// Barnardo's Independent Child Trafficking Guardianship service: a referral on arrival and whenever a child is missing.
#include "agencies/agency.hpp"
#include "agencies/same_groups.hpp"

namespace told::agencies {
namespace {

class BarnardosItg final : public Agency {
 public:
  [[nodiscard]] std::string_view name() const override { return "barnardos_itg"; }

  void word(v1::Event&& allowed, v1::Delivery& delivery) const override {
    switch (allowed.data_case()) {
      case v1::Event::kChildArrived:
        return move_same_groups(*allowed.mutable_child_arrived(), *delivery.mutable_itg_referral());
      case v1::Event::kChildMissing:
        return move_same_groups(*allowed.mutable_child_missing(), *delivery.mutable_itg_referral());
      case v1::Event::kChildLocated:
        return move_same_groups(*allowed.mutable_child_located(), *delivery.mutable_located());
      default:
        return word_generically(std::move(allowed), delivery);
    }
  }
};

}  // namespace

std::unique_ptr<Agency> make_barnardos_itg() { return std::make_unique<BarnardosItg>(); }

}  // namespace told::agencies
