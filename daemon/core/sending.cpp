// Lanes: sessions and credit, attempts and how they end.
#include "core/reference.hpp"
#include "core/turn.hpp"

namespace told::core {

void Turn::on(const OpenSession& c) {
  const RecipientId r = state().intern(c.recipient);
  if (const SessionId older = engine_.lanes_.of(r).reach(c.channel).session; older != 0) {
    out_.effects.emplace_back(DropSession{c.recipient, older});
    end_session(r, c.channel);
    if (c.worker) record_session(c.recipient, older, v1::SESSION_CHANGE_SUPERSEDED);
  }
  if (c.worker) record_session(c.recipient, c.session, v1::SESSION_CHANGE_OPENED);
  engine_.lanes_.of(r).open(c.channel, c.session, !c.worker);
}

void Turn::on(const Offer& c) {
  const RecipientId r = state().intern(c.recipient);
  Lane& lane = engine_.lanes_.of(r);
  const std::optional<Channel> channel = lane.channel_of(c.session);
  if (!channel) return;
  lane.offer(*channel, c.credit, c.urgent_only);
  pump(r);
}

void Turn::on(const LoseSession& c) {
  const RecipientId r = state().intern(c.recipient);
  const std::optional<Channel> channel = engine_.lanes_.of(r).channel_of(c.session);
  if (!channel) return;
  end_session(r, *channel);
  if (c.worker) record_session(c.recipient, c.session, v1::SESSION_CHANGE_LOST);
  pump(r);  // a second channel may take what waits now
}

void Turn::end_session(RecipientId r, Channel channel) {
  Lane& lane = engine_.lanes_.of(r);
  std::deque<InFlight> in_flight;
  if (lane.in_use() == channel) in_flight = lane.in_flight();
  lane.close(channel);
  for (const InFlight& each : in_flight)
    if (const Notification* n = state().notification(each.what.id()); n != nullptr && n->in_flight)
      record_end(EndAttempt{each.what.id(), n->attempts, v1::OUTCOME_UNKNOWN, "", "", "session_lost", ""});
}

void Turn::record_session(const std::string& recipient, SessionId session, v1::SessionChange change) {
  Entry e = entry(0, 0);
  v1::SessionChanged& head = *e.head.mutable_session_changed();
  head.set_recipient(recipient);
  head.set_session(session);
  head.set_change(change);
  record(std::move(e));
}

void Turn::on(const EndAttempt& c) {
  const Notification* n = state().notification(c.notification);
  if (n == nullptr || state().recipient_name(n->recipient) != c.recipient || c.attempt == 0 || c.attempt > n->attempts)
    return;  // not an attempt of ours: nothing to record, the carrier counts it
  if (n->of_earlier_call(c.attempt)) return end_earlier_call(c, *n);
  const bool was_in_flight = n->in_flight && c.attempt == n->attempts;
  // Its carrier took it, and knows more by now. What somebody has answered meanwhile need not go again.
  const bool was_sent = n->sent && n->open() && c.attempt == n->attempts && c.outcome != v1::OUTCOME_SENT;
  const bool delivered = c.outcome == v1::OUTCOME_DELIVERED;
  if (delivered ? n->delivered : !was_in_flight && !was_sent) return;
  const RecipientId r = n->recipient;
  // What came of it may be known before the carrier's own word that it was taken: it was, all the same.
  if (c.late && was_in_flight && !delivered)
    record_end(EndAttempt{c.notification, c.attempt, v1::OUTCOME_SENT, c.recipient, c.carrier, "taken", ""});
  record_end(c);

  Lane& lane = engine_.lanes_.of(r);
  n = state().notification(c.notification);
  const bool again = n != nullptr && n->to_deliver();
  const bool refused = c.outcome == v1::OUTCOME_REFUSED;
  const Lane::Landed how = !again ? Lane::Landed::done : refused ? Lane::Landed::last : Lane::Landed::again;
  if (!lane.landed(c.notification, how)) {
    if (!again)
      lane.forget(c.notification);
    else if (was_sent)
      lane.go_again({c.notification, state().case_of(*state().event(c.notification.event))}, how);
  }
  if (n != nullptr && !n->delivered &&
      (n->dropped || (state().policy() && n->failures >= state().policy()->attempts_before_alarm)))
    raise("delivery_failing", c.recipient, {.prevent = hears_prevent_alone(c.recipient)});
  if (c.closed && was_in_flight) lane.reach(lane.in_use()).closed = true;
  if (delivered || was_sent || c.late) lane.lost(!delivered);
  // That the second channel works does not mend the first.
  const bool taken = c.outcome == v1::OUTCOME_SENT && !lane.loses();
  if ((delivered || taken) && lane.in_use() == 0)
    if (const EntryIndex alarm = state().open_alarm("delivery_failing", c.recipient, hears_prevent_alone(c.recipient));
        alarm != 0)
      clear(alarm, nullptr);
  // What failed goes again where there is credit: its carrier paces it by offering none, or has waited for a receipt in
  // vain long enough.
  pump(r);
}

void Turn::end_earlier_call(const EndAttempt& c, const Notification& n) {
  Lane& lane = engine_.lanes_.of(n.recipient);
  const bool flew = lane.landed(c.notification, Lane::Landed::done, true);
  const bool delivered = c.outcome == v1::OUTCOME_DELIVERED;
  if (delivered || c.late) lane.lost(!delivered);
  if (c.closed && flew) lane.reach(lane.in_use()).closed = true;
  const bool is_news = flew || (n.in_flight && c.attempt == n.attempts);
  if (delivered ? !n.earlier_delivered : is_news) record_end(c);
  if (flew) pump(n.recipient);  // the other channel may be used again
}

void Turn::record_end(const EndAttempt& c) {
  const Event& event = *state().event(c.notification.event);
  const Notification& n = event.notifications[c.notification.slot];
  Entry e = entry(state().case_of(event), event.index);
  v1::AttemptEnded& head = *e.head.mutable_attempt_ended();
  head.set_slot(c.notification.slot);
  head.set_attempt(c.attempt);
  head.set_outcome(c.outcome);
  head.set_carrier(c.carrier);
  head.set_code(c.code);
  head.set_earlier_call(n.of_earlier_call(c.attempt));
  // Refused often enough it needs a person, while its ladder goes on.
  if (c.outcome == v1::OUTCOME_REFUSED && !c.hopeless)
    head.set_again(state().policy() && n.refusals + 1U < state().policy()->attempts_before_alarm);
  if (!c.content_sha256.empty()) {
    e.body = std::make_unique<v1::Body>();
    e.body->set_content_sha256(c.content_sha256);
  }
  record(std::move(e));
}

void Turn::pump(RecipientId r) {
  for (;;) {
    Lane& lane = engine_.lanes_.of(r);
    if (lane.waiting() == 0) break;
    const Queued next = lane.next();
    const NotificationId id = next.id();
    const bool urgent = lane.next_is_urgent();
    const Notification* n = state().notification(id);
    if (n == nullptr || !n->to_deliver()) {
      lane.drop_next();
      continue;
    }
    const std::optional<Channel> channel = channel_for(r, *n, urgent);
    if (!channel) break;
    const bool instead = *channel == 1 && !n->second;  // of the first, and not since a ladder asked for it
    lane.drop_next();
    lane.launch(*channel, next, urgent);
    const Event& event = *state().event(id.event);
    Entry e = entry(state().case_of(event), id.event);
    v1::AttemptIntended& head = *e.head.mutable_attempt_intended();
    head.set_slot(id.slot);
    head.set_attempt(n->attempts + 1U);
    head.set_channel(*channel);
    record(std::move(e));
    transmit(event, id.slot);
    const std::string& name = state().recipient_name(r);
    if (instead) raise("delivery_failing", name, {.prevent = hears_prevent_alone(name)});
  }
  look_again_for_second_channel(r);
}

std::optional<Channel> Turn::channel_for(RecipientId r, const Notification& n, bool urgent) {
  const Lane& lane = engine_.lanes_.of(r);
  // Nobody is looked up for a recipient who has no way out by a second channel.
  const SecondChannel* second = lane.reach(1).session == 0 ? nullptr : second_channel(r);
  const bool fails_often = second != nullptr && second->after_failures != 0 && n.failures >= second->after_failures;
  const bool first_is_closed = second != nullptr && lane.reach(0).closed;
  if (second != nullptr && (n.second || fails_often || first_is_closed) && lane.takes(1, urgent)) return Channel{1};
  if (lane.takes(0, urgent)) return Channel{0};
  const bool waited = second != nullptr && second->after != Duration{} && now_ - n.made >= second->after;
  if (waited && lane.takes(1, urgent)) return Channel{1};
  return std::nullopt;
}

const SecondChannel* Turn::second_channel(RecipientId r) const {
  const Recipient* recipient = state().policy() ? state().policy()->recipient(state().recipient_name(r)) : nullptr;
  return recipient != nullptr && recipient->second ? &*recipient->second : nullptr;
}

void Turn::look_again_for_second_channel(RecipientId r) {
  engine_.look_again_.erase(r);
  const Lane& lane = engine_.lanes_.of(r);
  if (lane.waiting() == 0 || !lane.in_flight().empty()) return;  // what is in flight ends, and then this is asked again
  if (lane.reach(1).session == 0) return;  // a way that opens offers credit, and then this is asked again
  const SecondChannel* second = second_channel(r);
  const Notification* n = state().notification(lane.next().id());
  if (second == nullptr || second->after == Duration{} || n == nullptr) return;
  if (const Instant at = n->made + second->after; at > now_) engine_.look_again_[r] = at;
}

void Turn::try_second_channels() {
  std::vector<RecipientId> due;
  for (const auto& [recipient, at] : engine_.look_again_)
    if (at <= now_) due.push_back(recipient);
  for (const RecipientId recipient : due) pump(recipient);
}

std::vector<UnansweredToo> Turn::unanswered_too(const Event& event, NotificationId call) const {
  std::vector<UnansweredToo> all;
  for (const NotificationId other : state().calls_to(state().notification(call)->recipient, event)) {
    if (other == call) continue;
    const NotificationId id{other.event, state().notification(other)->about_slot};
    const Notification& about = *state().notification(id);
    all.push_back({id, state().recipient_name(about.recipient), about.deadline,
                   about.is(v1::NOTIFICATION_KIND_OBLIGATION) ? about.rule : 0U, about.policy_version});
  }
  return all;
}

void Turn::transmit(const Event& event, std::uint32_t slot) {
  const Notification& n = event.notifications[slot];
  Transmit t;
  t.notification = {event.index, static_cast<Slot>(slot)};
  t.attempt = n.attempts;
  t.call = n.calls;
  t.recipient = state().recipient_name(n.recipient);
  const Lane& lane = engine_.lanes_.of(n.recipient);
  t.channel = lane.in_use();
  t.session = lane.reach(t.channel).session;
  t.kind = static_cast<v1::NotificationKind>(n.kind);
  t.case_number = state().case_of(event);
  t.policy_version = n.policy_version;
  t.rule = n.rule;
  t.amends = event.amends;
  t.deadline = n.deadline;
  if (n.kind == v1::NOTIFICATION_KIND_ESCALATION || n.kind == v1::NOTIFICATION_KIND_ANSWERED) {
    const Notification& about = event.notifications[n.about_slot];
    t.about = {event.index, n.about_slot};
    t.about_recipient = state().recipient_name(about.recipient);
    t.about_deadline = about.deadline;
    t.rung = about.rung;
    t.exhausted = about.exhausted;
    if (about.is(v1::NOTIFICATION_KIND_OBLIGATION)) t.about_clock = about.rule;
  }
  if (n.kind == v1::NOTIFICATION_KIND_ESCALATION) t.also = unanswered_too(event, t.notification);
  if (n.kind == v1::NOTIFICATION_KIND_ALARM) {
    t.alarm_code = event.id;
    t.alarm_party = std::string(event.source);
    t.alarm_kept_out = event.kept_out;
    t.alarm_cleared = !n.asks_acknowledgement();
    t.alarm_again = !t.alarm_cleared && std::any_of(event.notifications.begin(), &n, [&](const Notification& before) {
      return before.is(v1::NOTIFICATION_KIND_ALARM) && before.recipient == n.recipient;
    });
    t.about = NotificationId::of(event.about_notification);
    if (const Notification* about = state().notification(t.about); event.about_notification != 0 && about != nullptr)
      t.about_recipient = state().recipient_name(about->recipient);
  }
  out_.effects.emplace_back(std::move(t));
}

}  // namespace told::core
