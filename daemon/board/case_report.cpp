#include "board/case_report.hpp"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <set>

#include "audit/choice.hpp"
#include "audit/export.hpp"
#include "audit/glossary.hpp"
#include "core/reference.hpp"

namespace told::board {
namespace {

/// 16 bytes each. At 2,000 entries a second that is over two minutes, and the projection is seconds behind.
constexpr std::size_t recent_kept = 1U << 18U;

/// Under which case's reference each event was published: that whose first report has its subject.
class PublishedUnder {
 public:
  /// 0: under that of the case that it is recorded in, or of one that is not among those seen. In the ledger's order.
  core::CaseNumber other_than_recorded(const v1::LedgerEntry& entry, const v1::Body& body) {
    const std::string& subject = body.event().subject();
    if (entry.event_accepted().opens_case()) opened_[subject] = entry.case_number();
    const auto found = opened_.find(subject);
    return found == opened_.end() || found->second == entry.case_number() ? 0 : found->second;
  }

 private:
  std::map<std::string, core::CaseNumber> opened_;
};

}  // namespace

void RecentEntries::add(const v1::LedgerEntry& entry) {
  if (entry.case_number() == 0) return;
  seen_.push_back({entry.index(), entry.case_number()});
  // It is of the case that an event is moved out of, too.
  if (const auto from = entry.identity_changed().from_case(); from != 0) seen_.push_back({entry.index(), from});
  while (seen_.size() > recent_kept) seen_.pop_front();
}

std::vector<core::EntryIndex> RecentEntries::of(const std::vector<core::CaseNumber>& cases) const {
  std::vector<core::EntryIndex> out;
  for (const auto& each : seen_)
    if (std::find(cases.begin(), cases.end(), each.case_number) != cases.end()) out.push_back(each.index);
  return out;
}

std::set<core::EntryIndex> entries_of(ledger::Reader& reader, const AskedCase& asked,
                                      const std::vector<core::EntryIndex>& recent) {
  std::set<core::EntryIndex> indices(recent.begin(), recent.end());
  for (const core::CaseNumber c : asked.same_child)
    for (const auto event : reader.events_of(c)) {
      indices.insert(event);
      for (const auto index : reader.trail(event)) indices.insert(index);
    }
  const auto is_of_it = [&](core::CaseNumber c) {
    return std::find(asked.same_child.begin(), asked.same_child.end(), c) != asked.same_child.end();
  };
  // What was said of an event, and of its corrections, before it was moved here was recorded in another case.
  std::set<core::EntryIndex> from_elsewhere;
  for (const auto index : std::set(indices)) {
    const auto entry = reader.entry(index);
    if (!entry || !entry->has_identity_changed() || !is_of_it(entry->case_number())) continue;
    const auto moved = entry->identity_changed().moved_event();
    if (moved == 0) continue;
    std::vector<core::EntryIndex> came = reader.that_amend(moved);
    came.push_back(moved);
    for (const auto event : came)
      for (const auto said : reader.trail(event)) {
        indices.insert(said);
        if (said < index) from_elsewhere.insert(said);
      }
  }
  std::erase_if(indices, [&](core::EntryIndex index) {
    const auto entry = reader.entry(index);
    if (!entry) return true;
    // A trail may touch an alarm, which is of no case, and go on in the case that its event was moved to.
    const bool moved_away = entry->has_identity_changed() && is_of_it(entry->identity_changed().from_case());
    return !is_of_it(entry->case_number()) && !moved_away && !from_elsewhere.contains(index);
  });
  return indices;
}

v1::CaseReport case_report(ledger::Reader& reader, const AskedCase& asked, const std::vector<core::EntryIndex>& recent,
                           const TitleMap& titles, const ledger::CaseNames& names) {
  std::set<std::pair<std::string, core::CaseNumber>> told;
  std::map<core::NotificationId, v1::Duty> notifications;
  audit::Glossary glossary;
  glossary.recipient = [&](core::NotificationId id) {
    const auto found = notifications.find(id);
    return found == notifications.end() ? std::string() : found->second.recipient();
  };
  glossary.title = [&](const std::string& recipient) {
    const auto found = titles.find(recipient);
    return found == titles.end() ? std::string() : found->second;
  };
  glossary.asked = [&](core::NotificationId id) {
    const auto found = notifications.find(id);
    if (found == notifications.end()) return audit::Asked{};
    const core::NotificationId silent{id.event, static_cast<core::Slot>(found->second.about_slot())};
    return audit::asked_of(found->second.kind(), glossary.title(glossary.recipient(silent)), "");
  };

  v1::CaseReport report;
  report.set_case_ref(core::to_reference(core::Named::case_, asked.number));
  for (const core::CaseNumber c : asked.same_child)
    if (c != asked.number) report.add_same_child(core::to_reference(core::Named::case_, c));
  if (asked.goes_on_as != asked.number) report.set_goes_on_as(core::to_reference(core::Named::case_, asked.goes_on_as));
  PublishedUnder published;
  for (const auto index : entries_of(reader, asked, recent)) {
    const auto entry = reader.entry(index);
    if (!entry || entry->has_case_read()) continue;  // who looked is for those who audit
    auto& line = *report.add_entries();
    line.set_index(index);
    if (entry->case_number() != asked.number)
      line.set_case_ref(core::to_reference(core::Named::case_, entry->case_number()));
    *line.mutable_time() = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(entry->time_us());
    if (const auto* duties = audit::duties_of(*entry))
      for (const auto& duty : *duties) {
        const core::NotificationId id{entry->event(), static_cast<core::Slot>(duty.slot())};
        notifications[id] = duty;
        if (entry->case_number() != 0) told.insert({duty.recipient(), entry->case_number()});
        line.add_notifications(core::to_reference(id));
      }
    if (entry->has_event_accepted()) line.set_event_ref(core::to_reference(core::Named::event, index));
    if (const auto slot = audit::slot_of(*entry)) line.add_notifications(core::to_reference({entry->event(), *slot}));
    line.set_what(audit::in_words(*entry, nullptr, glossary));
    if (entry->sealed().empty()) continue;
    const auto body = reader.body(*entry);
    if (const core::CaseNumber other =
            body && entry->has_event_accepted() ? published.other_than_recorded(*entry, *body) : 0)
      line.set_published_under(core::to_reference(core::Named::case_, other));
    if (!body && entry->has_event_accepted() && reader.purged(index))
      line.set_purged(true);
    else if (!body)
      line.set_erased(true);
    else if (auto said = audit::said_in(*body))
      *line.mutable_said() = std::move(*said);
  }
  for (const auto& [recipient, c] : told) {
    auto& known = *report.add_known_as();
    const std::string title = glossary.title(recipient);
    known.set_recipient(recipient);
    known.set_title(title.empty() ? recipient : title);
    known.set_case_ref(names.name(c, recipient));
  }
  return report;
}

}  // namespace told::board
