#pragma once
// State: what the ledger's entries add up to. It changes in one way only, apply(entry): live, at a restart and in
// `toldctl rebuild` alike, so state and ledger cannot disagree.
//
// In memory: events with anything open (and the most recently closed ones; an older one is recalled from the projection
// when somebody acknowledges it), the index that recognises duplicates, and the policies that open notifications were
// frozen under. Above 400 lines: it is all that is asked of the state, and each question is a line or two.
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/command.hpp"
#include "core/few.hpp"
#include "core/grades.hpp"
#include "core/ids.hpp"
#include "core/name.hpp"
#include "core/policy.hpp"
#include "core/time.hpp"
#include "told/v1/ledger.pb.h"
#include "told/v1/projection.pb.h"

namespace told::core {

/// One notification: the duty that one recipient be told. Kept small: a million of them may be open.
struct Notification {
  Instant made{};
  Instant from{};      ///< when its clock started: mostly when the event happened
  Instant deadline{};  ///< epoch: no acknowledgement is asked for
  Instant next{};      ///< when the ladder climbs next; epoch: it does not
  Instant acknowledged{};
  EntryIndex made_by = 0;  ///< the entry that made it; (made_by, slot) is the order of its lane
  std::uint32_t policy_version = 0;
  std::uint32_t attempts = 0;
  std::uint32_t generation = 0;  ///< a timer set under an older generation never fires
  std::uint16_t rule = 0;
  std::uint16_t failures = 0;  ///< in a row
  RecipientId recipient = 0;
  Slot about_slot = 0;
  v1::NotificationState state = v1::NOTIFICATION_STATE_OPEN;
  std::uint8_t kind = 0;  ///< v1::NotificationKind
  std::uint8_t rung = 0;
  std::uint16_t attempts_of_call = 0;  ///< since it was to be told again last; up to the largest there is
  std::uint32_t calls = 0;             ///< how often it was told again on purpose: a ladder's last rung that repeats
  std::uint8_t repeats = 0;            ///< acknowledgements recorded after the first
  std::uint16_t rounds = 0;            ///< of a repeating obligation: how many were done before this one
  std::uint8_t refusals = 0;           ///< by the recipient's system
  std::uint8_t undelivered = 0;  ///< attempts that a carrier took, and of which it said later that they came to nothing
  bool in_flight : 1 = false;
  bool delivered : 1 = false;
  bool sent : 1 = false;  ///< taken by a carrier that cannot say whether it arrived
  bool exhausted : 1 = false;
  bool late : 1 = false;
  bool dropped : 1 = false;            ///< no longer to be delivered
  bool second : 1 = false;             ///< a rung asked for the second channel
  bool earlier_delivered : 1 = false;  ///< an earlier call was, as became known since it was to be told again

