// Lanes: sessions and credit, attempts and how they end.
#include "core/reference.hpp"
#include "core/turn.hpp"

namespace told::core {

void Turn::on(const OpenSession& c) {
  const RecipientId r = state().intern(c.recipient);
  Lane& lane = engine_.lanes_.of(r);
  if (lane.session != 0) {
    out_.effects.emplace_back(DropSession{c.recipient, lane.session});
    end_session(c.recipient, v1::SESSION_CHANGE_SUPERSEDED);
  }
  record_session(c.recipient, c.session, v1::SESSION_CHANGE_OPENED);
  engine_.lanes_.of(r).open(c.session);
}

void Turn::on(const Offer& c) {
  const RecipientId r = state().intern(c.recipient);
  Lane& lane = engine_.lanes_.of(r);
  if (lane.session != c.session) return;
  lane.credit += c.credit;
  pump(r);
}

void Turn::on(const LoseSession& c) {
  if (engine_.lanes_.of(state().intern(c.recipient)).session == c.session)
    end_session(c.recipient, v1::SESSION_CHANGE_LOST);
}

void Turn::end_session(const std::string& recipient, v1::SessionChange why) {
  Lane& lane = engine_.lanes_.of(state().intern(recipient));
  const SessionId session = lane.session;
  const std::deque<NotificationId> in_flight = lane.in_flight;
  lane.close();
  for (const NotificationId id : in_flight)
    if (const Notification* n = state().notification(id); n != nullptr && n->in_flight)
      end_attempt(id, n->attempts, v1::OUTCOME_UNKNOWN, "", "session_lost", "");
  record_session(recipient, session, why);
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
  const bool was_in_flight = n->in_flight && c.attempt == n->attempts;
  if (c.outcome != v1::OUTCOME_DELIVERED && !was_in_flight) return;  // its end was recorded already
  if (c.outcome == v1::OUTCOME_DELIVERED && n->delivered) return;
  const RecipientId r = n->recipient;
  end_attempt(c.notification, c.attempt, c.outcome, c.carrier, c.code, c.content_sha256);

  Lane& lane = engine_.lanes_.of(r);
  n = state().notification(c.notification);
  const bool again = n != nullptr && n->to_deliver() && c.outcome != v1::OUTCOME_SENT;
  if (c.outcome == v1::OUTCOME_DEFERRED && lane.session != 0) ++lane.credit;  // nothing was sent for it
  if (c.outcome == v1::OUTCOME_SENT) return;
  if (!lane.landed(c.notification, again) && !again) lane.forget(c.notification);
  const bool gone = n == nullptr;
  if (!gone && !n->delivered &&
      (n->dropped || (state().policy() && n->failures >= state().policy()->attempts_before_alarm)))
    raise("delivery_failing", c.recipient, 0);
  // An attempt without a receipt was waited for (the carrier's patience paces it), so it goes again at once where there
  // is credit; one that failed at once goes again when credit is offered next: never in a loop of its own.
  if (c.outcome == v1::OUTCOME_UNKNOWN) pump(r);
  if (c.outcome != v1::OUTCOME_DELIVERED) return;
  if (const EntryIndex alarm = state().open_alarm("delivery_failing", c.recipient); alarm != 0) clear(alarm, nullptr);
  pump(r);
}

void Turn::end_attempt(NotificationId id, std::uint32_t attempt, v1::Outcome outcome, const std::string& carrier,
                       const std::string& code, const std::string& content_sha256) {
  const Event& event = *state().event(id.event);
  Entry e = entry(state().case_of(event), id.event);
  v1::AttemptEnded& head = *e.head.mutable_attempt_ended();
  head.set_slot(id.slot);
  head.set_attempt(attempt);
  head.set_outcome(outcome);
  head.set_carrier(carrier);
  head.set_code(code);
  if (!content_sha256.empty()) {
    e.body = std::make_unique<v1::Body>();
    e.body->set_content_sha256(content_sha256);
  }
  record(std::move(e));
}

void Turn::pump(RecipientId r) {
  for (Lane* lane = &engine_.lanes_.of(r); lane->ready() && !lane->waiting.empty(); lane = &engine_.lanes_.of(r)) {
    const NotificationId id = lane->waiting.front();
    lane->waiting.pop_front();
    const Notification* n = state().notification(id);
    if (n == nullptr || !n->to_deliver()) continue;
    lane->in_flight.push_back(id);
    --lane->credit;
    const Event& event = *state().event(id.event);
    Entry e = entry(state().case_of(event), id.event);
    e.head.mutable_attempt_intended()->set_slot(id.slot);
    e.head.mutable_attempt_intended()->set_attempt(n->attempts + 1U);
    record(std::move(e));
    transmit(event, id.slot);
  }
}

void Turn::transmit(const Event& event, std::uint32_t slot) {
  const Notification& n = event.notifications[slot];
  Transmit t;
  t.notification = {event.index, static_cast<std::uint8_t>(slot)};
  t.attempt = n.attempts;
  t.call = n.calls;
  t.recipient = state().recipient_name(n.recipient);
  t.session = engine_.lanes_.of(n.recipient).session;
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
  if (n.kind == v1::NOTIFICATION_KIND_ALARM) {
    t.alarm_code = event.id;
    t.alarm_party = std::string(event.source);
    t.alarm_cleared = !n.asks_acknowledgement();
  }
  out_.effects.emplace_back(std::move(t));
}

}  // namespace told::core
