#pragma once
// A child is looked for: those who are told, and what is said of how grave it is.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/world.hpp"

namespace told::core::test {

inline const Actor somebody_in_charge{"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""};

/// The small policy, where a new grade is told to the police and to the guardians, and the high pace starts the sooner.
inline std::shared_ptr<Policy> policy_of_grades() {
  auto p = small_policy();
  for (const char* who : {"police", "barnardos"}) {
    Rule r = p->rules[2];  // child.missing to police
    r.number = static_cast<std::uint32_t>(p->rules.size() + 1);
    r.when = "child.missing_risk_changed";
    r.who = who;
    p->rules.push_back(r);
  }
  return p;
}

struct Searched {
  World world{policy_of_grades()};
  Searched() { everybody_connects(); }
  void everybody_connects() {
    for (const char* who : {"police", "home_office", "barnardos", "duty_manager", "team_manager"}) world.connect(who);
  }
  v1::PublishResult says(const std::string& type, const std::string& child, Duration ago, v1::RiskGrade grade) {
    return world.happens(type, child, [&](v1::Event& e) {
      const Instant at = world.now() - ago;
      e.mutable_time()->set_seconds(to_us(at) / 1'000'000);
      (type == "child.missing" ? *e.mutable_child_missing()->mutable_risk()
                               : *e.mutable_child_missing_risk_changed()->mutable_risk())
          .set_grade(grade);
    });
  }
  v1::PublishResult regraded(v1::RiskGrade grade, Duration ago = {}) {
    return says("child.missing_risk_changed", "T-1", ago, grade);
  }
  [[nodiscard]] v1::RiskGrade grade_of(EntryIndex missing) { return world.engine().state().event(missing)->grade; }
  void everybody_answers(EntryIndex but = 0) {
    for (const auto& [index, event] : world.engine().state().events())
      for (std::size_t slot = 0; slot < event.notifications.size(); ++slot) {
        const std::string who = world.engine().state().recipient_name(event.notifications[slot].recipient);
        if (index != but) waiting.push_back({{index, static_cast<Slot>(slot)}, who});
      }
    for (const auto& [id, who] : std::exchange(waiting, {})) world.acknowledge(id, who);
  }
  std::vector<std::pair<NotificationId, std::string>> waiting;
};

}  // namespace told::core::test
