#pragma once
// The gateway: ZeroMQ in and out. Publishers' socket, agencies' socket; CURVE, with a ZAP handler bound first.
// Everything here runs on the daemon's one loop thread, but for ZAP, which has a thread of its own.
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "carriers/carrier.hpp"
#include "core/command.hpp"
#include "core/decision.hpp"

namespace boost::asio {
class io_context;
}

namespace told::gateway {

/// A system that publishes. `public_key`: Z85, 40 characters.
struct Publisher {
  std::string name;
  std::string public_key;
  std::vector<std::string> may_publish;    ///< "child.arrived", ...; without `told.` and `.v1`
  std::vector<std::string> sites;          ///< from where; "*" is anywhere
  std::chrono::milliseconds heartbeat{0};  ///< silent longer than this raises `publisher_silent`; 0: never
};

/// A recipient whose worker connects to us.
struct Agency {
  std::string recipient;
  std::string public_key;
};

/// Who may connect. Replaced whole on a reload, and asked again for every message.
struct Parties {
  std::vector<Publisher> publishers;
  std::vector<Agency> agencies;
};

struct Options {
  std::string publishers_endpoint;  ///< "tcp://127.0.0.1:7710"
  std::string agencies_endpoint;    ///< "tcp://127.0.0.1:7711"
  std::string server_secret_key;    ///< Z85
  std::string server_public_key;    ///< Z85
  Parties parties;
  std::chrono::milliseconds worker_heartbeat{5000};   ///< a worker silent for three of these is lost; 0 is not allowed
  std::chrono::milliseconds receipt_patience{30000};  ///< an attempt without a receipt for so long ends `unknown`
};

/// What the gateway calls; all on the loop thread.
struct Listener {
  std::function<void(core::Command)> submit;
  /// The present time, for the rules about times in events: the later one where there are two (path/clock.hpp).
  std::function<core::Instant()> now;
  /// The keyed hashes of an event (ledger/seal.hpp).
  std::function<core::EventPrints(const v1::Event&)> prints;
};

class Gateway {
 public:
  /// Binds ZAP, then both sockets, then proves to itself that a wrong key and a peer without one are refused.
  /// Throws std::runtime_error with the mend where any of that fails. Nothing is read before start().
  Gateway(boost::asio::io_context& loop, Options options, Listener listener);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  void start();
  /// Publishers are answered RETRY from now on; agencies go on.
  void stop_intake();
  /// Unsent frames get up to `linger`; then everything closes.
  /// Blocks for up to `linger`, where nothing else in the process holds the ZeroMQ context. Nothing works afterwards.
  void close(std::chrono::milliseconds linger);

  void replace_parties(Parties parties);

  // --- effects (only ever called for what is durable) ---
  /// Answers are gathered; flush() sends them, as few frames as they fit in.
  void reply(const core::ReplyPublished& reply);
  void reply(const core::ReplyActed& reply);
  void drop(const core::DropSession& drop);
  /// The newest checkpoint; goes out with the next deliveries.
  void checkpoint(std::string note);
  void flush();

  /// The carrier that puts deliveries on agencies' queues; owned by the gateway. Reports `delivered` on a receipt,
  /// `unknown` where none came in 30 s or the session was lost, `deferred` where the frame could not be sent.
  [[nodiscard]] carriers::Carrier& zmq_queue();

  /// Tokens of the gateway have the top bit clear; a room that asks too must set it.
  [[nodiscard]] static constexpr bool owns(core::ReplyToken token) { return (token >> 63U) == 0; }

  struct Figures {
    std::uint64_t frames_in = 0, frames_out = 0, refused_strangers = 0, refused_frames = 0, missed_wakeups = 0,
                  ignored_receipts = 0;
    std::uint64_t descriptors = 0, descriptors_limit = 0;  ///< of the process
    std::uint64_t addresses_kept_out = 0;                  ///< from which nobody new is let in (crowd.hpp)
    std::map<std::string, std::int64_t> connected;         ///< recipient or publisher -> milliseconds since last heard
  };
  [[nodiscard]] Figures figures() const;
  [[nodiscard]] bool listening() const;
  /// False while too few descriptors are left for new connections (headroom.hpp); those that are open go on.
  [[nodiscard]] bool letting_in() const;
  /// As bound: with the port that was given where "tcp://127.0.0.1:*" was asked for.
  [[nodiscard]] std::string publishers_endpoint() const;
  [[nodiscard]] std::string agencies_endpoint() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace told::gateway
