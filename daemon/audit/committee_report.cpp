#include "audit/committee_report.hpp"

#include <algorithm>
#include <utility>

#include "audit/clock.hpp"
#include "core/calendar.hpp"
#include "core/event_types.hpp"

namespace told::audit {
namespace {

core::Duration at_share(std::vector<core::Duration>& waits, std::size_t nth, std::size_t of) {
  if (waits.empty()) return {};
  std::sort(waits.begin(), waits.end());
  return waits[(waits.size() - 1) * nth / of];
}

/// What each recipient was asked and answered.
class Answers {
 public:
  void add(const AuditRow& row, core::Instant now) {
    if (row.nobody_there) return;  // who was called in their place is counted by the escalations
    AgencyFigures& agency = agencies_[row.recipient];
    agency.recipient = row.recipient;
    ++agency.told;
    if (row.acknowledged_us != 0) {
      ++(row.late ? agency.late : agency.in_time);
      waits_[row.recipient].push_back(core::from_us(row.acknowledged_us) - core::from_us(row.made_us));
    } else {
      const bool due = row.ended || core::from_us(row.deadline_us) <= now;
      ++(due ? agency.never : agency.open);
    }
  }

  [[nodiscard]] std::vector<AgencyFigures> figures() {
    std::vector<AgencyFigures> out;
    for (auto& [name, agency] : agencies_) {
      agency.median = at_share(waits_[name], 1, 2);
      agency.ninth = at_share(waits_[name], 9, 10);
      out.push_back(agency);
    }
    return out;
  }

