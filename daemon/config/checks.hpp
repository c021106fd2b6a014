#pragma once
// What several tables of a policy are held to alike.
#include <map>
#include <string>
#include <vector>

#include "config/policy_draft.hpp"

namespace told::config {

/// `said` is one of the known words, each "a `kind`"; `setting` as in "tell.who".
void check_word(const Text& said, const std::string& setting, const std::string& kind,
                const std::vector<std::string>& known, Findings& findings);
/// No two of a kind have one name. `lines`: the names so far.
void check_unique(const Text& name, const std::string& kind, std::map<std::string, int>& lines, Findings& findings);
/// `sites` are the policy's own, and some.
void check_sites(const PolicyDraft& draft, const Texts& sites, const std::string& table, Findings& findings);
/// `only_if` can be read for events of type `when`, and names sites of the policy only.
void check_condition(const PolicyDraft& draft, const Text& only_if, const std::string& when, const std::string& table,
                     Findings& findings);
/// A ladder that calls only the one who is silent is silence too.
void check_somebody_else(const PolicyDraft& draft, const Text& ladder_name, const Text& who, const std::string& table,
                         Findings& findings);

}  // namespace told::config
