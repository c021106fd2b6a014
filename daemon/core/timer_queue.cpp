#include "core/timer_queue.hpp"

#include <algorithm>

namespace told::core {
namespace {

// std::*_heap keep the largest in front: "later" as the order puts the earliest there.
bool later(const Timer& a, const Timer& b) {
  if (a.due != b.due) return a.due > b.due;
  if (a.notification != b.notification) return a.notification > b.notification;
  return a.generation > b.generation;
}

}  // namespace

void TimerQueue::arm(Timer timer) {
  heap_.push_back(timer);
  std::push_heap(heap_.begin(), heap_.end(), later);
}

std::optional<Instant> TimerQueue::next_due() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().due;
}

std::optional<Timer> TimerQueue::pop_due(Instant now) {
  if (heap_.empty() || heap_.front().due > now) return std::nullopt;
  const Timer timer = heap_.front();
  std::pop_heap(heap_.begin(), heap_.end(), later);
  heap_.pop_back();
  return timer;
}

void TimerQueue::rebuild() { std::make_heap(heap_.begin(), heap_.end(), later); }

}  // namespace told::core
