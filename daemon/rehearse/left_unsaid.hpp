#pragma once
// What a rehearsal leaves open: whoever was never told, whoever never answered, what is still owed.
#include <string>
#include <vector>

#include "rehearse/play.hpp"

namespace told::rehearse {

struct Unsaid {
  enum class Kind : std::uint8_t {
    never_in_hands,  ///< it was never put into the recipient's hands
    unanswered,      ///< nobody there has acknowledged
    clock_running,   ///< a duty is not done
    alarm_open       ///< told itself needs attention
  };
  Kind kind = Kind::unanswered;
  core::NotificationId notification;  ///< alarms: the event only
  std::string sentence;
};

/// As it is now, in the order of the ledger.
[[nodiscard]] std::vector<Unsaid> left_unsaid(const Play& play);

}  // namespace told::rehearse
