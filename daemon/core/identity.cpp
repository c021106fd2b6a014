// Whose case it is, said by a named person: two cases are the same child's, or an event was about another child.
// Exactly those are told who were told before.
#include <algorithm>

#include "core/event_types.hpp"
#include "core/problem.hpp"
#include "core/reference.hpp"
#include "core/turn.hpp"

namespace told::core {

v1::Problem Turn::no_such_case(const char* field, CaseNumber c) {
  return make_problem("unknown_case", field, "there is no case " + to_reference(Named::case_, c),
                      "look at the reference again");
}

std::optional<v1::Problem> Turn::why_not_together(const std::vector<EntryIndex>& some,
                                                  const std::vector<EntryIndex>& others) const {
  const auto any = [&](const std::vector<EntryIndex>& events, const auto& is) {
    return std::any_of(events.begin(), events.end(), [&](EntryIndex index) { return is(*state().event(index)); });
  };
  const auto prevent = [](const Event& event) { return event.prevent; };
  const auto exercise = [](const Event& event) { return event.status != v1::STATUS_ACTUAL; };
  if (any(some, prevent) != any(others, prevent))
    return make_problem("other_stream", "case",
                        "one of them is a Prevent case, which no reader of the other may know to exist",
                        "leave them apart; a Prevent case and a safeguarding case of one child stay two");
  if (any(some, exercise) != any(others, exercise))
    return make_problem("other_status", "case", "one of them is an exercise or a test, the other is real",
                        "look at the references again; what is an exercise never meets what is real");
  return std::nullopt;
}

std::vector<std::string> Turn::told_of_what_stands(const std::vector<EntryIndex>& events) const {
  std::vector<std::string> told;
  for (const EntryIndex index : events) {
    const Event& event = *state().event(index);
    const Event* amended = event.amends == 0 ? nullptr : state().event(event.amends);
    if (event.withdrawn || (amended != nullptr && amended->withdrawn)) continue;  // they were asked to delete it
    for (const Notification& n : event.notifications) {
      const std::string& who = state().recipient_name(n.recipient);
      if (n.tells() && std::find(told.begin(), told.end(), who) == told.end()) told.push_back(who);
    }
  }
  return told;
}

std::optional<v1::Problem> Turn::why_not_moved(const Event* event, CaseNumber to) const {
  if (event == nullptr || event_type(event->type) == nullptr)
    return make_problem("unknown_event", "event", "there is no such event",
                        "look at the reference again; its case shows it");
  if (event->amends != 0)
    return make_problem("not_an_original", "event", "this event is itself a correction or a withdrawal",
                        "name the event that was published first: what is about it goes with it");
  if (event->withdrawn)
    return make_problem("withdrawn_already", "event", "this event was withdrawn, and everyone was told so",
                        "nothing more need be done about it");
  const CaseNumber from = state().case_of(*event);
  if (to != 0 && state().goes_on_as(to) == from)
    return make_problem("nothing_changes", "case_ref", "the event is of this case already",
                        "name the other child's case, or none where it has none yet");
  if (ends_the_last_search(*event))
    return make_problem("would_fall_silent", "event", "moving this leaves a child missing for whom nobody is called",
                        "have told.child.missing.v1 published anew first, then move this");
  if (event->type == child_missing && !event->episode_open && !is_found(*event, to))
    return make_problem(
        "would_fall_silent", "event",
        "it is over for the child it was reported of, and nobody would be called about the other, who is "
        "missing",
        "have told.child.missing.v1 published for that child first, then move this into its case");
  if (const auto why = why_not_left_behind(*event)) return why;
  if (to == 0) return std::nullopt;
  const std::vector<EntryIndex> others = state().events_of(to);
  // The case that it was reported in is there, though nothing was left in it: a mistake can be undone.
  if (others.empty() && event->case_number != to) return no_such_case("case_ref", to);
  return why_not_together({event->index}, others);
}

bool Turn::nothing_is_left(CaseNumber in, const std::vector<EntryIndex>& leaving,
                           const std::function<bool(CaseNumber)>& of) const {
  const std::vector<EntryIndex> all = state().events_of(in);
  return std::none_of(all.begin(), all.end(), [&](EntryIndex index) {
    const Event& each = *state().event(index);
    const bool stays = std::find(leaving.begin(), leaving.end(), index) == leaving.end();
    return stays && each.amends == 0 && !each.withdrawn && of(state().placed_in(each));
  });
}

CaseNumber Turn::parted_by(const Event& event) const {
  const CaseNumber c = event.case_number;
  const bool goes_on_here = state().is_joined(c) && state().goes_on_as(c) == state().case_of(event);
  const auto through = [&](CaseNumber of) { return state().goes_through(of, c); };
  return goes_on_here && nothing_is_left(state().case_of(event), {event.index}, through) ? c : 0;
}

bool Turn::has_no_reference(CaseNumber c) const {
  const Event* first = state().event(c);
  return first != nullptr && first->type == "another_child";
}

std::vector<EntryIndex> Turn::grades_that_go_with(const Event& event) const {
  std::vector<EntryIndex> grades = state().grades_left_by(event);
  std::erase_if(grades, [&](EntryIndex each) { return !equally_real(state().event(each)->status, event.status); });
  return grades;
}

std::optional<v1::Problem> Turn::why_not_left_behind(const Event& event) const {
  const CaseNumber c = state().case_of(event);
  std::vector<EntryIndex> leaving = grades_that_go_with(event);
  leaving.push_back(event.index);
  const bool any_of_it = std::any_of(leaving.begin(), leaving.end(),
                                     [&](EntryIndex each) { return state().event(each)->case_number == c; });
  if (!any_of_it || !nothing_is_left(c, leaving, [&](CaseNumber of) { return of == c; })) return std::nullopt;
  const std::vector<CaseNumber> together = state().same_child(c);
  const auto younger = std::find_if(together.begin(), together.end(), [&](CaseNumber each) { return each != c; });
  if (younger == together.end()) return std::nullopt;
  return make_problem("reference_left_behind", "event",
                      "nothing else was reported under " + to_reference(Named::case_, c) +
                          ", which would go on naming " + "the child of " + to_reference(Named::case_, *younger),
                      "where the two are not the same child's, say of each report of " +
                          to_reference(Named::case_, *younger) +
                          " that it is about another child: it stands by itself again with the last of them");
}

bool Turn::is_found(const Event& missing, CaseNumber in) const {
  return in != 0 && known_of_until(state().goes_on_as(in), missing.status, nullptr, {}) >= missing.time;
}

void Turn::on(const JoinCases& c) {
  if (c.not_at_hand) return refuse_what_is_not_at_hand(c.reply_to);
  const CaseNumber one = state().goes_on_as(c.one);
  const CaseNumber other = state().goes_on_as(c.other);
  const CaseNumber older = std::min(one, other);
  const CaseNumber younger = std::max(one, other);
  const std::vector<EntryIndex> events = state().events_of(older);
  const std::vector<EntryIndex> more = state().events_of(younger);
  if (events.empty() || more.empty()) return refuse(c.reply_to, no_such_case("case", events.empty() ? older : younger));
  if (older == younger)
    return refuse(c.reply_to,
                  make_problem("nothing_changes", "other_case", "both references are the same child's already",
                               "look at the case: it shows which references belong together"));
  if (const auto why = why_not_together(events, more)) return refuse(c.reply_to, *why);
  join_cases(older, younger, c.by, c.reason, c.reply_to);
}

void Turn::join_cases(CaseNumber older, CaseNumber younger, const Actor& by, const std::string& reason,
                      ReplyToken reply_to) {
  std::vector<EntryIndex> events = state().events_of(older);
  const std::vector<EntryIndex> more = state().events_of(younger);
  events.insert(events.end(), more.begin(), more.end());
  const v1::Status status = state().event(events.front())->status;
  Entry e = own_entry(older);
  v1::IdentityChanged& head = *e.head.mutable_identity_changed();
  head.set_joined_case(younger);
  head.set_status(status);
  for (const std::string& who : told_of_what_stands(events)) {
    NewDuty duty = by_stand_down(now_, *state().event(events.front()));
    duty.event = e.head.index();
    duty.recipient = who;
    duty.kind = v1::NOTIFICATION_KIND_SAME_CHILD;
    duty.nobody_there = state().screened(older, who) || state().screened(younger, who);
    add_duty(*head.mutable_duties(), duty);
  }
  std::vector<GradeSaid> said = state().grades_said(older);
  const std::vector<GradeSaid> also = state().grades_said(younger);
  said.insert(said.end(), also.begin(), also.end());
  regrade(*head.mutable_regrades(), *head.mutable_recomputed(), said);
  for (const auto& [here, there] : {std::pair{older, younger}, std::pair{younger, older}})
    take_from_those_kept_out(head, here, there, state().told_of(there));
  recount_joined(head, older, younger);
  record_identity(std::move(e), by, reason, reply_to);
}

void Turn::on(const MoveEvent& c) {
  if (c.not_at_hand) return refuse_what_is_not_at_hand(c.reply_to);
  const Event* event = state().event(c.event);
  if (const auto why = why_not_moved(event, c.to)) return refuse(c.reply_to, *why);
  const CaseNumber from = state().case_of(*event);
  const CaseNumber parted = parted_by(*event);
  if (parted != 0) order_anew_for_each(parted, from, c.by, c.reason);
  const EntryIndex index = state().next_index();
  const CaseNumber own = parted != 0 ? parted : index;
  Entry e = own_entry(c.to == 0 ? own : state().goes_on_as(c.to));
  v1::IdentityChanged& head = *e.head.mutable_identity_changed();
  head.set_moved_event(c.event);
  head.set_from_case(from);
  head.set_parted_case(parted);
  head.set_status(event->status);
  // Whoever is kept out of the child's own case has the wrong child's report in hand all the same, and must mend that.
  tell_the_amendment(*head.mutable_duties(), *event, index, now_, event->pace(), v1::NOTIFICATION_KIND_ANOTHER_CHILD);
  owe_again(*head.mutable_owed_again(), *head.mutable_clocks_stopped(), *event);
  pass_on_all(begun_in(head, c.event), *event);
  reckon_without(*head.mutable_recomputed(), *event, std::nullopt);
  owe_apart(begun_in(head, c.event), *head.mutable_recomputed(), *event, c.to);
  if (c.to != 0) act_in(c.to, *event, head);
  regrade_moved(*event, c.to, head);
  recount_moved(head, *event, c.to);
  std::set<EntryIndex> goes = state().told_of(from);
  std::erase_if(goes, [&](EntryIndex each) { return !is_about(each, c.event); });
  if (c.to != 0) take_from_those_kept_out(head, c.to, from, goes);
  // Not where two cases were mistaken for one child's: nobody knows for which of the two somebody is kept out, and what
  // leaves the one may be of the other.
  if (state().placed_in(*event) == from) let_in_those_who_may_hear(head, c.to, from, goes);
  // How grave it is was said of the child who is missing: where nobody else of the case is, it goes with the report.
  const std::vector<EntryIndex> grades = grades_that_go_with(*event);
  const CaseNumber goes_on = e.head.case_number();
  const bool joins = parted != 0 && goes_on != parted && has_no_reference(goes_on);
  record_identity(std::move(e), c.by, c.reason, joins ? 0 : c.reply_to);
  if (joins) join_cases(std::min(parted, goes_on), std::max(parted, goes_on), c.by, c.reason, c.reply_to);
  for (const EntryIndex grade : grades) on(MoveEvent{0, grade, goes_on, c.by, c.reason});
}

void Turn::order_anew_for_each(CaseNumber parted, CaseNumber from, const Actor& by, const std::string& reason) {
  for (const std::string& who : state().kept_out_through(parted)) order_screen(from, who, false, by, reason);
  if (state().held_through(parted)) order_hold(from, false, by, reason);
  for (const std::string& who : state().kept_out(from)) order_screen(parted, who, false, by, reason);
}

void Turn::take_from_those_kept_out(v1::IdentityChanged& head, CaseNumber into, CaseNumber from,
                                    const std::set<EntryIndex>& comes) const {
  for (const std::string& who : state().kept_out(state().goes_on_as(into)))
    if (!state().screened(from, who)) take_away(taken_away_in(head), who, comes);
}

void Turn::let_in_those_who_may_hear(v1::IdentityChanged& head, CaseNumber into, CaseNumber from,
                                     const std::set<EntryIndex>& goes) {
  for (const std::string& who : state().kept_out(from))
    if (!state().screened(into, who)) tell_what_waited(*head.mutable_told_now(), goes, who);
}

bool Turn::is_about(EntryIndex index, EntryIndex event) const {
  const Event* about = state().event(index);
  while (about != nullptr && about->type == "alarm")
    about = state().event(NotificationId::of(about->about_notification).event);
  return about != nullptr && (about->index == event || (about->is_correction() && about->amends == event));
}

void Turn::regrade_moved(const Event& event, CaseNumber to, v1::IdentityChanged& head) const {
  std::vector<GradeSaid> left = state().grades_said(state().case_of(event));
  const auto its = std::find_if(left.begin(), left.end(), [&](const GradeSaid& g) { return g.entry == event.index; });
  if (its == left.end()) return;
  std::vector<GradeSaid> there = to == 0 ? std::vector<GradeSaid>{} : state().grades_said(to);
  there.push_back(*its);
  left.erase(its);
  for (const auto& said : {left, there}) regrade(*head.mutable_regrades(), *head.mutable_recomputed(), said);
}

void Turn::act_in(CaseNumber to, const Event& event, v1::IdentityChanged& head) {
  const EntryIndex index = state().next_index();
  const Stopper by{short_type(event.type), event.status, event.time};
  stop_clocks(*head.mutable_clocks_stopped(), to, by);
  if (is_leaving(by.type)) owe_in_the_next_stay(begun_in(head), state().goes_on_as(to), by);
  if (short_type(event.type) != "child.located") return;
  const std::vector<EntryIndex> search = as_real_as(event.status, state().open_search(to, event.time));
  if (search.empty()) return;
  head.set_ends_episode(search.front());
  tell_the_end(*head.mutable_duties(), told_of(search), index, now_, event);
}

void Turn::record_identity(Entry e, const Actor& by, const std::string& reason, ReplyToken reply_to) {
  e.head.mutable_identity_changed()->set_means(by.means);
  name_person(e, by, reason);
  const CaseNumber goes_on = e.head.case_number();
  const EntryIndex index = e.head.index();
  const v1::IdentityChanged made = e.head.identity_changed();
  const bool is_held = made.parted_case() != 0 && state().held(made.from_case());
  record(std::move(e));
  engine_.lanes_.regroup([this](NotificationId id) -> Place {
    const Event* event = state().event(id.event);
    if (event == nullptr) return {0, 0};  // forgotten: it goes nowhere
    return {state().case_of(*event), event->notifications[id.slot].made_by};
  });
  if (is_held) order_hold(made.parted_case(), false, by, reason);
  start_duties(index, made.duties());
  arm_where_nobody_is_there();
  call_others(made.open_again());
  for (const v1::ClockRecomputed& clock : made.recomputed()) arm(NotificationId::of(clock.notification()));
  for (const v1::OwedAgain& again : made.owed_again()) start_duties(again.event(), again.duties());
  start_what_waited(made.told_now());
  for (const v1::ClocksStopped& stopped : made.clocks_stopped()) start_duties(stopped.event(), stopped.duties());
  watch_quotas();

  v1::AcknowledgementResult result;
  result.set_recorded(true);
  result.set_case_ref(to_reference(Named::case_, goes_on));
  answer(reply_to, std::move(result));
}

}  // namespace told::core