  [[nodiscard]] bool open() const {
    return state == v1::NOTIFICATION_STATE_OPEN || state == v1::NOTIFICATION_STATE_DECLINED;
  }
  /// The attempt was made before its recipient was to be told again.
  [[nodiscard]] bool of_earlier_call(std::uint32_t attempt) const { return attempt + attempts_of_call <= attempts; }
  void attempted(std::uint32_t attempt) {
    attempts = attempt;
    in_flight = true;
    if (attempts_of_call < std::numeric_limits<std::uint16_t>::max()) ++attempts_of_call;
  }
  [[nodiscard]] bool asks_acknowledgement() const { return deadline != Instant{}; }
  [[nodiscard]] bool is(v1::NotificationKind k) const { return kind == k; }
  /// It is in its recipient's lane, or in flight.
  [[nodiscard]] bool to_deliver() const { return !delivered && !sent && !dropped; }
  /// Nobody was there to be told, or they were kept out of the case before they were.
  [[nodiscard]] bool nobody_there() const {
    return dropped && attempts == 0 && !is(v1::NOTIFICATION_KIND_OBLIGATION);  // which nobody is told of at first
  }
  /// It was put into somebody's hands, or will be without anybody being called: a call that never was told nothing.
  [[nodiscard]] bool tells() const {
    const bool only_when_needed = is(v1::NOTIFICATION_KIND_ESCALATION) || is(v1::NOTIFICATION_KIND_OBLIGATION);
    return attempts > 0 || (!only_when_needed && to_deliver());
  }
};

// A million open ones with their events and timers may take 250 MiB (told_bench deadlines).
static_assert(sizeof(Notification) <= 88, "each 8 bytes more are 8 MB of a million open notifications");

/// The two types of events by which a child is searched for.
inline constexpr std::string_view child_missing = "told.child.missing.v1";
inline constexpr std::string_view new_grade = "told.child.missing_risk_changed.v1";
/// What ends that: a report that it is found, or an order.
inline constexpr std::string_view child_located = "told.child.located.v1";
inline constexpr std::string_view ended_by_hand = "stand_down";
inline constexpr std::string_view event_corrected = "told.event.corrected.v1";

[[nodiscard]] inline Pace pace_of(v1::RiskGrade grade) {
  return grade == v1::RISK_GRADE_HIGH ? Pace::high : Pace::other;
}

/// Both are real, or neither is. An exercise has cases of its own (ledger/event_prints.cpp); the engine does not rely
/// on it where a real search could end.
[[nodiscard]] inline bool equally_real(v1::Status one, v1::Status other) {
  return (one == v1::STATUS_ACTUAL) == (other == v1::STATUS_ACTUAL);
}

/// An obligation that an event stopped, as it was before.
struct Stopped {
  NotificationId id;
  Instant from{};
  Instant deadline{};
  std::uint16_t rounds = 0;
};

/// One event (or alarm, or order) with the notifications it made.
struct Event {
  EntryIndex index = 0;
  CaseNumber case_number = 0;  ///< as recorded; State::case_of says which it belongs to now
  /// "told.child.missing.v1"; "alarm"; "stand_down", "screen", "hold", "erased", "same_child", "another_child";
  /// drill_type. (Names live as long as the State.)
  Name type;
  Name source;  ///< the publisher; an alarm's party
  Name site;
  std::string id;  ///< the publisher's id; an alarm's code
  Instant time{};
  Instant accepted{};
  v1::Status status = v1::STATUS_ACTUAL;
  /// What sets the pace of its ladders: of a missing report, the search's grade by now; of a correction, a withdrawal
  /// or a move, that of the event it is about.
  v1::RiskGrade grade = v1::RISK_GRADE_UNSPECIFIED;
  EntryIndex ends_episode = 0;  ///< alarm: the report that it is about, by way of other alarms where they are between
  bool episode_open = false;    ///< missing, new grade: the search goes on; alarm: is open; an order: is in force
  bool retired = false;         ///< it is among the closed ones
  v1::RiskGrade said_grade = v1::RISK_GRADE_UNSPECIFIED;  ///< missing, new grade: its own, as it was corrected last
  EntryIndex touched = 0;                                 ///< by which entry last
  bool withdrawn = false;                                 ///< its publisher withdrew it
  bool prevent = false;   ///< of the Prevent stream: nobody outside it may see that it exists
  bool counted = false;   ///< it counts towards a quota
  bool kept_out = false;  ///< alarm: whoever is on duty is kept out of the case
  std::uint64_t about_notification = 0;
  EntryIndex amends = 0;      ///< a correction or a withdrawal: the earlier event; another_child: the event moved
  CaseNumber other_case = 0;  ///< same_child: the case that goes on in this one; another_child: the one it was in;
                              ///< alarm: that of what it is about
  Few<Notification> notifications;
  Few<Stopped> stopped;  ///< owed again where this event turns out not to be, or not to be of its case
  /// What is owed once, which an earlier report of the same has begun, and this one (or a correction of it) has not.
  Few<NotificationId> owed_already;

  [[nodiscard]] bool anything_open() const;
  /// It corrects or withdraws an earlier event.
  [[nodiscard]] bool is_correction() const { return amends != 0 && type != "another_child"; }
  /// Where it belongs: a correction or a withdrawal where the event does that it is about.
  [[nodiscard]] EntryIndex whose() const { return is_correction() ? amends : index; }
  [[nodiscard]] Pace pace() const { return pace_of(grade); }
};

// With its place in the index of events it fills a block of 192 bytes to the byte.
static_assert(sizeof(Event) <= 176, "the next larger block has 224 bytes: 32 MB of a million open events");

/// What recognises a repeated (source, id), for as long as the record.
struct Known {
  EntryIndex entry = 0;
  CaseNumber case_number = 0;
  Fingerprint content{};
};

/// Closed events kept in memory, so that what is mostly said late or twice needs no look at the projection: about 8
/// MiB.
inline constexpr std::size_t closed_events_kept = 16384;

class State {
 public:
  explicit State(std::size_t closed_kept = closed_events_kept);
  ~State();
  State(const State&) = delete;  // views into names_
  State& operator=(const State&) = delete;

