#pragma once
// The policy as the engine uses it: plain values, immutable once loaded, checked by config/ when it was read.
// Every figure here comes from the policy file; the core has none of its own.
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/calendar.hpp"
#include "core/condition.hpp"
#include "core/drill.hpp"
#include "core/due.hpp"
#include "core/rota.hpp"
#include "core/time.hpp"

namespace told::core {

/// When a rung's time comes, for a clock that started at `from` and must be stopped by `deadline`.
struct RungTime {
  enum class Kind : std::uint8_t {
    elapsed,       ///< "15 min": so long after the start
    share,         ///< "50 %": of the time from start to deadline, as share_at() counts it
    past_deadline  ///< "at the deadline", "deadline + 1 working day"
  };
  Kind kind = Kind::elapsed;
  std::uint32_t percent = 0;  ///< Kind::share only: 1 to 100
  Due due;                    ///< after the start, or after the deadline; elapsed 0 is at it

  RungTime() = default;
  template <class Rep, class Period>
  RungTime(std::chrono::duration<Rep, Period> real) : due(real) {}  // NOLINT(google-explicit-constructor)

  /// `within`: how the deadline was reckoned from the start.
  [[nodiscard]] Instant at(Instant from, Instant deadline, const Due& within, const Calendar& calendar) const;
  [[nodiscard]] std::string in_words() const;  ///< as the policy says it
  friend bool operator==(const RungTime&, const RungTime&) = default;
};

/// One step of a ladder.
struct Rung {
  RungTime after;
  std::vector<std::string> who;  ///< recipients or rotas to call; empty only where `again` is set
  /// When so many of those called have taken the call, the ladder holds at this rung for `repeat_last` instead of
  /// climbing, and they are called again; it goes up when too few take it again. 0: nobody holds it.
  std::uint32_t quorum = 0;
  /// The silent recipient is told again, from now on by its second channel where it has one.
  bool again = false;
  /// The silent recipient's own deputy is called too, where it has one.
  bool deputy = false;
};

/// Who is called, in turn, while a recipient has not acknowledged. Rungs are in order of time.
struct Ladder {
  std::string name;
  std::vector<Rung> rungs;
  Due repeat_last;  ///< the last rung repeats this often once reached: elapsed time, more than zero, or working days
};

/// How urgent: chooses a pace within a rule. Missing children graded high are `high`; all else is `other`.
enum class Pace : std::uint8_t { other = 0, high = 1 };

/// "When this happens, tell this recipient these fields within this time, and climb this ladder."
struct Rule {
  // Made, copied and ended in policy.cpp: here, each of the fifty files that hold one would compile it again. So with
  // Clock and Policy.
  Rule();
  Rule(const Rule&);
  Rule(Rule&&) noexcept;
  Rule& operator=(const Rule&);
  Rule& operator=(Rule&&) noexcept;
  ~Rule();

  std::uint32_t number = 0;  ///< from 1, in the order of the file; the order of telling
  std::string when;          ///< the event type without `told.` and `.v1`: "child.missing", or "alarm.worker_silent"
  std::string who;           ///< a recipient
  std::vector<std::string> sites;  ///< only for events from these sites; empty means all
  Condition only_if;
  bool only_if_told = false;  ///< only where a rule told `who` of the missing episode that goes on
  std::vector<std::string>
      fields;           ///< the paths that may leave ("child.name", "missing.last_seen_at"); nothing else does
  bool urgent = false;  ///< somebody must answer within the hour (config/words.hpp): a message that says nothing is an
                        ///< error that a person must hear of
  Due within[2]{};      ///< until a named person must acknowledge, by Pace
  std::string ladder[2];         ///< a ladder's name, by Pace
  std::string basis;             ///< why it may be shared, for people
  std::string purpose;           ///< what it is shared for, for people
  std::string agreement;         ///< the information-sharing agreement's reference; "" where none is named
  std::optional<Day> review_by;  ///< of the agreement
  std::string source;            ///< where the rule comes from, for people
  int line = 0;                  ///< of the policy file
};

/// Within what something is owed once, however often it is reported that it is owed.
enum class Once : std::uint8_t {
  a_report,    ///< each report makes it owed
  an_absence,  ///< from when a child was missing until it was missing again
  a_stay       ///< until the child leaves: the case is closed, or the child is transferred
};

/// An obligation: a clock that an event starts and a later event, or a named person's act, stops. "The record goes to
/// the team manager by close of the next working day." Kept as a notification of the event that started it
/// (NOTIFICATION_KIND_OBLIGATION): nothing is sent at first; at `warn` its recipient is told that it falls due, then
/// its ladder climbs until it is done.
struct Clock {
  Clock();
  Clock(const Clock&);
  Clock(Clock&&) noexcept;
  Clock& operator=(const Clock&);
  Clock& operator=(Clock&&) noexcept;
  ~Clock();

  std::uint32_t number = 0;  ///< from 1, in the order of the file
  std::string name;          ///< "uucr": unique
  std::string starts;        ///< the event type, as a rule's `when`
  std::string after;         ///< another clock of that event: it begins each time that that one is done; "": at once
  Condition only_if;
  std::vector<std::string> sites;
  std::string duty;  ///< in words: "UUCR to the CLA 3 Team Manager"
  std::string who;   ///< the recipient (or rota) who owes it
  Due due;
  RungTime warn;                        ///< when `who` is reminded; before the deadline
  std::vector<std::string> stopped_by;  ///< event types of the same case that stop it; a person's act always may
  std::string ladder;
  std::optional<Due> every;        ///< it begins again when it is done: due so long after the moment it was done
  std::vector<std::string> until;  ///< event types that end a repeating one for good; `stopped_by` does each round
  bool once_a_stay = false;        ///< owed once while the child stays, however often `starts` is reported
  bool retention = false;          ///< it asks that the case be erased: only then may it be, and that is its being done
  bool reminder = false;  ///< no duty: nobody is told that it was not done, and the committee's table leaves it out
  std::string basis;
  std::string source;
  int line = 0;

