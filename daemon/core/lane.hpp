#pragma once
// Lanes: for each recipient, what waits to be put into its hands, in order, and what is in flight.
//
// Order: notifications of one case leave a lane in the order in which they were made. Urgent ones go before ordinary
// ones of other cases: a missing child overtakes a weekly reminder, and never an earlier event of its own case. When an
// attempt fails, what was in flight goes back to the front, in order, before anything newer is sent.
//
// A lane has one or two channels: its carrier, and a second one for when the first fails. Only one of them is in use at
// a time, since between two nothing keeps the order. Sessions and credit are of this run of the daemon only; the queue
// is derived from the state at a start.
#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "core/ids.hpp"

namespace told::core {

/// 0: the recipient's carrier. 1: its second channel.
using Channel = std::uint8_t;
inline constexpr std::size_t channels_max = 2;

/// What can be taken over one channel now.
struct Reach {
  SessionId session = 0;            ///< 0: nobody is there
  std::uint32_t credit = 0;         ///< how many more may be in flight
  std::uint32_t urgent_credit = 0;  ///< how many urgent ones beside, where a rate holds the others back
  bool one_at_a_time = false;       ///< a way out of told's own: connections side by side would not keep the order
  bool closed = false;              ///< its peer wants nothing more by it; over with the next offer
};

/// One notification in a lane. `case_number`: the one it is of now; 0 where it is about none.
struct Queued {
  Queued(NotificationId notification, CaseNumber c) : number(notification.number()), case_number(c) {}
  [[nodiscard]] NotificationId id() const { return NotificationId::of(number); }

  std::uint64_t number;  ///< the notification's, which takes half the room: a million of them may wait
  CaseNumber case_number;
};

/// Where one belongs among the others.
struct Place {
  CaseNumber case_number;
  EntryIndex made_by;
};
using PlaceOf = std::function<Place(NotificationId)>;

/// One that goes: sent, and how it ends is not known yet.
struct InFlight {
  Queued what;
  bool earlier_call = false;  ///< its recipient is told again since: it does not go again when this ends
};

class Lane {
 public:
  [[nodiscard]] Reach& reach(Channel c) { return reach_[c]; }
  [[nodiscard]] const Reach& reach(Channel c) const { return reach_[c]; }
  /// The channel of a session; nullopt where it is not (any more) this lane's.
  [[nodiscard]] std::optional<Channel> channel_of(SessionId session) const;

  /// A session begins on the channel; what was in flight there goes back to the front of the queue.
  void open(Channel c, SessionId newer, bool one_at_a_time = false);
  void close(Channel c);

  /// At the end of its part of the queue.
  void wait(Queued what, bool urgent);
  /// Nothing waits that must go before this.
  [[nodiscard]] bool nothing_before(CaseNumber c, bool urgent) const;
  [[nodiscard]] std::size_t waiting() const { return urgent_.size() + ordinary_.size(); }
  /// What goes next, and whether it is urgent; only where something waits.
  [[nodiscard]] const Queued& next() const { return urgent_.empty() ? ordinary_.front() : urgent_.front(); }
  [[nodiscard]] bool next_is_urgent() const { return !urgent_.empty(); }
  void drop_next();

  /// The channel has credit for it, and nothing is in flight on the other one.
  [[nodiscard]] bool takes(Channel c, bool urgent) const;
  /// That many more are taken; where it is one at a time, the offer stands in the place of the last one.
  void offer(Channel c, std::uint32_t credit, bool urgent_only);
  /// It goes: uses up credit of a channel that takes it.
  void launch(Channel c, Queued what, bool urgent);
  [[nodiscard]] const std::deque<InFlight>& in_flight() const { return in_flight_; }
  [[nodiscard]] Channel in_use() const { return in_use_; }  ///< of what is in flight; the last one where nothing is
  /// A carrier took something that did not arrive, and nothing has arrived since: that it takes more proves nothing.
  [[nodiscard]] bool loses() const { return loses_; }
  void lost(bool something) { loses_ = something; }

  /// How an attempt left the lane.
  enum class Landed : std::uint8_t {
    done,   ///< it leaves the lane
    again,  ///< it goes back to the front, with everything that was sent after it
    last    ///< it goes to the end, with whatever waits of its case: the recipient refuses it, and others need not wait
  };
  /// False where it was not in flight. `earlier_call`: as begun_anew() says.
  bool landed(NotificationId id, Landed how, bool earlier_call = false);
  /// Its recipient is to be told again: it waits no more as it was, and what of it is in flight is of an earlier call.
  void begun_anew(NotificationId id);
  /// What had left the lane has not arrived, and goes again: before whatever of its case waits. `how` is not `done`.
  void go_again(Queued what, Landed how);
  /// Takes it out wherever it is.
  void forget(NotificationId id);
  /// Some of this is of another case now, or two cases are one: each case's goes in the order in which it was made, and
  /// before other cases' ordinary ones where any of it is urgent.
  void regroup(const PlaceOf& now);

 private:
  [[nodiscard]] bool ordinary_has(CaseNumber c) const;
  void put_last(Queued what);
  void wait_no_more(NotificationId id);
  /// This and what was sent after it go back to the front, in order.
  void back_from(std::deque<InFlight>::iterator first);

  std::array<Reach, channels_max> reach_{};
  std::deque<Queued> urgent_;
  std::deque<Queued> ordinary_;
  std::deque<InFlight> in_flight_;
  Channel in_use_ = 0;
  bool loses_ = false;
};

/// By RecipientId.
class Lanes {
 public:
  [[nodiscard]] Lane& of(RecipientId r);
  [[nodiscard]] const Lane* find(RecipientId r) const;
  void regroup(const PlaceOf& now);

 private:
  std::deque<Lane> lanes_;  ///< each stays where it is: whoever has one in hand may raise an alarm, which makes another
};

}  // namespace told::core
