#include "board/case_report.hpp"

#include <google/protobuf/util/time_util.h>

#include <set>

#include "audit/choice.hpp"
#include "audit/export.hpp"
#include "audit/words.hpp"
#include "core/reference.hpp"

namespace told::board {
namespace {

/// 16 bytes each. At 2,000 entries a second that is over two minutes, and the projection is seconds behind.
constexpr std::size_t recent_kept = 1U << 18U;

}  // namespace

void RecentEntries::add(const v1::LedgerEntry& entry) {
  if (entry.case_number() == 0) return;
  seen_.push_back({entry.index(), entry.case_number()});
  if (seen_.size() > recent_kept) seen_.pop_front();
}

std::vector<core::EntryIndex> RecentEntries::of(core::CaseNumber c) const {
  std::vector<core::EntryIndex> out;
  for (const auto& each : seen_)
    if (each.case_number == c) out.push_back(each.index);
  return out;
}

v1::CaseReport case_report(ledger::Reader& reader, core::CaseNumber c, const std::vector<core::EntryIndex>& recent,
                           const TitleMap& titles, const ledger::CaseNames& names) {
  std::set<core::EntryIndex> indices(recent.begin(), recent.end());
  for (const auto event : reader.events_of(c)) {
    indices.insert(event);
    for (const auto index : reader.trail(event)) indices.insert(index);
  }

  std::map<core::NotificationId, std::string> recipients;
  audit::Glossary glossary;
  glossary.recipient = [&](core::NotificationId id) {
    const auto found = recipients.find(id);
    return found == recipients.end() ? std::string() : found->second;
  };
  glossary.title = [&](const std::string& recipient) {
    const auto found = titles.find(recipient);
    return found == titles.end() ? std::string() : found->second;
  };

  v1::CaseReport report;
  report.set_case_ref(core::to_reference(core::Named::case_, c));
  for (const auto index : indices) {
    const auto entry = reader.entry(index);
    if (!entry || entry->case_number() != c) continue;  // a trail may touch an alarm, which is of no case
    auto& line = *report.add_entries();
    line.set_index(index);
    *line.mutable_time() = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(entry->time_us());
    if (const auto* duties = audit::duties_of(*entry))
      for (const auto& duty : *duties) {
        const core::NotificationId id{entry->event(), static_cast<std::uint8_t>(duty.slot())};
        recipients[id] = duty.recipient();
        line.add_notifications(core::to_reference(id));
      }
    if (const auto slot = audit::slot_of(*entry)) line.add_notifications(core::to_reference({entry->event(), *slot}));
    line.set_what(audit::in_words(*entry, nullptr, glossary));
    if (entry->sealed().empty()) continue;
    const auto body = reader.body(*entry);
    if (!body)
      line.set_erased(true);
    else if (auto said = audit::said_in(*body))
      *line.mutable_said() = std::move(*said);
  }
  std::set<std::string> told;
  for (const auto& [id, recipient] : recipients)
    if (told.insert(recipient).second) {
      auto& known = *report.add_known_as();
      const auto title = titles.find(recipient);
      known.set_recipient(recipient);
      known.set_title(title == titles.end() ? recipient : title->second);
      known.set_case_ref(names.name(c, recipient));
    }
  return report;
}

}  // namespace told::board
