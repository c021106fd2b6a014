#pragma once
// One turn of the engine: one command, decided. Collects entries and effects; folds each entry into the state as it
// is made, so that the next one in the same turn is decided on what is true by then. Private to the core. Above 400
// lines: it is the list of all that a turn does, matter by matter, as the files below do it.
//
//   publishing.cpp   an event in: duplicates, the case, whom the rules tell
//   sending.cpp      lanes: sessions, credit, attempts and how they end
//   amending.cpp     corrections, withdrawals and new grades: who is told, and which clocks are reckoned anew
//   falling_silent.cpp  what nobody would be called about any more, were it as is said: it is refused
//   clocks.cpp       obligations: what is owed because of an event, and what ends it
//   owed_once.cpp    what is owed once, whoever reports and however often that it is
//   erasing.cpp      legal holds, the erasure of a case, who looked at one
//   identity.cpp     two cases that are the same child's; an event that was about another child
//   quotas.cpp       how many cases there are at once
//   answering.cpp    acknowledgements, refusals, stand-downs by hand
//   escalating.cpp   ladders: the clock, the rungs, the end of the ladder
//   drill.cpp        exercises that the policy plans
//   handover.cpp     whoever comes on duty is called about what is open
//   alarms.cpp       what is wrong with told itself, told by the same path
#include <google/protobuf/repeated_field.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/engine.hpp"
#include "core/ladder_of.hpp"

namespace told::core {

using Duties = google::protobuf::RepeatedPtrField<v1::Duty>;

/// Kept in the ledger for one party in an hour; the rest is counted, so that nobody fills the disk by being wrong.
inline constexpr std::uint32_t refusals_kept_an_hour = 20;

class Turn {
 public:
  Turn(Engine& engine, Instant now) : engine_(engine), now_(now) {}
  [[nodiscard]] Decision take() { return std::move(out_); }
  /// What civil time has brought by now. After every command, not after a Tick alone: a start plans from the ledger's
  /// last entry, so what fell due by then must be in the same group as that entry.
  void keep_up();

  void on(Publish& c);
  void on(const RecordRefusal& c);
  void on(const OpenSession& c);
  void on(const Offer& c);
  void on(const LoseSession& c);
  void on(const EndAttempt& c);
  void on(const Recall& c);
  void on(const Acknowledge& c);
  void on(const Decline& c);
  void on(const OrderStandDown& c);
  void on(const OrderScreen& c);
  void on(const OrderHold& c);
  void on(const EraseCase& c);
  void on(const NoteReading& c);
  void on(const JoinCases& c);
  void on(const MoveEvent& c);
  void on(const RaiseAlarm& c);
  void on(const ClearAlarm& c);
  void on(const CloseAlarm& c);
  void on(const AdoptPolicy& c);
  void on(const Start& c);
  void on(const Stop& c);
  void on(const ReplaceParties& c);
  void on(const StepClock& c);
  void on(const StorageLow& c);
  void on(const Tick& c);

 private:
  // --- entries ---
  /// A head with the next index, the time and the policy filled in. `event` 0 means "itself" where `own_event`.
  [[nodiscard]] Entry entry(CaseNumber c, EntryIndex event) const;
  [[nodiscard]] Entry own_entry(CaseNumber c);
  /// Folds the entry in, hands it to the ledger, and starts what its duties need: timers and first attempts.
  void record(Entry e, const EventPrints* prints = nullptr, const PolicyPtr& policy = nullptr);
  void start_duties(EntryIndex event, const Duties& duties);
  void arm(NotificationId id);
  /// Ladders that an order has brought forward to this moment, since nobody is there any more to be told.
  void arm_where_nobody_is_there();

