#pragma once
// The audit table: what the ledger's entries add up to, one row for each notification.
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/choice.hpp"
#include "core/ids.hpp"
#include "told/v1/ledger.pb.h"

namespace told::audit {

/// Times are microseconds of UTC; 0 is not (yet).
struct AuditRow {
  core::CaseNumber case_number = 0;
  /// Of what whoever is told is told of, and when it happened: of the event; of what a correction tells whoever was not
  /// told before, or makes owed, as the event is corrected.
  std::string event_type;
  std::int64_t event_us = 0;
  std::string recipient;
  v1::NotificationKind kind = v1::NOTIFICATION_KIND_UNSPECIFIED;
  bool exercise = false;
  std::int64_t made_us = 0, told_us = 0, delivered_us = 0, deadline_us = 0, acknowledged_us = 0, recorded_us = 0;
  std::string carrier;
  std::uint32_t attempts = 0, rule = 0, policy_version = 0, about_slot = 0;
  std::string by, role, recorded_by;
  v1::Means means = v1::MEANS_UNSPECIFIED;
  bool late = false, declined = false, ended = false;
  bool nobody_there = false;                      ///< nobody was there to be told
  bool done = false;                              ///< obligations: the duty was done
  bool reminder = false;                          ///< obligations: to be remembered, and no duty
  std::uint32_t rounds_met = 0, rounds_late = 0;  ///< obligations that repeat: rounds before the present one
  std::vector<std::string> escalated_to;          ///< recipients, in the order in which they were called

  /// "acknowledged", "acknowledged LATE", "not theirs", "ended before anybody answered", "delivered", "nobody was there
  /// to be told", "open"; of obligations "done", "done LATE", "no longer owed", "open".
  [[nodiscard]] std::string state() const;
  /// The need ended, unless somebody had acknowledged or none was asked to.
  void end();
  /// Whoever answered, or was asked no more, is asked again: the row is of the newest question, and what was answered
  /// before is in the case's timeline.
  void ask_again();
};

class AuditTable {
 public:
  /// Every entry from 0, in order; `body` opens an entry's body and is asked only where a person spoke.
  using Opener = std::function<std::optional<v1::Body>(const v1::LedgerEntry&)>;
  void add(const v1::LedgerEntry& entry, const Opener& body);

  /// In the order of their events, then of telling.
  [[nodiscard]] const std::map<core::NotificationId, AuditRow>& rows() const { return rows_; }

 private:
  struct Origin {
    std::string type;
    std::int64_t time_us = 0;
    bool exercise = false;
    core::EntryIndex corrects = 0;  ///< a correction: the earlier event
  };
  using Duties = google::protobuf::RepeatedPtrField<v1::Duty>;
  void add_duties(core::EntryIndex event, const Duties& duties, const v1::LedgerEntry& by);
  /// By what happened at `at_us`.
  void stop_clocks(const v1::ClocksStopped& stopped, std::int64_t at_us, const v1::LedgerEntry& by);
  /// Those that name the event which stops them, or those that do not: then something that happened then.
  void stop_clocks(const google::protobuf::RepeatedPtrField<v1::ClocksStopped>& groups, bool named, std::int64_t at_us,
                   const v1::LedgerEntry& by);
  /// `stopper` did not stop them after all.
  void owe_again(const google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups, core::EntryIndex stopper,
                 const v1::LedgerEntry& by);
  /// What the duty, of the event, is about.
  [[nodiscard]] const Origin& origin_of(const v1::Duty& duty, core::EntryIndex event);
  /// Of the event and of its corrections.
  void end_all(core::EntryIndex event);
  void withdraw(core::CaseNumber c, core::EntryIndex event);
  void recompute(const google::protobuf::RepeatedPtrField<v1::ClockRecomputed>& clocks);
  /// Those that began at `until_us` or before.
  void end_episodes(core::CaseNumber c, std::int64_t until_us);
  /// Nobody is chased about a child who is found.
  void end_chase(core::EntryIndex event);
  void end_calls(core::NotificationId about);
  void end_calls(const google::protobuf::RepeatedField<std::uint64_t>& calls);
  void withhold(const google::protobuf::RepeatedField<std::uint64_t>& waiting);
  void open_again(const google::protobuf::RepeatedPtrField<v1::OpenAgain>& all);
  void tell_now(const google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups, const v1::LedgerEntry& entry);
  AuditRow* row(const v1::LedgerEntry& entry);
  std::map<core::NotificationId, AuditRow> rows_;
  std::map<core::EntryIndex, Origin> events_;
  std::map<core::EntryIndex, std::vector<core::EntryIndex>> corrections_;  ///< by the event that is corrected
  std::map<core::CaseNumber, std::vector<core::EntryIndex>> episodes_;     ///< missing reports and grades that go on
};

}  // namespace told::audit
