#include "rehearse/left_unsaid.hpp"

#include <algorithm>

#include "core/reference.hpp"

namespace told::rehearse {
namespace {

std::string due_words(const Play& play, const core::Notification& n) {
  std::string text = "due " + near_words(n.deadline, play.ends(), play.calendar());
  if (n.deadline < play.ends()) text += ", LATE";
  return text;
}

/// "child.missing", "the alarm nobody_was_told", "the end (child.located)".
std::string of_what(v1::NotificationKind kind, const core::Event& event, const std::string& type) {
  if (kind == v1::NOTIFICATION_KIND_ALARM) return "the alarm " + event.id;
  if (kind == v1::NOTIFICATION_KIND_TELL) return type;
  return (kind == v1::NOTIFICATION_KIND_STAND_DOWN ? "the end" : "the " + kind_word(kind)) + " (" + type + ")";
}

}  // namespace

std::vector<Unsaid> left_unsaid(const Play& play) {
  std::vector<Unsaid> all;
  const core::State& state = play.world().state();
  for (const auto& [index, event] : state.events()) {
    if (event.type == "alarm" && event.episode_open)
      all.push_back({Unsaid::Kind::alarm_open,
                     {index, 0},
                     "the alarm " + event.id + " is open (" + std::string(event.source) + ")"});
    for (std::size_t slot = 0; slot < event.notifications.size(); ++slot) {
      const core::Notification& n = event.notifications[slot];
      const auto kind = static_cast<v1::NotificationKind>(n.kind);
      const core::NotificationId id{index, static_cast<core::Slot>(slot)};
      const std::string what = type_told(state, id);
      const std::string who = play.title(state.recipient_name(n.recipient));
      if (kind == v1::NOTIFICATION_KIND_OBLIGATION) {
        if (n.open())
          all.push_back({Unsaid::Kind::clock_running, id,
                         who + " still owes: " + play.duty_of(n) + " (" + what + ", " + due_words(play, n) + ")"});
        continue;
      }
      // A call is part of somebody else's silence, which is listed itself.
      if (kind == v1::NOTIFICATION_KIND_ESCALATION || kind == v1::NOTIFICATION_KIND_ANSWERED) continue;
      if (n.to_deliver())
        all.push_back(
            {Unsaid::Kind::never_in_hands, id, who + " has never had it in hand: " + of_what(kind, event, what)});
      else if (n.open() && n.asks_acknowledgement())
        all.push_back({Unsaid::Kind::unanswered, id,
                       who + " has not acknowledged: " + of_what(kind, event, what) + " (" + due_words(play, n) + ")"});
    }
  }
  std::sort(all.begin(), all.end(), [](const Unsaid& a, const Unsaid& b) { return a.notification < b.notification; });
  return all;
}

}  // namespace told::rehearse
