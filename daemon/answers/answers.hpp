#pragma once
// Answers: what recipients say by other means than told's own queue (a signed callback, a file that came back, a
// broker's reply queue, the acknowledge link). It becomes the same Commands, under the same rules, as what a worker
// says; only the means that stands in the ledger differs.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "carriers/carrier.hpp"
#include "core/command.hpp"
#include "core/decision.hpp"

namespace told::answers {

/// Frames whose answers are not all durable yet; a further one is answered `busy`.
inline constexpr std::size_t open_frames_max = 1'024;
/// Acknowledgements and refusals in one frame.
inline constexpr int said_max = 256;

class Answers {
 public:
  /// On the loop thread.
  Answers(std::function<void(core::Command)> submit, std::function<core::Instant()> now);
  ~Answers();
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;

  /// `carrier`: through which it came, for the ledger; "" where it was none. A receipt is recorded and has no result;
  /// `answer.answered` hears one result for each acknowledgement, then for each refusal, once they are durable; or the
  /// problem of the whole.
  void take(const std::string& carrier, carriers::Answer answer);

  /// The answer to a token of ours, for what is durable.
  void reply(const core::ReplyActed& reply);
  /// Tokens of ours have the two top bits set (the board's have the top one, the gateway's not even that).
  [[nodiscard]] static constexpr bool owns(core::ReplyToken token) { return (token >> 62U) == 3; }

 private:
  struct Frame;
  void refuse(const std::string& carrier, const carriers::Answer& answer);
  void note(const std::string& carrier, const carriers::Answer& answer);
  void settle(std::uint64_t number);

  std::function<void(core::Command)> submit_;
  std::function<core::Instant()> now_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Frame>> open_;
  std::uint64_t last_ = 0;
  /// When a refusal of a recipient's was last in the log, and how many were not since.
  std::unordered_map<std::string, std::pair<core::Instant, std::uint64_t>> logged_;
};

}  // namespace told::answers
