#include "gateway/crowd.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/entrance.hpp"

namespace told::gateway {
namespace {

using Ask = int (*)(int, sockaddr*, socklen_t*);

/// Descriptors that one look goes through at most.
constexpr std::size_t at_a_look = 512;

/// From 10 to 20 s, by the address: those that came together must not all come again together, which would hold up who
/// is served for as long as their handshakes take.
std::chrono::milliseconds kept_out_for(std::uint32_t address) {
  constexpr std::uint32_t scatter = 2654435761;  // 2^32 by the golden ratio: neighbours end up far apart
  return Crowd::kept_out_least + std::chrono::milliseconds{address * scatter % 10'000};
}

/// What `ask` (getpeername, getsockname) says of `fd`; nothing where it is no IPv4 connection, or is none any more.
std::optional<sockaddr_in> end_of(int fd, Ask ask) {
  sockaddr_storage end{};
  socklen_t size = sizeof end;
  if (ask(fd, reinterpret_cast<sockaddr*>(&end), &size) != 0 || end.ss_family != AF_INET) return std::nullopt;
  return reinterpret_cast<const sockaddr_in&>(end);
}

}  // namespace

const std::vector<std::uint32_t>& Crowd::look(Time now, const Descriptors& descriptors,
                                              const std::vector<std::uint16_t>& ports, const Addresses& known) {
  if (descriptors.in_use < watched_from) {
    by_descriptor_.clear();
    next_ = 0;
    found_ = 0;
  } else {
    if (next_ == 0) {
      strange_.clear();
      // Descriptors are given out from the lowest that is free: a crowd that shrinks leaves some above the number in
      // use.
      by_descriptor_.resize(std::min(descriptors.limit, 2 * descriptors.in_use));
    }
    go_on(now, ports, known);
    if (next_ < by_descriptor_.size()) return kept_out_;
    next_ = 0;
    judge(now);
  }
  std::erase_if(kept_until_, [&](const auto& kept) { return kept.second <= now || known.contains(kept.first); });
  kept_out_.clear();
  for (const auto& [address, until] : kept_until_) kept_out_.push_back(address);
  return kept_out_;
}

// libzmq opens and closes them on its own thread meanwhile: what is asked of one that is gone fails, and what is
// counted was so at some moment of the walk.
void Crowd::go_on(Time now, const std::vector<std::uint16_t>& ports, const Addresses& known) {
  const std::size_t end =
      std::min(by_descriptor_.size(), next_ + std::min(by_descriptor_.size() / looks_a_walk + 1, at_a_look));
  for (; next_ < end; ++next_) {
    const int fd = static_cast<int>(next_);
    Connection& before = by_descriptor_[next_];
    const auto peer = end_of(fd, ::getpeername);
    const auto here = peer ? end_of(fd, ::getsockname) : std::nullopt;
    if (!here || std::find(ports.begin(), ports.end(), ntohs(here->sin_port)) == ports.end()) {
      before = {};
      continue;
    }
    const std::uint32_t address = ntohl(peer->sin_addr.s_addr);
    const std::uint16_t port = ntohs(peer->sin_port);
    if (address != before.address || port != before.port) before = {address, port, now};
    if (now - before.since <= handshake_patience && !known.contains(address)) ++strange_[address];
  }
}

void Crowd::judge(Time now) {
  std::vector<std::pair<std::size_t, std::uint32_t>> by_count;
  std::size_t all = 0;
  for (const auto& [address, count] : strange_) {
    if (count > few) by_count.emplace_back(count, address);
    all += count;
  }
  found_ = all;
  std::sort(by_count.rbegin(), by_count.rend());
  if (all > strange_max && !by_count.empty()) worst_ = by_count.front().second;
  for (const auto& [count, address] : by_count) {
    if (all <= strange_max) return;
    all -= count;
    if (kept_until_.size() < Entrance::kept_out_max || kept_until_.contains(address))
      kept_until_[address] = now + kept_out_for(address);
  }
}

}  // namespace told::gateway