  // --- duties ---
  struct NewDuty {
    EntryIndex event = 0;
    std::string recipient;
    v1::NotificationKind kind = v1::NOTIFICATION_KIND_TELL;
    std::uint32_t rule = 0;
    Instant from{};  ///< when its clock started
    Instant deadline{};
    Instant next{};
    std::uint32_t about_slot = 0;
    std::uint32_t policy_version = 0;
    bool nobody_there = false;  ///< nobody is told, and its ladder climbs at once
  };
  /// Which slot the next new notification has of an event that has these duties besides.
  [[nodiscard]] std::uint32_t next_slot(const Duties& duties, EntryIndex event) const;
  /// Adds a new notification's duty, in the event's next slot.
  void add_duty(Duties& duties, const NewDuty& duty);
  /// Adds the duty to tell an existing notification again, unless it still waits to be delivered.
  void tell_again(Duties& duties, NotificationId id, Instant deadline);
  /// Adds the duty, or, where its recipient was told the same about the same slot of the event before, tells that
  /// again: an event has room for so many notifications only.
  void add_or_tell_again(Duties& duties, const NewDuty& duty);
  /// Puts a duty's notification into its lane, or takes credit for an attempt at once and marks the duty so. `waits`:
  /// it is for pump() to say by which channel it goes.
  void enqueue(v1::Duty& duty, EntryIndex event, bool waits = false);
  /// When the clocks of something begin that is said to have happened then: never after now. What lies ahead was said
  /// by somebody whose clock goes ahead of told's own, by minutes, or by as much as the wall clock was put right.
  [[nodiscard]] Instant begun(Instant said) const { return std::min(said, now_); }
  /// What a rule of a policy asks of a new notification for an event that happened at `from`.
  [[nodiscard]] static NewDuty by_rule(const Policy& policy, const Rule& rule, Pace pace, Instant from);
  /// Adds what a rule asks of those whom it names: of everyone who is on duty, where that is a rota. Whoever is kept
  /// out of the case `about` is not told, nor is anybody again. Where nobody is there it is a duty with `nobody_there`,
  /// so that somebody is called.
  void add_duties_by_rule(Duties& duties, const Rule& rule, NewDuty duty, CaseNumber about,
                          const std::vector<std::string>& told_of_the_start = {},
                          const std::set<std::string>& told_already = {});
  /// Raises the alarm about each rota among the duties that has nobody: it must be mended.
  void say_who_is_off_duty(const Duties& duties, bool prevent);
  /// Raises the alarm about whatever these rules say must be answered within the hour, and that says only that it
  /// happened: the event has none of the fields that may leave. (`rules`: those that made the duties of kind
  /// TELL and STAND_DOWN.)
  void say_what_says_nothing(const std::vector<const Rule*>& rules, const Duties& duties, const v1::Event& event,
                             EntryIndex index);
  /// What is asked of a recipient who is told, without a rule of its own, of the end of `about` or of a later truth
  /// about it.
  [[nodiscard]] NewDuty by_stand_down(Instant from, const Event& about) const;
  /// Its deadline, and when its ladder climbs first, for a clock that started at `from`.
  static void start_ladder(NewDuty& duty, const Policy& policy, const std::string& ladder_name, const Due& within,
                           Instant from);
  /// Stand-downs for those of `told` who have no duty in `duties` yet.
  void tell_the_end(Duties& duties, const std::vector<std::string>& told, EntryIndex event, Instant from,
                    const Event& about);
  /// Everyone who was told anything of these events, or of their corrections.
  [[nodiscard]] std::vector<std::string> told_of(const std::vector<EntryIndex>& events) const;

  // --- whom an event is told to ---
  /// `search`: State::open_search as it happens, and as real as it is.
  [[nodiscard]] std::vector<const Rule*> rules_for(const v1::Event& event, const std::vector<EntryIndex>& search);
  /// Of these events of a search those that are as real as what has this status.
  [[nodiscard]] std::vector<EntryIndex> as_real_as(v1::Status status, std::vector<EntryIndex> search) const;
  /// From when a new grade holds that is said to be of then: where that is a little before the child of the case went
  /// missing who is searched for, from then on, unless an earlier search ended in between.
  [[nodiscard]] Instant holds_from(v1::Status status, CaseNumber c, Instant said) const;
  /// Somebody of the case is missing still: in earnest, or in the exercise.
  [[nodiscard]] bool is_searched_for(CaseNumber c, v1::Status status) const;
  /// A rule of one of its missing reports, or of a correction of one, names the recipient, and they have not said that
  /// it is not theirs: told already, on the way, or kept out of the case, who hears what waited when they are let in
  /// again.
  [[nodiscard]] bool named_in(const std::vector<EntryIndex>& search, const std::string& who) const;
  /// The policy says on purpose that nobody is told of events of this type.
  [[nodiscard]] bool policy_expects_nobody(const v1::Event& event) const;

