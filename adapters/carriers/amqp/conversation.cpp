#include "carriers/amqp/conversation.hpp"

#include <proton/codec.h>
#include <proton/condition.h>
#include <proton/connection.h>
#include <proton/connection_driver.h>
#include <proton/delivery.h>
#include <proton/disposition.h>
#include <proton/event.h>
#include <proton/link.h>
#include <proton/sasl.h>
#include <proton/session.h>
#include <proton/terminus.h>
#include <proton/transport.h>

#include <array>
#include <deque>
#include <map>
#include <new>
#include <utility>

namespace told::carriers::amqp {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

// A broker that says nothing for so long is gone: it is asked for a sign of life in half of it (AMQP 1.0, 2.4.5). Not
// less: Azure Service Bus lets nobody in who asks for one oftener than it likes (every 10 s, and every 60 s in 2016),
// and its own clients ask for this.
constexpr std::chrono::milliseconds silence_most = 1min;
constexpr std::uint32_t frame_bytes_max = 64U * 1024U;
constexpr std::size_t incoming_bytes_max = 1024U * 1024U;  // of a session, before the broker must wait
constexpr std::uint16_t channel_last = 15;                 // two are used; one that ends is followed by another

std::string word(pn_condition_t* condition) {
  const char* name = condition == nullptr ? nullptr : pn_condition_get_name(condition);
  return name == nullptr ? std::string() : name;
}

Settlement settlement_of(pn_delivery_t* delivery) {
  switch (pn_delivery_remote_state(delivery)) {
    case PN_ACCEPTED:
      return Settlement::accepted;
    case PN_REJECTED:
      return Settlement::rejected;
    case PN_RELEASED:
      return Settlement::released;
    case PN_MODIFIED:
      return pn_disposition_is_undeliverable(pn_delivery_remote(delivery)) ? Settlement::undeliverable
                                                                           : Settlement::modified;
    default:
      return Settlement::without_outcome;
  }
}

}  // namespace

struct Conversation::Engine {
  /// A link with a session of its own: brokers end the session where they have something against the link.
  struct Link {
    pn_session_t* session = nullptr;
    pn_link_t* link = nullptr;
  };

  explicit Engine(const Opening& said) : opening(said), last_reply(said.replies_before) {
    if (pn_connection_driver_init(&driver, nullptr, nullptr) != 0) throw std::bad_alloc();
    pn_connection_set_container(driver.connection, opening.container.c_str());
    pn_connection_set_hostname(driver.connection, opening.host.c_str());
    if (!opening.user.empty()) {
      pn_connection_set_user(driver.connection, opening.user.c_str());
      pn_connection_set_password(driver.connection, opening.password.c_str());
    }
    pn_sasl_t* sasl = pn_sasl(driver.transport);
    pn_sasl_allowed_mechs(sasl, opening.user.empty() ? "EXTERNAL" : "PLAIN");
    // The line below is under TLS, or to this machine alone (amqp.cpp): Proton sees neither.
    pn_sasl_set_allow_insecure_mechs(sasl, true);
    pn_transport_set_max_frame(driver.transport, frame_bytes_max);
    pn_transport_set_channel_max(driver.transport, channel_last);
    pn_transport_set_idle_timeout(driver.transport, static_cast<pn_millis_t>(silence_most.count()));
    pn_connection_open(driver.connection);
    // Now, and not with the first event: a broker that speaks first would be heard before the login is known.
    pn_connection_driver_bind(&driver);
  }
  ~Engine() { pn_connection_driver_destroy(&driver); }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  void handle(pn_event_t* event) {
    switch (pn_event_type(event)) {
      case PN_CONNECTION_REMOTE_OPEN:
        opened = true;
        break;
      case PN_LINK_REMOTE_OPEN:
        remote_open(pn_event_link(event));
        break;
      case PN_DELIVERY:
        if (pn_event_link(event) == sending.link)
          settled(pn_event_delivery(event));
        else if (pn_event_link(event) == listening.link)
          gather();
        break;
      case PN_LINK_REMOTE_CLOSE:
      case PN_LINK_REMOTE_DETACH:
        ended(pn_event_session(event), pn_link_remote_condition(pn_event_link(event)));
        break;
      case PN_SESSION_REMOTE_CLOSE:
        ended(pn_event_session(event), pn_session_remote_condition(pn_event_session(event)));
        break;
      case PN_CONNECTION_REMOTE_CLOSE:
        over({Over::Why::ended, word(pn_connection_remote_condition(driver.connection))});
        pn_connection_close(driver.connection);
        break;
      case PN_TRANSPORT_ERROR:
        over(why_not());
        break;
      case PN_TRANSPORT_CLOSED:
        over({});
        break;
      default:
        break;
    }
  }

