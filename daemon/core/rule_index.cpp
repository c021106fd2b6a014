#include "core/rule_index.hpp"

#include <unordered_set>

namespace told::core {

const std::vector<RuleIndex::Entry>& RuleIndex::of(const PolicyPtr& policy, const std::string& when) {
  if (policy_ != policy) {
    by_type_.clear();
    std::unordered_set<std::string> exercise_only;
    for (const Recipient& r : policy->recipients)
      if (r.exercise_only) exercise_only.insert(r.name);
    for (const Rule& rule : policy->rules) by_type_[rule.when].push_back({&rule, exercise_only.contains(rule.who)});
    policy_ = policy;
  }
  static const std::vector<Entry> none;
  const auto found = by_type_.find(when);
  return found == by_type_.end() ? none : found->second;
}

}  // namespace told::core
