#pragma once
// The agency's form, for a mailbox that may have it: one for the daemon, which sends it, and for `toldctl check
// --live`, which sends a test's.
#include "carriers/carrier.hpp"
#include "core/policy.hpp"

namespace told::dispatch {

/// What the parcel says whole, as people and as programs read it, with its checkpoint.
[[nodiscard]] carriers::Form form_of(const carriers::Parcel& parcel, const core::FormByMail& how);

}  // namespace told::dispatch
