#pragma once
// Lanes: for each recipient, what waits to be put into its hands, in order, and what is in flight.
//
// Order: notifications enter a lane in the order in which they were made and leave in that order. When a session is
// lost, what was in flight goes back to the front, in order, before anything newer is sent: a recipient never receives
// a later event of a case before an earlier one. Sessions and credit are of this run of the daemon only; the queue is
// derived from the state at a start.
#include <cstdint>
#include <deque>
#include <vector>

#include "core/ids.hpp"

namespace told::core {

struct Lane {
  SessionId session = 0;     ///< 0: nobody is connected
  std::uint32_t credit = 0;  ///< how many more may be in flight
  std::deque<NotificationId> waiting;
  std::deque<NotificationId> in_flight;

  [[nodiscard]] bool ready() const { return session != 0 && credit > 0; }
  void open(SessionId newer);
  /// Everything in flight goes back to the front of the queue, in its order.
  void close();
  /// `id` ended its attempt: it leaves the lane (`again` false) or goes back to the front (`again` true), behind
  /// nothing that was made later. Returns false where it was not in flight.
  bool landed(NotificationId id, bool again);
  /// Takes it out wherever it is.
  void forget(NotificationId id);
};

/// By RecipientId.
class Lanes {
 public:
  [[nodiscard]] Lane& of(RecipientId r);
  [[nodiscard]] const Lane* find(RecipientId r) const;

 private:
  std::vector<Lane> lanes_;
};

}  // namespace told::core
