#include "config/checks.hpp"

#include "config/nearest.hpp"
#include "config/words.hpp"

namespace told::config {

void check_word(const Text& said, const std::string& setting, const std::string& kind,
                const std::vector<std::string>& known, Findings& findings) {
  if (said.given && !is_one_of(said.value, known)) {
    findings.add(said.at,
                 setting + ": " + in_quotes(said.value) + " is no " + kind + ": " + suggestion(said.value, known));
  }
}

void check_unique(const Text& name, const std::string& kind, std::map<std::string, int>& lines, Findings& findings) {
  if (!name.given) return;
  const auto [first, fresh] = lines.try_emplace(name.value, name.at.line);
  if (!fresh) {
    findings.add(name.at, kind + " " + in_quotes(name.value) + " is declared already (line " +
                              std::to_string(first->second) + "): give it another name, or take one out");
  }
}

void check_sites(const PolicyDraft& draft, const Texts& sites, const std::string& table, Findings& findings) {
  for (const Text& site : sites.value)
    check_word(site, table + ".sites", "site of this policy", plain(draft.sites), findings);
  if (sites.given && sites.value.empty()) {
    findings.add(sites.at, table +
                               ".sites is empty, so it would never be used: name a site, or leave sites out for "
                               "all of them");
  }
}

void check_condition(const PolicyDraft& draft, const Text& only_if, const std::string& when, const std::string& table,
                     Findings& findings) {
  // A column of a condition as a column of the file: the text begins after its quote.
  const auto inside = [&](std::size_t column) {
    return Place{only_if.at.line, only_if.at.column + static_cast<int>(column)};
  };
  core::Condition condition;
  std::size_t column = 0;
  if (const auto problem = condition.read(only_if.value, when, &column); !problem.empty()) {
    findings.add(inside(column), table + ".only_if, " + problem);
    return;
  }
  for (const auto& site : condition.sites())
    check_word({site.name, inside(site.column), true}, table + ".only_if", "site of this policy", plain(draft.sites),
               findings);
}

void check_somebody_else(const PolicyDraft& draft, const Text& ladder_name, const Text& who, const std::string& table,
                         Findings& findings) {
  const LadderDraft* ladder = ladder_name.given ? draft.ladder(ladder_name.value) : nullptr;
  if (ladder == nullptr || !who.given) return;
  for (const std::string& person : draft.people(who.value)) {
    bool somebody_else = ladder->rungs.empty();
    for (const auto& rung : ladder->rungs) {
      const bool found_already = rung.who.value.empty() && !rung.again && !rung.deputy;
      somebody_else = somebody_else || found_already || !draft.called_by(rung, person).empty();
    }
    if (!somebody_else)
      findings.add(ladder_name.at, table + ".ladder: " + in_quotes(ladder_name.value) + " calls nobody but " +
                                       in_quotes(person) +
                                       ", who has not answered: use a ladder that calls somebody else");
  }
}

}  // namespace told::config