  /// Gives the policy adopted by an entry: the shell parses the entry's text (the core cannot read TOML).
  using PolicyReader = std::function<std::shared_ptr<Policy>(const v1::PolicyAdopted&)>;

  /// Folds one entry in. Entries come in order, without gaps (a gap throws std::logic_error).
  /// `prints` is needed for event_accepted only; `policy` for policy_adopted only.
  void apply(const v1::LedgerEntry& entry, const EventPrints* prints, const PolicyPtr& policy);

  [[nodiscard]] EntryIndex next_index() const { return next_index_; }
  [[nodiscard]] Instant last_time() const { return last_time_; }
  [[nodiscard]] const PolicyPtr& policy() const { return policy_; }  ///< in force; null before the first
  [[nodiscard]] PolicyPtr policy(std::uint32_t version) const;       ///< null where unknown
  [[nodiscard]] const std::string& recipient_name(RecipientId id) const { return recipient_names_.at(id); }
  [[nodiscard]] RecipientId intern(const std::string& recipient);
  [[nodiscard]] std::optional<RecipientId> recipient_id(const std::string& recipient) const;
  [[nodiscard]] std::size_t recipients() const { return recipient_names_.size(); }

  [[nodiscard]] const Event* event(EntryIndex index) const;
  [[nodiscard]] const Notification* notification(NotificationId id) const;
  /// The full type of what the notification is about: of the event, but of what a correction tells whoever was not told
  /// before, and of what it makes owed (and of calls about either), that of the event as it is corrected.
  [[nodiscard]] std::string_view type_told(const Event& event, const Notification& n) const;
  /// When that happened; of an event that is corrected and not in memory, when it was corrected.
  [[nodiscard]] Instant time_told(const Event& event, const Notification& n) const;
  [[nodiscard]] const Known* known(const Fingerprint& identity) const;
  [[nodiscard]] CaseNumber case_of(const Fingerprint& subject) const;  ///< 0 where none
  /// The case that an event belongs to now: the one that it was recorded in, unless a person said otherwise since.
  [[nodiscard]] CaseNumber case_of(const Event& event) const;
  /// The same of an event that may not be in memory and was recorded in `recorded`.
  [[nodiscard]] CaseNumber case_of(EntryIndex event, CaseNumber recorded) const;
  /// Likewise; of an alarm the case of what it is about, 0 where that is none.
  [[nodiscard]] CaseNumber case_called_about(const Event& event) const;
  /// Everything by which somebody may learn of the case: its events, orders and the alarms about them.
  [[nodiscard]] std::set<EntryIndex> told_of(CaseNumber c) const;
  /// The case that `c` goes on in: itself, unless a person said that it is the same child's as an older one.
  [[nodiscard]] CaseNumber goes_on_as(CaseNumber c) const;
  /// Every case that is the same child's as `c`, the oldest first; `c` alone where there is no other.
  [[nodiscard]] std::vector<CaseNumber> same_child(CaseNumber c) const;
  /// The case that it was published of, or that a person said last it is of: which may go on in another.
  [[nodiscard]] CaseNumber placed_in(const Event& event) const;
  /// The case is `c`, or a person said that it is the same child's as `c`, which may go on in a third.
  [[nodiscard]] bool goes_through(CaseNumber recorded, CaseNumber c) const;
  [[nodiscard]] bool is_joined(CaseNumber c) const { return joined_.contains(c); }
  /// Something that was in the case `of` was said to be of `c`, or was published under its reference and said to be of
  /// a third; or what was published under it was said to be of `of` in the end. What was published under the reference
  /// of `c` while the two were one may be in `of` still.
  [[nodiscard]] bool was_part_of(CaseNumber c, CaseNumber of) const;
  /// Who is kept out of what `c` goes on in, by an order that was given of `c`.
  [[nodiscard]] std::vector<std::string> kept_out_through(CaseNumber c) const;
  /// What `c` goes on in is on legal hold by an order that was given of `c`.
  [[nodiscard]] bool held_through(CaseNumber c) const;
  /// Published events in memory that belong to the case now, oldest first. Looks at every event in memory.
  [[nodiscard]] std::vector<EntryIndex> events_of(CaseNumber c) const;
  /// Those of them that may end a clock, or bear on what is owed once, by any policy there was. Looks at these alone.
  [[nodiscard]] std::vector<EntryIndex> that_bear_on_clocks(CaseNumber c) const;
  /// Corrections of the event, and its withdrawal, that are in memory, oldest first.
  [[nodiscard]] std::vector<EntryIndex> corrections_of(EntryIndex event) const;
  /// Events, in memory or not, that were recorded in another case and belong to this one now; in no order.
  [[nodiscard]] std::vector<EntryIndex> moved_into(CaseNumber c) const;
  /// Missing events of the case that go on and happened at `until` or before, oldest entry first: a child that was
  /// located at ten is not thereby found who went missing at eleven, whichever was reported first.
  [[nodiscard]] std::vector<EntryIndex> open_episodes(CaseNumber c, Instant until) const;
  /// All that is ended when the child is found at `until`: these, and then the new grades that were given by then.
  [[nodiscard]] std::vector<EntryIndex> open_search(CaseNumber c, Instant until) const;
  /// New grades of a search for which no missing report stands once this one does not.
  [[nodiscard]] std::vector<EntryIndex> grades_left_by(const Event& missing) const;
  /// What was said of the grade of the case's searches that go on.
  [[nodiscard]] std::vector<GradeSaid> grades_said(CaseNumber c) const;
  /// Open obligations of the case, oldest first.
  [[nodiscard]] std::vector<NotificationId> obligations(CaseNumber c) const;
  /// The calls to this recipient about whatever is unanswered in the case that the event is of, in order. An alarm
  /// about a notification is of that one's case; alarms about none, and drills, are of one another's.
  [[nodiscard]] std::vector<NotificationId> calls_to(RecipientId recipient, const Event& event) const;
  /// How many cases count towards quotas of this event type, by case.
  [[nodiscard]] const std::map<CaseNumber, EntryIndex>& counted(std::string_view type) const;
  /// Whether the case is on legal hold.
  [[nodiscard]] bool held(CaseNumber c) const;
  /// Events that were recorded in this case and belong to another now, with that one.
  [[nodiscard]] std::vector<std::pair<EntryIndex, CaseNumber>> moved_out_of(CaseNumber recorded) const;
  /// A repeat of this event would be recognised: its case was not erased. Looks at every event that is known.
  [[nodiscard]] bool knows(EntryIndex event) const;
  /// Everyone who is kept out of the case.
  [[nodiscard]] std::set<std::string> kept_out(CaseNumber c) const;
  /// Whether the recipient is kept out of the case.
  [[nodiscard]] bool screened(CaseNumber c, const std::string& recipient) const;
  /// 0 where none. `prevent`: of the Prevent stream, which has alarms of its own.
  [[nodiscard]] EntryIndex open_alarm(const std::string& code, const std::string& party, bool prevent = false) const;
  /// The one which says that whoever is on duty as `party` is kept out of this case; 0 where none.
  [[nodiscard]] EntryIndex open_alarm_of_keeping_out(const std::string& party, CaseNumber from, bool prevent) const;

