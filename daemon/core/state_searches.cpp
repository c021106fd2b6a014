// The state's searches: children who are missing, how grave that is by now, and what a report of the end ends.
#include <algorithm>
#include <iterator>

#include "core/state.hpp"

namespace told::core {

std::vector<EntryIndex> State::open_of(const std::unordered_map<CaseNumber, std::vector<EntryIndex>>& lists,
                                       CaseNumber c, Instant until) const {
  std::vector<EntryIndex> open;
  if (const auto found = lists.find(goes_on_as(c)); found != lists.end())
    std::copy_if(found->second.begin(), found->second.end(), std::back_inserter(open),
                 [&](EntryIndex each) { return events_.at(each).time <= until; });
  return open;
}

std::vector<EntryIndex> State::open_episodes(CaseNumber c, Instant until) const { return open_of(episodes_, c, until); }

std::vector<EntryIndex> State::open_search(CaseNumber c, Instant until) const {
  std::vector<EntryIndex> all = open_episodes(c, until);
  const std::vector<EntryIndex> grades = open_of(grades_, c, until);
  all.insert(all.end(), grades.begin(), grades.end());
  return all;
}

std::vector<EntryIndex> State::grades_left_by(const Event& missing) const {
  if (missing.type != child_missing) return {};
  const CaseNumber c = case_of(missing);
  std::vector<EntryIndex> left = open_of(grades_, c, Instant::max());
  std::erase_if(left, [&](EntryIndex grade) {
    const Event& e = events_.at(grade);
    const std::vector<EntryIndex> of = open_episodes(c, e.time);
    return e.time < missing.time ||
           std::any_of(of.begin(), of.end(), [&](EntryIndex other) { return other != missing.index; });
  });
  return left;
}

std::vector<GradeSaid> State::grades_said(CaseNumber c) const {
  std::vector<GradeSaid> said;
  for (const EntryIndex index : open_search(c, Instant::max())) {
    const Event& e = events_.at(index);
    said.push_back({index, e.time, e.said_grade, e.type == child_missing, e.status == v1::STATUS_ACTUAL});
  }
  return said;
}

void State::grade_anew(CaseNumber c, EntryIndex by) {
  const std::vector<GradeSaid> said = grades_said(c);
  for (const GradeSaid& each : said)
    if (const v1::RiskGrade grade = grade_by(said, each); each.missing && events_.at(each.entry).grade != grade)
      touch(each.entry, by).grade = grade;
}

void State::begin_search(Event& event) {
  if (event.type != child_missing && event.type != new_grade) return;
  event.episode_open = true;
  (event.type == child_missing ? episodes_ : grades_)[event.case_number].push_back(event.index);
}

void State::leave_search(Event& event) {
  if (!event.episode_open || (event.type != child_missing && event.type != new_grade)) return;
  event.episode_open = false;
  auto& lists = event.type == child_missing ? episodes_ : grades_;
  const auto open = lists.find(case_of(event));
  if (open == lists.end()) return;
  std::erase(open->second, event.index);
  if (open->second.empty()) lists.erase(open);
}

// Nobody need act because the child was missing. What is owed because of it is owed still, and what was said of the
// start is still delivered, before its end; a mere call to act is not.
void State::chase_no_more(Event& event) {
  for (Notification& n : event.notifications) {
    const bool call = n.is(v1::NOTIFICATION_KIND_ESCALATION);
    if ((call ? event.notifications[n.about_slot] : n).is(v1::NOTIFICATION_KIND_OBLIGATION)) continue;
    settle(n, v1::NOTIFICATION_STATE_STOOD_DOWN);
    if (call) n.dropped = !n.delivered;
  }
  retire_if_closed(event);
}

void State::end_search(CaseNumber c, EntryIndex by, Instant until) {
  for (const EntryIndex index : open_search(c, until)) {
    Event& e = touch(index, by);
    leave_search(e);
    chase_no_more(e);
    for (const EntryIndex correction : open_corrections_of(index, by)) chase_no_more(touch(correction, by));
  }
}

}  // namespace told::core