 private:
  std::map<std::string, AgencyFigures> agencies_;
  std::map<std::string, std::vector<core::Duration>> waits_;
};

/// The council's month: an arrival half an hour into April in summer time is April's.
std::string month_of(core::Instant at) { return core::to_text(core::Calendar{}.local(at).day).substr(0, 7); }

}  // namespace

void CommitteeReport::add(const v1::LedgerEntry& entry) {
  // A committee is no reader of the Prevent stream. Nobody is in a drill, so that one which tries a desk of the stream
  // says nothing of any case, and how soon that desk answers is asked like any other's.
  const bool a_drill = entry.has_drill_started() || every_drill_.contains(entry.event());
  if (entry.has_drill_started()) every_drill_.insert(entry.index());
  if (!streams_.shows(Sees::safeguarding, entry) && !a_drill) return;
  table_.add(entry, [](const v1::LedgerEntry&) { return std::nullopt; });
  const v1::Escalated& step = entry.escalated();
  const auto climbs = table_.rows().find({entry.event(), static_cast<core::Slot>(step.slot())});
  const bool of_a_reminder = climbs != table_.rows().end() && climbs->second.reminder;
  if (entry.has_escalated() && step.reason() != v1::ESCALATION_REASON_HANDOVER && !step.said_already() &&
      !of_a_reminder)
    ++climbed_[entry.event()];
  if (entry.has_stand_down_ordered()) {
    missing_.erase(entry.case_number());
    // What is owed after a real episode is owed after this end of it too.
    if (episodes_.contains(entry.stand_down_ordered().ends_episode()) && within(core::from_us(entry.time_us())))
      counted_.insert(entry.index());
  }
  if (entry.has_identity_changed()) change_identity(entry.case_number(), entry.identity_changed());
  if (entry.has_drill_started() && within(core::from_us(entry.time_us()))) drills_.insert(entry.index());
  if (!entry.has_event_accepted()) return;
  const v1::EventAccepted& event = entry.event_accepted();
  if (event.status() != v1::STATUS_ACTUAL) return;
  const core::Instant at = core::from_us(event.event_time_us());
  if (within(at)) counted_.insert(entry.index());
  if (event.type() == "told.child.arrived.v1") arrivals_[entry.index()] = {entry.case_number(), at, true};
  if (core::is_leaving(core::published_type(event.type()))) leavings_[entry.index()] = {entry.case_number(), at, true};
  if (event.type() == "told.child.missing.v1") {
    std::set<core::EntryIndex>& going_on = missing_[entry.case_number()];
    episodes_[entry.index()] = {entry.case_number(), at, going_on.empty()};
    going_on.insert(entry.index());
  }
  if (event.ends_episode() != 0) found(entry.case_number(), at);
  if (!event.withdraws()) return;
  arrivals_.erase(event.amends());
  leavings_.erase(event.amends());
  end_report(entry.case_number(), event.amends());
  episodes_.erase(event.amends());
}

void CommitteeReport::found(core::CaseNumber c, core::Instant at) {
  std::set<core::EntryIndex>& going_on = missing_[c];
  std::erase_if(going_on, [&](core::EntryIndex missing) { return episodes_.at(missing).at <= at; });
  // What was taken for another report of that absence is one of its own.
  if (!going_on.empty()) episodes_.at(*going_on.begin()).counts = true;
}

void CommitteeReport::end_report(core::CaseNumber c, core::EntryIndex missing) {
  std::set<core::EntryIndex>& rest = missing_[c];
  rest.erase(missing);
  // The absence itself may have been reported a second time: then that report stands for it.
  const auto gone = episodes_.find(missing);
  if (gone != episodes_.end() && gone->second.counts && !rest.empty()) episodes_.at(*rest.begin()).counts = true;
}

void CommitteeReport::change_identity(core::CaseNumber to, const v1::IdentityChanged& change) {
  if (change.ends_episode() != 0) missing_.erase(to);
  std::set<core::EntryIndex>& into = missing_[to];
  if (const core::EntryIndex moved = change.moved_event(); moved != 0) {
    for (auto* each : {&arrivals_, &leavings_})
      if (const auto its = each->find(moved); its != each->end()) its->second.case_number = to;
    const auto episode = episodes_.find(moved);
    if (episode == episodes_.end()) return;
    const bool goes_on = missing_[change.from_case()].contains(moved);
    if (goes_on) end_report(change.from_case(), moved);
    episode->second = {to, episode->second.at, !goes_on || into.empty()};
    if (goes_on) into.insert(moved);
    return;
  }
  for (auto* each : {&arrivals_, &leavings_, &episodes_})
    for (auto& [index, happened] : *each)
      if (happened.case_number == change.joined_case()) happened.case_number = to;
  for (const core::EntryIndex missing : std::exchange(missing_[change.joined_case()], {})) {
    if (!into.empty()) episodes_.at(missing).counts = false;  // one absence, reported under two references
    into.insert(missing);
  }
}

std::vector<core::Instant> CommitteeReport::arrivals() const {
  std::map<core::CaseNumber, std::vector<core::Instant>> reported, left;
  for (const auto& [index, arrival] : arrivals_) reported[arrival.case_number].push_back(arrival.at);
  for (const auto& [index, leaving] : leavings_) left[leaving.case_number].push_back(leaving.at);
  std::vector<core::Instant> out;
  for (auto& of_a_case : reported) {
    std::vector<core::Instant>& times = of_a_case.second;
    std::sort(times.begin(), times.end());
    const std::vector<core::Instant>& leavings = left[of_a_case.first];
    for (std::size_t i = 0; i < times.size(); ++i)
      if (i == 0 || std::any_of(leavings.begin(), leavings.end(),
                                [&](core::Instant at) { return at > times[i - 1] && at <= times[i]; }))
        out.push_back(times[i]);
  }
  return out;
}

CommitteeFigures CommitteeReport::figures() const {
  CommitteeFigures out;
  for (const core::Instant at : arrivals())
    if (within(at)) {
      ++out.arrivals;
      ++out.arrivals_by_month[month_of(at)];
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

  Answers real, drills;
  for (const auto& [id, row] : table_.rows()) {
    if (row.deadline_us == 0 || row.kind == v1::NOTIFICATION_KIND_ESCALATION) continue;  // a call is about another
    if (drills_.contains(id.event)) drills.add(row, now_);
    if (!counted_.contains(id.event) || row.exercise) continue;
    const bool due = row.ended || core::from_us(row.deadline_us) <= now_;
    if (row.reminder) continue;  // nobody owes it
    if (row.kind == v1::NOTIFICATION_KIND_OBLIGATION) {
      out.met += row.rounds_met + (row.done && !row.late ? 1 : 0);
      out.late += row.rounds_late + (row.done && row.late ? 1 : 0);
      if (!row.done) ++(row.ended ? out.no_longer_owed : due ? out.missed : out.running);
      continue;
    }
    real.add(row, now_);
  }
  out.agencies = real.figures();
  out.drills = drills.figures();
  return out;
}

}  // namespace told::audit