  /// Every event in memory, in no order; for the board, the reconciler and the lanes at a start.
  [[nodiscard]] const std::unordered_map<EntryIndex, Event>& events() const { return events_; }
  [[nodiscard]] std::size_t open_notifications() const { return open_notifications_; }
  /// How many open ones are for recipients whom the policy in force does not name (any more), by name; none of the
  /// Prevent stream. Looks at every event in memory.
  [[nodiscard]] std::map<std::string, std::size_t> open_for_the_unnamed() const;

  // --- the projection (ledger/projection.hpp) ---
  /// Events changed since the last call, and the entries that concern each: [event] -> entry indices, in order.
  [[nodiscard]] std::map<EntryIndex, std::vector<EntryIndex>> take_changes();
  /// How many events take_changes() would give.
  [[nodiscard]] std::size_t changed() const { return changes_.size(); }
  /// Cases and single events whose repeats are not to be recognised any more, since the last call.
  struct Erased {
    std::vector<CaseNumber> cases;
    std::vector<EntryIndex> events;
  };
  [[nodiscard]] Erased take_erased() { return std::exchange(erased_, {}); }
  [[nodiscard]] v1::EventRow row(const Event& event) const;
  /// Every change by an entry below `watermark` is in a row that can be recalled: closed events are forgotten beyond
  /// the bound. At no other time: whatever a command or an entry is about is in memory until it is dealt with whole.
  void projected(EntryIndex watermark);
  /// Closed events remembered by projected() at most, once their rows are written.
  [[nodiscard]] std::size_t closed_kept() const { return closed_kept_; }
  /// Puts back one row, in any order, before the entries after the watermark are applied.
  void restore(const v1::EventRow& row);
  /// Puts back a closed event that was forgotten, as the one closed last. Nothing happens where it is in memory, and
  /// where the row says that it is open: what is open is never forgotten, so that row is an old one.
  void recall(const v1::EventRow& row);
  void restore_known(const Fingerprint& identity, const Known& known);
  void restore_case(const Fingerprint& subject, CaseNumber c);
  void restore_policy(PolicyPtr policy);
  /// After the last row. The watermark: the next entry to be applied, and the time of the one before it.
  void restore_position(EntryIndex next, Instant last_time);

