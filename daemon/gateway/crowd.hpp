#pragma once
// Who crowds the doors: the addresses that hold the most connections which have not shown who they are.
//
// libzmq keeps up to 20 KiB for a connection that has begun to shake hands, and reckons for it on the thread that
// serves everybody: one machine that opens thousands, out of malice or in a loop, would slow and swell told for all. So
// where there are many strange connections the addresses with most of them get no more in for a while. Their systems go
// on knocking; who is connected goes on, and everybody else comes in as ever. Whoever shares an address with a flood
// waits with it. Whoever comes from thousands of addresses is the firewall's to stop (systemd/README.md): from here
// they cannot be told from good ones.
//
// Strange is who came in within the last handshake_patience and was not admitted since: whoever has a key and uses it
// is admitted in milliseconds, and libzmq closes the others when that time is over.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "gateway/headroom.hpp"

namespace told::gateway {

class Crowd {
 public:
  using Time = std::chrono::steady_clock::time_point;
  /// Connections by their address: IPv4, in host order.
  using Counts = std::unordered_map<std::uint32_t, std::size_t>;
  /// With fewer descriptors in use nobody looks at the connections.
  static constexpr std::size_t watched_from = 256;
  /// More strange connections than this, from all addresses together, are a crowd. All systems of a country that come
  /// back at once show who they are sooner than that.
  static constexpr std::size_t strange_max = 256;
  /// Whoever has no more than this is none of it: a machine with some programs that come back.
  static constexpr std::size_t few = 4;
  /// Who crowds gets nobody new in for so long, three handshakes, and for up to twice as long.
  static constexpr std::chrono::seconds kept_out_least{10};
  /// A walk through the descriptors is done in so many looks, so that none of them holds up the loop.
  static constexpr std::size_t looks_a_walk = 10;

  /// The addresses, ascending, from which nobody new is to be let in by `ports`: at most Entrance::kept_out_max.
  /// `admitted`: those that ZAP admitted within the last handshake_patience. Takes a tenth of a millisecond for three
  /// thousand connections.
  [[nodiscard]] const std::vector<std::uint32_t>& look(Time now, const Descriptors& descriptors,
                                                       const std::vector<std::uint16_t>& ports, const Counts& admitted);

 private:
  struct Connection {
    std::uint32_t address = 0;
    std::uint16_t port = 0;  ///< 0: there is none
    Time since{};            ///< first seen
  };
  void go_on(Time now, const std::vector<std::uint16_t>& ports);
  void judge(Time now, const Counts& admitted);

  std::vector<Connection> by_descriptor_;  ///< as long as this walk
  std::size_t next_ = 0;                   ///< the descriptor at which it goes on
  Counts young_;                           ///< what this walk has found so far
  std::map<std::uint32_t, Time> kept_until_;
  std::vector<std::uint32_t> kept_out_;  ///< the addresses of that
};

}  // namespace told::gateway
