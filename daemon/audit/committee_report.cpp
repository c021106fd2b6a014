#include "audit/committee_report.hpp"

#include <algorithm>

#include "audit/clock.hpp"

namespace told::audit {
namespace {

core::Duration at_share(std::vector<core::Duration>& waits, std::size_t nth, std::size_t of) {
  if (waits.empty()) return {};
  std::sort(waits.begin(), waits.end());
  return waits[(waits.size() - 1) * nth / of];
}

std::string month_of(core::Instant at) { return utc_time(at).substr(0, 7); }

}  // namespace

void CommitteeReport::add(const v1::LedgerEntry& entry) {
  table_.add(entry, [](const v1::LedgerEntry&) { return std::nullopt; });
  if (entry.has_escalated()) ++climbed_[entry.event()];
  if (entry.has_stand_down_ordered()) missing_.erase(entry.case_number());
  if (!entry.has_event_accepted()) return;
  const v1::EventAccepted& event = entry.event_accepted();
  if (event.status() != v1::STATUS_ACTUAL) return;
  const core::Instant at = core::from_us(event.event_time_us());
  if (within(at)) counted_.insert(entry.index());
  if (event.type() == "told.child.arrived.v1") arrivals_[entry.index()] = {entry.case_number(), at, true};
  if (event.type() == "told.child.missing.v1") {
    std::set<core::EntryIndex>& going_on = missing_[entry.case_number()];
    episodes_[entry.index()] = {entry.case_number(), at, going_on.empty()};
    going_on.insert(entry.index());
  }
  if (event.ends_episode() != 0) missing_.erase(entry.case_number());
  if (!event.withdraws()) return;
  arrivals_.erase(event.amends());
  missing_[entry.case_number()].erase(event.amends());
  if (const auto gone = episodes_.find(event.amends()); gone != episodes_.end()) {
    const bool counted = gone->second.counts;
    episodes_.erase(gone);
    // The absence itself may have been reported a second time: then that report stands for it.
    if (const auto& rest = missing_[entry.case_number()]; counted && !rest.empty())
      episodes_.at(*rest.begin()).counts = true;
  }
}

CommitteeFigures CommitteeReport::figures() const {
  CommitteeFigures out;
  for (const auto& [index, arrival] : arrivals_)
    if (within(arrival.at)) {
      ++out.arrivals;
      ++out.arrivals_by_month[month_of(arrival.at)];
    }
  std::set<core::CaseNumber> young_people;
  for (const auto& [index, episode] : episodes_)
    if (episode.counts && within(episode.at)) {
      ++out.episodes;
      ++out.episodes_by_month[month_of(episode.at)];
      young_people.insert(episode.case_number);
    }
  out.young_people = young_people.size();
  for (const auto& [event, steps] : climbed_)
    if (counted_.contains(event)) out.escalations += steps;

  std::map<std::string, AgencyFigures> agencies;
  std::map<std::string, std::vector<core::Duration>> waits;
  for (const auto& [id, row] : table_.rows()) {
    if (!counted_.contains(id.event) || row.exercise || row.deadline_us == 0) continue;
    const bool due = row.ended || core::from_us(row.deadline_us) <= now_;
    if (row.kind == v1::NOTIFICATION_KIND_OBLIGATION) {
      out.met += row.rounds_met + (row.done && !row.late ? 1 : 0);
      out.late += row.rounds_late + (row.done && row.late ? 1 : 0);
      if (!row.done) ++(row.ended ? out.no_longer_owed : due ? out.missed : out.running);
      continue;
    }
    if (row.kind == v1::NOTIFICATION_KIND_ESCALATION) continue;  // a call about somebody else's silence
    AgencyFigures& agency = agencies[row.recipient];
    agency.recipient = row.recipient;
    ++agency.told;
    if (row.acknowledged_us != 0) {
      ++(row.late ? agency.late : agency.in_time);
      waits[row.recipient].push_back(core::from_us(row.acknowledged_us) - core::from_us(row.made_us));
    } else {
      ++(due ? agency.never : agency.open);
    }
  }
  for (auto& [name, agency] : agencies) {
    agency.median = at_share(waits[name], 1, 2);
    agency.ninth = at_share(waits[name], 9, 10);
    out.agencies.push_back(agency);
  }
  return out;
}

}  // namespace told::audit