 private:
  void apply_head(const v1::LedgerEntry& entry, const EventPrints* prints, const PolicyPtr& policy);
  [[nodiscard]] bool about_forgotten(const v1::LedgerEntry& entry) const;
  void accept_event(const v1::LedgerEntry& entry, const EventPrints& prints);
  Event& make_event(const v1::LedgerEntry& entry, std::string_view type);
  /// Whether this event is known to be of the Prevent stream; false where it is not in memory.
  [[nodiscard]] bool is_prevent_event(EntryIndex index) const;
  Event& touch(EntryIndex index, EntryIndex by);
  Notification& notification_of(Event& event, std::uint32_t slot);
  [[nodiscard]] bool bears_on_clocks(const Event& event) const;
  void note_if_it_bears_on_clocks(const Event& event);
  void begin_obligation(Event& event, NotificationId id, const v1::Duty& duty);
  /// `by` says that `stopper` stopped them.
  void stop_clocks(const v1::ClocksStopped& stopped, Event& stopper, const v1::LedgerEntry& by);
  /// `by` says that they were stopped: by the event that the group names, or, where it names none, by `stopper`.
  void stop_clocks(const google::protobuf::RepeatedPtrField<v1::ClocksStopped>& groups, bool named, EntryIndex stopper,
                   const v1::LedgerEntry& by);
  /// What `earlier` had stopped goes on, and it has stopped nothing any more.
  void owe_again(const google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups, EntryIndex earlier,
                 const v1::LedgerEntry& by);
  void recompute(const v1::ClockRecomputed& clock, EntryIndex by);
  void count(Event& event);
  void uncount(EntryIndex event, EntryIndex by);
  void amend(const v1::EventAccepted& head, EntryIndex by);
  void withdraw(Event& earlier, EntryIndex by);
  /// Those about which anything is open, but `by`. What is closed need not be in memory: the state must not depend on
  /// whether it is.
  [[nodiscard]] std::vector<EntryIndex> open_corrections_of(EntryIndex event, EntryIndex by) const;
  /// Nobody is chased about it any more, and what was not told yet is not told.
  void tell_no_more(Event& event);
  void add_duties(Event& event, const google::protobuf::RepeatedPtrField<v1::Duty>& duties, const v1::LedgerEntry& by);
  void settle(Notification& n, v1::NotificationState state);
  [[nodiscard]] std::vector<EntryIndex> open_of(const std::unordered_map<CaseNumber, std::vector<EntryIndex>>& lists,
                                                CaseNumber c, Instant until) const;
  /// Every missing report of the case has the grade of its search by now.
  void grade_anew(CaseNumber c, EntryIndex by);
  void begin_search(Event& event);
  void leave_search(Event& event);
  void chase_no_more(Event& event);
  void end_search(CaseNumber c, EntryIndex by, Instant until);
  void acknowledge(Event& event, const v1::Acknowledged& head, const v1::LedgerEntry& by);
  /// It is in force no longer.
  void end_order(EntryIndex order, EntryIndex by);
  void order_screen(const v1::LedgerEntry& entry);
  /// It does not reach its recipient any more. What they were to be told is chased on: somebody else is called.
  void withhold(const google::protobuf::RepeatedField<std::uint64_t>& waiting, const v1::LedgerEntry& by);
  /// A call asks its recipient to act, and they may not.
  void end_calls(const google::protobuf::RepeatedField<std::uint64_t>& calls, const v1::LedgerEntry& by);
  /// What waited for those who are kept out no longer.
  void tell_now(const google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups, const v1::LedgerEntry& by);
  /// What they had accepted who are kept out by now is in nobody's hands.
  void open_again(const google::protobuf::RepeatedPtrField<v1::OpenAgain>& all, const v1::LedgerEntry& by);
  void order_hold(const v1::LedgerEntry& entry);
  void erase(const v1::LedgerEntry& entry);
  /// What waits to be delivered of these events is not delivered any more.
  void drop_waiting(EntryIndex by, const std::function<bool(const Event&)>& of);
  void change_identity(const v1::LedgerEntry& entry);
  void join(CaseNumber from, CaseNumber into);
  void move(const Event& order);
  /// It is not the same child's as the case that it goes on in, after all: it stands by itself again.
  void part(CaseNumber c, EntryIndex by);
  void end_calls(Event& event, std::uint32_t about_slot);
  void forget_calls(const Event& event);
  void clear_alarm(Event& event);
  void retire_if_closed(Event& event);
  void forget(const Event& event);
  Event& put_back(const v1::EventRow& row);
  Name name(std::string_view text);

