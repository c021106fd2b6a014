// What may go, and when: legal holds, the erasure of a case, and the record of who looked at one.
#include <algorithm>

#include "core/event_types.hpp"
#include "core/problem.hpp"
#include "core/reference.hpp"
#include "core/turn.hpp"

namespace told::core {

void Turn::on(const OrderHold& c) {
  const CaseNumber goes_on = state().goes_on_as(c.case_number);
  // A hold needs nothing but that there is the case, and what is withdrawn before it is in force is purged.
  if (c.not_at_hand && (c.lifted || state().events_of(goes_on).empty())) return refuse_what_is_not_at_hand(c.reply_to);
  if (state().events_of(goes_on).empty() && !state().held(goes_on))
    return refuse(c.reply_to, no_such_case("case", goes_on));
  if (state().held(goes_on) != c.lifted)
    return refuse(c.reply_to,
                  make_problem("nothing_changes", "case",
                               c.lifted ? "this case is on no legal hold" : "this case is on legal hold already",
                               "look at the case: its timeline shows who ordered what"));
  order_hold(goes_on, c.lifted, c.by, c.reason);
  answer_recorded(c.reply_to);
}

void Turn::order_hold(CaseNumber c, bool lifted, const Actor& by, const std::string& reason) {
  Entry e = own_entry(c);
  v1::HoldOrdered& head = *e.head.mutable_hold_ordered();
  head.set_lifted(lifted);
  head.set_means(by.means);
  if (lifted)  // what was withdrawn meanwhile goes now
    for (const EntryIndex index : state().events_of(c))
      if (state().event(index)->withdrawn) head.add_purges(index);
  name_person(e, by, reason);
  record(std::move(e));
}

bool Turn::went_on_since(CaseNumber c, Instant closed, const Clock& retention) const {
  const std::vector<EntryIndex> all = state().events_of(c);
  return std::any_of(all.begin(), all.end(), [&](EntryIndex index) {
    const Event& each = *state().event(index);
    return !each.withdrawn && each.time > closed && names(retention.until, short_type(each.type));
  });
}

std::optional<v1::Problem> Turn::why_not_erased(CaseNumber c) const {
  const auto problem = [](const char* code, const std::string& reason, const char* mend) {
    return make_problem(code, "case", reason, mend);
  };
  if (state().events_of(c).empty()) return no_such_case("case", c);
  if (state().held(c))
    return problem("on_hold", "this case is on legal hold, and nothing of it may go",
                   "let whoever ordered the hold lift it first: toldctl hold --lift");
  bool retention_began = false;
  EntryIndex said = 0;
  EntryIndex erased = 0;
  for (const auto& [index, event] : state().events()) {
    if (state().case_of(event) != c) continue;
    if (event.type == "erased") erased = std::max(erased, index);
    if (event_type(event.type) != nullptr) said = std::max(said, index);
    for (std::size_t slot = 0; slot < event.notifications.size(); ++slot) {
      const Notification& n = event.notifications[slot];
      const NotificationId id{index, static_cast<Slot>(slot)};
      const Clock* clock = n.is(v1::NOTIFICATION_KIND_OBLIGATION) ? clock_of(n) : nullptr;
      if (clock != nullptr && clock->retention) {
        // Not where the child came back since, or the closing was withdrawn: then it ended undone.
        retention_began =
            retention_began || (n.state != v1::NOTIFICATION_STATE_STOOD_DOWN && !went_on_since(c, n.from, *clock));
        continue;
      }
      // A call about what retention asks for ends with it.
      if (n.is(v1::NOTIFICATION_KIND_ESCALATION) || n.is(v1::NOTIFICATION_KIND_ANSWERED)) continue;
      if (n.open() && n.asks_acknowledgement())
        return problem("still_open",
                       to_reference(id) + (clock != nullptr ? " is still owed" : " has not been answered yet"),
                       "nothing that somebody still needs may go: see to it first, or close the case");
    }
  }
  // A second erasure would take nothing with it but the name of whoever ordered the first.
  if (erased > said)
    return problem("nothing_changes", "what was said in this case was erased already", "nothing more need be done");
  if (!retention_began)
    return problem("not_due",
                   "the retention of this case has not begun: no clock of the policy that says retention = "
                   "true has started for it, or what happened since has ended that",
                   "have its end published (case.closed) first; the policy says what begins retention");
  for (const CaseNumber each : state().same_child(c))
    for (const auto& [event, goes_on] : state().moved_out_of(each))
      if (state().knows(event))
        return problem("moved_away",
                       "event " + to_reference(Named::event, event) +
                           " of this case was about another child, "
                           "and what it says lies under this case's key",
                       "erase the case that it goes on in first; the timeline shows which");
  return std::nullopt;
}

void Turn::on(const EraseCase& c) {
  if (c.not_at_hand) return refuse_what_is_not_at_hand(c.reply_to);
  const CaseNumber goes_on = state().goes_on_as(c.case_number);
  if (const auto why = why_not_erased(goes_on)) return refuse(c.reply_to, *why);
  Entry e = own_entry(goes_on);
  v1::CaseErased& head = *e.head.mutable_case_erased();
  head.set_means(c.by.means);
  for (const CaseNumber each : state().same_child(goes_on))
    if (each != goes_on) head.add_cases(each);
  std::vector<EntryIndex> moved = state().moved_into(goes_on);
  std::sort(moved.begin(), moved.end());
  for (const EntryIndex event : moved) head.add_events(event);
  for (const NotificationId id : state().obligations(goes_on)) {  // what they ask for is this
    v1::ClocksStopped& group = stopped_of(*head.mutable_clocks_stopped(), id.event);
    v1::ClockStopped& stopped = *group.add_clocks();
    stopped.set_slot(id.slot);
    stopped.set_late(now_ > state().notification(id)->deadline);
    tell_it_is_answered(*group.mutable_duties(), id);
  }
  name_person(e, c.by, c.reason);
  const v1::CaseErased made = head;
  record(std::move(e));
  for (const v1::ClocksStopped& stopped : made.clocks_stopped()) start_duties(stopped.event(), stopped.duties());
  answer_recorded(c.reply_to);
}

void Turn::on(const NoteReading& c) {
  Entry e = entry(c.case_number, 0);
  v1::CaseRead& head = *e.head.mutable_case_read();
  head.set_what(c.what);
  head.set_means(c.by.means);
  head.set_via(c.by.via);
  if (!c.by.name.empty() || !c.reason.empty()) name_person(e, c.by, c.reason);
  record(std::move(e));
}

}  // namespace told::core
