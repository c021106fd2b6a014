#pragma once
// A gateway on real sockets with real keys, and everything it was told to do written down. Tests turn the loop
// themselves, until what they wait for is true: nothing here sleeps.
#include <gtest/gtest.h>
#include <zmq.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/reference.hpp"
#include "gateway/context.hpp"
#include "gateway/gateway.hpp"
#include "gateway/zmq_handle.hpp"

namespace told::gateway::testing {

using std::chrono::milliseconds;

struct KeyPair {
  std::string public_key, secret_key;
  KeyPair() {
    std::array<char, 41> p{};
    std::array<char, 41> s{};
    zmq_curve_keypair(p.data(), s.data());
    public_key = p.data();
    secret_key = s.data();
  }
};

/// Somebody at the other end: any type of socket, any bytes.
class Peer {
 public:
  Peer(int type, const std::string& endpoint, const std::string& server_key, const KeyPair* keys)
      : context_{process_context()}, socket_{open_socket(context_.get(), type)} {
    set_option(socket_.get(), ZMQ_LINGER, 0);
    // Once libzmq has heard that it is refused it ends the connection for good, and a send to nobody would wait for
    // ever.
    set_option(socket_.get(), ZMQ_SNDTIMEO, 1000);
    if (keys != nullptr) {
      set_key(socket_.get(), ZMQ_CURVE_SERVERKEY, server_key);
      set_key(socket_.get(), ZMQ_CURVE_PUBLICKEY, keys->public_key);
      set_key(socket_.get(), ZMQ_CURVE_SECRETKEY, keys->secret_key);
    }
    zmq_connect(socket_.get(), endpoint.c_str());
  }
  void send(const std::vector<std::string>& frames) {
    for (std::size_t i = 0; i < frames.size(); ++i)
      zmq_send(socket_.get(), frames[i].data(), frames[i].size(), i + 1 < frames.size() ? ZMQ_SNDMORE : 0);
  }
  void send(const google::protobuf::Message& words) { send({words.SerializeAsString()}); }
  /// The payload of the next message: its last frame.
  std::optional<std::string> try_receive() {
    while (true) {
      Frame frame;
      if (!frame.receive(socket_.get(), ZMQ_DONTWAIT)) return std::nullopt;
      if (!frame.more()) return std::string{frame.bytes()};
    }
  }
  [[nodiscard]] void* raw() const { return socket_.get(); }

