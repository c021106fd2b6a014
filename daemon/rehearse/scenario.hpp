#pragma once
// A scenario: what happens one night, and what is expected of the policy. Written by a council officer as TOML
// (tests/scenario/README.md has the words), read with the same care as a configuration.
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/config.hpp"
#include "config/tree.hpp"
#include "core/policy.hpp"
#include "rehearse/moment.hpp"
#include "told/v1/event.pb.h"
#include "told/v1/gateway.pb.h"
#include "told/v1/projection.pb.h"

namespace told::rehearse {

/// Who speaks where a scenario does not say.
inline constexpr const char* any_person = "Officer A";
inline constexpr const char* any_role = "duty officer";

/// A person, as a step names them.
struct Speaker {
  std::string person;
  std::string role;
};

/// Which notification a step or an expectation is about: the newest that all that is said agrees with.
struct Which {
  std::string who;         ///< its recipient
  std::string of;          ///< the event's type, or "alarm.nobody_was_told", "stand_down"; "" any
  std::string subject;     ///< the child's reference; "" any
  std::string call_about;  ///< a call by the ladder of this recipient's notification; "" not a call
  std::string clock;       ///< an obligation: the name of the policy's clock
  std::string kind;        ///< "stand_down": NotificationKind's word; "" any
};

struct Publish {
  std::shared_ptr<const v1::Event> event;
};
struct Acknowledge {
  Which which;
  Speaker by;
  std::string note;
  std::string recorded_by;  ///< told by telephone, and recorded by this person
  bool done = false;        ///< an obligation: the duty is done; `note` says where the evidence lies
  bool ends = false;        ///< one that repeats: for good
};
struct Decline {
  Which which;
  Speaker by;
  std::string reason;
};
struct StandDown {
  std::string subject;
  Speaker by;
  std::string reason;
};
/// A child's case; what is known of the child in the Prevent stream is another.
struct OfCase {
  std::string subject;
  bool prevent = false;
};
/// A recipient is kept out of a child's case, or is let in again.
struct Screen {
  OfCase of;
  std::string who;
  bool lifted = false;
  Speaker by;
  std::string reason;
};
/// A legal hold on a child's case, or the end of it.
struct Hold {
  OfCase of;
  bool lifted = false;
  Speaker by;
  std::string reason;
};
/// What was said in a child's case is destroyed.
struct Erase {
  OfCase of;
  Speaker by;
  std::string reason;
};
/// Two subjects are the same child.
struct SameChild {
  std::string subject;
  std::string other;
  Speaker by;
  std::string reason;
};
/// The newest event of that type that was published about `subject` was about another child.
struct AnotherChild {
  std::string of;
  std::string subject;
  std::string other;  ///< the subject that it was about; "": one of whom nothing is known yet
  Speaker by;
  std::string reason;
};
struct CloseAlarm {
  std::string code;
  Speaker by;
  std::string note;
};
struct RaiseAlarm {
  std::string code;
  std::string party;
};
/// Nobody there answers: the story says so, and nothing happens.
struct Silence {
  std::string who;
};
struct Outage {
  std::string who;
  core::Channel channel = 0;           ///< 1: its second channel
  std::optional<core::Instant> until;  ///< none: to the end
};
struct Restart {};
struct ClockStep {
  core::Duration step{};
};
struct Adopt {
  std::shared_ptr<core::Policy> policy;
  std::string file;
};
using Action = std::variant<Publish, Acknowledge, Decline, StandDown, Screen, Hold, Erase, SameChild, AnotherChild,
                            CloseAlarm, RaiseAlarm, Silence, Outage, Restart, ClockStep, Adopt>;

struct Step {
  config::Place place;
  core::Instant at{};
  Action action;
};

/// The committee's table of everything that has happened by then; what is not said may be anything.
struct ReportFigures {
  std::optional<std::uint64_t> arrivals;
  std::optional<std::uint64_t> missing_episodes;
  std::optional<std::uint64_t> young_people;
  std::optional<std::uint64_t> duties;  ///< all that was owed, whatever came of it
};

/// What must be so. One of the kinds; what else is said narrows it.
struct Expectation {
  enum class Kind : std::uint8_t {
    told,  ///< `which.who` has a notification in hand
    not_told,
    told_only,  ///< exactly `names` were told of it (calls and reminders aside)
    order,      ///< `names` were told of it, in this order
    called,     ///< a ladder put a call into the hands of `which.who`
    not_called,
    due,              ///< a notification of `which` is due at `due`
    state,            ///< the notification's state is `state`, and it was late or not
    nobody_was_told,  ///< the alarm of that name was raised, or was not
    refused,          ///< an event was refused with this code
    report            ///< the committee's table says `report`
  };
  Kind kind = Kind::told;
  config::Place place;
  core::Instant not_before{};
  std::optional<Moment> by;  ///< none: at the end
  Which which;
  std::vector<std::string> names;
  std::vector<std::string> fields_seen;
  std::vector<std::string> not_fields;
  std::string first_words;  ///< of the message as its recipient reads it
  std::string carrier;      ///< by which it came; "" any
  Moment due;
  std::string state;  ///< "acknowledged"; or the code of a refusal
  std::optional<bool> late;
  bool truth = true;
  std::uint32_t times = 1;    ///< at least so often
  std::uint32_t at_most = 0;  ///< and no more often than this; 0: as often as it likes
  ReportFigures report;
};

struct Scenario {
  std::string file;
  std::string title;
  std::string policy_file;
  std::shared_ptr<core::Policy> policy;
  core::Instant begins{};
  std::optional<core::Instant> until;
  core::Duration delivery{};
  /// Everybody answers so long after it is in their hands, and does what is owed; none: only whom a step says.
  std::optional<core::Duration> answers;
  std::vector<Step> steps;  ///< in the order of time
  std::vector<Expectation> expectations;
};

/// `policy_file`: instead of the one that the scenario names; "" takes the scenario's (a path beside it).
[[nodiscard]] config::Loaded<Scenario> load_scenario(const std::string& path, const std::string& policy_file);

/// "tell", "stand_down", ... and "open", "acknowledged", ...: the words of v1::NotificationKind and
/// v1::NotificationState.
[[nodiscard]] std::string kind_word(v1::NotificationKind kind);
[[nodiscard]] std::string state_word(v1::NotificationState state);

}  // namespace told::rehearse
