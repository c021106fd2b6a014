// Home Office: what it needs to register a claim, a missing child whose claim it holds, the fact that it is over.
#include "agencies/agency.hpp"
#include "agencies/take.hpp"

namespace told::agencies {
namespace {

class HomeOffice final : public Agency {
 public:
  [[nodiscard]] std::string_view name() const override { return "home_office"; }

  void word(v1::Event&& allowed, v1::Delivery& delivery) const override {
    switch (allowed.data_case()) {
      case v1::Event::kChildArrived: {
        v1::ChildArrived& data = *allowed.mutable_child_arrived();
        agency::v1::HomeOfficeClaimRequest& request = *delivery.mutable_home_office_claim();
        TOLD_TAKE(request, data, child);
        TOLD_TAKE(request, data, encounter);
        TOLD_TAKE(request, data, innerste);
        TOLD_TAKE(request, data, biometrics);
        TOLD_TAKE(request, data, claim);
        request.set_circumstances(std::move(*data.mutable_circumstances()));
        return;
      }
      case v1::Event::kChildMissing: {
        v1::ChildMissing& data = *allowed.mutable_child_missing();
        agency::v1::HomeOfficeMissingNotice& notice = *delivery.mutable_home_office_missing();
        TOLD_TAKE(notice, data, child);
        TOLD_TAKE(notice, data, missing);
        TOLD_TAKE(notice, data, risk);
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

std::unique_ptr<Agency> make_home_office() { return std::make_unique<HomeOffice>(); }

}  // namespace told::agencies
