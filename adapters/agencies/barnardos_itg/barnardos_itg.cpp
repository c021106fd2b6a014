// Barnardo's Independent Child Trafficking Guardianship service: a referral on arrival and whenever a child is missing.
#include "agencies/agency.hpp"
#include "agencies/take.hpp"

namespace told::agencies {
namespace {

class BarnardosItg final : public Agency {
 public:
  [[nodiscard]] std::string_view name() const override { return "barnardos_itg"; }

  void word(v1::Event&& allowed, v1::Delivery& delivery) const override {
    switch (allowed.data_case()) {
      case v1::Event::kChildArrived: {
        v1::ChildArrived& data = *allowed.mutable_child_arrived();
        agency::v1::ItgReferral& referral = *delivery.mutable_itg_referral();
        TOLD_TAKE(referral, data, child);
        TOLD_TAKE(referral, data, encounter);
        TOLD_TAKE(referral, data, trafficking);
        referral.set_circumstances(std::move(*data.mutable_circumstances()));
        return;
      }
      case v1::Event::kChildMissing: {
        v1::ChildMissing& data = *allowed.mutable_child_missing();
        agency::v1::ItgReferral& referral = *delivery.mutable_itg_referral();
        TOLD_TAKE(referral, data, child);
        TOLD_TAKE(referral, data, missing);
        TOLD_TAKE(referral, data, risk);
        return;
      }
      case v1::Event::kChildLocated:
        return word_located(std::move(allowed), delivery);
      case v1::Event::kPreventSection36:
      case v1::Event::DATA_NOT_SET:
        return word_generically(std::move(allowed), delivery);
    }
  }
};

}  // namespace

std::unique_ptr<Agency> make_barnardos_itg() { return std::make_unique<BarnardosItg>(); }

}  // namespace told::agencies
