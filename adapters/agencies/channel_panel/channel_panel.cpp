// The Channel panel: a section 36 referral, and nothing else (CTSA 2015 s.36: only police can make one).
#include "agencies/agency.hpp"

namespace told::agencies {

std::unique_ptr<Agency> make_channel_panel() {
  return typed_agency("channel_panel", {{"prevent.section36", "channel_panel"}}, Otherwise::nothing);
}

}  // namespace told::agencies
