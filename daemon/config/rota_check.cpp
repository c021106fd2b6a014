// Rotas: names of their own, and people who can be told.
#include "config/checks.hpp"
#include "config/nearest.hpp"

namespace told::config {
namespace {

void check_people(const PolicyDraft& draft, const Texts& who, const std::string& setting, Findings& findings) {
  for (const Text& person : who.value) {
    if (draft.rota(person.value) != nullptr) {
      findings.add(person.at, setting + ": " + in_quotes(person.value) + " is a rota itself: name its people");
    } else {
      check_word(person, setting, "declared recipient", draft.recipient_names(), findings);
    }
  }
}

void check_rota(const PolicyDraft& draft, const RotaDraft& rota, Findings& findings) {
  if (rota.name.given && draft.recipient(rota.name.value) != nullptr) {
    findings.add(rota.name.at, "rota.name: " + in_quotes(rota.name.value) +
                                   " is a recipient already, and a rung could not say which it calls: give the rota "
                                   "another name");
  }
  for (const auto& shift : rota.weekly) {
    check_people(draft, shift.who, "rota.weekly.who", findings);
    if (shift.who.given && shift.who.value.empty())
      findings.add(shift.who.at, "rota.weekly.who is empty: name who is on duty, or take the shift out");
  }
  for (const auto& instead : rota.overrides) check_people(draft, instead.who, "rota.override.who", findings);
  check_people(draft, rota.otherwise, "rota.otherwise", findings);
  if (rota.people().empty())
    findings.add(rota.at, "rota has nobody in it: give it a weekly pattern, or a team for all other hours (otherwise)");
}

}  // namespace

void check_rotas(const PolicyDraft& draft, Findings& findings) {
  std::map<std::string, int> lines;
  for (const auto& rota : draft.rotas) {
    check_unique(rota.name, "rota", lines, findings);
    check_rota(draft, rota, findings);
  }
}

}  // namespace told::config
