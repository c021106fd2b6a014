#pragma once
// The network between told's two sockets and their peers. Each connection keeps its order; between connections there is
// none. What is under way on a connection that breaks is lost, and each side hears of the break in its own time, or
// only when it tries to send.
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "dice.hpp"
#include "gateway/peer_socket.hpp"
#include "machine.hpp"
#include "schedule.hpp"
#include "trace.hpp"

namespace told::sim {

enum class Door : std::uint8_t { publishers, agencies };

struct Line;
using LinePtr = std::shared_ptr<Line>;

/// Somebody who connects to told.
class Peer {
 public:
  virtual ~Peer() = default;
  virtual void connected(const LinePtr& line) = 0;
  virtual void hear(const LinePtr& line, const std::string& bytes) = 0;
  /// The connection is gone, or could not be made.
  virtual void broken(const LinePtr& line) = 0;
};

/// A connection. Owned by the wire and by whoever dialled.
struct Line {
  Door door{};
  std::string party;
  std::string key;
  std::string name;  ///< as told numbers it
  Peer* peer = nullptr;
  std::uint64_t number = 0;
  std::uint64_t run = 0;  ///< of told
  bool up = false;
  bool cut = false;         ///< nothing passes any more
  bool gone = false;        ///< told knows it
  bool unread = false;      ///< the peer does not read: what told sends waits
  std::size_t waiting = 0;  ///< bytes that wait for a peer that does not read
  Micros latency{0};
  Micros last_in{0}, last_out{0};
};

/// told's end of one door.
class ToldsSocket final : public gateway::PeerSocket {
 public:
  ToldsSocket(class Wire& wire, Door door) : wire_{wire}, door_{door} {}
  [[nodiscard]] Sent send(const std::string& peer, bool delimited, std::string_view payload) override;

 private:
  Wire& wire_;
  Door door_;
};

class Wire {
 public:
  Wire(Schedule& schedule, Machine& machine, const Dice& dice, Trace& trace)
      : schedule_{schedule}, machine_{machine}, dice_{dice}, trace_{trace} {}

  // --- told's side ---
  /// told listens, and hears each message.
  std::function<void(Door, const gateway::Message&)> hear;
  /// told learns that a peer's connection is gone.
  std::function<void(Door, const std::string& peer)> gone;
  void listen() { listening_ = true; }
  /// told is no more: every connection breaks.
  void all_break(bool power_cut);
  /// Called for each frame that leaves told, before it is on its way.
  std::function<void(const Line&, std::string_view payload)> on_out;

  // --- the peers' side ---
  [[nodiscard]] LinePtr dial(Door door, const std::string& party, const std::string& key, Peer& peer);
  void send(const LinePtr& line, std::string bytes);
  /// The peer hangs up, or its network breaks (`silently`: told is not told).
  void hang_up(const LinePtr& line, bool silently);
  /// The peer reads again, or no longer.
  void set_unread(const LinePtr& line, bool unread);

  std::uint64_t lost_frames = 0;
  /// A frame of told's was lost.
  std::function<void()> on_lost;

 private:
  friend class ToldsSocket;
  [[nodiscard]] gateway::PeerSocket::Sent out(Door door, const std::string& peer, std::string_view payload);
  void lost();
  void tell_gone(const LinePtr& line, Micros in);
  [[nodiscard]] Micros moment(const Line& line, std::string_view what);

  Schedule& schedule_;
  Machine& machine_;
  Dice dice_;
  Trace& trace_;
  bool listening_ = false;
  std::uint64_t last_ = 0;
  std::uint64_t sent_ = 0;
  std::map<std::string, LinePtr, std::less<>> lines_;
};

}  // namespace told::sim
