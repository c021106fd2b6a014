#pragma once
// The rules of the policy in force by event type: a council's region may have ten thousand rules, and an event is
// decided on the few of its own type.
#include <string>
#include <unordered_map>
#include <vector>

#include "core/policy.hpp"

namespace told::core {

class RuleIndex {
 public:
  struct Entry {
    const Rule* rule = nullptr;
    bool exercise_only = false;  ///< of the rule's recipient
  };
  /// The rules with that `when`, in the order of the file; made anew when `policy` is another one than before.
  [[nodiscard]] const std::vector<Entry>& of(const PolicyPtr& policy, const std::string& when);

 private:
  PolicyPtr policy_;
  std::unordered_map<std::string, std::vector<Entry>> by_type_;
};

}  // namespace told::core
