#include "gateway/agencies.hpp"

#include <algorithm>
#include <utility>

#include "core/answer_rules.hpp"
#include "core/reference.hpp"
#include "gateway/wire.hpp"
#include "log/log.hpp"

namespace told::gateway {
namespace {

// Acknowledgements' tokens have this bit, publishers' have not.
constexpr core::ReplyToken acknowledgement_mark = 1ULL << 62U;

// A worker's name for itself is free text: it goes into the log at level debug only, and only what cannot break a line
// or hide.
std::string for_the_log(const std::string& worker) {
  std::string text = worker.substr(0, 64);
  for (char& c : text)
    if (c < 0x20 || c > 0x7E) c = '?';
  return text;
}

v1::Problem revoked_key() {
  return make_problem("revoked", "", "this key serves no recipient any more",
                      "ask told's administrator whether the key was replaced");
}

}  // namespace

Agencies::Agencies(loop::Loop& loop, PeerSocket& socket, const Listener& listener,
                   std::shared_ptr<const Directory>& directory, Patience patience)
    : loop_{loop},
      socket_{socket},
      listener_{listener},
      directory_{directory},
      patience_{patience},
      owed_{acknowledgement_mark} {}

Agencies::~Agencies() = default;

void Agencies::hear(const Message& message, Steady now) {
  const std::string peer{message.peer};
  const Agency* agency = directory_->agency(message.user, message.key);
  if (agency == nullptr) return refuse_frame(peer, message.delimited, std::string{message.user}, revoked_key());
  const std::string& recipient = agency->recipient;
  if (!message.well_framed) return refuse_frame(peer, message.delimited, recipient, bad_framing());
  v1::AgencyFrame frame;
  auto problem = read(message.payload, frame);
  if (!problem) problem = refuse_unknown(frame);
  if (!problem && frame.acknowledgements_size() + frame.refusals_size() > Owed<v1::ServiceFrame>::batch_max)
    problem = make_problem("too_many", "acknowledgements",
                           "a frame may have at most 256 acknowledgements and refusals together",
                           "send the rest in a further frame");
  if (problem) return refuse_frame(peer, message.delimited, recipient, std::move(*problem));

  if (frame.has_hello() && !frame.hello().recipient().empty() && frame.hello().recipient() != recipient)
    return refuse_frame(peer, message.delimited, recipient,
                        make_problem("not_yours", "hello.recipient",
                                     "this key is " + recipient + "'s, and the worker means to serve another",
                                     "use the key of the recipient that you serve, or that recipient's name"));
  Presence& presence = presence_[recipient];
  if (frame.has_hello() && !presence.may_say_hello(now))
    return refuse_frame(peer, message.delimited, recipient,
                        make_problem("busy", "hello", "this recipient opens sessions too fast",
                                     "wait some seconds, and let one worker at a time serve the recipient"));
  Session* session = frame.has_hello() ? &open(message, presence, frame.hello(), now) : session_of_peer(peer);
  if (session == nullptr) {
    v1::Problem no_session = make_problem("say_hello", "hello", "this connection has no session",
                                          "send hello first, after every connection");
    // A heartbeat that was on its way when told was started anew is no fault of theirs.
    if (frame.ByteSizeLong() == 0) return answer(peer, message.delimited, std::move(no_session));
    return refuse_frame(peer, message.delimited, recipient, std::move(no_session));
  }
  session->heard = now;
  if (session->id == presence.session) presence.heard = now;
  take_receipts(*session, frame);
  take_acknowledgements(*session, frame);
  if (frame.credit() > 0) offer(*session, frame.credit());
}

Session& Agencies::open(const Message& message, Presence& presence, const v1::Hello& hello, Steady now) {
  const core::SessionId id = ++last_session_;
  Session& session = sessions_[id];
  session.id = id;
  session.recipient = message.user;
  session.peer = message.peer;
  session.key = message.key;
  session.delimited = message.delimited;
  session.spoke = now;
  presence.session = id;  // an older one lives until drop(): what it was given may still be receipted
  by_peer_[session.peer] = id;
  log::info("session {} of {} is open", id, session.recipient);
  log::debug("the worker of session {} calls itself {}", id, for_the_log(hello.worker()));
  // An earlier run of the daemon may have left the alarm open.
  if (!presence.ever || presence.silent) listener_.submit(core::ClearAlarm{"worker_silent", session.recipient});
  presence.ever = true;
  presence.silent = false;
  listener_.submit(core::OpenSession{session.recipient, id});
  v1::ServiceFrame frame;
  auto& welcome = *frame.mutable_welcome();
  welcome.set_recipient(session.recipient);
  welcome.set_session(id);
  welcome.set_heartbeat_ms(static_cast<std::uint32_t>(patience_.heartbeat.count()));
  (void)socket_.send(session.peer, session.delimited, frame.SerializeAsString());
  return session;
}

void Agencies::take_receipts(Session& session, const v1::AgencyFrame& frame) {
  for (const auto& receipt : frame.receipts()) {
    const auto number = core::from_reference(core::Named::notification, receipt.notification());
    if (number && session.in_flight.land(core::NotificationId::of(*number), receipt.attempt()))
      report(session.recipient, core::NotificationId::of(*number), receipt.attempt(), v1::OUTCOME_DELIVERED, "receipt");
    else
      ++ignored_receipts_;  // late, repeated, or of an older session: the attempt's end is already recorded
  }
  if (frame.receipts_size() > 0) hand_over();
}

void Agencies::take_acknowledgements(Session& session, const v1::AgencyFrame& frame) {
  std::vector<core::Said> said = core::read_said(frame, session.recipient, v1::MEANS_QUEUE, listener_.now());
  if (said.empty()) return;
  Owed<v1::ServiceFrame>::Batch batch;
  batch.peer = session.peer;
  batch.delimited = session.delimited;
  batch.party = session.recipient;
  const bool busy = session.acknowledgements + said.size() > unanswered_acknowledgements_max;
  for (core::Said& each : said) {
    v1::AcknowledgementResult& result = *batch.frame.add_results();
    result.set_notification(each.notification);
    if (each.problem() != nullptr && !busy) record(session.recipient, *each.problem());
    if (busy)
      each.what =
          make_problem("busy", "", "more acknowledgements are unanswered than told keeps", "send it again later");
    if (const v1::Problem* problem = each.problem())
      *result.mutable_problem() = *problem;
    else
      ++batch.missing;
  }
  session.acknowledgements += batch.missing;
  const std::uint64_t number = owed_.open(std::move(batch));
  for (std::size_t place = 0; place < said.size(); ++place)
    if (said[place].problem() == nullptr)
      listener_.submit(core::to_command(std::move(said[place]), owed_.token(number, static_cast<int>(place))));
}

void Agencies::offer(Session& session, std::uint32_t credit) {
  const std::uint32_t taken = std::min(credit, credit_max - session.offered);
  if (taken == 0) return;
  session.offered += taken;
  listener_.submit(core::Offer{session.recipient, session.id, taken});
}

void Agencies::reply(const core::ReplyActed& reply) {
  const auto* batch = owed_.answer(reply.reply_to, reply.result);
  if (batch == nullptr) return;
  if (Session* session = session_of_peer(batch->peer); session != nullptr && session->acknowledgements > 0)
    --session->acknowledgements;
}

void Agencies::send(carriers::Parcel parcel) {
  const auto it = sessions_.find(parcel.session);
  const auto defer = [&](v1::Outcome outcome, const char* code) {
    report(parcel.recipient, parcel.notification, parcel.attempt, outcome, code);
    hand_over_soon();
  };
  if (it == sessions_.end() || it->second.recipient != parcel.recipient)
    return defer(v1::OUTCOME_DEFERRED, "no_session");
  Session& session = it->second;
  if (session.offered == 0) return defer(v1::OUTCOME_DEFERRED, "no_credit");
  --session.offered;  // the engine counts a refused attempt as a used one too
  if (!session.outgoing.add_delivery(parcel.bytes)) return defer(v1::OUTCOME_REFUSED, "too_large");
  session.in_flight.add(parcel.notification, parcel.attempt, loop_.now());
  touch(session);
}

void Agencies::touch(Session& session) {
  if (session.dirty) return;
  session.dirty = true;
  dirty_.push_back(session.id);
}

void Agencies::flush(Steady now) {
  owed_.release([this](const Owed<v1::ServiceFrame>::Batch& batch) {
    Session* session = session_of_peer(batch.peer);
    if (session == nullptr) return;  // its worker is gone; it says so again elsewhere and hears `repeated`
    session->outgoing.add(batch.frame);
    touch(*session);
  });
  for (const core::SessionId id : std::exchange(dirty_, {}))
    if (const auto it = sessions_.find(id); it != sessions_.end()) send_out(it->second, now);
}

void Agencies::send_out(Session& session, Steady now) {
  session.dirty = false;
  session.spoke = now;
  auto sent = PeerSocket::Sent::queued;
  session.outgoing.take(checkpoint_, [&](const std::string& frame) {
    if (sent == PeerSocket::Sent::queued) sent = socket_.send(session.peer, session.delimited, frame);
  });
  if (sent == PeerSocket::Sent::gone) lose(session.id, "its connection is gone");
  if (sent == PeerSocket::Sent::full) lose(session.id, "it does not read what it asked for");
}

void Agencies::drop(const core::DropSession& drop) {
  const auto it = sessions_.find(drop.session);
  if (it == sessions_.end()) return;
  const Session& session = it->second;
  // A worker that said hello twice on one connection has the newer session there: it needs no farewell.
  if (const auto at = by_peer_.find(session.peer); at != by_peer_.end() && at->second == drop.session) {
    v1::ServiceFrame frame;
    *frame.mutable_problem() =
        make_problem("superseded", "", "a newer worker of this recipient has taken over", "end, or say hello again");
    (void)socket_.send(session.peer, session.delimited, frame.SerializeAsString());
  }
  log::info("session {} of {} gave way to a newer one", drop.session, session.recipient);
  forget(drop.session);
}

void Agencies::lose(core::SessionId id, const char* why) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end()) return;
  log::warn("session {} of {} is lost: {}", id, it->second.recipient, why);
  // Submitted before the reports: otherwise the engine would send into the dead session once more.
  lost_commands_.emplace_back(it->second.recipient, id);
  forget(id);
}

