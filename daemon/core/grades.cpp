#include "core/grades.hpp"

#include <utility>

namespace told::core {

const GradeSaid* last_grade(const std::vector<GradeSaid>& said, const GradeSaid& missing) {
  const GradeSaid* last = nullptr;
  for (const GradeSaid& each : said) {
    if (each.missing || each.real != missing.real || each.grade == v1::RISK_GRADE_UNSPECIFIED) continue;
    if (each.time < missing.time) continue;
    if (last == nullptr || std::pair{each.time, each.entry} > std::pair{last->time, last->entry}) last = &each;
  }
  return last;
}

v1::RiskGrade grade_by(const std::vector<GradeSaid>& said, const GradeSaid& missing) {
  const GradeSaid* last = last_grade(said, missing);
  return last == nullptr ? missing.grade : last->grade;
}

}  // namespace told::core
