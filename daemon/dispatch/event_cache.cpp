#include "dispatch/event_cache.hpp"

namespace told::dispatch {

void EventCache::put(core::EntryIndex index, std::shared_ptr<const v1::Event> event) {
  if (by_index_.contains(index)) return;
  const std::size_t bytes = event->ByteSizeLong() * 3 + 512;  // parsed, an event takes about three times its wire size
  order_.push_front({index, std::move(event), bytes});
  by_index_[index] = order_.begin();
  bytes_ += bytes;
  while (bytes_ > bytes_max_ && order_.size() > 1) {
    bytes_ -= order_.back().bytes;
    by_index_.erase(order_.back().index);
    order_.pop_back();
  }
}

std::shared_ptr<const v1::Event> EventCache::get(core::EntryIndex index) {
  const auto found = by_index_.find(index);
  if (found == by_index_.end()) return nullptr;
  order_.splice(order_.begin(), order_, found->second);
  return found->second->event;
}

}  // namespace told::dispatch
