// What people say: it is ours, it is not ours, it is over.
#include <algorithm>

#include "core/drill.hpp"
#include "core/event_rules.hpp"
#include "core/event_types.hpp"
#include "core/problem.hpp"
#include "core/reference.hpp"
#include "core/turn.hpp"

namespace told::core {
namespace {

/// What is said to have been done so soon after a round began is what that round began with, said by somebody else or
/// by other means: nobody is visited twice within it.
constexpr Duration one_doing = std::chrono::minutes{1};

}  // namespace

void Turn::answer(ReplyToken to, v1::AcknowledgementResult result) {
  if (to != 0) out_.effects.emplace_back(ReplyActed{to, std::move(result)});
}

void Turn::answer_recorded(ReplyToken to) {
  v1::AcknowledgementResult result;
  result.set_recorded(true);
  answer(to, std::move(result));
}

void Turn::refuse(ReplyToken to, NotificationId id, const char* code, std::string reason, std::string mend) {
  v1::AcknowledgementResult result;
  if (id.event != 0) result.set_notification(to_reference(id));
  result.mutable_problem()->set_code(code);
  result.mutable_problem()->set_field("notification");
  result.mutable_problem()->set_reason(std::move(reason));
  result.mutable_problem()->set_mend(std::move(mend));
  answer(to, std::move(result));
}

void Turn::refuse(ReplyToken to, const v1::Problem& why) {
  v1::AcknowledgementResult result;
  *result.mutable_problem() = why;
  answer(to, std::move(result));
}

void Turn::refuse_what_is_not_at_hand(ReplyToken to) {
  refuse(to, make_problem("not_at_hand", "case", "a part of what told knew of this cannot be read now",
                          "ask IT to do what told's log says of projection.db, and order it again then"));
}

const Notification* Turn::spoken_of(ReplyToken to, NotificationId id, const Actor& by, bool not_at_hand) {
  const Notification* n = state().notification(id);
  if (not_at_hand && state().event(id.event) == nullptr) {
    count_refusal(by.via, "not_at_hand", "notification");
    refuse(to, id, "not_at_hand", "if it is yours, it was closed long ago, and told cannot read now what it knew of it",
           "where something is left to be done, ring whoever told you; say it again when told has been mended");
    return nullptr;
  }
  // To an agency, somebody else's notification and one that never was look the same.
  const bool theirs = n != nullptr && (by.recipient.empty() || state().recipient_name(n->recipient) == by.recipient);
  if (theirs) return n;
  count_refusal(by.via, n == nullptr ? "unknown_notification" : "not_yours", "notification");
  refuse(to, id, "unknown_notification",
         by.recipient.empty() ? "there is no such notification" : "there is no such notification of yours",
         "look at the reference again");
  return nullptr;
}

std::string Turn::spoke_for(const Actor& by, const Notification& n) const {
  return by.via.empty() ? state().recipient_name(n.recipient) : by.via;
}

void Turn::on(const Recall& c) { state().recall(c.row); }

void Turn::on(const Acknowledge& c) {
  const Notification* n = spoken_of(c.reply_to, c.notification, c.by, c.not_at_hand);
  if (n == nullptr) return;
  const Event& event = *state().event(c.notification.event);
  const bool for_themselves = c.by.means != v1::MEANS_LOCAL && c.by.means != v1::MEANS_TELEPHONE;
  const bool kept_out = for_themselves && n->open() && puts_in_hand(*n) &&
                        state().screened(state().case_called_about(event), state().recipient_name(n->recipient));
  const bool again = is_said_again(*n, c);
  const bool repeated = !n->open() || !n->asks_acknowledgement() || kept_out || again;
  const bool obligation = n->is(v1::NOTIFICATION_KIND_OBLIGATION);
  // What is owed may be done before it is reported; and what begins a later round, or a corrected start, takes nothing
  // back.
  const Instant first = obligation ? std::min(n->from, n->made) : n->made;
  if (for_themselves && !again && c.said + clock_tolerance < first) {
    count_refusal(c.by.via, "time_before_told", "at");
    return refuse(c.reply_to,
                  make_problem("time_before_told", "at", "this lies before they were told: a clock is wrong",
                               "check the clock, or leave it out for now"));
  }
  const Instant said = for_themselves ? std::max(c.said, first) : c.said;
  // Nothing is back-dated: that somebody has it is known when told hears of it from them, whatever their clock says.
  // When a duty was done, and when somebody was rung, a named person answers for.
  const bool late = !repeated && (for_themselves && !c.done ? now_ : said) > n->deadline;
  v1::AcknowledgementResult result;
  result.set_notification(to_reference(c.notification));
  result.set_recorded(true);
  result.set_late(late);
  result.set_repeated(repeated);
  if (repeated && n->repeats >= repeats_kept) return answer(c.reply_to, std::move(result));

  Entry e = entry(state().case_of(event), event.index);
  v1::Acknowledged& head = *e.head.mutable_acknowledged();
  head.set_slot(c.notification.slot);
  head.set_means(c.by.means);
  head.set_via(spoke_for(c.by, *n));
  head.set_said_us(to_us(said));
  head.set_late(late);
  head.set_repeated(repeated);
  head.set_kept_out(kept_out);
  if (obligation && !repeated) {
    head.set_done(c.done);
    head.set_ends(c.done && c.ends);
    if (c.done && !c.ends)
      next_round(*head.mutable_duties(), c.notification, said);
    else if (!c.done)
      head.set_next_us(to_us(ladder_of(c.notification).after_taking_on()));
    if (c.done) begin_after(*head.mutable_duties(), c.notification, said);
  }
  name_person(e, c.by, c.note);
  if (!repeated) tell_it_is_answered(*head.mutable_duties(), c.notification);
  const Duties made = head.duties();
  record(std::move(e));
  if (obligation && !repeated && !c.done) arm(c.notification);
  start_duties(c.notification.event, made);
  answer(c.reply_to, std::move(result));
}

bool Turn::is_said_again(const Notification& n, const Acknowledge& c) const {
  const Clock* clock = n.is(v1::NOTIFICATION_KIND_OBLIGATION) ? clock_of(n) : nullptr;
  // That it is done for good is not what has been said before; and a round that begins as something else is done begins
  // with nothing that was said of itself.
  return clock != nullptr && clock->every && n.rounds > 0 && c.done && !c.ends && c.said < n.from + one_doing;
}

bool Turn::puts_in_hand(const Notification& n) {
  return n.is(v1::NOTIFICATION_KIND_TELL) || n.is(v1::NOTIFICATION_KIND_ALARM) ||
         n.is(v1::NOTIFICATION_KIND_OBLIGATION) || (n.is(v1::NOTIFICATION_KIND_STAND_DOWN) && n.rule != 0);
}

bool Turn::has_a_ladder(const Notification& n) {
  return n.asks_acknowledgement() && !n.is(v1::NOTIFICATION_KIND_ESCALATION) && !n.is(v1::NOTIFICATION_KIND_ANSWERED) &&
         !n.is(v1::NOTIFICATION_KIND_OBLIGATION);
}

bool Turn::is_over(const Event& event) const {
  const Event* amended = event.amends == 0 ? nullptr : state().event(event.amends);
  const Event& about = amended == nullptr ? event : *amended;
  const bool lasts = about.type == child_missing || about.type == new_grade || about.type == "alarm";
  return about.withdrawn || (lasts && !about.episode_open);
}

void Turn::on(const Decline& c) {
  const Notification* n = spoken_of(c.reply_to, c.notification, c.by, c.not_at_hand);
  if (n == nullptr) return;
  const Event& event = *state().event(c.notification.event);
  const bool call = n->is(v1::NOTIFICATION_KIND_ESCALATION);
  // Whoever took it on and then finds that it is not theirs leaves it with nobody: it goes up as if they had said so at
  // once.
  const bool reopens = n->state == v1::NOTIFICATION_STATE_ACKNOWLEDGED &&
                       (call ? event.notifications[n->about_slot].open() && is_call_about(*n, event, n->about_slot)
                             : has_a_ladder(*n) && !is_over(event));
  const bool repeated = n->state != v1::NOTIFICATION_STATE_OPEN && !reopens;
  // A call has no ladder of its own: that of what it is about goes up.
  const bool climbs = !call && (reopens || (!repeated && n->asks_acknowledgement() && n->next != Instant{}));
  // What somebody has in hand and says is not for them may be personal data in the wrong hands; of an exercise it is
  // none of anybody's.
  const bool is_real = event.status == v1::STATUS_ACTUAL && event.type != drill_type;
  const bool carries = n->is(v1::NOTIFICATION_KIND_TELL) || n->is(v1::NOTIFICATION_KIND_STAND_DOWN) ||
                       n->is(v1::NOTIFICATION_KIND_CORRECTION);
  const bool in_wrong_hands = is_real && n->state != v1::NOTIFICATION_STATE_DECLINED && n->attempts > 0 && carries;

  Entry e = entry(state().case_of(event), event.index);
  v1::Declined& head = *e.head.mutable_declined();
  head.set_slot(c.notification.slot);
  head.set_means(c.by.means);
  head.set_via(spoke_for(c.by, *n));
  head.set_reopens(reopens);
  name_person(e, c.by, c.reason);
  record(std::move(e));
  if (climbs) climb(c.notification, v1::ESCALATION_REASON_DECLINED);
  if (call && !repeated) on_declined_call({c.notification.event, n->about_slot});
  if (in_wrong_hands && state().policy()->tells_of_alarm("wrong_recipient"))
    raise("wrong_recipient", to_reference(c.notification), {.notification = c.notification.number(), .happens = true});

  v1::AcknowledgementResult result;
  result.set_notification(to_reference(c.notification));
  result.set_recorded(true);
  result.set_repeated(repeated);
  answer(c.reply_to, std::move(result));
}

std::vector<std::string> Turn::told_of(const std::vector<EntryIndex>& events) const {
  std::vector<std::string> told;
  const auto add = [&](EntryIndex event) {
    for (const Notification& n : state().event(event)->notifications) {
      const std::string& who = state().recipient_name(n.recipient);
      if (n.tells() && std::find(told.begin(), told.end(), who) == told.end()) told.push_back(who);
    }
  };
  for (const EntryIndex event : events) add(event);
  for (const EntryIndex event : events)
    for (const EntryIndex correction : state().corrections_of(event)) add(correction);
  return told;
}

void Turn::tell_the_end(Duties& duties, const std::vector<std::string>& told, EntryIndex event, Instant from,
                        const Event& about) {
  for (const std::string& who : told) {
    const bool has_its_own = std::any_of(duties.begin(), duties.end(), [&](const v1::Duty& duty) {
      return duty.recipient() == who && !duty.nobody_there();
    });
    if (has_its_own) continue;  // whoever is kept out of the case by now learns all the same that it is over
    NewDuty duty = by_stand_down(from, about);
    duty.event = event;
    duty.recipient = who;
    add_duty(duties, duty);
  }
}

void Turn::on(const OrderStandDown& c) {
  if (c.not_at_hand) return refuse_what_is_not_at_hand(c.reply_to);
  const std::vector<EntryIndex> search = state().open_search(c.case_number, Instant::max());
  if (search.empty()) {
    refuse(c.reply_to, {}, "nothing_open", "the case has no open missing episode",
           "look at the case: it may have ended already, or the reference is of another case");
    return;
  }
  const EntryIndex index = state().next_index();
  Entry e = own_entry(state().goes_on_as(c.case_number));
  v1::StandDownOrdered& head = *e.head.mutable_stand_down_ordered();
  head.set_ends_episode(search.front());
  head.set_means(c.by.means);
  name_person(e, c.by, c.reason);
  const Event& ended = *state().event(search.front());
  tell_the_end(*head.mutable_duties(), told_of(search), index, now_, ended);
  // What is owed after each episode is owed after this one, of which nobody reported more than that it is over.
  v1::Event found;
  found.set_type("told.child.located.v1");
  found.set_site(std::string(ended.site));
  found.set_status(ended.status);
  for (const NotificationId id :
       begin_what_is_owed(*head.mutable_duties(), found, now_, e.head.case_number(), std::nullopt))
    head.add_owed_already(id.number());
  const Duties made = head.duties();
  record(std::move(e));
  start_duties(index, made);

  answer_recorded(c.reply_to);
}

bool Turn::waits_for_whoever_is_let_in(const Notification& n) {
  if (n.is(v1::NOTIFICATION_KIND_ESCALATION)) return false;  // others were called, or will be
  if (n.is(v1::NOTIFICATION_KIND_OBLIGATION))
    return n.state == v1::NOTIFICATION_STATE_OPEN && n.rung > 0 && n.acknowledged == Instant{};
  const bool unanswered = n.state == v1::NOTIFICATION_STATE_OPEN && n.asks_acknowledgement() && n.attempts > 0;
  return (n.open() && n.nobody_there()) || unanswered;
}

void Turn::tell_what_waited(OwedAgains& groups, const std::set<EntryIndex>& events, const std::string& recipient) {
  for (const EntryIndex index : events) {
    const Event& event = *state().event(index);
    v1::OwedAgain group;
    for (std::size_t slot = 0; slot < event.notifications.size(); ++slot) {
      const Notification& n = event.notifications[slot];
      if (waits_for_whoever_is_let_in(n) && state().recipient_name(n.recipient) == recipient)
        tell_again(*group.mutable_duties(), {index, static_cast<Slot>(slot)}, n.deadline);
    }
    if (group.duties().empty()) continue;
    group.set_event(index);
    *groups.Add() = std::move(group);
  }
}

bool Turn::has_in_hand(const Event& event, const Notification& n) const {
  if (!puts_in_hand(n)) return false;
  if (event_type(event.type) != nullptr && !state().knows(event.index)) return false;  // erased: nothing to tell
  if (n.is(v1::NOTIFICATION_KIND_OBLIGATION)) return n.open() && n.acknowledged != Instant{};
  return n.state == v1::NOTIFICATION_STATE_ACKNOWLEDGED && !n.nobody_there() && !is_over(event);
}

void Turn::start_what_waited(const OwedAgains& groups) {
  std::set<RecipientId> who;
  for (const v1::OwedAgain& group : groups) {
    start_duties(group.event(), group.duties());
    for (const v1::Duty& duty : group.duties()) who.insert(state().intern(duty.recipient()));
  }
  for (const RecipientId each : who) pump(each);
}

void Turn::take_away(TakenAway taken, const std::string& who, const std::set<EntryIndex>& events) const {
  for (const EntryIndex index : events) {
    const Event& event = *state().event(index);
    for (std::size_t slot = 0; slot < event.notifications.size(); ++slot) {
      const Notification& n = event.notifications[slot];
      if (state().recipient_name(n.recipient) != who) continue;
      const std::uint64_t number = NotificationId{index, static_cast<Slot>(slot)}.number();
      if (n.is(v1::NOTIFICATION_KIND_ESCALATION) && n.open()) taken.calls_ended.Add(number);
      if (n.to_deliver()) taken.withheld.Add(number);
      if (!has_in_hand(event, n)) continue;
      v1::OpenAgain& again = *taken.open_again.Add();
      again.set_notification(number);
      again.set_next_us(to_us(
          n.is(v1::NOTIFICATION_KIND_OBLIGATION) ? ladder_of(NotificationId::of(number)).before_taking_on() : now_));
    }
  }
}

void Turn::call_others(const OpenAgains& all) {
  for (const v1::OpenAgain& again : all) {
    const NotificationId id = NotificationId::of(again.notification());
    if (from_us(again.next_us()) > now_)
      arm(id);
    else
      climb(id, v1::ESCALATION_REASON_KEPT_OUT);
  }
}

void Turn::on(const OrderScreen& c) {
  // Nobody goes on being called of whom a case is because a closed event of it cannot be read.
  if (c.not_at_hand && c.lifted) return refuse_what_is_not_at_hand(c.reply_to);
  const bool in_force = state().screened(c.case_number, c.recipient);
  if (in_force != c.lifted) {
    refuse(c.reply_to, {}, "nothing_changes",
           c.lifted ? "this recipient is not kept out of the case" : "this recipient is kept out of the case already",
           "look at the case: its timeline shows who is kept out");
    return;
  }
  order_screen(state().goes_on_as(c.case_number), c.recipient, c.lifted, c.by, c.reason);
  answer_recorded(c.reply_to);
}

void Turn::order_screen(CaseNumber c, const std::string& recipient, bool lifted, const Actor& by,
                        const std::string& reason) {
  Entry e = own_entry(c);
  v1::ScreenOrdered& head = *e.head.mutable_screen_ordered();
  head.set_recipient(recipient);
  head.set_lifted(lifted);
  head.set_means(by.means);
  name_person(e, by, reason);
  const CaseNumber of = state().goes_on_as(c);
  if (lifted) {
    tell_what_waited(*head.mutable_told_now(), state().told_of(of), recipient);
  } else if (!state().screened(of, recipient)) {
    take_away(taken_away_in(head), recipient, state().told_of(of));
  }
  const v1::ScreenOrdered made = head;
  record(std::move(e));
  arm_where_nobody_is_there();
  call_others(made.open_again());
  start_what_waited(made.told_now());
}

}  // namespace told::core
