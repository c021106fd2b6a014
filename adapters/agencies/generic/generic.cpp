// Every other recipient (MASH, duty managers, the Virtual School), from the policy alone.
#include "agencies/agency.hpp"

namespace told::agencies {

std::unique_ptr<Agency> make_generic() { return typed_agency("generic", {}); }

}  // namespace told::agencies