  [[nodiscard]] Once once() const;
};

/// A figure to watch: "crossing 44 is a notice to the team manager, and refuses nothing".
struct Quota {
  std::string name;
  std::string counts;  ///< an event type; a case counts once, until one of `until`
  std::vector<std::string> until;
  std::uint32_t figure = 0;  ///< told when the count comes to be above it
};

/// How a recipient is told where its carrier fails: after so many failures in a row of what goes next, or where that
/// has waited so long and the carrier cannot take it. At least one of the two is set.
struct SecondChannel {
  std::string carrier;               ///< "smtp"
  std::uint32_t after_failures = 0;  ///< 0: not for failures
  Duration after{};                  ///< 0: not for waiting
};

/// The recipient's mailbox may carry the agency's form, which a mail has not otherwise.
struct FormByMail {
  bool sealed = true;            ///< encrypted for the recipient alone; otherwise in the clear
  std::string agreement;         ///< that allows it in the clear; "" where it goes sealed
  std::optional<Day> review_by;  ///< of the agreement
};

/// How a recipient's message is made and how it travels.
struct Recipient {
  std::string name;            ///< "police.control_room"
  std::string title;           ///< "Essex Police control room": as people read it
  std::string agency;          ///< an agency adapter: police, home_office, barnardos_itg, channel_panel, generic
  std::string carrier;         ///< "zmq_queue"
  bool exercise_only = false;  ///< gets exercises and tests, and those only; all others get `actual` events only
  bool prevent = false;        ///< in the Prevent stream (the Channel panel is): told of nothing else about a child
  bool person = false;         ///< somebody by role or post rather than a body: may stand in a rota, may be screened
  std::optional<SecondChannel> second = {};
  std::string deputy = {};  ///< another recipient, called in its stead on rungs that say so; "" where none is named
  std::optional<FormByMail> form_by_mail = {};
};

struct Policy {
  Policy();
  Policy(const Policy&);
  Policy(Policy&&) noexcept;
  Policy& operator=(const Policy&);
  Policy& operator=(Policy&&) noexcept;
  ~Policy();

  std::uint32_t version = 0;  ///< given by the ledger when it is adopted, from 1
  std::string name;           ///< as the file names itself
  std::string text;           ///< the file, to the byte
  std::vector<Recipient> recipients;
  std::vector<Rule> rules;
  std::map<std::string, Ladder> ladders;
  std::vector<Clock> clocks;
  std::vector<Quota> quotas;
  Calendar calendar;
  std::vector<Rota> rotas;
  std::vector<Drill> drills;
  /// What the file refers to, to the byte, by the name it uses: the bank holidays' calendar.
  std::map<std::string, std::string> attachments;
  /// A stand-down by hand and a told-of-missing recipient without a rule for the end: acknowledge within this, climb
  /// that.
  Due stand_down_within{};
  std::string stand_down_ladder;
  /// After this many refused or failed attempts in a row a person is called (alarm `delivery_failing`).
  std::uint32_t attempts_before_alarm = 5;
  /// Event types of which nobody is told, said on purpose: they are recorded, and may start and stop clocks.
  std::vector<std::string> not_told;
  std::vector<std::string> sites;  ///< every site that events may come from; rules and publishers name these
  /// What a person redacts, or not, before somebody is given what was said of them: fields about third parties, and
  /// fields that policing may be prejudiced by. Paths of any event's data; a group stands for all below it.
  std::vector<std::string> third_party, policing;

  [[nodiscard]] const Recipient* recipient(const std::string& recipient_name) const;
  [[nodiscard]] const Ladder* ladder(const std::string& ladder_name) const;
  [[nodiscard]] const Rule* rule(std::uint32_t number) const;    ///< nullptr for 0 or beyond the last
  [[nodiscard]] const Clock* clock(std::uint32_t number) const;  ///< likewise
  [[nodiscard]] const Rota* rota(const std::string& role) const;
  /// Whether any deadline, a rung's time, or who is on duty depends on the calendar's bank holidays.
  [[nodiscard]] bool counts_working_days() const;
  /// Whether a rule tells anybody of this alarm ("wrong_recipient").
  [[nodiscard]] bool tells_of_alarm(const std::string& code) const;
  /// Whom a name on a rung, or a clock's `who`, stands for at that moment: a rota's people, or the recipient itself.
  /// Empty where a rota has nobody.
  [[nodiscard]] std::vector<std::string> on_duty(const std::string& who, Instant at) const;
  /// Such a name is told of exercises and of nothing else. (A rota's people are real ones.)
  [[nodiscard]] bool exercise_only(const std::string& who) const;
  /// Everyone for whom such a name may ever stand.
  [[nodiscard]] std::vector<std::string> everyone(const std::string& who) const;
  /// The rule names the recipient, or a rota that they are on.
  [[nodiscard]] bool may_tell(const Rule& rule_of_it, const std::string& recipient_name) const;
};

using PolicyPtr = std::shared_ptr<const Policy>;

}  // namespace told::core