  Link attach(bool replies) {
    Link made;
    made.session = pn_session(driver.connection);
    pn_session_set_incoming_capacity(made.session, incoming_bytes_max);
    pn_session_open(made.session);
    const std::string name = (replies ? "replies." : "told.") + std::to_string(++links);
    made.link = replies ? pn_receiver(made.session, name.c_str()) : pn_sender(made.session, name.c_str());
    pn_terminus_t* node = replies ? pn_link_source(made.link) : pn_link_target(made.link);
    pn_terminus_set_address(node, (replies ? opening.reply_queue : opening.queue).c_str());
    pn_link_set_snd_settle_mode(made.link, PN_SND_UNSETTLED);
    pn_link_set_rcv_settle_mode(made.link, PN_RCV_FIRST);
    pn_link_open(made.link);
    return made;
  }

  void remote_open(pn_link_t* link) {
    if (link == sending.link) return;
    if (link != listening.link) {  // one that the broker began: told has no use for it, and does not let them pile up
      over({});
      pn_connection_close(driver.connection);
      return;
    }
    // A broker that refuses answers without an address first, and ends the link then.
    if (pn_terminus_get_address(pn_link_remote_source(link)) == nullptr) return;
    hears = true;
    if (opening.replies_at_once > 0) pn_link_flow(link, static_cast<int>(opening.replies_at_once));
  }

  void settled(pn_delivery_t* delivery) {
    if (delivery != sent || !pn_delivery_settled(delivery)) return;  // what is not settled may still change
    happenings.emplace_back(
        Settled{settlement_of(delivery), word(pn_disposition_condition(pn_delivery_remote(delivery)))});
    sent = nullptr;
    pn_delivery_settle(delivery);
  }

  // Reads what has come, so that a large one never fills the window: what is too much of it goes nowhere.
  void gather() {
    for (pn_delivery_t* delivery = pn_link_current(listening.link);
         delivery != nullptr && pn_delivery_readable(delivery); delivery = pn_link_current(listening.link)) {
      if (pn_delivery_aborted(delivery)) {
        pn_delivery_settle(delivery);
        incoming = {};
        pn_link_flow(listening.link, 1);
        continue;
      }
      std::array<char, 4'096> part{};
      for (ssize_t got = 0; (got = pn_link_recv(listening.link, part.data(), part.size())) > 0;) {
        const std::size_t bytes = static_cast<std::size_t>(got);
        incoming.too_large = incoming.too_large || incoming.bytes.size() + bytes > reply_bytes_max;
        if (incoming.too_large)
          incoming.bytes.clear();
        else
          incoming.bytes.append(part.data(), bytes);
      }
      if (pn_delivery_partial(delivery)) return;
      pn_link_advance(listening.link);
      incoming.number = ++last_reply;
      unanswered.emplace(incoming.number, delivery);
      happenings.emplace_back(std::exchange(incoming, {}));
    }
  }

  void ended(pn_session_t* session, pn_condition_t* condition) {
    for (Link* mine : {&sending, &listening}) {
      if (mine->session == nullptr || mine->session != session) continue;
      const bool is_replies = mine == &listening;
      happenings.emplace_back(Closed{is_replies, word(condition)});
      pn_session_t* const over_now = std::exchange(*mine, {}).session;
      pn_session_close(over_now);
      pn_session_free(over_now);
      if (is_replies) {
        unanswered.clear();
        incoming = {};
        hears = false;
      } else {
        sent = nullptr;
      }
    }
  }

  Over why_not() {
    const std::string condition = word(pn_transport_condition(driver.transport));
    pn_sasl_t* sasl = pn_sasl(driver.transport);
    const pn_sasl_outcome_t outcome = pn_sasl_outcome(sasl);
    const char* said = pn_condition_get_description(pn_transport_condition(driver.transport));
    if (said != nullptr && std::string_view{said} == "local-idle-timeout expired") return {Over::Why::silent, {}};
    if (outcome == PN_SASL_OK || outcome == PN_SASL_NONE) return {Over::Why::ended, condition};
    return {pn_sasl_get_mech(sasl) == nullptr ? Over::Why::no_mechanism : Over::Why::login, condition};
  }

