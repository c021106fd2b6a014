// How far a mistyped word is from those that are known.
#include "core/nearest.hpp"

#include <gtest/gtest.h>

namespace told::core::test {
namespace {

TEST(Nearest, CountsLettersPutInLeftOutAndChanged) {
  EXPECT_EQ(distance("within", "within"), 0U);
  EXPECT_EQ(distance("witin", "within"), 1U);
  EXPECT_EQ(distance("awithin", "within"), 1U);
  EXPECT_EQ(distance("ithin", "within"), 1U);
  EXPECT_EQ(distance("kitten", "sitting"), 3U);
  EXPECT_EQ(distance("", "abc"), 3U);
  EXPECT_EQ(distance("abc", ""), 3U);
}

TEST(Nearest, IsOfferedOnlyWhereItMayBeMeant) {
  EXPECT_EQ(nearest("ladderr", {"within", "ladder", "fields"}), "ladder");
  EXPECT_EQ(nearest("zzzzzz", {"within", "ladder", "fields"}), "");
  EXPECT_EQ(nearest("ab", {"xy"}), "");
}

TEST(Suggestion, NamesEverythingWhereNothingIsNear) {
  EXPECT_EQ(suggestion("witin", {"within"}), "did you mean \"within\"?");
  EXPECT_EQ(suggestion("zzzzzz", {"who", "when"}), "known here: \"who\", \"when\"");
  EXPECT_EQ(suggestion("zzzzzz", {}), "none is known here");
}

}  // namespace
}  // namespace told::core::test
