#include "core/drill.hpp"

#include <algorithm>

#include "core/policy.hpp"
#include "core/turn.hpp"

namespace told::core {
namespace {

using namespace std::chrono_literals;

constexpr Duration missed_after = 1h;
constexpr int weeks_looked_at = 54;

}  // namespace

Instant next_time(const Drill& drill, Instant after, const Calendar& calendar) {
  const auto today = std::chrono::sys_days{calendar.local(after).day};
  const auto monday = today - (std::chrono::weekday{today} - std::chrono::Monday);
  // Of last week's too: on the nights of a clock change a local time may lie on either side of `after`.
  for (int week = -1; week < weeks_looked_at; ++week) {
    Instant first = Instant::max();
    for (const std::chrono::minutes since_monday : drill.each_week) {
      const auto days = std::chrono::floor<std::chrono::days>(since_monday);
      const Day day{monday + std::chrono::weeks{week} + days};
      if (drill.on_working_days && !calendar.is_working_day(day)) continue;
      const Instant at = calendar.instant({day, since_monday - days});
      if (at > after) first = std::min(first, at);
    }
    if (first != Instant::max()) return first;
  }
  return Instant::max();
}

void DrillPlan::plan(const Policy& policy, Instant after) {
  planned_.clear();
  for (const Drill& drill : policy.drills) planned_.push_back({drill.name, next_time(drill, after, policy.calendar)});
}

Instant DrillPlan::next() const {
  Instant first = Instant::max();
  for (const Begins& each : planned_) first = std::min(first, each.due);
  return first;
}

std::optional<DrillPlan::Begins> DrillPlan::take_due(const Policy& policy, Instant now) {
  for (std::size_t i = 0; i < planned_.size(); ++i) {
    if (planned_[i].due > now) continue;
    Begins due = planned_[i];
    planned_[i].due = next_time(policy.drills[i], now, policy.calendar);
    if (now - due.due <= missed_after) return due;
  }
  return std::nullopt;
}

void Turn::begin_drills() {
  const PolicyPtr& policy = state().policy();
  if (!policy) return;
  while (const auto drill = engine_.drills_.take_due(*policy, now_)) {
    const EntryIndex index = state().next_index();
    Entry e = own_entry(0);
    v1::DrillStarted& head = *e.head.mutable_drill_started();
    head.set_drill(drill->drill);
    head.set_due_us(to_us(drill->due));
    for (const Rule& rule : policy->rules) {
      if (rule.when != "drill." + drill->drill) continue;
      NewDuty duty = by_rule(*policy, rule, Pace::other, now_);
      duty.event = index;
      add_duty(*head.mutable_duties(), duty);
      head.set_prevent(hears_prevent_alone(rule.who));
    }
    const Duties made = head.duties();
    record(std::move(e));
    start_duties(index, made);
  }
}

}  // namespace told::core