  void over(Over what) {
    if (std::exchange(is_over, true)) return;
    happenings.emplace_back(std::move(what));
  }

  void settle(std::uint64_t number, std::uint64_t state) {
    const auto found = unanswered.find(number);
    if (found == unanswered.end()) return;
    pn_delivery_update(found->second, state);
    pn_delivery_settle(found->second);
    unanswered.erase(found);
    pn_link_flow(listening.link, 1);
  }

  Opening opening;
  pn_connection_driver_t driver{};
  Link sending;
  Link listening;
  pn_delivery_t* sent = nullptr;  ///< not settled yet
  std::uint64_t links = 0;
  std::uint64_t messages = 0;
  std::uint64_t last_reply;
  std::map<std::uint64_t, pn_delivery_t*> unanswered;
  Came incoming;  ///< of which not all has come
  std::deque<Happening> happenings;
  bool opened = false;
  bool hears = false;
  bool is_over = false;

  std::uint64_t bytes_written = 0;
  std::uint64_t may_be_there_at = 0;  ///< when so many bytes are written
};

Conversation::Conversation(const Opening& opening) : engine_(std::make_unique<Engine>(opening)) {}
Conversation::~Conversation() = default;

Conversation::Room Conversation::room() {
  const pn_rwbytes_t room = pn_connection_driver_read_buffer(&engine_->driver);
  return {room.start, room.size};
}
void Conversation::put(std::size_t bytes) { pn_connection_driver_read_done(&engine_->driver, bytes); }

std::string_view Conversation::out() {
  const pn_bytes_t bytes = pn_connection_driver_write_buffer(&engine_->driver);
  return {bytes.start, bytes.size};
}

void Conversation::written(std::size_t bytes) {
  engine_->bytes_written += bytes;
  pn_connection_driver_write_done(&engine_->driver, bytes);
}

std::optional<Steady::time_point> Conversation::tick(Steady::time_point now) {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  const std::int64_t next = pn_transport_tick(engine_->driver.transport, since.count());
  if (next == 0) return std::nullopt;
  return Steady::time_point{std::chrono::milliseconds{next}};
}

std::optional<Happening> Conversation::next() {
  while (engine_->happenings.empty()) {
    pn_event_t* event = pn_connection_driver_next_event(&engine_->driver);
    if (event == nullptr) return std::nullopt;
    engine_->handle(event);
  }
  Happening first = std::move(engine_->happenings.front());
  engine_->happenings.pop_front();
  return first;
}

bool Conversation::stirs() const {
  return !engine_->happenings.empty() || pn_connection_driver_has_event(&engine_->driver);
}

bool Conversation::open() const { return engine_->opened; }

void Conversation::want_to_send() {
  if (engine_->sending.link == nullptr && engine_->opened) engine_->sending = engine_->attach(false);
}

bool Conversation::may_send() const {
  return engine_->sending.link != nullptr && engine_->sent == nullptr && pn_link_credit(engine_->sending.link) > 0;
}

void Conversation::send(std::string_view message) {
  const std::uint64_t number = ++engine_->messages;
  engine_->sent = pn_delivery(engine_->sending.link, pn_dtag(reinterpret_cast<const char*>(&number), sizeof number));
  engine_->may_be_there_at = engine_->bytes_written + message.size();
  pn_link_send(engine_->sending.link, message.data(), message.size());
  pn_link_advance(engine_->sending.link);
}

bool Conversation::may_be_there() const { return engine_->bytes_written >= engine_->may_be_there_at; }

void Conversation::want_replies() {
  if (engine_->listening.link == nullptr && engine_->opened && !engine_->opening.reply_queue.empty())
    engine_->listening = engine_->attach(true);
}

Conversation::Listening Conversation::listening() const {
  if (engine_->hears) return Listening::yes;
  return engine_->listening.link == nullptr ? Listening::no : Listening::opening;
}

void Conversation::take(std::uint64_t number) { engine_->settle(number, PN_ACCEPTED); }

void Conversation::reject(std::uint64_t number, const std::string& why, const std::string& sentence) {
  const auto found = engine_->unanswered.find(number);
  if (found == engine_->unanswered.end()) return;
  pn_condition_t* condition = pn_disposition_condition(pn_delivery_local(found->second));
  pn_condition_set_name(condition, why.c_str());
  pn_condition_set_description(condition, sentence.c_str());
  engine_->settle(number, PN_REJECTED);
}

void Conversation::close() { pn_connection_close(engine_->driver.connection); }

}  // namespace told::carriers::amqp
