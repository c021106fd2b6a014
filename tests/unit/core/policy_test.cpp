// What a policy says of itself.
#include "core/policy.hpp"
#include "core/rule_index.hpp"

#include <gtest/gtest.h>

namespace told::core {
namespace {

using namespace std::chrono_literals;

const Due a_working_day{Due::Kind::working_days, 1};

TEST(APolicy, HasNoRuleAndNoClockOfANumberThatItDoesNotReach) {
  Policy policy;
  policy.rules.resize(2);
  policy.clocks.resize(1);
  EXPECT_EQ(policy.rule(2), &policy.rules[1]);
  EXPECT_EQ(policy.rule(0), nullptr);
  EXPECT_EQ(policy.rule(3), nullptr);
  EXPECT_EQ(policy.clock(1), &policy.clocks[0]);
  EXPECT_EQ(policy.clock(0), nullptr);
  EXPECT_EQ(policy.clock(2), nullptr);
}

TEST(APolicy, CountsWorkingDaysWhereverOneTimeOfItIsOfThem) {
  Policy none;
  none.rules.resize(1);
  none.clocks.resize(1);
  none.clocks[0].every = Due{7 * 24h};
  none.ladders["usual"] = {"usual", {{15min, {"duty_manager"}}}, 30min};
  EXPECT_FALSE(none.counts_working_days());

  Policy rule = none;
  rule.rules[0].within[0] = a_working_day;
  EXPECT_TRUE(rule.counts_working_days());
  Policy high = none;
  high.rules[0].within[1] = a_working_day;
  EXPECT_TRUE(high.counts_working_days());
  Policy due = none;
  due.clocks[0].due = a_working_day;
  EXPECT_TRUE(due.counts_working_days());
  Policy warn = none;
  warn.clocks[0].warn.due = a_working_day;
  EXPECT_TRUE(warn.counts_working_days());
  Policy every = none;
  every.clocks[0].every = a_working_day;
  EXPECT_TRUE(every.counts_working_days());
  Policy repeats = none;
  repeats.ladders["usual"].repeat_last = a_working_day;
  EXPECT_TRUE(repeats.counts_working_days());
  Policy rung = none;
  rung.ladders["usual"].rungs[0].after.due = a_working_day;
  EXPECT_TRUE(rung.counts_working_days());
}

TEST(ARungsTime, IsSaidAsPoliciesWriteIt) {
  RungTime time;
  time.due = a_working_day;
  EXPECT_EQ(time.in_words(), "1 working day");
  time.kind = RungTime::Kind::past_deadline;
  EXPECT_EQ(time.in_words(), "deadline + 1 working day");
  time.due = Due{};
  EXPECT_EQ(time.in_words(), "at the deadline");
  time.kind = RungTime::Kind::share;
  time.percent = 50;
  EXPECT_EQ(time.in_words(), "50 %");
}

TEST(TimesAllowed, AreTheSameWhereTheyAreCountedTheSame) {
  EXPECT_EQ(a_working_day, (Due{Due::Kind::working_days, 1}));
  EXPECT_NE(a_working_day, (Due{Due::Kind::working_days, 2}));
  EXPECT_NE(a_working_day, (Due{Due::Kind::days, 1}));
  EXPECT_NE(Due{1h}, Due{2h});
}

TEST(TheRulesOfAType, AreLookedUpOnceForAPolicyAndAnewForAnother) {
  const auto one = std::make_shared<Policy>();
  one->rules.emplace_back().when = "child.missing";
  RuleIndex index;
  EXPECT_EQ(index.of(one, "child.missing").size(), 1U);
  EXPECT_EQ(index.of(one, "child.located").size(), 0U);
  const auto other = std::make_shared<Policy>(*one);
  one->rules.emplace_back().when = "child.missing";
  EXPECT_EQ(index.of(one, "child.missing").size(), 1U) << "ten thousand rules are not gone through for each event";
  EXPECT_EQ(index.of(other, "child.missing").size(), 1U);
  EXPECT_EQ(index.of(one, "child.missing").size(), 2U);
}

}  // namespace
}  // namespace told::core
