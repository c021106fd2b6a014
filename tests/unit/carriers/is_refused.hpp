#pragma once
// Whether what is said of a way before anything is sent names a setting, with these words.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "carriers/kind.hpp"

namespace told::carriers::tests {

inline testing::AssertionResult is_refused(const std::vector<WayProblem>& problems, const std::string& setting,
                                           const std::string& words) {
  for (const WayProblem& problem : problems)
    if (problem.setting == setting && problem.text.find(words) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "nothing is said of " << setting;
}

inline testing::AssertionResult is_refused(const Way& way, const std::string& setting, const std::string& words) {
  return is_refused(kind(way.carrier)->problems_of(way), setting, words);
}

}  // namespace told::carriers::tests
