// A restart finds everything as it was, from the projection, from the ledger alone, or from both.
#include <gtest/gtest.h>

#include "digest/digest.hpp"
#include "store_in_a_directory.hpp"

namespace told::path::test {
namespace {

enum class Projected { nothing, half, everything };

class ARestart : public testing::TestWithParam<Projected> {};

TEST_P(ARestart, FindsEveryOpenNotificationAndRecognisesWhatItHad) {
  const Directory directory;
  std::vector<std::string> before;
  {
    Daemon run(directory.path);
    for (int i = 0; i < 50; ++i) run.path.submit(run.missing(std::to_string(i), "T-" + std::to_string(i % 7)));
    run.settle();
    if (GetParam() != Projected::nothing) run.path.project();
    for (int i = 50; i < 100; ++i) run.path.submit(run.missing(std::to_string(i), "T-" + std::to_string(i % 7)));
    run.settle();
    if (GetParam() == Projected::everything) run.path.project();
    run.ledger.settle_projection();
    before = rows_of(run.engine.state());
  }
  Daemon again(directory.path);
  EXPECT_EQ(rows_of(again.engine.state()), before);
  EXPECT_EQ(again.recovered.from_projection == 0, GetParam() == Projected::nothing);
  EXPECT_EQ(again.engine.armed(), 100U);
  EXPECT_TRUE(again.engine.limbo().empty());
  for (const char* id : {"0", "49", "50", "99"}) {
    again.path.submit(again.missing(id, "T-" + std::to_string(std::atoi(id) % 7)));
    again.settle();
    EXPECT_EQ(again.last_result().verdict(), v1::VERDICT_DUPLICATE) << id;
  }
}

INSTANTIATE_TEST_SUITE_P(WithProjected, ARestart,
                         testing::Values(Projected::nothing, Projected::half, Projected::everything),
                         [](const auto& about) {
                           return about.param == Projected::nothing ? "nothing"
                                  : about.param == Projected::half  ? "half"
                                                                    : "everything";
                         });

// The bank holidays' file may have been replaced since, or be gone: the ledger alone has the one that was in force.
TEST_P(ARestart, HasTheCalendarOfThePolicyInForceWithoutItsFile) {
  const Directory directory;
  const std::map<std::string, std::string> attached{
      {"holidays.json", R"({"england-and-wales": {"events": [{"title": "Christmas Day", "date": "2026-12-25"}]}})"}};
  {
    Daemon run(directory.path);
    auto loaded =
        config::parse_policy(whole_policy_text() + "[calendar]\nbank_holidays = \"holidays.json\"\n", "test", attached);
    ASSERT_TRUE(loaded.ok()) << loaded.problems.front().to_string();
    const std::string digest = digest::of_policy(loaded.value.text, loaded.value.attachments);
    run.path.submit(core::AdoptPolicy{0, std::make_shared<core::Policy>(std::move(loaded.value)), digest});
    run.settle();
    if (GetParam() != Projected::nothing) run.path.project();
    run.ledger.settle_projection();
  }
  Daemon again(directory.path);
  const core::Policy& policy = *again.engine.state().policy();
  EXPECT_EQ(policy.version, 2U);
  EXPECT_EQ(policy.attachments, attached);
  EXPECT_EQ(policy.calendar.holidays.size(), 1U);
  // Anybody can make the digest again from what the entry holds.
  const auto reader = again.ledger.reader();
  for (core::EntryIndex index = 0; index < again.ledger.size(); ++index) {
    const auto entry = reader->entry(index);
    if (!entry->has_policy_adopted() || entry->policy_adopted().version() != 2) continue;
    ASSERT_EQ(entry->policy_adopted().attachments_size(), 1);
    EXPECT_EQ(entry->policy_adopted().sha256(), digest::of_policy(entry->policy_adopted().text(), attached));
  }
}

TEST(AStart, AfterADamagedProjectionBuildsItAgainFromTheLedger) {
  const Directory directory;
  std::vector<std::string> before;
  {
    Daemon run(directory.path);
    for (int i = 0; i < 20; ++i) run.path.submit(run.missing(std::to_string(i), "T-1"));
    run.settle();
    run.path.project();
    run.ledger.settle_projection();
    before = rows_of(run.engine.state());
  }
  std::filesystem::remove(directory.path + "/store/projection.db-wal");
  std::filesystem::remove(directory.path + "/store/projection.db-shm");
  std::filesystem::resize_file(directory.path + "/store/projection.db", 100);
  Daemon again(directory.path);
  EXPECT_EQ(again.recovered.from_projection, 0U);
  EXPECT_EQ(rows_of(again.engine.state()), before);
}

}  // namespace
}  // namespace told::path::test
