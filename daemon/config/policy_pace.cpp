// Time and ladders: rungs in order, and somebody called before it is late, whatever the day and the hour at which the
// clock starts.
#include <algorithm>

#include "config/checks.hpp"
#include "config/nearest.hpp"

namespace told::config {
namespace {

using core::Due;
using core::RungTime;
using namespace std::chrono_literals;

/// A night on which the clocks change is so much longer or shorter.
constexpr auto clock_change = 1h;
constexpr int shortest_month = 28;
constexpr int longest_month = 31;

/// The least and the most real time that a due can be. It is least from a second before midnight, when the day ahead
/// is whole; a run of days that are not worked may be as long as the calendar likes.
core::Duration shortest(const Due& due, std::chrono::seconds close) {
  switch (due.kind) {
    case Due::Kind::elapsed:
      return due.elapsed;
    case Due::Kind::working_days:
      return 24h * (due.count - 1) + close - clock_change;
    case Due::Kind::months:
      return 24h * shortest_month * due.count - clock_change;
    case Due::Kind::days:
      break;
  }
  return 24h * due.count - clock_change;
}

core::Duration longest(const Due& due) {
  switch (due.kind) {
    case Due::Kind::elapsed:
      return due.elapsed;
    case Due::Kind::working_days:
      return core::Duration::max();
    case Due::Kind::months:
      return 24h * (longest_month * due.count + 1) + clock_change;
    case Due::Kind::days:
      break;
  }
  return 24h * (due.count + 1) + clock_change;
}

/// Whether `a` is never after `b`, both counted from one start.
bool never_after(const Due& a, const Due& b, std::chrono::seconds close) {
  if (a.kind == b.kind) return a.kind == Due::Kind::elapsed ? a.elapsed <= b.elapsed : a.count <= b.count;
  // So many working days take so many days or more, and end before midnight.
  if (a.kind == Due::Kind::days && b.kind == Due::Kind::working_days) return a.count < b.count;
  return longest(a) <= shortest(b, close);
}

/// Whether a clock that must be stopped `within` has reached `time` at its deadline, at the latest.
bool by_the_deadline(const RungTime& time, const Due& within, std::chrono::seconds close) {
  switch (time.kind) {
    case RungTime::Kind::elapsed:
      return never_after(time.due, within, close);
    case RungTime::Kind::share:
      return true;
    case RungTime::Kind::past_deadline:
      break;
  }
  return time.due == Due{};
}

/// Whether `b` is later than `a` for every deadline that puts them in any order at all.
bool later(const RungTime& a, const RungTime& b) {
  if (a.kind != b.kind) {
    // A share is of the time before the deadline; elapsed time depends on what is allowed.
    if (a.kind == RungTime::Kind::elapsed || b.kind == RungTime::Kind::elapsed) return true;
    return a.kind == RungTime::Kind::share && (a.percent < 100 || b.due != Due{});
  }
  if (a.kind == RungTime::Kind::share) return a.percent < b.percent;
  if (a.due.kind != b.due.kind) return a.due == Due{} || b.due != Due{};
  return a.due.kind == Due::Kind::elapsed ? a.due.elapsed < b.due.elapsed : a.due.count < b.due.count;
}

/// Whether the moment follows from the deadline alone, without a calendar.
bool is_elapsed(const RungTime& time) { return time.due.kind == Due::Kind::elapsed; }

/// The least real time in which such a share of what is allowed can go. Of working days each has all its hours,
/// whatever is left of the day on which the clock starts.
core::Duration shortest_share(std::uint32_t percent, const Due& within, const core::Calendar& calendar) {
  const core::Duration allowed = within.kind == Due::Kind::working_days
                                     ? core::Duration{calendar.close - calendar.opens} * within.count
                                     : shortest(within, calendar.close);
  return allowed / 100 * percent;
}

/// Whether a rung never comes before a clock's reminder, both of one start and one deadline, `within` later.
bool never_before(const RungTime& rung, const RungTime& warn, const Due& within, const core::Calendar& calendar) {
  const std::chrono::seconds close = calendar.close;
  using Kind = RungTime::Kind;
  if (rung.kind == Kind::past_deadline) return true;  // a reminder comes before the deadline
  if (rung.kind == warn.kind)
    return rung.kind == Kind::share ? rung.percent >= warn.percent : never_after(warn.due, rung.due, close);
  if (rung.kind == Kind::share) return longest(warn.due) <= shortest_share(rung.percent, within, calendar);
  return longest(within) / 100 * warn.percent <= shortest(rung.due, close);
}

/// What check_order could not see: "50 %" of two hours comes after "15 min", and of ten minutes before it.
void check_order_within(const LadderDraft& ladder, const Due& within, Place at, const std::string& table,
                        const std::string& setting, Findings& findings) {
  if (within.kind != Due::Kind::elapsed) return;
  const core::Instant deadline{within.elapsed};
  const RungTime* before = nullptr;
  for (const auto& rung : ladder.rungs) {
    const RungTime& time = rung.after.value;
    if (!rung.after.given || !is_elapsed(time)) continue;
    if (before != nullptr && !later(*before, time)) return;  // said of the ladder itself
    if (before != nullptr && time.at({}, deadline, within, {}) < before->at({}, deadline, within, {})) {
      findings.add(at, table + ".ladder: of " + table + "." + setting + " (" + in_words(within) + "), the rung at " +
                           time.in_words() + " of " + in_quotes(ladder.name.value) + " comes before the one at " +
                           before->in_words() + " above it: use a ladder for such a time");
      return;
    }
    before = &time;
  }
}

}  // namespace

bool is_before_the_deadline(const RungTime& time, const Due& within, std::chrono::seconds close) {
  const bool at_it = time.kind == RungTime::Kind::past_deadline || time.percent == 100 ||
                     (time.kind == RungTime::Kind::elapsed && time.due == within);
  return !at_it && by_the_deadline(time, within, close);
}

void check_after_reminder(const PolicyDraft& draft, const Said<RungTime>& warn, const Said<Due>& within,
                          const Text& ladder_name, Findings& findings) {
  const LadderDraft* ladder = draft.ladder(ladder_name.value);
  if (ladder == nullptr || !warn.given || !within.given) return;
  for (const auto& rung : ladder->rungs) {
    if (!rung.after.given || never_before(rung.after.value, warn.value, within.value, draft.calendar)) continue;
    findings.add(ladder_name.at, "clock.ladder: the rung at " + rung.after.value.in_words() + " of " +
                                     in_quotes(ladder_name.value) + " may come before clock.warn (" +
                                     warn.value.in_words() + "), for what is due within " + in_words(within.value) +
                                     ", and nobody is called before the reminder: remind earlier, or use a ladder "
                                     "whose rungs are shares of the time");
    return;
  }
}

void check_high_is_quicker(const PolicyDraft& draft, Findings& findings) {
  for (const RuleDraft& rule : draft.rules) {
    const auto& [other, high] = rule.within;
    if (!rule.within_by_pace || !other.given || !high.given || high.value == other.value) continue;
    if (!never_after(other.value, high.value, draft.calendar.close)) continue;
    findings.add(high.at, "tell.within.high (" + in_words(high.value) +
                              ") must not be longer than tell.within.other (" + in_words(other.value) +
                              "), or a child at high risk waits longer than any other: swap the two, or give the high "
                              "risk less time");
  }
}

void check_order(const LadderDraft& ladder, Findings& findings) {
  const RungDraft* before = nullptr;
  for (const auto& rung : ladder.rungs) {
    if (before != nullptr && before->after.given && rung.after.given && !later(before->after.value, rung.after.value)) {
      findings.add(rung.after.at, "ladder.rung.after (" + rung.after.value.in_words() +
                                      ") must be longer than the rung before it (" + before->after.value.in_words() +
                                      "): put the rungs in order of time");
    }
    before = &rung;
  }
}

void check_pace(const PolicyDraft& draft, const Said<core::Due>& within, const Text& ladder_name,
                const std::string& table, const std::string& setting, Findings& findings) {
  if (!ladder_name.given) return;
  const LadderDraft* ladder = draft.ladder(ladder_name.value);
  if (ladder == nullptr) {
    check_word(ladder_name, table + ".ladder", "declared ladder", draft.ladder_names(), findings);
    return;
  }
  // To tell the silent one again calls nobody. A rung that does neither was meant to call somebody: that is said of it.
  const auto rung = std::find_if(ladder->rungs.begin(), ladder->rungs.end(), [](const RungDraft& each) {
    return !each.who.value.empty() || each.deputy || !each.again;
  });
  if (!within.given || rung == ladder->rungs.end() || !rung->after.given) return;
  const RungTime& first = rung->after.value;
  if (!by_the_deadline(first, within.value, draft.calendar.close)) {
    findings.add(ladder_name.at, table + ".ladder: the first rung of " + in_quotes(ladder_name.value) + " (" +
                                     first.in_words() + ") must not come after " + table + "." + setting + " (" +
                                     in_words(within.value) +
                                     "), or nobody is called before it is late: use a quicker ladder, or allow more "
                                     "time");
  }
  check_order_within(*ladder, within.value, ladder_name.at, table, setting, findings);
}

}  // namespace told::config
