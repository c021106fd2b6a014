// Nobody outside the Prevent stream learns that there is a Prevent case: not by a rule (check_rules), and not by being
// called when somebody in it does not answer.
#include <set>
#include <tuple>

#include "config/nearest.hpp"
#include "config/policy_draft.hpp"
#include "core/event_types.hpp"

namespace told::config {
namespace {

class PreventCalls {
 public:
  PreventCalls(const PolicyDraft& draft, Findings& findings) : draft_(draft), findings_(findings) {}

  /// `line` is the rule's or the clock's that climbs it.
  void check(const std::string& ladder_name, const std::string& when, const std::string& by, int line) {
    const LadderDraft* ladder = draft_.ladder(ladder_name);
    if (ladder == nullptr) return;
    for (const RungDraft& rung : ladder->rungs)
      for (const Text& who : rung.who.value)
        for (const std::string& name : draft_.people(who.value)) {
          const RecipientDraft* called = draft_.recipient(name);
          if (called == nullptr || called->prevent || !said_.emplace(who.at.line, who.at.column, name).second) continue;
          findings_.add(who.at, "ladder.rung.who: " + in_quotes(name) + " would be called about " + in_quotes(when) +
                                    " (" + by + " at line " + std::to_string(line) +
                                    ") and learn that there is a Prevent case: call recipients with prevent = true, "
                                    "on a ladder of their own");
        }
  }

 private:
  const PolicyDraft& draft_;
  Findings& findings_;
  std::set<std::tuple<int, int, std::string>> said_;  ///< a rung that many rules climb is one mistake
};

}  // namespace

void check_prevent_calls(const PolicyDraft& draft, Findings& findings) {
  PreventCalls calls(draft, findings);
  for (const RuleDraft& rule : draft.rules) {
    if (!core::is_prevent(rule.when.value)) continue;
    for (const Text& ladder : rule.ladder) calls.check(ladder.value, rule.when.value, "rule", rule.at.line);
  }
  for (const ClockDraft& clock : draft.clocks)
    if (core::is_prevent(clock.starts.value))
      calls.check(clock.ladder.value, clock.starts.value, "clock", clock.at.line);
}

}  // namespace told::config