  // --- obligations ---
  /// Every clock of the policy that the event starts, `but` these (by name). Those of these that it would have started.
  std::set<std::string> begin_clocks(Duties& duties, const v1::Event& event, Instant from,
                                     const std::set<std::string>& but = {}) const;
  /// Adds the duty of an obligation, without its times. `clock`: its number in that policy.
  static v1::Duty& add_obligation(Duties& duties, std::uint32_t slot, const std::string& who, std::uint32_t clock,
                                  std::uint32_t policy_version);
  /// Adds the duty of one that begins at `from`.
  static void start_clock(Duties& duties, std::uint32_t slot, const Clock& clock, const Policy& policy, const Due& due,
                          Instant from);
  /// By when one that begins at `from` is to be done, and when whoever owes it is reminded.
  struct Times {
    Instant deadline{};
    Instant next{};
  };
  [[nodiscard]] static Times times_of(const Clock& clock, const Due& due, const Policy& policy, Instant from);
  /// Adds the next round of an obligation that repeats, begun at `done`.
  void next_round(Duties& duties, NotificationId id, Instant done) const;
  /// What is owed each time that this obligation is done, as it was at `done`.
  void begin_after(Duties& duties, NotificationId id, Instant done) const;
  /// The clock that an obligation was frozen under; nullptr where its policy is unknown.
  [[nodiscard]] const Clock* clock_of(const Notification& n) const;
  /// What stops or ends obligations: an event of this type and status, which happened `at`.
  struct Stopper {
    std::string_view type;
    v1::Status status = v1::STATUS_ACTUAL;
    Instant at{};
    EntryIndex event = 0;  ///< the event itself, where that is not the one being recorded: what it began is not stopped
  };
  /// What something that happened makes of an obligation: it is done, or owed no longer.
  struct Ending {
    bool done = false;
    bool for_good = false;
  };
  /// What an event of this type (as policies write it) that happened `at` makes of a round that began at `round`, of a
  /// clock that began at `began`. What happened before a round cannot be its being done, and what happened before the
  /// clock ends nothing of it: a child who comes back after an earlier stay was closed is owed everything anew.
  [[nodiscard]] static Ending ending(const Clock* clock, std::string_view type, Instant at, Instant round,
                                     Instant began);
  /// When an obligation began whose round began at `from`: the first round of one that repeats, and what it is owed
  /// after of one that follows another.
  [[nodiscard]] Instant began(const Event& started_by, const Notification& n, Instant from) const;
  using Stops = google::protobuf::RepeatedPtrField<v1::ClocksStopped>;
  /// Whatever it stops of the case's open obligations.
  void stop_clocks(Stops& groups, CaseNumber c, const Stopper& by);
  /// `by`: as in the entry.
  [[nodiscard]] static v1::ClocksStopped& stopped_of(Stops& groups, EntryIndex event, EntryIndex by = 0);
  /// Adds one that is stopped, by something that happened `at`.
  static v1::ClocksStopped& say_stopped(Stops& groups, NotificationId id, const Ending& end, Instant at,
                                        Instant deadline, EntryIndex by);
  /// The same, and its next round where it goes on.
  v1::ClocksStopped& add_stopped(Stops& groups, NotificationId id, const Ending& end, Instant at, Instant deadline,
                                 EntryIndex by) const;
  using OwedAgains = google::protobuf::RepeatedPtrField<v1::OwedAgain>;
  /// Adds one that is owed, of which whoever owes it is reminded now: it is of the clock that `as` is of. In that slot
  /// of the event, or in its next.
  Duties& add_owed_again(OwedAgains& groups, EntryIndex event, std::optional<std::uint32_t> slot,
                         const Notification& as, Instant from, Instant deadline) const;
  /// What is owed after one of that clock, which was done then.
  void begin_what_follows(Duties& duties, EntryIndex event, const Clock& clock, const Policy& policy,
                          Instant done) const;
  /// Of what the event makes owed ends at once what had been reported as done before the event was; and what is owed
  /// each time that that is done begins.
  void end_what_was_done(v1::EventAccepted& head, CaseNumber c, EntryIndex index) const;
  /// What `stopper` had stopped, where nobody has done it since: it is owed from the same start and by the same
  /// deadline as before, and whoever owes it is reminded now, since they believe that it is done. Where another event
  /// that stands stops it, it is stopped by that one from now on.
  void owe_again(OwedAgains& groups, Stops& stops, const Event& stopper) const;
  /// What began the obligation that was stopped; nullptr where it does not stand, or the obligation has gone on since.
  [[nodiscard]] const Event* as_it_was_left(const Stopped& was) const;
  /// What else that stands has ended it; nullptr where nothing has.
  [[nodiscard]] const Event* ended_by_another(const Stopped& was, const Event& started_by, const Event& stopper) const;

