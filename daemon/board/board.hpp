#pragma once
// The board: the HTTP API on a Unix socket. It shows what is open and what was told, and takes what people say.
// It never writes to the store: what people do becomes a Command, and is answered once it is durable. There may be one
// board for each of the streams and one for auditors, each on a socket of its own: who may see what is said by who may
// open which.
// daemon/board/openapi.yaml describes the routes; proto/told/v1/api.proto the messages.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "audit/streams.hpp"
#include "board/readiness.hpp"
#include "core/command.hpp"
#include "core/decision.hpp"
#include "core/engine.hpp"
#include "dispatch/ways_out.hpp"
#include "ledger/ledger.hpp"

namespace boost::asio {
class io_context;
}

namespace told::board {

/// What the board sees of the rest of the house. All are called on the loop thread; `ledger` also hands out readers
/// on threads of the board's.
struct House {
  const core::Engine& engine;
  ledger::Ledger& ledger;
  std::function<void(core::Command)> submit;
  std::function<core::Instant()> now;
  std::function<Readiness()> readiness;
  std::function<std::string(audit::Sees)> metrics_text;
  /// Calls back when everything decided so far is durable; may be unset where nothing else decides.
  std::function<void(std::function<void()>)> when_durable;
  /// The opening of an entry's sealed body (audit/opening.hpp), from any thread; may be unset.
  std::function<std::string(const v1::LedgerEntry&)> opening;
  /// A policy that was in force, from what the ledger keeps of it, from any thread; null where it cannot be read. May
  /// be unset: then the one in force is all there is.
  std::function<core::PolicyPtr(const v1::PolicyAdopted&)> read_policy = {};
  /// How the ways stand by which told goes out; may be unset where there are none.
  std::function<std::vector<dispatch::WayFigures>()> ways_out = {};
};

struct Options {
  std::string socket_path;                     ///< made anew with mode 0660; a stale one is removed, a live one is not
  audit::Sees sees = audit::Sees::everything;  ///< whoever may open the socket sees this, and nothing of the rest
  std::string verifier_key;                    ///< of the ledger's checkpoints, in text form: goes with exports
  // Absolute: each begins when its phase does and is not extended by a trickle of bytes.
  std::chrono::milliseconds head_limit{5'000};     ///< until a request's head is complete; also between two requests
  std::chrono::milliseconds body_limit{10'000};    ///< until its body is complete
  std::chrono::milliseconds write_limit{30'000};   ///< for each piece of an answer
  std::chrono::milliseconds answer_limit{10'000};  ///< until an action is durable; then 504, outcome unknown
  std::chrono::milliseconds heartbeat{10'000};     ///< of `watch`
  std::size_t connections_max = 512;
  std::size_t exports_max = 2;  ///< at once; a further one is asked to wait
};

class Board {
 public:
  /// Binds. Throws std::runtime_error with the mend (somebody answers on the socket already; the directory is missing).
  /// Nothing is accepted before start().
  Board(boost::asio::io_context& loop, Options options, House house);
  /// Ends exports under way and waits for them.
  ~Board();
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  void start();
  /// No more connections; those there are end. The socket's file is removed.
  void close();

  // --- on the loop thread, for what is durable ---
  /// An answer for a token that the board owns.
  void answered(const core::ReplyActed& reply);
  /// A group's entries, in order: before or after its answers.
  void committed(std::span<const core::Entry> entries);

  /// Tokens of a board have the top bit set (the gateway's do not), and the third and fourth say which one's.
  [[nodiscard]] static constexpr bool owns(core::ReplyToken token) { return (token >> 63U) != 0; }

  struct Figures {
    std::uint64_t requests = 0, refused = 0, timed_out = 0;
    std::size_t connections = 0, watchers = 0, exports = 0;
  };
  [[nodiscard]] Figures figures() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace told::board
