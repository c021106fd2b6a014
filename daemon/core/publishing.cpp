// An event comes in: is it known, which case is it of, and whom do the rules tell?
#include <algorithm>

#include "core/event_types.hpp"
#include "core/reference.hpp"
#include "core/says_any.hpp"
#include "core/turn.hpp"

namespace told::core {
namespace {

constexpr std::uint32_t retry_after_ms = 5000;

}  // namespace

bool applies_at(const std::vector<std::string>& sites, const v1::Event& event) {
  return sites.empty() || std::find(sites.begin(), sites.end(), event.site()) != sites.end();
}

Instant time_of(const google::protobuf::Timestamp& t) {
  return Instant{std::chrono::seconds{t.seconds()} + Duration{t.nanos() / 1000}};
}

void Turn::settle_published(const Publish& c, v1::PublishResult result, CaseNumber case_number) {
  result.set_id(c.event->id());
  const Known* amended = state().known(c.prints.supersedes);
  const Event* about = amended == nullptr ? nullptr : state().event(amended->entry);
  const bool prevent = is_prevent(short_type(c.event->type())) || (about != nullptr && about->prevent);
  out_.effects.emplace_back(ReplyPublished{c.reply_to, std::move(result), c.publisher, case_number, prevent});
}

void Turn::on(Publish& c) {
  v1::PublishResult result;
  const auto refuse = [&](const char* code, const char* field, const char* reason, const char* mend) {
    result.set_verdict(v1::VERDICT_REFUSED);
    result.mutable_problem()->set_code(code);
    result.mutable_problem()->set_field(field);
    result.mutable_problem()->set_reason(reason);
    result.mutable_problem()->set_mend(mend);
    count_refusal(c.publisher, code, field);
    settle_published(c, std::move(result));
  };

  const auto refuse_for = [&](const v1::Problem& why) {
    refuse(why.code().c_str(), why.field().c_str(), why.reason().c_str(), why.mend().c_str());
  };

  if (const Known* known = state().known(c.prints.identity)) {
    if (known->content != c.prints.content)
      return refuse("id_reused", "id", "an event with this source and id but other content was accepted before",
                    "give the new event an id of its own; to mend an earlier event, publish a correction");
    result.set_verdict(v1::VERDICT_DUPLICATE);
    result.set_receipt(to_reference(Named::event, known->entry));
    return settle_published(c, std::move(result), state().case_of(known->entry, known->case_number));
  }
  if (c.refused_if_new) return refuse_for(*c.refused_if_new);
  if (engine_.storage_low_ || !state().policy()) {
    result.set_verdict(v1::VERDICT_RETRY);
    result.set_retry_after_ms(retry_after_ms);
    return settle_published(c, std::move(result));
  }

  const v1::Event& event = *c.event;
  const bool amends = event.has_event_corrected() || event.has_event_withdrawn();
  const Known* earlier = amends ? state().known(c.prints.supersedes) : nullptr;
  if (amends)
    if (const auto problem = why_not_amended(c, earlier)) return refuse_for(*problem);

  const bool exercise = event.status() != v1::STATUS_ACTUAL;
  const Instant at = time_of(event.time());
  const Instant since = begun(at);
  const EntryIndex index = state().next_index();
  // A withdrawal says nothing of its own by which its stream could be known: it is of the earlier event's case.
  const CaseNumber known_case =
      amends ? state().case_of(earlier->entry, earlier->case_number) : state().case_of(c.prints.subject);
  const CaseNumber case_number = known_case != 0 ? known_case : index;

  const Instant holds = event.has_child_missing_risk_changed() ? holds_from(event.status(), case_number, at) : at;
  const std::vector<EntryIndex> search = as_real_as(event.status(), state().open_search(case_number, holds));
  std::vector<const Rule*> rules = amends ? std::vector<const Rule*>{} : rules_for(event, search);
  if (rules.empty() && !amends && !policy_expects_nobody(event))
    return refuse(exercise ? "no_exercise_recipient" : "nobody_to_tell", exercise ? "status" : "site",
                  exercise ? "the policy has no recipient for exercises and tests of this type"
                           : "the policy tells nobody of this type from this site",
                  "ask the council to add a rule for it to the policy; nothing was recorded or sent");

  Entry e = own_entry(case_number);
  v1::EventAccepted& head = *e.head.mutable_event_accepted();
  head.set_source(event.source());
  head.set_id(event.id());
  head.set_type(event.type());
  head.set_site(event.site());
  head.set_event_time_us(to_us(at));
  head.set_status(event.status());
  head.set_opens_case(known_case == 0);
  head.set_grade(grade_of(event));
  if (holds != at) head.set_holds_from_us(to_us(holds));
  const bool ends = event.has_child_located() && !search.empty();
  if (ends) head.set_ends_episode(search.front());

  const std::vector<std::string> told = ends ? told_of(search) : std::vector<std::string>{};
  Duties& duties = *head.mutable_duties();
  std::vector<GradeSaid> said = state().grades_said(case_number);
  said.push_back({index, holds, head.grade(), event.has_child_missing(), !exercise});
  // A new grade may have come before the report that the child is missing.
  const Pace pace = pace_of(event.has_child_missing() ? grade_by(said, said.back()) : head.grade());
  for (const Rule* rule : rules) {
    NewDuty duty = by_rule(*state().policy(), *rule, pace, since);
    duty.event = index;
    add_duties_by_rule(duties, *rule, duty, case_number, told);
  }
  if (ends) tell_the_end(duties, told, index, since, *state().event(search.front()));
  if (amends) rules = amend(head, event, earlier->entry, index, since);
  if (event.has_child_missing()) tell_the_grade(*head.mutable_grade_told(), rules, said, said.back(), case_number);
  if (event.has_child_missing_risk_changed()) regrade(*head.mutable_regrades(), *head.mutable_recomputed(), said);
  leave_to_earlier(head, begin_what_is_owed(duties, event, since, case_number, at), since);
  const Stopper by{short_type(event.type()), head.status(), at};
  if (is_leaving(by.type)) owe_in_the_next_stay(begun_in(head), case_number, by);
  stop_clocks(*head.mutable_clocks_stopped(), case_number, by);
  if (!amends) end_what_was_done(head, case_number, index);
  count_towards_quotas(head, event, case_number, amends ? earlier->entry : 0);

  e.event = c.event;
  e.prints = c.prints;
  const v1::EventAccepted made = head;
  record(std::move(e), &c.prints);
  start_duties(index, made.duties());
  for (const v1::ClockRecomputed& clock : made.recomputed()) arm(NotificationId::of(clock.notification()));
  for (const v1::ClocksStopped& stopped : made.clocks_stopped()) start_duties(stopped.event(), stopped.duties());
  for (const v1::OwedAgain& again : made.owed_again()) start_duties(again.event(), again.duties());
  for (const v1::OwedAgain& told_too : made.grade_told()) start_duties(told_too.event(), told_too.duties());
  say_who_is_off_duty(made.duties(), state().event(index)->prevent);
  if (made.status() == v1::STATUS_ACTUAL) say_what_says_nothing(rules, made.duties(), event, index);
  if (made.counted() || made.uncounted_size() > 0 || made.counted_again_size() > 0) watch_quotas();

  result.set_verdict(v1::VERDICT_ACCEPTED);
  result.set_receipt(to_reference(Named::event, index));
  settle_published(c, std::move(result), case_number);
}

std::vector<const Rule*> Turn::rules_for(const v1::Event& event, const std::vector<EntryIndex>& search) {
  const bool exercise = event.status() != v1::STATUS_ACTUAL;
  const Asked asked{event};
  std::vector<const Rule*> rules;
  for (const auto& [rule, exercise_only] : engine_.rules_.of(state().policy(), std::string(short_type(event.type()))))
    if (exercise_only == exercise && applies_at(rule->sites, event) && rule->only_if.holds(asked) &&
        (!rule->only_if_told || named_in(search, rule->who)))
      rules.push_back(rule);
  return rules;
}

std::vector<EntryIndex> Turn::as_real_as(v1::Status status, std::vector<EntryIndex> search) const {
  std::erase_if(search, [&](EntryIndex each) { return !equally_real(state().event(each)->status, status); });
  return search;
}

Instant Turn::holds_from(v1::Status status, CaseNumber c, Instant said) const {
  Instant first = Instant::max();
  for (const EntryIndex each : as_real_as(status, state().open_episodes(c, Instant::max())))
    first = std::min(first, state().event(each)->time);
  if (first == Instant::max() || first <= said) return said;
  const bool of_an_earlier_one = std::any_of(state().events().begin(), state().events().end(), [&](const auto& each) {
    const Event& end = each.second;
    return (short_type(end.type) == "child.located" || end.type == "stand_down") && !end.withdrawn &&
           end.time >= said && end.time < first && equally_real(end.status, status) && state().case_of(end) == c;
  });
  return of_an_earlier_one ? said : first;
}

bool Turn::named_in(const std::vector<EntryIndex>& search, const std::string& who) const {
  const auto names_them = [&](EntryIndex each) {
    const Few<Notification>& made = state().event(each)->notifications;
    return std::any_of(made.begin(), made.end(), [&](const Notification& n) {
      return n.is(v1::NOTIFICATION_KIND_TELL) && n.state != v1::NOTIFICATION_STATE_DECLINED &&
             state().recipient_name(n.recipient) == who;
    });
  };
  return std::any_of(search.begin(), search.end(), [&](EntryIndex each) {
    if (state().event(each)->type != child_missing) return false;
    if (names_them(each)) return true;
    const std::vector<EntryIndex> corrections = state().corrections_of(each);
    return std::any_of(corrections.begin(), corrections.end(), names_them);
  });
}

bool Turn::policy_expects_nobody(const v1::Event& event) const {
  const std::vector<std::string>& silent = state().policy()->not_told;
  return std::find(silent.begin(), silent.end(), short_type(event.type())) != silent.end();
}

Turn::NewDuty Turn::by_rule(const Policy& policy, const Rule& rule, Pace pace, Instant from) {
  const auto p = static_cast<std::size_t>(pace);
  NewDuty duty;
  duty.recipient = rule.who;
  duty.rule = rule.number;
  duty.policy_version = policy.version;
  start_ladder(duty, policy, rule.ladder[p], rule.within[p], from);
  return duty;
}

void Turn::add_duties_by_rule(Duties& duties, const Rule& rule, NewDuty duty, CaseNumber about,
                              const std::vector<std::string>& told_of_the_start,
                              const std::set<std::string>& told_already) {
  const std::vector<std::string> told = there(state(), now_, *state().policy(), rule.who, about);
  for (const std::string& who : told) {
    if (told_already.contains(who)) continue;
    NewDuty theirs = duty;
    theirs.recipient = who;
    if (std::find(told_of_the_start.begin(), told_of_the_start.end(), who) != told_of_the_start.end())
      theirs.kind = v1::NOTIFICATION_KIND_STAND_DOWN;
    add_duty(duties, theirs);
  }
  if (!told.empty()) return;
  duty.nobody_there = true;
  add_duty(duties, duty);
}

void Turn::say_who_is_off_duty(const Duties& duties, bool prevent) {
  for (const v1::Duty& duty : duties)
    if (duty.nobody_there() && state().policy()->rota(duty.recipient()) != nullptr &&
        state().policy()->on_duty(duty.recipient(), now_).empty())  // else they are kept out of the case
      raise("nobody_on_duty", duty.recipient(), {.prevent = prevent});
}

void Turn::say_what_says_nothing(const std::vector<const Rule*>& rules, const Duties& duties, const v1::Event& event,
                                 EntryIndex index) {
  for (const Rule* rule : rules) {
    if (!rule->urgent || rule->fields.empty() || says_any(event, rule->fields)) continue;
    if (!state().policy()->tells_of_alarm("nothing_said")) return;  // it looks through all rules: seldom
    for (const v1::Duty& duty : duties) {
      const bool tells = duty.kind() == v1::NOTIFICATION_KIND_TELL || duty.kind() == v1::NOTIFICATION_KIND_STAND_DOWN;
      if (duty.rule() != rule->number || !tells || duty.nobody_there()) continue;
      const NotificationId id{index, static_cast<Slot>(duty.slot())};
      raise("nothing_said", to_reference(id), {.notification = id.number()});
    }
  }
}

Turn::NewDuty Turn::by_stand_down(Instant from, const Event& about) const {
  const Policy& policy = *state().policy();
  const Rule* instead = rule_instead(about, policy);
  NewDuty duty;
  duty.kind = v1::NOTIFICATION_KIND_STAND_DOWN;
  duty.policy_version = policy.version;
  start_ladder(duty, policy, instead == nullptr ? policy.stand_down_ladder : instead->ladder[0],
               instead == nullptr ? policy.stand_down_within : instead->within[0], from);
  return duty;
}

void Turn::start_ladder(NewDuty& duty, const Policy& policy, const std::string& ladder_name, const Due& within,
                        Instant from) {
  duty.from = from;
  duty.deadline = due_at(within, from, policy.calendar).at;
  const Ladder* ladder = policy.ladder(ladder_name);
  if (ladder != nullptr && !ladder->rungs.empty())
    duty.next = ladder->rungs.front().after.at(from, duty.deadline, within, policy.calendar);
}

std::uint32_t Turn::next_slot(const Duties& duties, EntryIndex event) const {
  const Event* before = state().event(event);
  const auto existing = before == nullptr ? 0U : static_cast<std::uint32_t>(before->notifications.size());
  const auto fresh =
      std::count_if(duties.begin(), duties.end(), [&](const v1::Duty& other) { return other.slot() >= existing; });
  return existing + static_cast<std::uint32_t>(fresh);
}

void Turn::add_duty(Duties& duties, const NewDuty& duty) {
  const std::uint32_t slot = next_slot(duties, duty.event);
  v1::Duty& made = *duties.Add();
  made.set_slot(slot);
  made.set_recipient(duty.recipient);
  made.set_kind(duty.kind);
  made.set_rule(duty.rule);
  made.set_deadline_us(to_us(duty.deadline));
  made.set_about_slot(duty.about_slot);
  made.set_policy_version(duty.policy_version);
  made.set_next_us(to_us(duty.nobody_there ? now_ : duty.next));
  made.set_from_us(to_us(duty.from));
  made.set_nobody_there(duty.nobody_there);
  if (!duty.nobody_there) enqueue(made, duty.event);
}

void Turn::tell_again(Duties& duties, NotificationId id, Instant deadline) {
  const Notification& n = *state().notification(id);
  if (n.open() && n.to_deliver()) return;         // it is in its lane as it is
  engine_.lanes_.of(n.recipient).begun_anew(id);  // it may wait there still, though somebody answered it
  v1::Duty& made = *duties.Add();
  made.set_slot(id.slot);
  made.set_recipient(state().recipient_name(n.recipient));
  made.set_kind(static_cast<v1::NotificationKind>(n.kind));
  made.set_rule(n.rule);
  made.set_deadline_us(to_us(deadline));
  if (n.is(v1::NOTIFICATION_KIND_ESCALATION)) made.set_from_us(to_us(now_));
  made.set_about_slot(n.about_slot);
  made.set_policy_version(n.policy_version);
  const bool may_go_by_another_way = !n.is(v1::NOTIFICATION_KIND_ANSWERED) && second_channel(n.recipient) != nullptr;
  enqueue(made, id.event, may_go_by_another_way);
}

void Turn::add_or_tell_again(Duties& duties, const NewDuty& duty) {
  const Few<Notification>& made = state().event(duty.event)->notifications;
  const RecipientId r = state().intern(duty.recipient);
  const auto same = std::find_if(made.begin(), made.end(), [&](const Notification& n) {
    return n.is(duty.kind) && n.about_slot == duty.about_slot && n.recipient == r;
  });
  if (same == made.end()) return add_duty(duties, duty);
  tell_again(duties, {duty.event, static_cast<Slot>(same - made.begin())}, duty.deadline);
}

void Turn::enqueue(v1::Duty& duty, EntryIndex event, bool waits) {
  const Event* made = state().event(event);  // null where this very entry makes it
  const Queued queued{{event, static_cast<Slot>(duty.slot())}, made == nullptr ? own_case_ : state().case_of(*made)};
  const RecipientId r = state().intern(duty.recipient());
  const bool urgent = is_urgent(static_cast<std::uint8_t>(duty.kind()));
  Lane& lane = engine_.lanes_.of(r);
  if (!waits && lane.nothing_before(queued.case_number, urgent) && lane.takes(0, urgent)) {
    lane.launch(0, queued, urgent);
    duty.set_attempted(true);
    return;
  }
  lane.wait(queued, urgent);
  if (lane.reach(1).session == 0) return;
  // Nothing may ever offer credit for it on the first channel: the clock asks for the second.
  const SecondChannel* second = second_channel(r);
  if (second != nullptr && lane.reach(0).closed)
    engine_.look_again_[r] = now_;
  else if (second != nullptr && second->after != Duration{})
    engine_.look_again_.try_emplace(r, now_ + second->after);
}

bool is_urgent(std::uint8_t kind) {
  return kind != v1::NOTIFICATION_KIND_OBLIGATION && kind != v1::NOTIFICATION_KIND_ANSWERED;
}

}  // namespace told::core