  EntryIndex next_index_ = 0;
  Instant last_time_{};
  PolicyPtr policy_;
  std::map<std::uint32_t, PolicyPtr> policies_;
  std::set<std::string, std::less<>> names_;  ///< node-based: views into it stay
  std::vector<std::string> recipient_names_;
  std::unordered_map<std::string, RecipientId> recipient_ids_;
  std::unordered_map<EntryIndex, Event> events_;
  std::unordered_map<CaseNumber, std::vector<EntryIndex>> bear_on_clocks_;  ///< by the case as recorded, in no order
  std::set<std::string, std::less<>> types_that_bear_on_clocks_;            ///< as policies write them
  /// By the event that they are about, oldest first: published later truths that are in memory.
  std::unordered_map<EntryIndex, std::vector<EntryIndex>> corrections_;
  std::size_t closed_kept_;
  std::deque<EntryIndex> closed_;  ///< oldest first; the front is forgotten beyond closed_kept_
  EntryIndex projected_ = 0;
  std::unordered_map<Fingerprint, Known, FingerprintHash> known_;
  std::unordered_map<Fingerprint, CaseNumber, FingerprintHash> cases_;
  std::unordered_map<CaseNumber, std::vector<EntryIndex>> episodes_, grades_;     ///< missing, new grades; that go on
  std::unordered_map<CaseNumber, std::vector<NotificationId>> obligations_;       ///< open ones, and some that were
  std::map<std::string, std::map<CaseNumber, EntryIndex>, std::less<>> counted_;  ///< by event type
  /// An index over events_, made anew where that is simpler than to follow (a restart, another case): calls of ladders
  /// by whom they are to and by case. About open notifications, and some that were.
  mutable std::map<std::pair<CaseNumber, RecipientId>, std::vector<NotificationId>> calls_;
  mutable bool calls_known_ = true;
  std::map<std::pair<CaseNumber, std::string>, EntryIndex> screens_;  ///< in force, by case and recipient
  std::map<CaseNumber, EntryIndex> holds_;                            ///< in force
  Erased erased_;
  std::unordered_map<CaseNumber, CaseNumber> joined_;  ///< to the older case of the same child
  std::unordered_map<EntryIndex, EntryIndex> moved_;   ///< an event about another child: the order that said so last
  /// What an open alarm is about: as long as it is, the same is not raised again.
  struct AlarmKey {
    std::string code;
    std::string party;
    bool prevent = false;
    bool kept_out = false;
    CaseNumber from = 0;  ///< kept_out: of which case
    [[nodiscard]] auto operator<=>(const AlarmKey&) const = default;
  };
  [[nodiscard]] static AlarmKey key_of(const Event& alarm);
  std::map<AlarmKey, EntryIndex> alarms_;
  std::map<EntryIndex, std::vector<EntryIndex>> changes_;
  std::size_t open_notifications_ = 0;
  /// The newest of any notification. None is given twice: a timer may still be set that is older than the forgetting
  /// and the return of what it is about.
  std::uint32_t generations_ = 0;
};

/// Acknowledgements of one notification that are recorded after the first; more are answered and leave no entry, so
/// that nobody fills the disk by saying one thing again and again.
inline constexpr std::uint8_t repeats_kept = 16;

}  // namespace told::core