 private:
  std::shared_ptr<void> context_;
  SocketHandle socket_;
};

inline Options quiet_options() {
  Options o;
  o.publishers_endpoint = "tcp://127.0.0.1:*";
  o.agencies_endpoint = "tcp://127.0.0.1:*";
  return o;
}

class Rig {
 public:
  KeyPair server, tilbury_keys, police_keys, mash_keys;
  boost::asio::io_context loop;
  core::Instant now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20}};
  std::vector<core::Command> commands;
  std::vector<carriers::Report> reports;
  bool answer_publishers = true;  ///< accept everything at once, as an engine with a fast disk would
  std::optional<Gateway> gateway;

  explicit Rig(Options options = quiet_options(), milliseconds publisher_heartbeat = milliseconds{0}) {
    options.server_secret_key = server.secret_key;
    options.server_public_key = server.public_key;
    options.parties.publishers = {{"tilbury",
                                   tilbury_keys.public_key,
                                   {"child.arrived", "child.missing", "child.located", "prevent.section36"},
                                   {"tilbury", "purfleet"},
                                   publisher_heartbeat}};
    options.parties.agencies = {{"police", police_keys.public_key}, {"mash", mash_keys.public_key}};
    parties = options.parties;
    gateway.emplace(loop, std::move(options),
                    Listener{[this](core::Command c) { take(std::move(c)); }, [this] { return now; },
                             [](const v1::Event&) { return core::EventPrints{}; }});
    gateway->zmq_queue().on_report([this](const carriers::Report& r) { reports.push_back(r); });
    gateway->start();
  }

  Peer publisher(int type = ZMQ_DEALER) {
    return {type, gateway->publishers_endpoint(), server.public_key, &tilbury_keys};
  }
  Peer worker(const KeyPair& keys) { return {ZMQ_DEALER, gateway->agencies_endpoint(), server.public_key, &keys}; }

  bool until(const std::function<bool()>& condition, milliseconds patience = milliseconds{5000}) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      loop.run_one_for(milliseconds{2});
    }
    return true;
  }

  template <class Words>
  Words hear(Peer& peer) {
    std::optional<std::string> bytes;
    EXPECT_TRUE(until([&] { return (bytes = peer.try_receive()).has_value(); })) << "nothing was heard";
    Words words;
    EXPECT_TRUE(words.ParseFromString(bytes.value_or("")));
    return words;
  }
  v1::PublishReply publish(Peer& peer, const v1::PublishRequest& request) {
    peer.send(request);
    return hear<v1::PublishReply>(peer);
  }
  /// The next frame that is not a heartbeat.
  v1::ServiceFrame hear_frame(Peer& peer) {
    while (true) {
      auto frame = hear<v1::ServiceFrame>(peer);
      if (frame.ByteSizeLong() > 0 || ::testing::Test::HasFailure()) return frame;
    }
  }
  std::uint64_t hello(Peer& peer) {
    v1::AgencyFrame frame;
    frame.mutable_hello()->set_worker("test");
    peer.send(frame);
    return hear_frame(peer).welcome().session();
  }

  /// As dispatch hands a parcel over: with the delivery's bytes.
  void send(carriers::Parcel p) {
    p.bytes = p.delivery.SerializeAsString();
    gateway->zmq_queue().send(std::move(p));
  }

  template <class Command>
  std::vector<Command> all() const {
    std::vector<Command> found;
    for (const auto& c : commands)
      if (const auto* it = std::get_if<Command>(&c)) found.push_back(*it);
    return found;
  }
  template <class Command>
  bool wait_for(std::size_t count = 1, milliseconds patience = milliseconds{5000}) {
    return until([&] { return all<Command>().size() >= count; }, patience);
  }

  Parties parties;

 private:
  void take(core::Command command) {
    if (const auto* p = std::get_if<core::Publish>(&command); p != nullptr && answer_publishers) accept(*p);
    commands.push_back(std::move(command));
  }

 public:
  void accept(const core::Publish& p) {
    v1::PublishResult result;
    result.set_id(p.event->id());
    result.set_verdict(v1::VERDICT_ACCEPTED);
    result.set_receipt("E-TEST");
    gateway->reply(core::ReplyPublished{p.reply_to, std::move(result), p.publisher, 0});
  }
};

/// A good event of an invented child.
inline v1::Event missing_event(const std::string& id = "e-1") {
  v1::Event e;
  e.set_id(id);
  e.set_source("tilbury");
  e.set_type("told.child.missing.v1");
  e.set_subject("TIL/000417");
  e.mutable_time()->set_seconds(1795000000);  // 18 November 2026
  e.set_status(v1::STATUS_TEST);
  e.set_site("tilbury");
  auto& missing = *e.mutable_child_missing();
  missing.mutable_child()->mutable_name()->set_given("Child A");
  missing.mutable_missing()->mutable_last_seen_at()->set_seconds(1794990000);
  return e;
}

inline v1::PublishRequest request_of(std::vector<v1::Event> events, std::uint64_t number = 1) {
  v1::PublishRequest r;
  r.set_request(number);
  for (auto& e : events) *r.add_events() = std::move(e);
  return r;
}

inline carriers::Parcel parcel(std::uint64_t session, std::uint64_t event, std::uint32_t attempt = 1,
                               const std::string& recipient = "police") {
  carriers::Parcel p;
  p.recipient = recipient;
  p.session = session;
  p.notification = {event, 0};
  p.attempt = attempt;
  p.delivery.set_notification(core::to_reference(p.notification));
  p.delivery.set_attempt(attempt);
  return p;
}

}  // namespace told::gateway::testing