  // --- what is owed once (owed_once.cpp) ---
  using Recomputed = google::protobuf::RepeatedPtrField<v1::ClockRecomputed>;
  /// Its clock, where what that says is owed once, after an episode or while a child stays; else nullptr.
  [[nodiscard]] const Clock* owed_once(const Notification& n) const;
  /// The names of their clocks.
  [[nodiscard]] std::set<std::string> clocks_of(std::span<const NotificationId> owed) const;
  /// Whatever of the case bears on clocks, stands, and is as real as what has this status, and the corrections of that;
  /// oldest entry first.
  [[nodiscard]] std::vector<const Event*> standing(CaseNumber c, v1::Status status) const;
  /// When what stands, but for `but`, says that one such time ended and another began: what lies on both sides is owed
  /// on each.
  [[nodiscard]] std::vector<Instant> parted_at(CaseNumber c, v1::Status status, Once once, EntryIndex but = 0) const;
  /// Of the clocks that a report of this type begins, of what happened `at`: what is owed, or was done since, because
  /// of another report of the same. nullopt: an episode is ended by hand, and nobody says since when it was over.
  [[nodiscard]] std::vector<NotificationId> owed_already(CaseNumber c, v1::Status status, std::string_view type,
                                                         std::optional<Instant> at) const;
  /// Begins whatever clocks the event starts, but for what is owed already: that.
  std::vector<NotificationId> begin_what_is_owed(Duties& duties, const v1::Event& event, Instant from, CaseNumber c,
                                                 std::optional<Instant> at) const;
  /// The event begins none of this, which is owed already. It is owed from then on, where that is earlier.
  void leave_to_earlier(v1::EventAccepted& head, const std::vector<NotificationId>& owed, Instant from) const;
  /// Reckons an open one anew that has begun at `from` and no later, or no earlier.
  void reckon_from(Recomputed& recomputed, NotificationId id, Instant from) const;
  /// From when the clocks run that a report, or a correction of it, begins: from when it happened, and from no later
  /// than this came.
  [[nodiscard]] Instant clocks_began(const Event& report) const;
  /// What it is owed because of stands, in the case of that report, and nothing parts the two.
  [[nodiscard]] bool is_of_the_same(NotificationId id, const Event& report, const std::vector<Instant>& parted) const;
  /// The report has left this to another; or has left to another, which is not of the same any more, what this one is
  /// owed in place of.
  [[nodiscard]] bool is_owed_by(NotificationId id, const Event& report, const std::vector<Instant>& parted) const;
  /// From when it is owed by what other reports say than `but`; the end of time where there is none. `now_at`: when its
  /// own event happened by what is said now.
  [[nodiscard]] Instant reported_first(NotificationId id, EntryIndex but, std::optional<Instant> now_at = {}) const;
  /// Reckons what is owed because of `report` and of other ones from the first of the others, or from `instead`, when
  /// it happened by what is said now: nullopt where it does not stand.
  void reckon_without(Recomputed& recomputed, const Event& report, std::optional<Instant> instead) const;
  /// From when that clock runs by this report and by those that have left it too, and that nothing parts from this one.
  [[nodiscard]] Instant first_of_the_same(const Event& report, const Clock& clock, const std::vector<Instant>& parted,
                                          EntryIndex gone) const;
  /// What begins because of reports that were there already.
  struct Begun {
    OwedAgains& again;
    Stops& stops;         ///< what of it has ended already
    EntryIndex gone = 0;  ///< it does not stand, or not as the state has it
  };
  template <class Head>
  [[nodiscard]] static Begun begun_in(Head& head, EntryIndex gone = 0) {
    return {*head.mutable_owed_again(), *head.mutable_clocks_stopped(), gone};
  }
  /// Begins it because of `report`, which is of the case `c` (0: one of its own) and has not begun it.
  void owe_by(Begun into, const Event& report, const Notification& as, Instant from, CaseNumber c) const;
  /// It is not owed any more because of its own event, since `gone` does not stand: it is owed because of the next
  /// report of the same that stands, if there is one.
  void pass_on(Begun into, NotificationId id) const;
  /// All that the event and its corrections have begun.
  void pass_on_all(Begun into, const Event& gone) const;
  /// The event, by what is said now, happened in another stay: reports of the one that it was in until now, which have
  /// left something to it, owe that themselves.
  void owe_where_it_was(Begun into, const Event& moved, Instant now_at) const;
  /// A report that was about another child: what it left to earlier reports of the wrong child's is owed.
  void owe_apart(Begun into, Recomputed& recomputed, const Event& moved, CaseNumber to) const;
  /// It is said only now that the child left then: what a report of the time since has left to one of before is owed.
  void owe_in_the_next_stay(Begun into, CaseNumber c, const Stopper& left) const;
  /// The end is the first that stands after that report.
  [[nodiscard]] bool is_end_of(const Event& end, const Event& missing) const;
  /// A report that a child was missing does not stand: what is owed since somebody ended that search by hand is owed no
  /// longer, where no other report is left of it.
  void stop_where_nobody_was_missing(Begun into, const Event& gone);
  /// Notices to everyone whom the ladder of `id` has called.
  void tell_it_is_answered(Duties& duties, NotificationId id);

