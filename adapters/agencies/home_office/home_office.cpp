// Home Office: what it needs to register a claim, a missing child whose claim it holds, the fact that it is over, an
// age enquiry, a transfer.
#include "agencies/agency.hpp"

namespace told::agencies {

std::unique_ptr<Agency> make_home_office() {
  return typed_agency("home_office", {{"child.arrived", "home_office_claim"},
                                      {"child.missing", "home_office_missing"},
                                      {"child.missing_risk_changed", "risk_change"},
                                      {"child.located", "located"},
                                      {"child.age_enquiry", "age_enquiry"},
                                      {"child.nts_referred", "transfer_request"},
                                      {"child.transferred", "transfer"}});
}

}  // namespace told::agencies
