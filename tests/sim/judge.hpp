#pragma once
// The judge: looks on while told runs, and throws Broken where it broke a promise. It sees what the parties see, every
// group that told says is durable, and what is truly on the disk. What it holds told to is in promises.hpp.
//
//   judge.cpp          what parties see
//   judge_leaving.cpp  what leaves told
//   judge_entries.cpp  what told says is durable
//   judge_corrections.cpp  ... whom something concerns only as it is corrected
//   judge_times.cpp    ... by when: each deadline and each rung's time, reckoned a second time
//   judge_duties.cpp   ... what stops what is owed, and what is owed again
//   judge_episodes.cpp ... what is owed once, after an episode or while a child stays
//   judge_calls.cpp    ... whom a ladder calls, and who hears that it was answered
//   judge_orders.cpp   ... what is erased, held and moved
//   judge_shifts.cpp   ... and whether whoever comes on duty is called
//   judge_life.cpp     starts, silence, the end
#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "book.hpp"
#include "core/decision.hpp"
#include "core/engine.hpp"
#include "ledger/ledger.hpp"
#include "machine.hpp"
#include "peers.hpp"
#include "policies.hpp"
#include "trace.hpp"
#include "wire.hpp"

namespace told::sim {

/// A promise was broken.
class Broken : public std::runtime_error {
 public:
  Broken(const std::string& promise, const std::string& sentence) : std::runtime_error(promise + ": " + sentence) {}
};

/// How late a ladder may climb while told serves and is kept from nothing.
inline constexpr std::int64_t climbs_late_most_us = 1'000'000;

/// Whether the type is among them, as policies write it.
[[nodiscard]] inline bool names(const std::vector<std::string>& types, std::string_view type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

class Judge {
 public:
  Judge(Schedule& schedule, Machine& machine, Policies& policies, Trace& trace, ledger::SigningKey key);

  // --- what parties see ---
  void published(const std::string& publisher, const v1::Event& event);
  void answered(const std::string& publisher, const v1::PublishResult& result, const v1::Event& event);
  void delivered(const std::string& recipient, const v1::Delivery& delivery);
  void checkpoint(const std::string& recipient, const std::string& note);
  void acknowledges(const std::string& who, core::NotificationId id);
  void says(const std::string& recipient, const v1::AgencyFrame& frame);
  void settled(const std::string& recipient, const v1::AcknowledgementResult& result, bool stranger);
  void problem(const std::string& party, const v1::Problem& problem);

  // --- what told does ---
  /// A frame or parcel leaves told: each delivery, answer and checkpoint in it is looked at before it is on its way.
  void leaves(const Line& line, std::string_view payload);
  void leaves(const std::string& recipient, const v1::Delivery& delivery);
  void leaves(const std::string& recipient, const std::string& note);
  /// told says that these are durable.
  void committed(std::span<const core::Entry> entries);
  /// The store has truly made so many durable. Unset: nobody knows.
  std::function<core::EntryIndex()> truly_durable;
  /// Something was done to the projection, so that it may not be readable, or told has given it up.
  std::function<bool()> rows_spoilt;

  // --- its life ---
  /// A run begins: the ledger that it recovered from is compared with what was promised before.
  void recovers(const ledger::Ledger& ledger);
  void serves(Micros held_up);  ///< by a slow disk, say
  void ends() {
    serving_since_.reset();
    takes_nothing_in = false;
    ended_at_ = schedule_.now();
  }
  /// Called now and then while told serves; `now`: told's own clock. `held_up`: whatever of late kept it from acting.
  void look(core::Instant now, Micros held_up);
  /// told could not act until then: it was frozen, or started, or its disk was slow.
  void excuse(Micros until) { excused_until_ = std::max(excused_until_, until); }
  /// Whether told may have refused publishers for want of room.
  bool storage_may_be_low = false;
  /// This run of told was asked to stop: it answers what it has, and sends whoever publishes now to the next.
  bool takes_nothing_in = false;
  /// The wall clock is not what told's own says: good times may look wrong to it.
  bool clocks_disagree = false;

  [[nodiscard]] const Book& book() const { return book_; }
  [[nodiscard]] std::uint64_t deliveries() const { return deliveries_; }
  [[nodiscard]] std::uint64_t checks() const { return checks_; }
  /// Events without a verdict, by publisher and id.
  [[nodiscard]] const std::set<std::pair<std::string, std::string>>& unanswered() const { return unanswered_; }
  void gave_up(const std::string& publisher, const std::string& id) { unanswered_.erase({publisher, id}); }
  /// At the end, when everything was given time: nothing may be left over.
  void at_rest(const core::Engine& engine);
  /// All checkpoints that were given out, against the whole ledger.
  void check_checkpoints(const ledger::Ledger& ledger);

 private:
  /// How long ago, truly, was the entry made that has this time.
  [[nodiscard]] Micros age_of(std::int64_t entry_us) const;
  struct Said {
    std::string content;
    std::string accepted_content;  ///< that of which it was first said that it is accepted
    std::string receipt;
    bool accepted = false;
    bool erased = false;  ///< an answer of before may still be under way
    std::set<std::string> other_contents;
  };
  struct Steps;
  [[noreturn]] void broken(const char* promise, const std::string& sentence) const;
  void need(bool good, const char* promise, const std::function<std::string()>& sentence) const;
  void add(const v1::LedgerEntry& entry);
  void check_entry(const v1::LedgerEntry& entry);
  void check_owed_after_it(const v1::LedgerEntry& entry, const google::protobuf::RepeatedPtrField<v1::Duty>& duties,
                           const Note& note, std::int64_t done_us) const;
  /// Its clock, where that is owed once; else nullptr.
  [[nodiscard]] const core::Clock* owed_once(const Note& note) const;
  [[nodiscard]] std::int64_t began_us(const core::Clock& clock, const Fact& started, std::int64_t from_us) const;
  /// When that is said to have been which the fact reports; no later than this came.
  [[nodiscard]] std::int64_t word_us(const Fact& fact) const;
  [[nodiscard]] bool parted_between(core::CaseNumber c, v1::Status status, const core::Clock& clock,
                                    std::int64_t one_us, std::int64_t other_us, core::EntryIndex but = 0) const;
  /// What the note is owed because of stands, in the case of that report, and of the same stay or absence.
  [[nodiscard]] bool with_it(const Note& note, const Fact& report) const;
  /// The report has begun no such clock of its own, since this is owed.
  [[nodiscard]] bool leaves_it_to(const Fact& report, const Note& note) const;
  [[nodiscard]] bool has_left(const Fact& report, const core::Clock& clock) const;
  /// From when it is owed by that report and whatever else has left it in the same stay, or absence.
  [[nodiscard]] std::int64_t first_word_us(const Fact& report, const core::Clock& clock, core::EntryIndex gone) const;
  /// What the entry reckons anew of what is owed once while a child stays runs from when some report of its own case
  /// and stay says.
  void check_somebody_says_so(const v1::LedgerEntry& entry, const Book& then) const;
  /// What is owed or was done of what a report of this type begins, of what happened then; nullopt: an episode is ended
  /// by hand.
  [[nodiscard]] std::vector<Note> owed_since(core::CaseNumber c, v1::Status status, const core::Policy& in_force,
                                             std::string_view type, std::optional<std::int64_t> at_us) const;
  /// `now_us`: when its own event was, as is said now.
  [[nodiscard]] std::int64_t reported_first_us(const Note& note, core::EntryIndex but,
                                               std::optional<std::int64_t> now_us = {}) const;
  void check_begins_anew(const v1::LedgerEntry& entry, const Note& note, std::int64_t from_us) const;
  void check_reckoned_without(const v1::LedgerEntry& entry, core::EntryIndex gone,
                              std::optional<std::int64_t> instead_us) const;
  struct Left {
    core::CaseNumber of = 0;
    v1::Status status = v1::STATUS_ACTUAL;
    std::int64_t at_us = 0;
    std::string type;
  };
  [[nodiscard]] std::optional<Left> left_at(const v1::LedgerEntry& entry) const;
  void note_what_is_owed(const v1::LedgerEntry& entry);
  [[nodiscard]] bool is_owed_already(const core::Clock& clock) const;
  void check_left_out(const v1::LedgerEntry& entry, const std::set<std::string>& left) const;
  [[nodiscard]] bool ends_it(const Fact& end, const Fact& missing) const;
  /// The entry takes back that the child was missing whose search that order ended, and nothing else says so.
  [[nodiscard]] bool was_never_missing(const v1::LedgerEntry& entry, const Fact& end, const Note& note) const;
  void check_passed_on(const v1::LedgerEntry& entry, const google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups,
                       const google::protobuf::RepeatedPtrField<v1::ClocksStopped>& stops, core::EntryIndex gone) const;
  void check_owed_after(const v1::LedgerEntry& entry);
  void check_accepted(const v1::LedgerEntry& entry);
  /// A rule named them when the child went missing, or when that was corrected: in an episode of the case that goes on
  /// and began by `until_us`, by an entry before `before`.
  [[nodiscard]] bool named_at_the_start(const std::string& who, core::CaseNumber c, std::int64_t until_us,
                                        core::EntryIndex before) const;
  /// The first fact before that entry, but of this type, that ended the clock which `starts` begins at `from_us`.
  [[nodiscard]] const Fact* over_by(const core::Clock& clock, const Fact& starts, core::CaseNumber c,
                                    std::int64_t from_us, core::EntryIndex before,
                                    const std::string& but_type = {}) const;
  void check_done_before(const v1::LedgerEntry& entry) const;
  /// `correcting`: what the entry accepts. It is in the book.
  void check_concerned_now(const v1::LedgerEntry& entry, const v1::Event& correcting);
  /// Those who hear of a search by this entry alone (by a rule that names one of `told`) hear of its newest grade.
  void check_grade_told(const v1::LedgerEntry& entry, const Fact& missing, const std::set<std::string>& told);
  /// What somebody is told of who is told by a rule: a correction is told as what it corrects.
  [[nodiscard]] const Fact* told_as(const Fact& fact) const;
  /// The event, and its corrections before that entry.
  [[nodiscard]] std::vector<core::EntryIndex> with_corrections(core::EntryIndex event, core::EntryIndex before) const;
  /// When what an event says happened; of a correction or a withdrawal, what it is about.
  [[nodiscard]] std::int64_t happened_us(const v1::LedgerEntry& entry) const;
  /// By rule: its number, whom it tells, and whether nobody is there.
  using Told = std::tuple<std::uint32_t, std::string, bool>;
  /// Whoever is on duty and not kept out of the case.
  [[nodiscard]] std::set<Told> told_by(const core::Policy& policy, const core::Rule& rule, core::CaseNumber c,
                                       std::int64_t now_us) const;
  [[nodiscard]] static bool of_prevent_stream(const core::Policy& policy, const std::string& who);
  void check_alarm(const v1::LedgerEntry& entry);
  /// Whom the rules of an alarm name who have nothing to answer of it; `before`: by an entry before that.
  [[nodiscard]] std::set<Told> not_asked(const Fact& alarm, const v1::LedgerEntry& entry) const;
  /// The entry asks for this alarm. Where it is open, and has `happened` once more, somebody is told of it again.
  void alarm_due(const v1::LedgerEntry& entry, const std::string& code, const std::string& party, bool happened);
  /// Nobody is on the rota at that time, and somebody was since the alarm was last told of.
  [[nodiscard]] bool another_gap(const v1::LedgerEntry& entry, const std::string& rota) const;
  void check_duties(const v1::LedgerEntry& entry, const Fact& fact,
                    const google::protobuf::RepeatedPtrField<v1::Duty>& duties);
  void check_those_told(const v1::LedgerEntry& entry);
  void check_climb(const v1::LedgerEntry& entry, const Note& before);
  /// Whom the rung calls at the time of the entry.
  [[nodiscard]] std::set<std::string> called_by(const v1::LedgerEntry& entry, const Note& before, const Steps& steps,
                                                const core::Rung& rung) const;
  void check_received_late(const v1::LedgerEntry& entry, const Note& before) const;
  void check_times(const v1::LedgerEntry& entry) const;
  void check_times_of_event(const v1::LedgerEntry& entry) const;
  /// Of a new grade, where that is not when it is said to have been given; else 0.
  [[nodiscard]] std::int64_t holds_from_us(const v1::LedgerEntry& entry) const;
  void check_duty_times(const v1::LedgerEntry& entry, const v1::Duty& duty, bool high) const;
  [[nodiscard]] const core::Rule* instead_of(const v1::LedgerEntry& entry, const core::Policy& policy) const;
  /// The book as it is with this entry too.
  [[nodiscard]] Book after(const v1::LedgerEntry& entry) const;
  void check_recomputed(const v1::LedgerEntry& entry, const Book& then) const;
  void check_stopped(const v1::LedgerEntry& entry, const google::protobuf::RepeatedPtrField<v1::ClocksStopped>& groups,
                     core::CaseNumber c, std::string_view type, v1::Status status, std::int64_t at_us,
                     core::EntryIndex by = 0) const;
  void check_owed_again(const v1::LedgerEntry& entry, const google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups,
                        const google::protobuf::RepeatedPtrField<v1::ClocksStopped>& stops,
                        core::EntryIndex stopper) const;
  void check_stopped_by_another(const v1::LedgerEntry& entry, core::EntryIndex event, const v1::Duty& duty,
                                const google::protobuf::RepeatedPtrField<v1::ClocksStopped>& stops,
                                core::EntryIndex stopper) const;
  /// A child is found by then, as is said now of `found`: the search of its case ends, if one goes on.
  void check_ends(const v1::LedgerEntry& entry, core::CaseNumber c, const Fact& found, std::int64_t at_us,
                  core::EntryIndex ends) const;
  void check_answer(const v1::LedgerEntry& entry) const;
  void check_next_round(const v1::LedgerEntry& entry, const google::protobuf::RepeatedPtrField<v1::Duty>& duties,
                        const Note& note, std::int64_t done_us) const;
  void check_next_rung(const v1::LedgerEntry& entry, const Note& before) const;
  void check_called(const v1::LedgerEntry& entry, const Note& before);
  /// Whom the ladder has called where it stands at the time of the entry, and who is there.
  [[nodiscard]] std::set<std::string> asked_now(const v1::LedgerEntry& entry, const Note& about,
                                                const Steps& steps) const;
  [[nodiscard]] bool has_declined(const std::string& who, const Note& about) const;
  /// The lowest rung above that calls somebody who has not said no; 0 where none does.
  [[nodiscard]] std::size_t rung_of_somebody_else(const v1::LedgerEntry& entry, const Note& about,
                                                  const Steps& steps) const;
  void check_declined_call(const v1::LedgerEntry& entry, const Note& call);
  [[nodiscard]] bool called_lately(const Note& about, const std::string& person, std::int64_t now_us) const;
  void check_declined(const v1::LedgerEntry& entry);
  void plan_shifts(core::Instant after);
  void look_at_shifts(core::Instant now, core::Duration patience);
  void adopted(const core::Policy& adopted, core::Instant at);
  void check_handed_over(const std::set<std::pair<std::string, std::string>>& come, std::int64_t since_us,
                         std::int64_t now_us);
  [[nodiscard]] std::string rota_told(const Note& note) const;
  [[nodiscard]] std::vector<std::string> rotas_of(const Note& note, const Steps& steps) const;
  void check_shift_calls(const v1::LedgerEntry& entry, const Note& before) const;
  void check_orders(const v1::LedgerEntry& entry);
  void check_erasure(const v1::LedgerEntry& entry);
  void check_open_again(const v1::LedgerEntry& entry) const;
  void check_let_in(const v1::LedgerEntry& entry) const;
  [[nodiscard]] static bool puts_in_hand(const Note& note);
  /// It is their own word: nobody has it in hand by that.
  [[nodiscard]] bool kept_out_and_says_so(const v1::LedgerEntry& entry, const Note& note) const;
  void check_moved(const v1::LedgerEntry& entry, const Fact& moved) const;
  void count_once(const v1::IdentityChanged& head, core::CaseNumber into);
  void check_counted(const v1::LedgerEntry& entry);
  void note_grades_that_go(const Fact& moved);
  void check_refused(const v1::LedgerEntry& entry);
  void check_kind_of_case(const v1::LedgerEntry& entry, const Fact& fact);
  void check_answered_notices(const v1::LedgerEntry& entry, const Note& note,
                              const google::protobuf::RepeatedPtrField<v1::Duty>& duties) const;
  [[nodiscard]] bool of_prevent_stream(const Fact& fact) const;
  /// The rule whose time and ladder they have who are told of an end or a later truth without a rule of their own,
  /// where the stand-down's would call people who may not know that there is a case, or are not exercising; else null.
  [[nodiscard]] static const core::Rule* rule_instead(const core::Policy& policy, bool prevent, v1::Status status);
  /// What a notification's ladder has, under the policy that it was frozen under; the first step of an obligation
  /// reminds whoever owes it.
  [[nodiscard]] Steps steps_of(const Note& note) const;
  /// A correction or a withdrawal is of another child, or another status, than what it is about.
  [[nodiscard]] bool is_about_another(const std::string& publisher, const v1::Event& event,
                                      const std::string& code) const;
  void check_reckoned(const v1::LedgerEntry& entry, const std::string& what, std::int64_t said_us,
                      std::int64_t right_us) const;
  void check_handover(const v1::LedgerEntry& entry, const Note& before);
  void forget_the_erased();
  void check_person(const v1::LedgerEntry& entry);
  void check_fields(const std::string& recipient, const v1::Delivery& delivery, const Note& note, const Fact& fact);
  [[nodiscard]] const core::Policy* policy(std::uint32_t version) const;
  [[nodiscard]] static std::string key_of(core::NotificationId id, const std::string& party);
  void end_of_group();
  /// Of an entry's head, without what is sealed.
  [[nodiscard]] static std::uint64_t hash_of_head(v1::LedgerEntry entry);

  Schedule& schedule_;
  Machine& machine_;
  Policies& policies_;
  Trace& trace_;
  ledger::SigningKey key_;
  Book book_;
  std::vector<std::uint64_t> head_hashes_;  ///< of each entry's head, without what is sealed
  std::map<std::uint32_t, const core::Policy*> policies_seen_;
  std::map<std::pair<std::string, std::string>, Said> said_;
  std::set<std::pair<std::string, std::string>> unanswered_;
  std::map<std::string, std::uint32_t> sent_;            ///< recipient and notification -> highest attempt that left
  std::map<std::string, std::set<std::uint32_t>> seen_;  ///< ... -> attempts that arrived
  std::map<std::string, core::EntryIndex> latest_;       ///< recipient and case -> what made what was first seen last
  std::map<std::string, std::uint32_t> answers_;         ///< whose acknowledgement of what: how often it was said
  std::map<std::string, std::uint32_t> recorded_;        ///< how often told answered that it is recorded
  std::map<std::string, std::uint32_t> entered_;         ///< how often the ledger has it
  std::map<std::string, std::uint32_t> refusals_said_, refusals_entered_;
  std::set<std::string> notes_seen_;
  std::vector<std::string> new_notes_;
  std::string last_note_;  ///< of those that left told; verified
  core::EntryIndex last_note_size_ = 0;
  /// Each entry's time, and when that truly was: wall clocks are stepped.
  std::vector<std::pair<std::int64_t, Micros>> truly_;
  std::optional<Micros> serving_since_;
  Micros excused_until_{0};
  Micros held_up_{0};         ///< as it was looked at last
  Micros ended_at_{0};        ///< the last run
  bool found_there_ = false;  ///< what is added was written by the run that ended, and is first seen now
  /// Of which told must have raised an alarm by the end of the group: code and party -> the entry because of which.
  std::map<std::pair<std::string, std::string>, core::EntryIndex> alarms_due_;
  /// Of these it is open, and somebody must be told of it again.
  std::map<std::pair<std::string, std::string>, core::EntryIndex> alarms_due_again_;
  /// Somebody is on duty as `name` when the entry is made, and whoever is is kept out of the case.
  [[nodiscard]] bool only_kept_out(const std::string& name, core::CaseNumber c, const v1::LedgerEntry& entry) const;
  std::map<std::string, core::EntryIndex> kept_out_due_;  ///< by name: an event about whose case nobody there may hear
  std::set<core::EntryIndex> counted_;                    ///< towards quotas, by the entries
  /// New grades that must have gone by the end of the group where the missing report did, the second of each.
  std::map<core::EntryIndex, core::EntryIndex> grades_to_go_;
  bool declines_a_call_ = false;  ///< the entry that is being looked at
  const core::Policy* in_force_ = nullptr;
  core::Instant shift_ends_ = core::Instant::max();  ///< the next change that was not looked at yet
  /// Whom a policy that was just adopted puts on duty, by rota; since when they must have been called.
  std::set<std::pair<std::string, std::string>> newcomers_;
  std::int64_t newcomers_since_us_ = 0;
  std::set<core::CaseNumber> erased_cases_;
  std::vector<Note> owed_already_;                               ///< before the entry: what its event need not begin
  std::map<std::string, std::vector<std::int64_t>> refused_us_;  ///< party -> when its refusals were kept
  std::map<std::uint64_t, core::EntryIndex> declined_;  ///< ladders that are to climb at once -> entry that declined
  std::map<core::CaseNumber, std::pair<bool, bool>> kinds_;  ///< whether a case is of the Prevent stream, an exercise
  std::map<std::uint64_t, core::EntryIndex> alarm_owed_;     ///< notification -> entry that exhausted its ladder
  /// Notifications whose rung, the second value, had nobody on duty and none above it.
  std::map<std::uint64_t, std::uint32_t> nobody_at_the_top_;
  std::uint64_t deliveries_ = 0;
  mutable std::uint64_t checks_ = 0;
};

}  // namespace told::sim