  // --- quotas ---
  /// A report of a case that stands: what, and when it happened.
  struct Counting {
    EntryIndex event = 0;
    std::string_view type;  ///< as policies write it
    Instant at{};
  };
  /// What is counted, as policies write it, wherever this type counts or ends that.
  [[nodiscard]] std::set<std::string> counted_or_ended(std::string_view type) const;
  /// The report by which the case counts now; 0 where it does not.
  [[nodiscard]] EntryIndex counted_by(const std::string& counts, CaseNumber c) const;
  /// All that stands of the case, in earnest, oldest entry first.
  [[nodiscard]] std::vector<Counting> counting(CaseNumber c) const;
  /// The report by which a child counts of whom all this stands: `already` where that may be, else the first; 0 where
  /// the child does not count.
  [[nodiscard]] EntryIndex counts_by(const std::string& counts, const std::vector<Counting>& all,
                                     EntryIndex already) const;
  void count_towards_quotas(v1::EventAccepted& head, const v1::Event& event, CaseNumber c, EntryIndex amended) const;
  /// Of a child who is counted by `already` once the identity is changed, and of whom all this stands then.
  void recount(v1::IdentityChanged& head, const std::string& counts, std::vector<Counting> all,
               EntryIndex already) const;
  void recount_joined(v1::IdentityChanged& head, CaseNumber older, CaseNumber younger) const;
  /// `to`: 0 where it goes to a case in which nothing else is.
  void recount_moved(v1::IdentityChanged& head, const Event& moved, CaseNumber to) const;
  /// A notice where a count has come above its figure, and the end of it where it is no longer.
  void watch_quotas();

  // --- later truths ---
  [[nodiscard]] std::optional<v1::Problem> why_not_amended(const Publish& c, const Known* earlier) const;
  /// It is said of the child (and as real) as the earlier event was.
  [[nodiscard]] bool is_about_the_same(const EventPrints& amending, const Event& before) const;
  /// The rules by which a correction is told to whoever was not told before.
  std::vector<const Rule*> amend(v1::EventAccepted& head, const v1::Event& event, EntryIndex earlier, EntryIndex index,
                                 Instant from);
  /// The event, and then its corrections.
  [[nodiscard]] std::vector<EntryIndex> with_corrections(EntryIndex event) const;
  /// Those who were told of these events, and the rotas by which they were; by name.
  [[nodiscard]] std::set<std::string> told_by_rule(const std::vector<EntryIndex>& events) const;
  /// What `earlier` would have made had it been said as `correcting` says it, and did not: duties of the correction, by
  /// the policy in force, for whoever was told neither of it nor of a correction of it, and clocks. What no longer
  /// applies is left as it is: whoever was told is told that it was wrong, and a person says that a duty is done. The
  /// rules that tell.
  std::vector<const Rule*> tell_whom_it_concerns_now(v1::EventAccepted& head, const v1::Event& correcting,
                                                     const Event& earlier, const std::vector<EntryIndex>& said,
                                                     EntryIndex index, Pace pace);
  /// The first of `events`, but for what started it, that stands and ends a round of a clock (ending());
  /// nullptr where none does. `done_counts`: also what ends it because it is done.
  [[nodiscard]] const Event* ended_by(const Clock* clock, const Event& starts, const std::vector<EntryIndex>& events,
                                      Instant round, Instant began, bool done_counts) const;
  /// What an event does of which it is said only now when it happened: it stops duties, and ends a search.
  void act_at_corrected_time(v1::EventAccepted& head, const Event& earlier, EntryIndex index, Instant from);
  /// Were it not, or not of its case, a child would be missing for whom nobody is called: it is the only report of the
  /// end, or a report by which somebody searches still who was reported before as well.
  [[nodiscard]] bool ends_the_last_search(const Event& event) const;
  /// A child of the case who was missing till then has been found since, or is searched for by a report of then or
  /// later; Instant::min() where none is. As if `said_anew`, where it is one of these, had happened at `time`.
  [[nodiscard]] Instant known_of_until(CaseNumber c, v1::Status status, const Event* said_anew, Instant time) const;
  /// Were `event` to have happened at `time`, a child would be missing whom nobody has found or searches for.
  [[nodiscard]] bool would_be_missing(const Event& event, Instant time) const;
  /// Were `event` to have happened at `time`, something would be owed that an event has ended: by this one, which
  /// would have been too early for that, or though this one, which began it, would have been too late.
  [[nodiscard]] bool would_be_owed(const Event& event, Instant time) const;
  [[nodiscard]] bool ends_less(const Event& stopper, Instant time) const;
  [[nodiscard]] bool would_begin_after_its_end(const Event& event, Instant time) const;
  /// `kind`: what those are told who were told of `earlier`, at this pace.
  void tell_the_amendment(Duties& duties, const Event& earlier, EntryIndex index, Instant from, Pace pace,
                          v1::NotificationKind kind);
  /// Reckons the open clocks of `event` anew: from another start (epoch: the same), or at another pace.
  void recompute(Recomputed& recomputed, const Event& event, Instant new_start, Pace pace) const;
  /// Those who are told by `rules` that the child is missing, and whom the policy tells how grave it is because they
  /// know that: of the grade that was said before they did, were they not told of it. `missing`: the report, of the
  /// case.
  void tell_the_grade(google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups, const std::vector<const Rule*>& rules,
                      const std::vector<GradeSaid>& said, const GradeSaid& missing, CaseNumber c);
  /// The missing reports that have another grade once this is all that was said, and their clocks; `but` that one.
  void regrade(google::protobuf::RepeatedField<std::uint64_t>& regrades, Recomputed& recomputed,
               const std::vector<GradeSaid>& said, EntryIndex but = 0) const;

