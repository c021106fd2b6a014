#pragma once
// The policy as the engine uses it: plain values, immutable once loaded, checked by config/ when it was read.
// Every figure here comes from the policy file; the core has none of its own.
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/time.hpp"

namespace told::core {

/// One step of a ladder.
struct Rung {
  Duration after{};              ///< since the notification was made
  std::vector<std::string> who;  ///< recipients to call; never empty (the loader refuses an empty rung)
};

/// Who is called, in turn, while a recipient has not acknowledged. Rungs are in order of `after`.
struct Ladder {
  std::string name;
  std::vector<Rung> rungs;
  Duration repeat_last{};  ///< the last rung repeats this often once reached; more than zero
};

/// How urgent: chooses a pace within a rule. Missing children graded high are `high`; all else is `other`.
enum class Pace : std::uint8_t { other = 0, high = 1 };

/// "When this happens, tell this recipient these fields within this time, and climb this ladder."
struct Rule {
  std::uint32_t number = 0;  ///< from 1, in the order of the file; the order of telling
  std::string when;          ///< the event type without `told.` and `.v1`: "child.missing", or "alarm.worker_silent"
  std::string who;           ///< a recipient
  std::vector<std::string> sites;  ///< only for events from these sites; empty means all
  std::string only_if;             ///< "" always, or "trafficking_indicators": only where the event carries some
  std::vector<std::string>
      fields;             ///< the paths that may leave ("child.name", "missing.last_seen_at"); nothing else does
  Duration within[2]{};   ///< until a named person must acknowledge, by Pace
  std::string ladder[2];  ///< a ladder's name, by Pace
  std::string basis;      ///< why it may be shared, for people
  std::string source;     ///< where the rule comes from, for people
  int line = 0;           ///< of the policy file
};

/// How a recipient's message is made and how it travels.
struct Recipient {
  std::string name;            ///< "police.control_room"
  std::string title;           ///< "Essex Police control room": as people read it
  std::string agency;          ///< an agency adapter: police, home_office, barnardos_itg, channel_panel, generic
  std::string carrier;         ///< "zmq_queue"
  bool exercise_only = false;  ///< gets exercises and tests, and those only; all others get `actual` events only
};

struct Policy {
  std::uint32_t version = 0;  ///< given by the ledger when it is adopted, from 1
  std::string name;           ///< as the file names itself
  std::string text;           ///< the file, to the byte
  std::vector<Recipient> recipients;
  std::vector<Rule> rules;
  std::map<std::string, Ladder> ladders;
  /// A stand-down by hand and a told-of-missing recipient without a rule for the end: acknowledge within this, climb
  /// that.
  Duration stand_down_within{};
  std::string stand_down_ladder;
  /// After this many refused or failed attempts in a row a person is called (alarm `delivery_failing`).
  std::uint32_t attempts_before_alarm = 5;
  std::vector<std::string> sites;  ///< every site that events may come from; rules and publishers name these

  [[nodiscard]] const Recipient* recipient(const std::string& recipient_name) const;
  [[nodiscard]] const Ladder* ladder(const std::string& ladder_name) const;
  [[nodiscard]] const Rule* rule(std::uint32_t number) const;  ///< nullptr for 0 or beyond the last
};

using PolicyPtr = std::shared_ptr<const Policy>;

}  // namespace told::core
