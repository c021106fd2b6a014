#pragma once
// The events most recently sent, so that they need not be read back and unsealed for every recipient.
#include <cstddef>
#include <list>
#include <memory>
#include <unordered_map>
#include <utility>

#include "core/ids.hpp"
#include "told/v1/event.pb.h"

namespace told::dispatch {

/// Least recently used goes first. Bounded by bytes, since one event may be 500 bytes or 30,000.
class EventCache {
 public:
  explicit EventCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  void put(core::EntryIndex index, std::shared_ptr<const v1::Event> event);
  [[nodiscard]] std::shared_ptr<const v1::Event> get(core::EntryIndex index);
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct Kept {
    core::EntryIndex index;
    std::shared_ptr<const v1::Event> event;
    std::size_t bytes;
  };
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::list<Kept> order_;  ///< the most recently used in front
  std::unordered_map<core::EntryIndex, std::list<Kept>::iterator> by_index_;
};

}  // namespace told::dispatch