  // --- what may go ---
  /// Something that ends such a clock happened after it was closed, be it under another reference of the same child.
  [[nodiscard]] bool went_on_since(CaseNumber c, Instant closed, const Clock& retention) const;
  /// Why nothing of the case may be erased; nullopt where it may.
  [[nodiscard]] std::optional<v1::Problem> why_not_erased(CaseNumber c) const;

  // --- whose case it is ---
  using OpenAgains = google::protobuf::RepeatedPtrField<v1::OpenAgain>;
  using Numbers = google::protobuf::RepeatedField<std::uint64_t>;
  /// From whoever is kept out from now on.
  struct TakenAway {
    OpenAgains& open_again;  ///< what they have in hand
    Numbers& calls_ended;    ///< what they were called about and have not answered
    Numbers& withheld;       ///< what waits to be delivered to them
  };
  template <class Head>
  [[nodiscard]] static TakenAway taken_away_in(Head& head) {
    return {*head.mutable_open_again(), *head.mutable_calls_ended(), *head.mutable_withheld()};
  }
  void take_away(TakenAway taken, const std::string& who, const std::set<EntryIndex>& events) const;
  [[nodiscard]] static v1::Problem no_such_case(const char* field, CaseNumber c);
  /// Why these events cannot be of one case; nullopt where they can.
  [[nodiscard]] std::optional<v1::Problem> why_not_together(const std::vector<EntryIndex>& some,
                                                            const std::vector<EntryIndex>& others) const;
  /// Everybody who was told of any of these events as far as they stand, in the order of telling.
  [[nodiscard]] std::vector<std::string> told_of_what_stands(const std::vector<EntryIndex>& events) const;
  /// Were this missing report of the case `in` (0: a new one), somebody would be looking for that child by a report of
  /// then or later, or has found it.
  [[nodiscard]] bool is_found(const Event& missing, CaseNumber in) const;
  /// Why the event cannot be moved to the case `to` (0: a new one); nullopt where it can.
  [[nodiscard]] std::optional<v1::Problem> why_not_moved(const Event* event, CaseNumber to) const;
  /// What an event that turns out to be of the case `to` does there: it stops duties, and may end an episode.
  void act_in(CaseNumber to, const Event& event, v1::IdentityChanged& head);
  /// Nothing but what is leaving stands in the case `in` that was published of, or moved to, a case of which `of` is
  /// true.
  [[nodiscard]] bool nothing_is_left(CaseNumber in, const std::vector<EntryIndex>& leaving,
                                     const std::function<bool(CaseNumber)>& of) const;
  /// The grades of a missing report that is about another child: they are of that child too.
  [[nodiscard]] std::vector<EntryIndex> grades_that_go_with(const Event& event) const;
  /// The case that stands by itself again where the event turns out to be about another child: one that was said to be
  /// the same child's as the one it is in, and of which that is the last report there. 0 where none does.
  [[nodiscard]] CaseNumber parted_by(const Event& event) const;
  /// It began with a report that was moved: what goes on there was published under the references of other cases.
  [[nodiscard]] bool has_no_reference(CaseNumber c) const;
  void join_cases(CaseNumber older, CaseNumber younger, const Actor& by, const std::string& reason,
                  ReplyToken reply_to);
  /// The other way about: what was joined to the event's own case would stay under its reference.
  [[nodiscard]] std::optional<v1::Problem> why_not_left_behind(const Event& event) const;
  /// Orders that hold for both, since nobody knows for which of the two they were meant: who is kept out of the case
  /// `from`, in which `parted` went on, is kept out of each; what is on legal hold is so apart.
  void order_anew_for_each(CaseNumber parted, CaseNumber from, const Actor& by, const std::string& reason);
  /// Of what `goes` from the case `from` into `into` (0: a new one), what those are told now who were kept out of it
  /// there and are not where it goes.
  void let_in_those_who_may_hear(v1::IdentityChanged& head, CaseNumber into, CaseNumber from,
                                 const std::set<EntryIndex>& goes);
  /// A report of a search that leaves its case for `to` (0: a new one): what grade the searches of both have then.
  void regrade_moved(const Event& event, CaseNumber to, v1::IdentityChanged& head) const;
  /// What those have in hand of what `comes` from the case `from` who are kept out of `into`, and were not of `from`:
  /// what they had accepted is open again, and what they were called about waits for them no longer.
  void take_from_those_kept_out(v1::IdentityChanged& head, CaseNumber into, CaseNumber from,
                                const std::set<EntryIndex>& comes) const;
  /// It is the event, a correction of it or its withdrawal, or an alarm about one of these.
  [[nodiscard]] bool is_about(EntryIndex index, EntryIndex event) const;
  /// Records who said whose case it is, sends what its duties ask for, and answers.
  void record_identity(Entry e, const Actor& by, const std::string& reason, ReplyToken reply_to);

