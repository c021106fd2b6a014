// Police: an arrival under Operation Innerste, a missing child's report, a located child.
#include "agencies/agency.hpp"
#include "agencies/take.hpp"

namespace told::agencies {
namespace {

class Police final : public Agency {
 public:
  [[nodiscard]] std::string_view name() const override { return "police"; }

  void word(v1::Event&& allowed, v1::Delivery& delivery) const override {
    switch (allowed.data_case()) {
      case v1::Event::kChildArrived: {
        v1::ChildArrived& data = *allowed.mutable_child_arrived();
        agency::v1::PoliceArrivalNotice& notice = *delivery.mutable_police_arrival();
        TOLD_TAKE(notice, data, child);
        TOLD_TAKE(notice, data, encounter);
        TOLD_TAKE(notice, data, innerste);
        TOLD_TAKE(notice, data, biometrics);
        TOLD_TAKE(notice, data, interpreter);
        TOLD_TAKE(notice, data, trafficking);
        notice.set_circumstances(std::move(*data.mutable_circumstances()));
        return;
      }
      case v1::Event::kChildMissing: {
        v1::ChildMissing& data = *allowed.mutable_child_missing();
        agency::v1::PoliceMissingReport& report = *delivery.mutable_police_missing();
        TOLD_TAKE(report, data, child);
        TOLD_TAKE(report, data, missing);
        TOLD_TAKE(report, data, risk);
        report.set_planning_form_ref(std::move(*data.mutable_planning_form_ref()));
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

std::unique_ptr<Agency> make_police() { return std::make_unique<Police>(); }

}  // namespace told::agencies
