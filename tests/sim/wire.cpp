#include "wire.hpp"

#include <algorithm>

namespace told::sim {
namespace {

using namespace std::chrono_literals;
using Sent = gateway::PeerSocket::Sent;

constexpr std::size_t backlog_bytes_max = 32U << 20U;  // as RouterSocket::Settings has it

/// libzmq numbers its peers: a zero byte, then four.
std::string name_of(std::uint64_t number) {
  std::string name(5, '\0');
  for (unsigned i = 0; i < 4; ++i) name[4 - i] = static_cast<char>(number >> (8 * i));
  return name;
}

}  // namespace

Sent ToldsSocket::send(const std::string& peer, bool, std::string_view payload) {
  return wire_.out(door_, peer, payload);
}

Micros Wire::moment(const Line& line, std::string_view what) {
  return line.latency + Micros{dice_.between(0, line.latency.count() / 4 + 20, what, line.number, ++sent_)};
}

LinePtr Wire::dial(Door door, const std::string& party, const std::string& key, Peer& peer) {
  auto line = std::make_shared<Line>();
  line->door = door;
  line->party = party;
  line->key = key;
  line->peer = &peer;
  line->number = ++last_;
  line->name = name_of(line->number);
  line->latency = dice_.time(100us, 40ms, "latency", line->number);
  schedule_.in(moment(*line, "handshake") * 3, [this, line] {
    if (line->cut) return;
    if (!listening_ || machine_.frozen()) {
      line->cut = true;
      return line->peer->broken(line);
    }
    line->up = true;
    line->run = machine_.run_number();
    lines_[line->name] = line;
    line->peer->connected(line);
  });
  return line;
}

void Wire::send(const LinePtr& line, std::string bytes) {
  if (line->cut || !line->up) return;
  line->last_in = std::max(line->last_in + 1us, schedule_.now() + moment(*line, "in"));
  schedule_.at(line->last_in, [this, line, bytes = std::move(bytes)] {
    if (line->cut) return lost();
    // It lies in told's socket; told reads it when it can.
    machine_.run(schedule_.now() + 1us, [this, line, bytes] {
      if (line->run != machine_.run_number() || !hear) return;
      machine_.touch();
      trace_.note(schedule_.now(), line->party, bytes);
      gateway::Message message;
      message.peer = line->name;
      message.user = line->party;
      message.key = line->key;
      message.payload = bytes;
      hear(line->door, message);
    });
  });
}

Sent Wire::out(Door door, const std::string& peer, std::string_view payload) {
  if (machine_.dead()) return Sent::gone;
  const auto found = lines_.find(peer);
  if (found == lines_.end() || found->second->door != door || found->second->gone) return Sent::gone;
  const LinePtr line = found->second;
  if (on_out) on_out(*line, payload);
  if (payload.empty()) return Sent::queued;  // a heartbeat: that told lives is known
  trace_.note(schedule_.now(), line->party, payload);
  if (line->unread) {
    if (line->waiting + payload.size() > backlog_bytes_max) return Sent::full;
    line->waiting += payload.size();
    lost();  // it is dropped with the connection: whoever reads no more never reads again on it
    return Sent::queued;
  }
  line->last_out = std::max(line->last_out + 1us, schedule_.now() + moment(*line, "out"));
  schedule_.at(line->last_out, [this, line, bytes = std::string{payload}] {
    if (line->cut || line->unread) return lost();
    line->peer->hear(line, bytes);
  });
  return Sent::queued;
}

void Wire::lost() {
  ++lost_frames;
  if (on_lost) on_lost();
}

void Wire::tell_gone(const LinePtr& line, Micros in) {
  machine_.run(schedule_.now() + in, [this, line] {
    if (line->gone) return;
    line->gone = true;
    machine_.touch();
    lines_.erase(line->name);
    if (gone) gone(line->door, line->name);
  });
}

void Wire::hang_up(const LinePtr& line, bool silently) {
  if (line->cut) return;
  line->cut = true;
  if (line->up)
    tell_gone(line, silently ? Micros{dice_.between(5'000'000, 20'000'000, "half open", line->number)} : 1ms);
}

void Wire::set_unread(const LinePtr& line, bool unread) { line->unread = unread; }

void Wire::all_break(bool power_cut) {
  listening_ = false;
  for (const auto& [name, line] : std::exchange(lines_, {})) {
    line->gone = true;
    // A killed process's connections are closed by its system, and what was sent before still arrives; without power
    // nobody says anything, and the peer's heartbeat finds out.
    const Micros notices = power_cut ? dice_.time(1s, 20s, "no heartbeat", line->number) : line->latency + 2ms;
    if (power_cut) line->cut = true;
    schedule_.in(notices, [line, power_cut] {
      if (line->cut && !power_cut) return;
      line->cut = true;
      line->peer->broken(line);
    });
  }
}

}  // namespace told::sim