  // --- lanes ---
  /// Sends what waits, as far as it is taken.
  void pump(RecipientId r);
  /// Over which channel this goes now; nullopt where it waits.
  [[nodiscard]] std::optional<Channel> channel_for(RecipientId r, const Notification& n, bool urgent);
  [[nodiscard]] const SecondChannel* second_channel(RecipientId r) const;  ///< nullptr where it has none
  /// Notes when the second channel may take what waits, where nothing else would ask by then.
  void look_again_for_second_channel(RecipientId r);
  void try_second_channels();
  void end_session(RecipientId r, Channel channel);
  void record_session(const std::string& recipient, SessionId session, v1::SessionChange change);
  void transmit(const Event& event, std::uint32_t slot);
  /// What else its recipient was called about in the case, of all that is unanswered.
  [[nodiscard]] std::vector<UnansweredToo> unanswered_too(const Event& event, NotificationId call) const;
  void record_end(const EndAttempt& c);
  /// An attempt ends that was made before its recipient was to be told again: nothing of the call that stands ends.
  void end_earlier_call(const EndAttempt& c, const Notification& n);

  // --- ladders ---
  [[nodiscard]] LadderOf ladder_of(NotificationId id) const;
  /// Duties to call everyone in `who` about `id`.
  void call(Duties& duties, NotificationId id, const std::vector<std::string>& who, Instant until);
  void climb(NotificationId id, v1::EscalationReason reason);
  /// Somebody whom the ladder of `id` had called says that it is not theirs: it goes up where too few are left.
  void on_declined_call(NotificationId id);
  /// The alarm that a ladder has come to its end.
  void raise_nobody_is_left(NotificationId id);
  void fire(const Timer& timer);
  /// Records that a ladder calls somebody, and starts what that needs.
  void record_call(Entry e, NotificationId id);

  // --- handovers ---
  void hand_over();
  /// From those who were on duty when it was last looked, by the policy that was in force `before`.
  void hand_over(const Policy& before);
  /// `come`: who comes on duty, by the rota's name.
  void hand_over(NotificationId id, const std::map<std::string, std::vector<std::string>>& come);

  // --- drills ---
  void begin_drills();

  // --- alarms ---
  /// What an alarm is about: one notification (its number), or, where 0, a party of the Prevent stream or any other.
  struct About {
    std::uint64_t notification = 0;
    bool prevent = false;
    /// It has happened, and each time that it does is another: somebody who has answered for the alarm is told of it
    /// again. Otherwise it is so for as long as the alarm is open, which is said once.
    bool happens = false;
    /// Somebody is on duty, and kept out of the case of the notification: it is so of that case alone.
    bool kept_out = false;
  };
  void raise(const std::string& code, const std::string& party, About about);
  void raise(const std::string& code, const std::string& party) { raise(code, party, About{}); }
  /// The same has happened while the alarm about it is open: tells whoever of its rules has nothing to answer by now.
  void raise_again(EntryIndex alarm);
  /// Adds what the alarm's rules ask of whoever is not `asked_already`, and records it, where it is new or somebody is
  /// told. `about`: whoever is kept out of that case is not told.
  void record_alarm(Entry e, CaseNumber about, const std::set<std::string>& asked_already);
  /// Nobody is on that rota, and somebody was since the alarm about it was raised last.
  [[nodiscard]] bool is_another_gap(const Event& alarm) const;
  /// The recipient, or everyone on the rota, is told of nothing but Prevent cases.
  [[nodiscard]] bool hears_prevent_alone(const std::string& who) const;
  [[nodiscard]] std::vector<const Rule*> rules_for_alarm(const std::string& code, bool prevent) const;
  /// Somebody of those whom these rules name, or whom their ladders call, is on duty and not kept out of the case.
  [[nodiscard]] bool somebody_may_hear(const std::vector<const Rule*>& rules, CaseNumber c) const;
  void clear(EntryIndex alarm, const CloseAlarm* by);

