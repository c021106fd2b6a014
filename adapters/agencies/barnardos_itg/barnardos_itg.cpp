// Barnardo's Independent Child Trafficking Guardianship service: a referral on arrival and whenever a child is missing,
// a new grade of risk, the return, a referral to the National Referral Mechanism.
#include "agencies/agency.hpp"

namespace told::agencies {

std::unique_ptr<Agency> make_barnardos_itg() {
  return typed_agency("barnardos_itg", {{"child.arrived", "itg_referral"},
                                        {"child.missing", "itg_referral"},
                                        {"child.missing_risk_changed", "risk_change"},
                                        {"child.located", "located"},
                                        {"child.nrm_referred", "nrm_referral"}});
}

}  // namespace told::agencies