void Agencies::forget(core::SessionId id) {
  const auto it = sessions_.find(id);
  Session& session = it->second;
  InFlight::Attempt attempt;
  while (session.in_flight.pop_older(Steady::max(), attempt))
    report(session.recipient, attempt.notification, attempt.attempt, v1::OUTCOME_UNKNOWN, "session_lost");
  if (const auto at = by_peer_.find(session.peer); at != by_peer_.end() && at->second == id) by_peer_.erase(at);
  if (const auto at = presence_.find(session.recipient); at != presence_.end() && at->second.session == id)
    at->second.session = 0;
  sessions_.erase(it);
  hand_over_soon();
}

void Agencies::peer_gone(const std::string& peer) {
  if (const auto at = by_peer_.find(peer); at != by_peer_.end()) lose(at->second, "its connection is gone");
}

void Agencies::report(const std::string& recipient, core::NotificationId notification, std::uint32_t attempt,
                      v1::Outcome outcome, const char* code) {
  carriers::Report report{recipient, notification, attempt, outcome, code};
  report.hopeless = outcome == v1::OUTCOME_REFUSED;  // it is too large, and always will be
  reports_.push_back(std::move(report));
}

void Agencies::hand_over_soon() {
  if (hand_over_posted_) return;
  hand_over_posted_ = true;
  loop_.post([this, alive = std::weak_ptr<bool>{alive_}] {
    if (alive.expired()) return;
    hand_over_posted_ = false;
    hand_over();
  });
}

