#pragma once
// Those who watch: server-sent events, one for each entry that became durable.
#include <chrono>
#include <list>
#include <memory>
#include <span>

#include "audit/sight.hpp"
#include "board/http.hpp"
#include "core/decision.hpp"
#include "core/state.hpp"

namespace told::board {

/// A watcher who lets this much gather is cut off: it connects again, and nobody's memory grows meanwhile.
inline constexpr std::size_t watcher_bytes_max = 1U << 20U;

class Watchers {
 public:
  /// `sight` must outlive this: what it does not let be seen is not told.
  Watchers(boost::asio::io_context& loop, std::chrono::milliseconds heartbeat, const core::State& state,
           const audit::Sight& sight);
  ~Watchers();

  void add(ExchangePtr exchange);
  void tell(std::span<const core::Entry> entries);
  void close();
  [[nodiscard]] std::size_t size() const { return watchers_.size(); }

 private:
  struct Timer;
  void send(const std::string& bytes);
  void beat();

  const core::State& state_;
  const audit::Sight& sight_;
  std::list<ExchangePtr> watchers_;
  std::unique_ptr<Timer> timer_;
};

}  // namespace told::board
