// Obligations and quotas: what starts them, what ends them, and who is reminded in time.
#include "config/checks.hpp"
#include "config/nearest.hpp"
#include "config/shapes.hpp"
#include "config/words.hpp"
#include "core/event_types.hpp"

namespace told::config {
namespace {

/// A Prevent case is in a stream of its own: what happens in one stream ends nothing in the other.
void check_stream(const Text& starts, const Text& ends, const std::string& setting, Findings& findings) {
  if (starts.given && is_one_of(ends.value, event_types()) &&
      core::is_prevent(starts.value) != core::is_prevent(ends.value)) {
    findings.add(ends.at, setting + ": " + in_quotes(ends.value) + " is never of the same case as " +
                              in_quotes(starts.value) +
                              ", since Prevent cases are apart from all others: name an event of the same kind");
  }
}

void check_events(const Text& starts, const Texts& ends, const std::string& setting, Findings& findings) {
  for (const Text& each : ends.value) {
    check_word(each, setting, "event", event_types(), findings);
    check_stream(starts, each, setting, findings);
  }
}

void check_warning(const PolicyDraft& draft, const ClockDraft& clock, Findings& findings) {
  if (!clock.warn.given || !clock.due.given) return;
  if (is_before_the_deadline(clock.warn.value, clock.due.value, draft.calendar.close)) {
    check_after_reminder(draft, clock.warn, clock.due, clock.ladder, findings);
    if (clock.every.given) check_after_reminder(draft, clock.warn, clock.every, clock.ladder, findings);
    return;
  }
  findings.add(clock.warn.at, "clock.warn (" + clock.warn.value.in_words() + ") is not always before clock.due (" +
                                  in_words(clock.due.value) +
                                  "), and a reminder that comes late helps nobody: remind earlier, such as \"50 %\"");
}

/// Whoever owes a duty is reminded of it, and so learns that there is such a case.
void check_owner(const PolicyDraft& draft, const ClockDraft& clock, Findings& findings) {
  const RecipientDraft* owner = draft.recipient(clock.who.value);
  if (owner == nullptr || !clock.starts.given) return;
  const bool panel_or_lead = in_prevent_stream(*owner);
  if (core::is_prevent(clock.starts.value)) {
    if (!panel_or_lead && owner->agency.value != "police")
      findings.add(clock.who.at, "clock.who: " + in_quotes(clock.who.value) +
                                     " is outside the Prevent stream, and would learn of the case by being reminded: "
                                     "name police, the panel, or a recipient with prevent = true");
  } else if (panel_or_lead) {
    findings.add(clock.who.at, "clock.who: " + in_quotes(clock.who.value) +
                                   " is of the Prevent stream, which hears of " + in_quotes(clock.starts.value) +
                                   " in no way: name who owes this outside it");
  }
}

void check_rounds(const ClockDraft& clock, Findings& findings) {
  if (clock.every.given && clock.until.value.empty())
    findings.add(clock.at, "clock.until is missing: name the event that ends a clock that begins again every time");
  if (clock.until.given && !clock.every.given && !clock.after.given && !clock.retention.value)
    findings.add(clock.until.at,
                 "clock.until ends a clock that repeats, and this one does not: add every, or name the "
                 "event under stopped_by");
}

/// Nothing but the erasure of the case shows that it is done. That the child came back ends it (until): there is a case
/// again.
void check_retention(const ClockDraft& clock, Findings& findings) {
  if (!clock.retention.value || (!clock.every.given && !clock.stopped_by.given)) return;
  findings.add(clock.retention.at,
               "clock.retention: what ends it is that the case is erased (toldctl erase), so it neither repeats nor is "
               "stopped by an event: take every and stopped_by out");
}

/// That nobody hears that something was not done is for what nobody owes.
void check_reminder(const ClockDraft& clock, Findings& findings) {
  if (!clock.reminder.value || !clock.retention.value) return;
  findings.add(clock.reminder.at,
               "clock.reminder: that a case is to be erased is a duty, and a person must hear that it was not done "
               "(clock.retention): take reminder out");
}

/// What is owed each time that another duty is done.
void check_after(const PolicyDraft& draft, const ClockDraft& clock, Findings& findings) {
  if (!clock.after.given) return;
  std::vector<std::string> names;
  for (const ClockDraft& each : draft.clocks) names.push_back(each.name.value);
  check_word(clock.after, "clock.after", "clock of this policy", names, findings);
  const auto say = [&](const std::string& what) {
    findings.add(clock.after.at, "clock.after: " + in_quotes(clock.after.value) + " " + what);
  };
  for (const ClockDraft& other : draft.clocks) {
    if (other.name.value != clock.after.value) continue;
    if (&other == &clock)
      say("is this clock itself, which nothing would begin: name the duty that is done before it");
    else if (other.after.given)
      say("begins after another one itself: name the duty that the event starts");
    else if (other.retention.value)
      say("is done by the erasure of the case, after which nothing is owed: name another duty");
    else if (other.starts.value != clock.starts.value)
      say("is started by " + in_quotes(other.starts.value) + ", and this one says " + in_quotes(clock.starts.value) +
          ": say the same event for both");
  }
  if (clock.every.given)
    findings.add(clock.every.at, "clock.every: it begins again each time that " + in_quotes(clock.after.value) +
                                     " is done (clock.after): take every out");
  if (clock.only_if.given || clock.sites.given)
    findings.add(clock.at, "clock.after: it holds wherever " + in_quotes(clock.after.value) +
                               " does: take only_if and sites out here");
}

/// What is owed once while a child stays, where that can be.
void check_once(const ClockDraft& clock, Findings& findings) {
  if (!clock.once_a_stay.value) return;
  const auto say = [&](const std::string& why, const std::string& mend) {
    findings.add(clock.once_a_stay.at, "clock.once_a_stay: " + why + ": " + mend);
  };
  const std::string starts = in_quotes(clock.starts.value);
  if (clock.after.given)
    say("it is owed each time that " + in_quotes(clock.after.value) + " is done (clock.after)",
        "take it out here, and say it of " + in_quotes(clock.after.value));
  else if (clock.every.given)
    say("it is owed again each time that it is done (clock.every)", "take one of the two out");
  else if (clock.retention.value)
    say("how long something is kept is counted anew from each closing (clock.retention)", "take it out");
  else if (clock.starts.value == "child.located")
    say("what begins with " + starts + " is owed once after each absence as it is", "take it out");
  else if (core::is_leaving(clock.starts.value))
    say("with " + starts + " a stay ends", "take it out, or name the event that makes this owed while the child stays");
  else if (core::is_prevent(clock.starts.value))
    say("nobody reports that a Prevent case is closed, so that this would be owed once for ever", "take it out");
}

void check_clock(const PolicyDraft& draft, const ClockDraft& clock, Findings& findings) {
  check_word(clock.starts, "clock.starts", "event", event_types(), findings);
  check_events(clock.starts, clock.stopped_by, "clock.stopped_by", findings);
  check_events(clock.starts, clock.until, "clock.until", findings);
  check_word(clock.who, "clock.who", "declared recipient or rota", draft.callable_names(), findings);
  check_sites(draft, clock.sites, "clock", findings);
  if (clock.only_if.given && data_of(clock.starts.value) != nullptr)
    check_condition(draft, clock.only_if, clock.starts.value, "clock", findings);
  check_pace(draft, clock.due, clock.ladder, "clock", "due", findings);
  if (clock.every.given) check_pace(draft, clock.every, clock.ladder, "clock", "every", findings);
  check_somebody_else(draft, clock.ladder, clock.who, "clock", findings);
  check_warning(draft, clock, findings);
  check_rounds(clock, findings);
  check_after(draft, clock, findings);
  check_retention(clock, findings);
  check_once(clock, findings);
  check_reminder(clock, findings);
  check_owner(draft, clock, findings);
}

}  // namespace

void check_clocks(const PolicyDraft& draft, Findings& findings) {
  std::map<std::string, int> lines;
  for (const auto& clock : draft.clocks) {
    check_unique(clock.name, "clock", lines, findings);
    check_clock(draft, clock, findings);
  }
}

void check_quotas(const PolicyDraft& draft, Findings& findings) {
  std::map<std::string, int> lines;
  for (const auto& quota : draft.quotas) {
    check_unique(quota.name, "quota", lines, findings);
    check_word(quota.counts, "quota.counts", "event", event_types(), findings);
    check_events(quota.counts, quota.until, "quota.until", findings);
    if (quota.until.given && quota.until.value.empty())
      findings.add(quota.until.at, "quota.until is empty, so a case would be counted for ever: name what ends it");
  }
}

}  // namespace told::config
