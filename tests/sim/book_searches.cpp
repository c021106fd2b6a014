// Children who are missing, how grave that is by now, and what ends it.
#include <algorithm>
#include <utility>

#include "book.hpp"

namespace told::sim {

std::vector<core::EntryIndex> Book::episodes(core::CaseNumber c) const {
  std::vector<core::EntryIndex> all;
  for (const auto index : episodes_)
    if (case_of(facts_.at(index)) == goes_on_as(c)) all.push_back(index);
  return all;
}

std::vector<core::EntryIndex> Book::search(core::CaseNumber c) const {
  std::vector<core::EntryIndex> all = episodes(c);
  for (const auto index : grades_)
    if (case_of(facts_.at(index)) == goes_on_as(c)) all.push_back(index);
  return all;
}

/// Nobody is chased any more because the child was missing, nor because something was corrected of that.
void Book::end_search(core::CaseNumber c, std::int64_t until_us) {
  for (const auto index : search(c)) {
    if (facts_.at(index).time_us > until_us) continue;
    episodes_.erase(index);
    grades_.erase(index);
    facts_.at(index).episode_open = false;
    for (auto& [other, fact] : facts_) {
      if (other != index && (fact.amends != index || fact.type != "told.event.corrected.v1")) continue;
      for (Note& note : fact.notes) {
        const bool call = note.is(v1::NOTIFICATION_KIND_ESCALATION);
        if ((call ? fact.notes[note.about] : note).is(v1::NOTIFICATION_KIND_OBLIGATION)) continue;
        end(note);
        if (call) note.dropped = !note.delivered;
      }
    }
  }
}

/// What police said last of how grave it is holds, from then on, for whoever was missing by then.
void Book::grade(core::CaseNumber c) {
  for (const auto index : episodes(c)) {
    Fact& missing = facts_.at(index);
    std::pair<std::int64_t, core::EntryIndex> last{0, 0};
    v1::RiskGrade grade = missing.said;
    for (const auto each : grades_) {
      const Fact& fact = facts_.at(each);
      if (case_of(fact) != goes_on_as(c) || fact.said == v1::RISK_GRADE_UNSPECIFIED || fact.time_us < missing.time_us ||
          (fact.status == v1::STATUS_ACTUAL) != (missing.status == v1::STATUS_ACTUAL) ||
          (last.second != 0 && std::pair{fact.time_us, each} < last))
        continue;
      last = {fact.time_us, each};
      grade = fact.said;
    }
    missing.high = grade == v1::RISK_GRADE_HIGH;
  }
}

void Book::withdraw(Fact& earlier) {
  std::vector<core::EntryIndex> about{earlier.index};
  const core::CaseNumber c = case_of(earlier);
  episodes_.erase(earlier.index);
  grades_.erase(earlier.index);
  if (earlier.type == "told.child.missing.v1")
    for (const auto index : search(c)) {
      const Fact& grade = facts_.at(index);
      const auto left = episodes(c);
      const bool of_another = std::any_of(
          left.begin(), left.end(), [&](core::EntryIndex other) { return facts_.at(other).time_us <= grade.time_us; });
      if (grades_.contains(index) && !of_another && grade.time_us >= earlier.time_us) about.push_back(index);
    }
  earlier.withdrawn = true;
  for (const auto index : about) {
    facts_.at(index).episode_open = false;
    grades_.erase(index);
  }
  for (auto& [index, other] : facts_) {
    const bool is_it = std::find(about.begin(), about.end(), index) != about.end();
    const bool of_it = std::find(about.begin(), about.end(), other.amends) != about.end();
    if (!is_it && (!of_it || other.type != "told.event.corrected.v1")) continue;
    for (Note& note : other.notes) {
      end(note);
      note.dropped = note.dropped || !note.delivered;
    }
  }
}

}  // namespace told::sim
