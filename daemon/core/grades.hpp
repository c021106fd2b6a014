#pragma once
// How grave the search for a missing child is by now. A missing report has a grade, police may give a new one, and
// either may be corrected, withdrawn or found to be about another child, in any order: the grade is always that of
// whatever stands and happened last.
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "told/v1/event.pb.h"

namespace told::core {

/// A report of a search that goes on, and which grade it gives.
struct GradeSaid {
  EntryIndex entry = 0;
  Instant time{};  ///< when it happened
  v1::RiskGrade grade = v1::RISK_GRADE_UNSPECIFIED;
  bool missing = false;  ///< a missing report; else a new grade
  bool real = true;      ///< an exercise changes no grade of a real search, nor the reverse
};

/// The last new grade that was given to the search that this missing report is of; nullptr where none was.
[[nodiscard]] const GradeSaid* last_grade(const std::vector<GradeSaid>& said, const GradeSaid& missing);

/// The grade of the missing report `missing`, given everything that was said in its case: that of the last new grade
/// that happened when the child was missing already, or its own where there is none.
[[nodiscard]] v1::RiskGrade grade_by(const std::vector<GradeSaid>& said, const GradeSaid& missing);

}  // namespace told::core
