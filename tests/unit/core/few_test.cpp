#include "core/few.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "core/name.hpp"

namespace told::core {
namespace {

std::vector<std::uint64_t> in(const Few<std::uint64_t>& few) { return {few.begin(), few.end()}; }

TEST(Few, TakesEightBytesWhereItIsEmpty) {
  const Few<std::uint64_t> few;
  EXPECT_EQ(sizeof few, 8u);
  EXPECT_TRUE(few.empty());
  EXPECT_EQ(few.begin(), few.end());
}

TEST(Few, KeepsWhatIsInItWhileItGrows) {
  Few<std::uint64_t> few;
  std::vector<std::uint64_t> expected;
  few.reserve(3);
  for (std::uint64_t n = 0; n < 40; ++n) {
    few.push_back(n);
    expected.push_back(n);
  }
  EXPECT_EQ(in(few), expected);
  few.emplace_back() = 7;
  EXPECT_EQ(few[40], 7u);
}

TEST(Few, TakesOneOfItsOwnThoughItMustMoveForIt) {
  Few<std::uint64_t> few;
  few.push_back(5);
  for (int n = 0; n < 20; ++n) few.push_back(few[0]);
  EXPECT_EQ(in(few), std::vector<std::uint64_t>(21, 5));
}

TEST(Few, ACopyIsItsOwnAndWhatWasMovedFromIsEmpty) {
  Few<std::uint64_t> few;
  few.push_back(1);
  few.push_back(2);
  Few<std::uint64_t> copy = few;
  copy[0] = 9;
  copy.push_back(3);
  EXPECT_EQ(in(few), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(in(copy), (std::vector<std::uint64_t>{9, 2, 3}));
  const Few<std::uint64_t> moved = std::move(few);
  EXPECT_EQ(in(moved), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_TRUE(few.empty());  // NOLINT(bugprone-use-after-move): which is what is asked
  copy = Few<std::uint64_t>{};
  EXPECT_TRUE(copy.empty());
}

TEST(Few, WhatIsClearedTakesMoreAgain) {
  Few<std::uint64_t> few;
  few.push_back(1);
  few.clear();
  EXPECT_TRUE(few.empty());
  few.push_back(2);
  EXPECT_EQ(in(few), std::vector<std::uint64_t>{2});
}

TEST(Name, IsReadAsItsTextAndIsEmptyBeforeItHasOne) {
  const std::string kept = "told.child.missing.v1";
  const Name name{kept};
  EXPECT_EQ(sizeof name, 8u);
  EXPECT_TRUE(name == "told.child.missing.v1");
  EXPECT_FALSE(name == "told.child.located.v1");
  EXPECT_TRUE(Name{}.empty());
  EXPECT_TRUE(Name{} == "");
}

TEST(Few, OfNoneAreCopiedAsNone) {
  const Few<int> none;
  const Few<int> copied(none);
  EXPECT_TRUE(copied.empty());
}

}  // namespace
}  // namespace told::core
