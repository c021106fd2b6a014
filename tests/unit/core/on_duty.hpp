#pragma once
// A small world in which somebody is on duty, or nobody is.
#include <memory>
#include <string>
#include <vector>

#include "core/world.hpp"

namespace told::core::test {

inline const Actor who_keeps_out{"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""};

/// The small policy with an alarm where nobody is on duty, and an operator for everything of told's own.
inline std::shared_ptr<Policy> policy_with_rotas(const std::vector<Rota>& rotas = {}) {
  auto p = small_policy();
  Rule alarm = p->rules.back();
  alarm.number = static_cast<std::uint32_t>(p->rules.size() + 1);
  alarm.when = "alarm.nobody_on_duty";
  p->rules.push_back(alarm);
  p->rotas = rotas;
  return p;
}

inline Rota always(const std::string& name, std::vector<std::string> who) {
  Rota rota;
  rota.name = name;
  rota.otherwise = std::move(who);
  return rota;
}

inline void everybody_connects(World& world) {
  for (const char* who : {"police", "home_office", "barnardos", "duty_manager", "team_manager"}) world.connect(who);
}

/// The alarm's entry, 0 where it is not open.
inline const Event* open_alarm(World& world, const std::string& code, const std::string& party) {
  const EntryIndex found = world.engine().state().open_alarm(code, party);
  return found == 0 ? nullptr : world.engine().state().event(found);
}

inline v1::EscalationReason last_reason(const World& world) {
  v1::EscalationReason reason = v1::ESCALATION_REASON_UNSPECIFIED;
  for (const v1::LedgerEntry& entry : world.ledger())
    if (entry.has_escalated()) reason = entry.escalated().reason();
  return reason;
}

}  // namespace told::core::test
