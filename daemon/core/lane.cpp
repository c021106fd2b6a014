#include "core/lane.hpp"

#include <algorithm>

namespace told::core {

void Lane::open(SessionId newer) {
  close();
  session = newer;
}

void Lane::close() {
  waiting.insert(waiting.begin(), in_flight.begin(), in_flight.end());
  in_flight.clear();
  session = 0;
  credit = 0;
}

bool Lane::landed(NotificationId id, bool again) {
  const auto found = std::find(in_flight.begin(), in_flight.end(), id);
  if (found == in_flight.end()) return false;
  if (!again) {
    in_flight.erase(found);
    return true;
  }
  // What was sent after it must not overtake it: it and everything later goes again, in order.
  waiting.insert(waiting.begin(), found, in_flight.end());
  in_flight.erase(found, in_flight.end());
  return true;
}

void Lane::forget(NotificationId id) {
  std::erase(waiting, id);
  std::erase(in_flight, id);
}

Lane& Lanes::of(RecipientId r) {
  if (lanes_.size() <= r) lanes_.resize(r + std::size_t{1});
  return lanes_[r];
}

const Lane* Lanes::find(RecipientId r) const { return r < lanes_.size() ? &lanes_[r] : nullptr; }

}  // namespace told::core
