#include "schedule.hpp"

#include <algorithm>

namespace told::sim {

void Schedule::at(Micros when, std::function<void()> what) {
  queue_.push_back({std::max(when, now_), ++order_, std::move(what)});
  std::push_heap(queue_.begin(), queue_.end(), later);
}

bool Schedule::step(Micros until) {
  if (queue_.empty() || queue_.front().at > until) {
    now_ = std::max(now_, until);
    return false;
  }
  std::pop_heap(queue_.begin(), queue_.end(), later);
  Planned next = std::move(queue_.back());
  queue_.pop_back();
  now_ = next.at;
  ++steps_;
  next.what();
  return true;
}

}  // namespace told::sim
