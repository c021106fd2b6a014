#pragma once
// The people at one recipient: what they have been told, and when they say that they have it. By which means their word
// travels (a worker's frame, a callback, a link) is their system's.
#include <functional>
#include <map>
#include <string>

#include "dice.hpp"
#include "schedule.hpp"
#include "told/v1/gateway.pb.h"

namespace told::sim {

/// How they behave, now.
struct Mood {
  Micros receipt_most = std::chrono::milliseconds{200};
  double no_receipt = 0;
  Micros answer_least = std::chrono::seconds{30}, answer_most = std::chrono::minutes{25};
  double never_answers = 0.02;
  double twice = 0.05;
  double declines = 0.01;
  double done_at_once = 0.6;  ///< of duties; else they are taken on first
  std::uint32_t credit = 64;
};

class Desk {
 public:
  /// Hands a frame with acknowledgements or refusals on; false where that cannot be now.
  using Say = std::function<bool(v1::AgencyFrame)>;
  Desk(Schedule& schedule, const Dice& dice, Say say) : schedule_{schedule}, dice_{dice}, say_{std::move(say)} {}

  void take(const v1::Delivery& delivery);
  /// told has recorded what was said of it, or will not.
  void settled(const std::string& reference);
  /// What was said and not settled is said again, soon.
  void say_again();
  /// Everything is answered, soon.
  void hurry();
  [[nodiscard]] bool has(const std::string& reference) const { return has_.contains(reference); }

  Mood mood;

 private:
  struct Have {
    v1::NotificationKind kind{};
    bool asks = false;
    std::uint32_t call = 0;
    bool planned = false;
    bool said = false;  ///< anything, since they were asked last
    bool settled = false;
    bool refused = false;   ///< they said that it is not theirs, and told has not answered that
    bool taken_on = false;  ///< of a duty
    bool done = false;
    Micros rest{0};  ///< until it is said again
  };
  void plan(const std::string& reference, Micros in);
  void answer(const std::string& reference);
  [[nodiscard]] v1::AgencyFrame words(const std::string& reference, Have& have, std::uint64_t number);

  Schedule& schedule_;
  Dice dice_;
  Say say_;
  std::map<std::string, Have> has_;
  std::uint64_t number_ = 0;
};

}  // namespace told::sim
