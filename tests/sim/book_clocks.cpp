// What the book says of clocks: those that are reckoned anew, and obligations that are stopped.
#include "book.hpp"

namespace told::sim {
namespace {

std::string the(const v1::LedgerEntry& e) { return "entry " + std::to_string(e.index()); }

}  // namespace

void Book::recompute(const google::protobuf::RepeatedPtrField<v1::ClockRecomputed>& clocks, const v1::LedgerEntry& by) {
  for (const v1::ClockRecomputed& clock : clocks) {
    const auto id = core::NotificationId::of(clock.notification());
    Note* note = find(id.event, id.slot);
    if (note == nullptr) return wrong(the(by) + " reckons the clock of nothing anew");
    note->from_us = clock.from_us();
    note->deadline_us = clock.deadline_us();
    note->next_us = clock.next_us();
    if (clock.from_the_bottom()) {
      note->rung = 0;
      note->exhausted = false;
    }
    track(*note);
  }
}

void Book::stop_clocks(const google::protobuf::RepeatedPtrField<v1::ClocksStopped>& groups, const v1::LedgerEntry& by,
                       core::EntryIndex stopper, bool again) {
  for (const v1::ClocksStopped& group : groups) {
    if ((group.by() != 0) != again) continue;
    Fact* started = find(group.event());
    const Fact* stops = find(again ? group.by() : stopper);
    if (stops == nullptr) return wrong(the(by) + " stops clocks by an event that nothing made");
    if (started == nullptr) return wrong(the(by) + " stops clocks of an event that nothing made");
    for (const v1::ClockStopped& clock : group.clocks()) {
      Note* note = find(group.event(), clock.slot());
      if (note == nullptr || !note->is(v1::NOTIFICATION_KIND_OBLIGATION))
        return wrong(the(by) + " stops what is no obligation");
      end(*note);
      note->dropped = !note->delivered;
      note->stopped_by = stops->index;
      note->done_us = clock.no_longer_owed() ? 0 : stops->time_us;
      end_calls(*started, clock.slot());
    }
    duties(*started, group.duties(), by);
  }
}

}  // namespace told::sim
