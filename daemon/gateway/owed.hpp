#pragma once
// Answers that are owed: gathered frame by frame, and given whole and in the order in which a peer's frames came.
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/ids.hpp"

namespace told::gateway {

/// `Frame` is the message that goes back; it has repeated `results`, one place for each answer owed.
template <class Frame>
class Owed {
 public:
  struct Batch {
    std::string peer;
    bool delimited = false;
    std::string party;
    Frame frame;              ///< its results stand ready, to be filled in
    std::size_t missing = 0;  ///< how many of them are not known yet
  };
  /// A batch has at most so many places: the token has 8 bits for the place.
  static constexpr int batch_max = 256;

  /// `mark` is set in every token, so that two of these can be told apart; bits 8 to 61 count the batches.
  explicit Owed(core::ReplyToken mark) : mark_{mark} {}

  /// Takes its turn in the peer's queue now. Fill in with answer(), or with at() and settled().
  std::uint64_t open(Batch batch) {
    const std::uint64_t number = ++last_;
    auto& queue = queues_[batch.peer];
    queue.push_back(number);
    if (batch.missing == 0) ready_.push_back(batch.peer);
    batches_.emplace(number, std::move(batch));
    return number;
  }

  [[nodiscard]] core::ReplyToken token(std::uint64_t number, int place) const {
    return mark_ | (number << 8U) | static_cast<std::uint64_t>(place);
  }

  /// The batch that the token asked for, with `place` set; nullptr where it is not (any more) owed.
  template <class Result>
  Batch* answer(core::ReplyToken token, const Result& result) {
    const auto it = batches_.find((token & ~mark_) >> 8U);
    if (it == batches_.end() || it->second.missing == 0) return nullptr;
    Batch& batch = it->second;
    const int place = static_cast<int>(token & 0xFFU);
    if (place >= batch.frame.results_size()) return nullptr;
    *batch.frame.mutable_results(place) = result;
    if (--batch.missing == 0) ready_.push_back(batch.peer);
    return &batch;
  }

  /// Gives every complete batch that no earlier one of its peer holds up.
  template <class Give>
  void release(Give&& give) {
    for (std::size_t i = 0; i < ready_.size(); ++i) {
      const auto queue = queues_.find(ready_[i]);
      if (queue == queues_.end()) continue;
      auto& numbers = queue->second;
      while (!numbers.empty()) {
        const auto it = batches_.find(numbers.front());
        if (it->second.missing != 0) break;
        numbers.pop_front();
        auto node = batches_.extract(it);
        give(node.mapped());
      }
      if (numbers.empty()) queues_.erase(queue);
    }
    ready_.clear();
  }

  [[nodiscard]] bool any_for(const std::string& peer) const { return queues_.contains(peer); }

 private:
  core::ReplyToken mark_;
  std::uint64_t last_ = 0;
  std::unordered_map<std::uint64_t, Batch> batches_;
  std::unordered_map<std::string, std::deque<std::uint64_t>> queues_;
  std::vector<std::string> ready_;
};

}  // namespace told::gateway
