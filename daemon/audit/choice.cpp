#include "audit/choice.hpp"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "core/reference.hpp"

namespace told::audit {

using google::protobuf::util::TimeUtil;

bool Choice::takes_recipient(std::string_view recipient) const {
  if (agency.empty() || recipient == agency) return true;
  return recipient.size() > agency.size() && recipient.starts_with(agency) && recipient[agency.size()] == '.';
}

bool Choice::takes_case(const v1::LedgerEntry& entry) const {
  const auto is_it = [this](core::CaseNumber c) {
    return c == case_number || std::find(same_child.begin(), same_child.end(), c) != same_child.end();
  };
  const auto came_here = [this](core::EntryIndex event) {
    return event != 0 && std::find(moved_here.begin(), moved_here.end(), event) != moved_here.end();
  };
  return !case_number || is_it(entry.case_number()) || came_here(entry.event()) ||
         (entry.identity_changed().from_case() && is_it(entry.identity_changed().from_case()));
}

void Choice::learn(const v1::LedgerEntry& entry) {
  if (!moved_here.empty() && entry.event_accepted().amends() != 0 &&
      std::find(moved_here.begin(), moved_here.end(), entry.event_accepted().amends()) != moved_here.end())
    moved_here.push_back(entry.index());
}

bool Choice::takes_head(const v1::LedgerEntry& entry) const {
  if (!takes_case(entry)) return false;
  const auto time = core::from_us(entry.time_us());
  return !(since && time < *since) && !(until && time >= *until);
}

v1::ExportFilter Choice::filter() const {
  v1::ExportFilter filter;
  if (case_number) filter.set_case_ref(core::to_reference(core::Named::case_, case_number));
  for (const core::CaseNumber c : same_child) filter.add_same_child(core::to_reference(core::Named::case_, c));
  for (const core::EntryIndex event : moved_here) filter.add_moved_here(core::to_reference(core::Named::event, event));
  filter.set_agency(agency);
  if (since) *filter.mutable_since() = TimeUtil::MicrosecondsToTimestamp(core::to_us(*since));
  if (until) *filter.mutable_until() = TimeUtil::MicrosecondsToTimestamp(core::to_us(*until));
  return filter;
}

std::optional<Choice> choice_of(const v1::ExportFilter& filter) {
  Choice choice;
  if (!filter.case_ref().empty()) {
    const auto number = core::from_reference(core::Named::case_, filter.case_ref());
    if (!number) return std::nullopt;
    choice.case_number = *number;
  }
  for (const std::string& reference : filter.same_child()) {
    const auto number = core::from_reference(core::Named::case_, reference);
    if (!number) return std::nullopt;
    choice.same_child.push_back(*number);
  }
  for (const std::string& reference : filter.moved_here()) {
    const auto event = core::from_reference(core::Named::event, reference);
    if (!event) return std::nullopt;
    choice.moved_here.push_back(*event);
  }
  choice.agency = filter.agency();
  if (filter.has_since()) choice.since = core::from_us(TimeUtil::TimestampToMicroseconds(filter.since()));
  if (filter.has_until()) choice.until = core::from_us(TimeUtil::TimestampToMicroseconds(filter.until()));
  return choice;
}

const google::protobuf::RepeatedPtrField<v1::Duty>* duties_of(const v1::LedgerEntry& entry) {
  switch (entry.head_case()) {
    case v1::LedgerEntry::kEventAccepted:
      return &entry.event_accepted().duties();
    case v1::LedgerEntry::kEscalated:
      return &entry.escalated().duties();
    case v1::LedgerEntry::kAcknowledged:
      return &entry.acknowledged().duties();
    case v1::LedgerEntry::kAlarmRaised:
      return &entry.alarm_raised().duties();
    case v1::LedgerEntry::kAlarmCleared:
      return &entry.alarm_cleared().duties();
    case v1::LedgerEntry::kStandDownOrdered:
      return &entry.stand_down_ordered().duties();
    case v1::LedgerEntry::kIdentityChanged:
      return &entry.identity_changed().duties();
    case v1::LedgerEntry::kDrillStarted:
      return &entry.drill_started().duties();
    default:
      return nullptr;
  }
}

std::optional<core::Slot> slot_of(const v1::LedgerEntry& entry) {
  const auto slot = [](std::uint32_t number) { return static_cast<core::Slot>(number); };
  switch (entry.head_case()) {
    case v1::LedgerEntry::kAttemptIntended:
      return slot(entry.attempt_intended().slot());
    case v1::LedgerEntry::kAttemptEnded:
      return slot(entry.attempt_ended().slot());
    case v1::LedgerEntry::kAcknowledged:
      return slot(entry.acknowledged().slot());
    case v1::LedgerEntry::kDeclined:
      return slot(entry.declined().slot());
    case v1::LedgerEntry::kEscalated:
      return slot(entry.escalated().slot());
    default:
      return std::nullopt;
  }
}

bool Chooser::concerns_agency(const v1::LedgerEntry& entry) {
  bool concerned = entry.head_case() == v1::LedgerEntry::kSessionChanged &&
                   choice_.takes_recipient(entry.session_changed().recipient());
  if (const auto* duties = duties_of(entry)) {
    for (const auto& duty : *duties) {
      const bool theirs = choice_.takes_recipient(duty.recipient());
      if (theirs) chosen_.insert({entry.event(), static_cast<core::Slot>(duty.slot())});
      concerned = concerned || theirs;
    }
  }
  const auto look_at_stopped = [&](const auto& groups) {
    for (const auto& stopped : groups) {
      for (const auto& clock : stopped.clocks())
        concerned = concerned || chosen_.contains({stopped.event(), static_cast<core::Slot>(clock.slot())});
      for (const auto& duty : stopped.duties()) {
        const bool theirs = choice_.takes_recipient(duty.recipient());
        if (theirs) chosen_.insert({stopped.event(), static_cast<core::Slot>(duty.slot())});
        concerned = concerned || theirs;
      }
    }
  };
  look_at_stopped(entry.event_accepted().clocks_stopped());
  look_at_stopped(entry.identity_changed().clocks_stopped());
  look_at_stopped(entry.case_erased().clocks_stopped());
  const auto look_at = [&](const auto& groups) {
    for (const auto& again : groups)
      for (const auto& duty : again.duties()) concerned = concerned || choice_.takes_recipient(duty.recipient());
  };
  look_at(entry.event_accepted().owed_again());
  look_at(entry.event_accepted().grade_told());
  look_at(entry.identity_changed().owed_again());
  look_at(entry.identity_changed().told_now());
  if (const auto slot = slot_of(entry)) concerned = concerned || chosen_.contains({entry.event(), *slot});
  return concerned;
}

bool Chooser::takes(const v1::LedgerEntry& entry) {
  choice_.learn(entry);
  // Who looked is for those who audit, and not for those who are given a case's or an agency's entries.
  if (entry.has_case_read() && (choice_.case_number != 0 || !choice_.agency.empty())) return false;
  const bool agency = choice_.agency.empty() || concerns_agency(entry);  // always asked, so that it learns
  return agency && choice_.takes_head(entry);
}

}  // namespace told::audit
