#include "gateway/self_test.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>

#include "gateway/zmq_handle.hpp"

namespace told::gateway {
namespace {

constexpr int patience_ms = 2000;

// "tcp://0.0.0.0:7710" is listened on, but nobody can be called there.
std::string callable(std::string endpoint) {
  if (const auto at = endpoint.find("//0.0.0.0:"); at != std::string::npos) endpoint.replace(at + 2, 7, "127.0.0.1");
  return endpoint;
}

/// How the handshake of `client` ended: 0 where no word came in time.
std::uint16_t end_of_handshake(void* context, void* client, const std::string& endpoint) {
  // A name of its own each time: libzmq gives a used one back at some later moment.
  static std::atomic<unsigned> knocks{0};
  const std::string events = "inproc://told.self_test." + std::to_string(++knocks);
  // A monitor on our own client is drained right here; the server has none (an unread one stops a server).
  if (zmq_socket_monitor(client, events.c_str(),
                         ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                             ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) != 0)
    throw std::runtime_error(std::string("the self-test cannot watch its own socket: ") + zmq_strerror(errno));
  const SocketHandle monitor = open_socket(context, ZMQ_PAIR);
  set_option(monitor.get(), ZMQ_LINGER, 0);
  set_option(monitor.get(), ZMQ_RCVTIMEO, patience_ms);
  std::uint16_t event = 0;
  if (zmq_connect(monitor.get(), events.c_str()) == 0 && zmq_connect(client, endpoint.c_str()) == 0) {
    Frame what;
    if (what.receive(monitor.get(), 0) && what.bytes().size() >= sizeof event) {
      std::memcpy(&event, what.bytes().data(), sizeof event);
      Frame where;
      (void)where.receive(monitor.get(), ZMQ_DONTWAIT);
    }
  }
  zmq_socket_monitor(client, nullptr, 0);
  return event;
}

void knock(void* context, const std::string& endpoint, const std::string& server_public_key, bool with_key) {
  const SocketHandle client = open_socket(context, ZMQ_DEALER);
  set_option(client.get(), ZMQ_LINGER, 0);
  set_option(client.get(), ZMQ_RECONNECT_IVL, -1);
  set_option(client.get(), ZMQ_HANDSHAKE_IVL, patience_ms);
  if (with_key) {
    std::array<char, 41> public_key{};
    std::array<char, 41> secret_key{};
    if (zmq_curve_keypair(public_key.data(), secret_key.data()) != 0)
      throw std::runtime_error("this libzmq was built without CURVE: told cannot run on it");
    set_key(client.get(), ZMQ_CURVE_SERVERKEY, server_public_key);
    set_key(client.get(), ZMQ_CURVE_PUBLICKEY, public_key.data());
    set_key(client.get(), ZMQ_CURVE_SECRETKEY, secret_key.data());
  }
  const std::uint16_t event = end_of_handshake(context, client.get(), callable(endpoint));
  const std::string who = with_key ? "a stranger's key" : "a peer without a key";
  if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
    throw std::runtime_error("self-test: " + who + " was let in at " + endpoint +
                             "; told will not run open to strangers. Is this libzmq 4.3.4 or later, with libsodium?");
  if (event == 0)
    throw std::runtime_error("self-test: " + who + " got no answer at " + endpoint +
                             " within 2 s; is something filtering connections from this machine to itself?");
}

}  // namespace

void prove_strangers_are_refused(void* context, const std::string& endpoint, const std::string& server_public_key) {
  knock(context, endpoint, server_public_key, true);
  knock(context, endpoint, server_public_key, false);
}

}  // namespace told::gateway
