#include "audit/streams.hpp"

#include "core/event_types.hpp"

namespace told::audit {

void Streams::learn(const v1::LedgerEntry& entry) {
  const core::CaseNumber c = entry.case_number();
  const bool opens = c != 0 && entry.index() == c;
  // A case is of the stream of what opened it, and nothing of the other stream ever comes into it.
  if (opens && core::is_prevent(core::published_type(entry.event_accepted().type()))) cases_.insert(c);
  if (opens && cases_.contains(entry.identity_changed().from_case())) cases_.insert(c);
  const v1::AlarmRaised& alarm = entry.alarm_raised();
  const bool of_a_case = c != 0 && cases_.contains(c);
  const bool of_an_alarm = alarm.prevent() || events_.contains(core::NotificationId::of(alarm.notification()).event);
  const bool of_a_drill = entry.drill_started().prevent();
  if (entry.event() == entry.index() && entry.index() != 0 &&
      (of_a_case || of_a_drill || (entry.has_alarm_raised() && of_an_alarm)))
    events_.insert(entry.index());
}

bool Streams::shows(Sees sees, const v1::LedgerEntry& entry) {
  learn(entry);
  const bool of_neither = entry.case_number() == 0 && entry.event() == 0;
  if (sees == Sees::everything || of_neither) return true;
  const bool prevent =
      entry.case_number() != 0 ? cases_.contains(entry.case_number()) : events_.contains(entry.event());
  return prevent == (sees == Sees::prevent);
}

}  // namespace told::audit
