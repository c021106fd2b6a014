// Drills: an exercise that is planned calls nobody who is on duty for the real thing.
#include <map>

#include "config/checks.hpp"
#include "config/nearest.hpp"

namespace told::config {
namespace {

/// Says so where it is not.
bool is_for_exercises(const PolicyDraft& draft, const std::string& name, Place at, const std::string& setting,
                      Findings& findings) {
  const RecipientDraft* recipient = draft.recipient(name);
  if (recipient == nullptr || recipient->exercise_only) return true;
  findings.add(at, setting + ": " + in_quotes(name) +
                       " is told of real events, and an exercise must not reach it: name a recipient with "
                       "exercise_only = true");
  return false;
}

}  // namespace

void check_drills(const PolicyDraft& draft, Findings& findings) {
  std::map<std::string, int> lines;
  for (const DrillDraft& drill : draft.drills) {
    check_unique(drill.name, "drill", lines, findings);
    check_word(drill.who, "drill.who", "declared recipient", draft.recipient_names(), findings);
    if (drill.who.given) (void)is_for_exercises(draft, drill.who.value, drill.who.at, "drill.who", findings);
    check_pace(draft, drill.within, drill.ladder, "drill", "within", findings);
    const LadderDraft* ladder = drill.ladder.given ? draft.ladder(drill.ladder.value) : nullptr;
    if (ladder == nullptr) continue;
    for (const RungDraft& rung : ladder->rungs)
      for (const std::string& person : draft.called_by(rung, drill.who.value))
        if (!is_for_exercises(draft, person, drill.ladder.at, "drill.ladder " + in_quotes(drill.ladder.value),
                              findings))
          return;
  }
}

}  // namespace told::config
