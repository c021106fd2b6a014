#include "carriers/carrier.hpp"

namespace told::carriers {

Report report_of(const Parcel& parcel) {
  Report report;
  report.recipient = parcel.recipient;
  report.notification = parcel.notification;
  report.attempt = parcel.attempt;
  return report;
}

Report no_way(const Parcel& parcel, const std::string& carrier) {
  Report report = report_of(parcel);
  report.outcome = v1::OUTCOME_DEFERRED;
  report.code = "no_way";
  report.problem =
      "told.toml has no [[way]] by " + carrier + " for " + parcel.recipient + ": write one, and reload told";
  return report;
}

}  // namespace told::carriers
