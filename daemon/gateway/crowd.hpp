#pragma once
// Who crowds the doors: the addresses that hold the most connections which have not shown who they are.
//
// libzmq keeps up to 20 KiB for a connection that has begun to shake hands, and reckons for it on the thread that
// serves everybody: one machine that opens thousands, out of malice or in a loop, would slow and swell told for all. So
// where there are many strange connections the addresses with most of them get no more in for a while. Their systems go
// on knocking; who is connected goes on, and everybody else comes in as ever.
//
// Strange is who came in within the last handshake_patience (libzmq closes who does not show who they are by then) from
// an address from which nobody was admitted since the start. A party's own address is never kept out, whoever else
// comes from there: a whole police network may stand behind one gateway, and that its systems come in is worth more
// than memory. That, and who comes from thousands of addresses, is the firewall's to bound (systemd/README.md); told
// serves on, slower and fatter, until the descriptors run short (headroom.hpp).
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "gateway/entrance.hpp"
#include "gateway/headroom.hpp"

namespace told::gateway {

class Crowd {
 public:
  using Time = std::chrono::steady_clock::time_point;
  /// With fewer descriptors in use nobody looks at the connections.
  static constexpr std::size_t watched_from = 256;
  /// More strange connections than this, from all addresses together, are a crowd. Where over a thousand systems come
  /// back at once after a start, some addresses may be kept out until the first of them is admitted, a second or two.
  static constexpr std::size_t strange_max = 256;
  /// Whoever has no more than this is none of it: a machine with some programs that come back.
  static constexpr std::size_t few = 4;
  /// Who crowds gets nobody new in for so long, three handshakes, and for up to twice as long.
  static constexpr std::chrono::seconds kept_out_least{10};
  /// A walk through the descriptors is done in so many looks, or more, so that none of them holds up the loop.
  static constexpr std::size_t looks_a_walk = 10;

  /// The addresses, ascending, from which nobody new is to be let in by `ports`: at most Entrance::kept_out_max.
  /// `known`: those from which somebody was admitted. Takes a fifth of a millisecond at most.
  [[nodiscard]] const std::vector<std::uint32_t>& look(Time now, const Descriptors& descriptors,
                                                       const std::vector<std::uint16_t>& ports, const Addresses& known);

  /// Strange connections that the last walk found.
  [[nodiscard]] std::size_t strange() const { return found_; }
  /// The address that had most of them when somebody was last found to crowd.
  [[nodiscard]] std::uint32_t worst() const { return worst_; }

 private:
  struct Connection {
    std::uint32_t address = 0;
    std::uint16_t port = 0;  ///< 0: there is none
    Time since{};            ///< first seen
  };
  void go_on(Time now, const std::vector<std::uint16_t>& ports, const Addresses& known);
  void judge(Time now);

  std::vector<Connection> by_descriptor_;                   ///< as long as this walk
  std::size_t next_ = 0;                                    ///< the descriptor at which it goes on
  std::unordered_map<std::uint32_t, std::size_t> strange_;  ///< by address, of this walk so far
  std::size_t found_ = 0;
  std::uint32_t worst_ = 0;
  std::map<std::uint32_t, Time> kept_until_;
  std::vector<std::uint32_t> kept_out_;  ///< the addresses of that
};

}  // namespace told::gateway
