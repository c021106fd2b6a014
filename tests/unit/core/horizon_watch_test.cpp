// A calendar that ends soon is told to a person once, and once more where the next one ends soon as well.
#include "core/horizon_watch.hpp"

#include <gtest/gtest.h>

namespace told::core {
namespace {

using namespace std::chrono_literals;

constexpr Day christmas{std::chrono::year{2026}, std::chrono::December, std::chrono::day{28}};
constexpr Instant october{std::chrono::sys_days{std::chrono::year{2026} / 10 / 1} + 12h};

std::shared_ptr<Policy> known_until(std::optional<Day> horizon) {
  auto policy = std::make_shared<Policy>();
  policy->stand_down_within = Due{Due::Kind::working_days, 1};
  policy->calendar.horizon = horizon;
  return policy;
}

bool raises(const std::optional<Command>& command) { return command && std::holds_alternative<RaiseAlarm>(*command); }
bool clears(const std::optional<Command>& command) { return command && std::holds_alternative<ClearAlarm>(*command); }

TEST(AHorizon, IsToldOnceWhenItIsNear) {
  HorizonWatch watch;
  const auto policy = known_until(christmas);
  EXPECT_TRUE(clears(watch.look(policy, october))) << "an earlier run may have left it open";
  EXPECT_FALSE(watch.look(policy, october + 24h));
  EXPECT_EQ(near_horizon(policy, october + 28 * 24h), "");
  EXPECT_FALSE(watch.look(policy, october + 28 * 24h)) << "sixty days before";
  EXPECT_TRUE(raises(watch.look(policy, october + 30 * 24h)));
  EXPECT_FALSE(watch.look(policy, october + 31 * 24h)) << "they have heard it";
  EXPECT_EQ(near_horizon(policy, october + 31 * 24h), "2026-12-28");
}

TEST(AHorizon, IsOverWithTheNextCalendarAndToldAgainWhereThatEndsSoonToo) {
  HorizonWatch watch;
  const Instant november = october + 31 * 24h;
  EXPECT_TRUE(raises(watch.look(known_until(christmas), november)));
  const auto a_day_more = known_until(Day{std::chrono::sys_days{christmas} + std::chrono::days{1}});
  EXPECT_TRUE(raises(watch.look(a_day_more, november)));
  EXPECT_TRUE(
      clears(watch.look(known_until(Day{std::chrono::sys_days{christmas} + std::chrono::days{365}}), november)));
}

TEST(AHorizon, IsNoMatterWhereNoPolicyIsInForceYet) {
  HorizonWatch watch;
  EXPECT_EQ(near_horizon(nullptr, october), "");
  EXPECT_TRUE(clears(watch.look(nullptr, october)));
  EXPECT_TRUE(raises(watch.look(known_until(christmas), october + 30 * 24h)));
}

TEST(AHorizon, IsNoMatterWhereNothingCountsWorkingDays) {
  HorizonWatch watch;
  EXPECT_TRUE(clears(watch.look(std::make_shared<Policy>(), october)));
  EXPECT_TRUE(raises(watch.look(known_until(std::nullopt), october))) << "no calendar at all";
}

}  // namespace
}  // namespace told::core
