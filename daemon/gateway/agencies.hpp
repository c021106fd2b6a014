#pragma once
// The agencies' conversation: sessions, credit, deliveries out, receipts and acknowledgements in. Loop thread only.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "carriers/carrier.hpp"
#include "gateway/directory.hpp"
#include "gateway/gateway.hpp"
#include "gateway/owed.hpp"
#include "gateway/peer_socket.hpp"
#include "gateway/session.hpp"
#include "loop/loop.hpp"

namespace told::gateway {

using Steady = std::chrono::steady_clock::time_point;

/// Acknowledgements and refusals of one session that may be unanswered at once; more are answered `busy`.
inline constexpr std::size_t unanswered_acknowledgements_max = 4'096;

/// It is the carrier `zmq_queue` too: a delivery's attempt begins and ends with its worker's session.
class Agencies final : public carriers::Carrier {
 public:
  struct Patience {
    std::chrono::milliseconds heartbeat;  ///< ours; a worker silent for three of these is lost
    std::chrono::milliseconds receipt;    ///< without a receipt for so long, an attempt's end is unknown
  };
  /// All outlive this. Reports and LoseSession are handed over from the loop, never from within send() or flush().
  Agencies(loop::Loop& loop, PeerSocket& socket, const Listener& listener, std::shared_ptr<const Directory>& directory,
           Patience patience);
  ~Agencies() override;

  [[nodiscard]] const char* name() const override { return "zmq_queue"; }
  [[nodiscard]] bool goes_out() const override { return false; }
  void send(carriers::Parcel parcel) override;
  void replace_ways(const std::vector<carriers::Way>&) override {}  // its parties are the gateway's

  void hear(const Message& message, Steady now);
  void reply(const core::ReplyActed& reply);
  void drop(const core::DropSession& drop);
  void checkpoint(std::string note) { checkpoint_ = std::move(note); }
  void flush(Steady now);
  void peer_gone(const std::string& peer);
  void parties_replaced(Steady now);
  /// Heartbeats out, silences found, receipts given up.
  void tick(Steady now);

  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  [[nodiscard]] std::uint64_t ignored_receipts() const { return ignored_receipts_; }
  void connected(std::map<std::string, std::int64_t>& into, Steady now) const;

 private:
  struct Presence {
    Steady heard{};
    bool ever = false;
    bool silent = false;
    core::SessionId session = 0;
    Steady hello_counted{};
    double hellos_left = hellos_at_once;

    /// Each session costs entries in the ledger: a worker that comes and goes gets its 300, then two a second.
    [[nodiscard]] bool may_say_hello(Steady now) {
      const std::chrono::duration<double> since = now - hello_counted;
      if (hello_counted != Steady{}) hellos_left = std::min(hellos_at_once, hellos_left + 2 * since.count());
      hello_counted = now;
      if (hellos_left < 1) return false;
      hellos_left -= 1;
      return true;
    }
    static constexpr double hellos_at_once = 300;
  };
  using Sessions = std::unordered_map<core::SessionId, Session>;

  Session& open(const Message& message, Presence& presence, const v1::Hello& hello, Steady now);
  void take_receipts(Session& session, const v1::AgencyFrame& frame);
  void take_acknowledgements(Session& session, const v1::AgencyFrame& frame);
  void offer(Session& session, std::uint32_t credit);
  void lose(core::SessionId id, const char* why);
  void forget(core::SessionId id);
  void report(const std::string& recipient, core::NotificationId notification, std::uint32_t attempt,
              v1::Outcome outcome, const char* code);
  void hand_over_soon();
  void hand_over();
  void touch(Session& session);
  void send_out(Session& session, Steady now);
  void refuse_frame(const std::string& peer, bool delimited, const std::string& party, v1::Problem problem);
  void answer(const std::string& peer, bool delimited, v1::Problem problem);
  void record(const std::string& party, const v1::Problem& problem);
  [[nodiscard]] Session* session_of_peer(const std::string& peer);

  loop::Loop& loop_;
  PeerSocket& socket_;
  const Listener& listener_;
  std::shared_ptr<const Directory>& directory_;
  Patience patience_;
  Owed<v1::ServiceFrame> owed_;
  Sessions sessions_;
  std::unordered_map<std::string, core::SessionId> by_peer_;
  std::map<std::string, Presence, std::less<>> presence_;
  std::vector<core::SessionId> dirty_;
  std::vector<std::pair<std::string, core::SessionId>> lost_commands_;
  std::vector<carriers::Report> reports_;
  bool hand_over_posted_ = false;
  core::SessionId last_session_ = 0;
  std::string checkpoint_;
  std::uint64_t refused_ = 0;
  std::uint64_t ignored_receipts_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace told::gateway
