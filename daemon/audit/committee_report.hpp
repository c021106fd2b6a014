#pragma once
// The committee's table: how many children arrived, how often children went missing and how many they were, who was
// told in time, what was owed and done. Counted from the ledger's heads alone: no name and no body is opened.
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "audit/audit_table.hpp"
#include "audit/streams.hpp"
#include "core/time.hpp"

namespace told::audit {

/// What one recipient was asked and answered; times are from the making of a notification to its acknowledgement.
struct AgencyFigures {
  std::string recipient;
  std::uint64_t told = 0;     ///< notifications that ask for an acknowledgement
  std::uint64_t in_time = 0;  ///< acknowledged by the deadline
  std::uint64_t late = 0;     ///< acknowledged after it
  std::uint64_t never = 0;    ///< not acknowledged, and the deadline is past or the need has ended
  std::uint64_t open = 0;     ///< the deadline is still to come
  core::Duration median{};    ///< of the acknowledged ones; 0 where there is none
  core::Duration ninth{};     ///< nine in ten were as quick
};

struct CommitteeFigures {
  std::uint64_t arrivals = 0;      ///< of a child once until it leaves, however often it is reported
  std::uint64_t episodes = 0;      ///< missing episodes: reports of one absence count once
  std::uint64_t young_people = 0;  ///< distinct cases among them
  std::uint64_t escalations = 0;   ///< steps of ladders, but for reminders
  std::uint64_t met = 0, late = 0, missed = 0, running = 0, no_longer_owed = 0;  ///< obligations, but for reminders
  std::vector<AgencyFigures> agencies;                                           ///< by name
  std::vector<AgencyFigures> drills;  ///< planned exercises, by the desk that was told: never mixed with the above
  std::map<std::string, std::uint64_t> arrivals_by_month, episodes_by_month;  ///< "2023-04", by the day it happened
};

/// Hand it every entry of a ledger from 0, in order. Prevent cases are not counted. Exercises and tests are not
/// counted, but for planned drills, which have figures of their own.
class CommitteeReport {
 public:
  /// Events that happened in [from, until), and what was made because of them, as it stands at `now`.
  CommitteeReport(core::Instant from, core::Instant until, core::Instant now) : from_(from), until_(until), now_(now) {}
  void add(const v1::LedgerEntry& entry);
  [[nodiscard]] CommitteeFigures figures() const;

 private:
  struct Happened {
    core::CaseNumber case_number = 0;
    core::Instant at{};
    bool counts = false;
  };
  void change_identity(core::CaseNumber to, const v1::IdentityChanged& change);
  void end_report(core::CaseNumber c, core::EntryIndex missing);
  [[nodiscard]] bool within(core::Instant at) const { return at >= from_ && at < until_; }
  core::Instant from_, until_, now_;
  AuditTable table_;
  Streams streams_;
  /// Of each child's arrivals, by case: those that are not another report of one that stands.
  [[nodiscard]] std::vector<core::Instant> arrivals() const;
  /// It was found when `at` came: an absence that began later goes on.
  void found(core::CaseNumber c, core::Instant at);
  std::map<core::EntryIndex, Happened> arrivals_, episodes_;
  std::map<core::EntryIndex, Happened> leavings_;                   ///< case.closed, child.transferred
  std::map<core::CaseNumber, std::set<core::EntryIndex>> missing_;  ///< reports of absences that go on
  std::set<core::EntryIndex> counted_;                              ///< events in the period
  std::set<core::EntryIndex> every_drill_;                          ///< of either stream, whenever it was
  std::set<core::EntryIndex> drills_;                               ///< in the period
  std::map<core::EntryIndex, std::uint64_t> climbed_;               ///< steps of ladders, by event
};

/// How small numbers are shown: a count of 1 to 4 as "fewer than 5", and every share that would give it away.
enum class SmallNumbers : std::uint8_t { shown, suppressed };

[[nodiscard]] std::string in_markdown(const CommitteeFigures& figures, const std::string& period, SmallNumbers small);
[[nodiscard]] std::string in_csv(const CommitteeFigures& figures, SmallNumbers small);
/// A chart of arrivals and missing episodes by month, with its numbers as text.
[[nodiscard]] std::string in_svg(const CommitteeFigures& figures, const std::string& period, SmallNumbers small);

}  // namespace told::audit
