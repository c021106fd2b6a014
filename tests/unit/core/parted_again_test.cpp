// Two cases that were taken for one child's and are not: what each of them has then, of counts, screens and holds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/on_duty.hpp"

namespace told::core::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Key;

std::shared_ptr<Policy> policy_that_counts_arrivals() {
  auto policy = policy_with_rotas();
  policy->quotas = {{"places", "child.arrived", {"child.transferred"}, 9}};
  policy->not_told = {"child.transferred", "child.nts_referred"};
  return policy;
}

struct TakenForOne {
  World world{policy_that_counts_arrivals()};
  TakenForOne() { everybody_connects(world); }
  EntryIndex happened(const std::string& type, const std::string& child) {
    world.happens(type, child);
    return world.last_event();
  }
  void ordered(Command c) {
    world.perform(std::move(c));
    EXPECT_TRUE(world.acted().recorded()) << world.acted().ShortDebugString();
  }
  void join(CaseNumber one, CaseNumber other) {
    ordered(JoinCases{1, one, other, who_keeps_out, "the same fingerprints"});
  }
  /// The case that stands by itself again thereby; 0 where none does.
  CaseNumber move(EntryIndex event, CaseNumber to = 0) {
    ordered(MoveEvent{1, event, to, who_keeps_out, "they are two"});
    const auto said = std::find_if(world.ledger().rbegin(), world.ledger().rend(),
                                   [](const v1::LedgerEntry& entry) { return entry.has_identity_changed(); });
    return said->identity_changed().parted_case();
  }
  void keep_out(CaseNumber c, const std::string& who) {
    ordered(OrderScreen{1, c, who, false, who_keeps_out, "an allegation"});
  }
  void hold(CaseNumber c, bool lifted = false) { ordered(OrderHold{1, c, lifted, who_keeps_out, "a claim"}); }
  void restart_as(int how) {
    if (world.restart_as(how)) everybody_connects(world);
  }
  const State& state() { return world.engine().state(); }
  const std::map<CaseNumber, EntryIndex>& counted() { return state().counted("told.child.arrived.v1"); }
};

TEST(AMistakenSameChild, CountsAgainByWhatWasReportedOfItAndTheOtherDoesAsBefore) {
  for (const int restarted : {0, 1, 2}) {
    TakenForOne both;
    const CaseNumber older = both.happened("child.arrived", "T-1");
    const CaseNumber younger = both.happened("child.arrived", "T-2");
    both.join(older, younger);
    ASSERT_THAT(both.counted(), ElementsAre(std::pair{older, older}));
    both.restart_as(restarted);
    EXPECT_EQ(both.move(younger), younger);
    both.restart_as(restarted);
    EXPECT_THAT(both.counted(), ElementsAre(std::pair{older, older}, std::pair{younger, younger})) << restarted;

    TakenForOne one;
    const CaseNumber missing = one.happened("child.missing", "T-1");
    const CaseNumber arrived = one.happened("child.arrived", "T-2");
    one.join(missing, arrived);
    ASSERT_THAT(one.counted(), ElementsAre(std::pair{missing, arrived}));
    one.restart_as(restarted);
    EXPECT_EQ(one.move(arrived), arrived);
    one.restart_as(restarted);
    EXPECT_THAT(one.counted(), ElementsAre(std::pair{arrived, arrived})) << restarted;
  }
}

TEST(AMistakenSameChild, ThatWasNeverCountedIsNotCountedApartEither) {
  for (const int restarted : {0, 1, 2}) {
    TakenForOne two;
    const CaseNumber third = two.happened("child.arrived", "T-3");
    const CaseNumber older = two.happened("child.missing", "T-1");
    const CaseNumber younger = two.happened("child.missing", "T-2");
    two.join(older, younger);
    two.restart_as(restarted);
    EXPECT_EQ(two.move(younger), younger);
    EXPECT_THAT(two.counted(), ElementsAre(Key(third)));
  }
}

TEST(AMistakenSameChild, StandsByItselfThoughAReportOfItsThatWasWithdrawnStays) {
  for (const int restarted : {0, 1, 2}) {
    TakenForOne two;
    const CaseNumber older = two.happened("child.missing", "T-1");
    const CaseNumber younger = two.happened("child.missing", "T-2");
    two.happened("child.arrived", "T-2");
    const std::string arrived = two.world.last_id();
    two.join(older, younger);
    two.world.withdraw(arrived, "T-2");
    two.restart_as(restarted);
    EXPECT_EQ(two.move(younger), younger);
    EXPECT_EQ(two.state().goes_on_as(younger), younger);
  }
}

