// Police: an arrival under Operation Innerste, a missing child from report to return, a placement in their county, an
// age enquiry; and, to Counter Terrorism Policing's own desk, a Prevent concern.
#include "agencies/agency.hpp"

namespace told::agencies {

std::unique_ptr<Agency> make_police() {
  return typed_agency("police", {{"child.arrived", "police_arrival"},
                                 {"child.missing", "police_missing"},
                                 {"child.missing_risk_changed", "risk_change"},
                                 {"child.located", "located"},
                                 {"child.placed", "placement"},
                                 {"child.age_enquiry", "age_enquiry"},
                                 {"prevent.referral", "prevent_concern"}});
}

}  // namespace told::agencies
