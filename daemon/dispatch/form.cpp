#include "dispatch/form.hpp"

#include "agencies/readable.hpp"
#include "carriers/frames.hpp"

namespace told::dispatch {

carriers::Form form_of(const carriers::Parcel& parcel, const core::FormByMail& how) {
  v1::ServiceFrame frame;
  *frame.add_deliveries() = parcel.delivery;
  frame.set_checkpoint(parcel.checkpoint);
  return {how.sealed, agencies::readable(parcel.delivery), carriers::to_text(frame)};
}

}  // namespace told::dispatch
