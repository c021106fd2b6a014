#pragma once
// A parcel as a CloudEvent 1.0 in its structured JSON form. adapters/carriers/README.md shows one.
#include <string>

#include "carriers/carrier.hpp"

namespace told::carriers {

/// "N-7K3-M9Q4:1": the notification and the call. The same in every attempt of one call, so that a recipient who keeps
/// the ids that it has seen takes each call once; a further call, which must be shown again, is another id.
[[nodiscard]] std::string call_id(const v1::Delivery& delivery);

/// `origin`: the ledger's. The event's data is a ServiceFrame with the one delivery and the checkpoint: the words of
/// the queue, so that a recipient may come by either way. Throws std::runtime_error where it is no UTF-8.
[[nodiscard]] std::string cloud_event(const Parcel& parcel, const std::string& origin);

}  // namespace told::carriers