void Agencies::hand_over() {
  for (auto& [recipient, session] : std::exchange(lost_commands_, {}))
    listener_.submit(core::LoseSession{recipient, session});
  for (const auto& report : std::exchange(reports_, {}))
    if (report_) report_(report);
}

void Agencies::parties_replaced(Steady now) {
  std::vector<core::SessionId> revoked;
  for (const auto& [id, session] : sessions_)
    if (directory_->agency(session.recipient, session.key) == nullptr) revoked.push_back(id);
  for (const core::SessionId id : revoked) {
    const Session& session = sessions_.at(id);
    v1::ServiceFrame frame;
    *frame.mutable_problem() = revoked_key();
    (void)socket_.send(session.peer, session.delimited, frame.SerializeAsString());
    lose(id, "its key was revoked");
  }
  for (auto it = presence_.begin(); it != presence_.end();) {
    if (directory_->agencies().contains(it->first)) {
      ++it;
      continue;
    }
    if (it->second.silent) listener_.submit(core::ClearAlarm{"worker_silent", it->first});
    it = presence_.erase(it);
  }
  for (const auto& [name, agency] : directory_->agencies()) presence_.try_emplace(name, Presence{.heard = now});
}

void Agencies::tick(Steady now) {
  std::vector<core::SessionId> silent;
  for (auto& [id, session] : sessions_) {
    InFlight::Attempt attempt;
    while (session.in_flight.pop_older(now - patience_.receipt, attempt))
      report(session.recipient, attempt.notification, attempt.attempt, v1::OUTCOME_UNKNOWN, "no_receipt");
    if (now - session.heard > 3 * patience_.heartbeat) silent.push_back(id);
  }
  for (const core::SessionId id : silent) lose(id, "its worker fell silent");
  std::vector<core::SessionId> gone;
  for (auto& [id, session] : sessions_) {
    if (now - session.spoke < patience_.heartbeat) continue;
    session.spoke = now;
    if (socket_.send(session.peer, session.delimited, {}) == PeerSocket::Sent::gone) gone.push_back(id);
  }
  for (const core::SessionId id : gone) lose(id, "its connection is gone");
  hand_over();
  for (auto& [name, presence] : presence_) {
    if (presence.silent || now - presence.heard <= 3 * patience_.heartbeat) continue;
    presence.silent = true;
    log::warn("no worker of {} has been heard for three heartbeats", name);
    listener_.submit(core::RaiseAlarm{"worker_silent", name});
  }
}

void Agencies::refuse_frame(const std::string& peer, bool delimited, const std::string& party, v1::Problem problem) {
  record(party, problem);
  answer(peer, delimited, std::move(problem));
}

void Agencies::answer(const std::string& peer, bool delimited, v1::Problem problem) {
  v1::ServiceFrame frame;
  *frame.mutable_problem() = std::move(problem);
  (void)socket_.send(peer, delimited, frame.SerializeAsString());
}

void Agencies::record(const std::string& party, const v1::Problem& problem) {
  ++refused_;
  listener_.submit(core::RecordRefusal{party, problem.code(), problem.field()});
}

Session* Agencies::session_of_peer(const std::string& peer) {
  const auto at = by_peer_.find(peer);
  if (at == by_peer_.end()) return nullptr;
  const auto it = sessions_.find(at->second);
  return it == sessions_.end() ? nullptr : &it->second;
}

void Agencies::connected(std::map<std::string, std::int64_t>& into, Steady now) const {
  for (const auto& [name, presence] : presence_) {
    if (!presence.ever) continue;
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now - presence.heard).count();
    const auto [it, fresh] = into.emplace(name, ms);
    if (!fresh) it->second = std::min(it->second, ms);
  }
}

}  // namespace told::gateway