  // --- answers ---
  /// It is said to be done, and what that says is that the round before was.
  [[nodiscard]] bool is_said_again(const Notification& n, const Acknowledge& c) const;
  /// Whoever answers for it has it in hand, or owes it: the others are only to know, or to mend what they had.
  [[nodiscard]] static bool puts_in_hand(const Notification& n);
  /// Its recipient has accepted it, and it would still be open had they not.
  [[nodiscard]] bool has_in_hand(const Event& event, const Notification& n) const;
  /// Records that somebody is kept out of the case, or no longer, and does what follows from it.
  void order_screen(CaseNumber c, const std::string& recipient, bool lifted, const Actor& by,
                    const std::string& reason);
  void order_hold(CaseNumber c, bool lifted, const Actor& by, const std::string& reason);
  /// Nobody has it in hand any more: somebody else is called.
  void call_others(const OpenAgains& all);
  /// What whoever is let into a case again is told then, where it is theirs: what they were not told meanwhile, and
  /// what they were asked and have not answered. An answer that they gave while they were kept out did not count, and
  /// they hold it for given.
  [[nodiscard]] static bool waits_for_whoever_is_let_in(const Notification& n);
  void tell_what_waited(OwedAgains& groups, const std::set<EntryIndex>& events, const std::string& recipient);
  void start_what_waited(const OwedAgains& groups);
  void answer(ReplyToken to, v1::AcknowledgementResult result);
  void answer_recorded(ReplyToken to);
  void refuse(ReplyToken to, NotificationId id, const char* code, std::string reason, std::string mend);
  void refuse(ReplyToken to, const v1::Problem& why);
  /// The order is about something that cannot be recalled: whoever was told of that would not be told of this.
  void refuse_what_is_not_at_hand(ReplyToken to);
  /// The notification an actor speaks about, or nullptr when it has been refused and recorded. `not_at_hand`: one that
  /// is not in memory may be theirs all the same.
  const Notification* spoken_of(ReplyToken to, NotificationId id, const Actor& by, bool not_at_hand);
  /// Through whom it was said, for the ledger.
  [[nodiscard]] std::string spoke_for(const Actor& by, const Notification& n) const;
  /// Somebody else is called while nobody answers for it.
  [[nodiscard]] static bool has_a_ladder(const Notification& n);
  /// Nobody need act on it any more: it was withdrawn, the child was found, the alarm is closed.
  [[nodiscard]] bool is_over(const Event& event) const;
  void count_refusal(const std::string& party, const std::string& code, const std::string& field);
  void name_person(Entry& e, const Actor& by, const std::string& note) const;

  void settle_published(const Publish& c, v1::PublishResult result, CaseNumber case_number = 0);

  [[nodiscard]] State& state() { return engine_.state_; }
  [[nodiscard]] const State& state() const { return engine_.state_; }

  Engine& engine_;
  Instant now_;
  Decision out_;
  CaseNumber own_case_ = 0;  ///< of the event that is being made
};

[[nodiscard]] Instant time_of(const google::protobuf::Timestamp& t);
/// Whether the type is among them, as policies write it.
[[nodiscard]] bool names(const std::vector<std::string>& types, std::string_view type);
/// Whether a rule or a clock for these sites (none: all) is for this event.
[[nodiscard]] bool applies_at(const std::vector<std::string>& sites, const v1::Event& event);

/// The risk grade that it gives, or that a correction brings; UNSPECIFIED where it is of no search.
[[nodiscard]] v1::RiskGrade grade_of(const v1::Event& event);

/// What goes before ordinary notifications of other cases: everything but reminders of duties, and news that somebody
/// else has answered. (Exercises have recipients of their own.)
[[nodiscard]] bool is_urgent(std::uint8_t kind);

/// "told.child.missing.v1" -> "child.missing".
[[nodiscard]] std::string_view short_type(std::string_view type);

}  // namespace told::core