TEST(AMistakenSameChild, IsNotUndoneByMovingOnWhatLeftItLongAgo) {
  TakenForOne two;
  const CaseNumber older = two.happened("child.missing", "T-1");
  const CaseNumber younger = two.happened("child.missing", "T-2");
  const EntryIndex arrived = two.happened("child.arrived", "T-2");
  const CaseNumber third = two.happened("child.arrived", "T-3");
  two.join(older, younger);
  EXPECT_EQ(two.move(arrived, third), 0U);
  EXPECT_EQ(two.move(arrived), 0U);
  EXPECT_EQ(two.state().goes_on_as(younger), older);
  const CaseNumber now = two.state().case_of(*two.state().event(arrived));
  EXPECT_NE(now, third);
  EXPECT_NE(now, older);
}

TEST(AMistakenSameChild, IsUndoneAndSaidAnewAgainAndAgainAndTheOthersStayOne) {
  for (const int restarted : {0, 1, 2}) {
    TakenForOne three;
    const CaseNumber older = three.happened("child.missing", "T-1");
    std::vector<CaseNumber> younger;
    for (const char* child : {"T-2", "T-3"}) younger.push_back(three.happened("child.missing", child));
    for (const CaseNumber each : younger) three.join(older, each);
    for (int times = 0; times < 3; ++times)
      for (const CaseNumber each : younger) {
        three.restart_as(restarted);
        const CaseNumber other = each == younger[0] ? younger[1] : younger[0];
        EXPECT_EQ(three.move(each), each);
        EXPECT_EQ(three.state().goes_on_as(each), each);
        EXPECT_EQ(three.state().goes_on_as(other), older);
        std::size_t in_force = 0;
        for (const auto& [index, event] : three.state().events())
          in_force += event.type == "same_child" && event.episode_open ? 1 : 0;
        EXPECT_EQ(in_force, 1U) << "that says so of the other";
        three.join(older, each);
      }
  }
}

TEST(TheSameChild, OfTwoOnLegalHoldIsOnOneHoldThatIsLiftedOnce) {
  for (const int restarted : {0, 1, 2}) {
    TakenForOne two;
    const CaseNumber older = two.happened("child.arrived", "T-1");
    const CaseNumber younger = two.happened("child.arrived", "T-2");
    two.hold(older);
    two.hold(younger);
    const EntryIndex second = two.world.ledger().back().index();
    two.join(older, younger);
    two.restart_as(restarted);
    EXPECT_FALSE(two.state().event(second)->episode_open);
    EXPECT_TRUE(two.state().held(younger));
    two.hold(younger, true);
    two.restart_as(restarted);
    EXPECT_FALSE(two.state().held(older));
    EXPECT_FALSE(two.state().held(younger));
  }
}

TEST(TheSameChild, TakesItsScreensAlongAndNoneOfACaseThatIsYounger) {
  for (const int restarted : {0, 1, 2}) {
    TakenForOne three;
    const CaseNumber older = three.happened("child.arrived", "T-1");
    const CaseNumber younger = three.happened("child.arrived", "T-2");
    const CaseNumber third = three.happened("child.arrived", "T-3");
    three.keep_out(younger, "barnardos");
    three.keep_out(third, "duty_manager");
    three.join(older, younger);
    three.restart_as(restarted);
    EXPECT_EQ(three.state().kept_out(older), Names{"barnardos"});
    EXPECT_EQ(three.state().kept_out(third), Names{"duty_manager"});
    // Nobody knows for which of the two they were kept out; of the third child nothing was said.
    EXPECT_EQ(three.move(younger), younger);
    three.restart_as(restarted);
    EXPECT_EQ(three.state().kept_out(older), Names{"barnardos"});
    EXPECT_EQ(three.state().kept_out(younger), Names{"barnardos"});
    EXPECT_EQ(three.state().kept_out(third), Names{"duty_manager"});
  }
}

}  // namespace
}  // namespace told::core::test
