// A child who is missing and for whom nobody is called: no later truth, and no order, may leave one behind.
#include <gtest/gtest.h>

#include "core/stay.hpp"

namespace told::core::test {
namespace {

void happened(World& world, const std::string& type, const std::string& child, Duration ago) {
  world.happens(type, child,
                [&](v1::Event& e) { e.mutable_time()->set_seconds(to_us(world.now() - ago) / 1'000'000); });
}

/// That it was found in between is withdrawn, while it is searched for again. The second report, which was published
/// third.
EntryIndex missing_twice_and_never_found(World& world) {
  world.missing("T-1");
  world.advance(1h);
  world.located("T-1");
  const std::string end = world.last_id();
  world.advance(1h);
  world.missing("T-1");
  const EntryIndex second = world.last_event();
  EXPECT_EQ(world.withdraw(end, "T-1").verdict(), v1::VERDICT_ACCEPTED);
  return second;
}

TEST(AReportThatIsOver, IsNotMovedIntoASearchThatMayEndBeforeIt) {
  World world;
  world.missing("T-2");
  const EntryIndex searched = world.last_event();
  world.advance(2h);
  world.missing("T-1");
  const EntryIndex over = world.last_event();
  world.advance(1h);
  world.stand_down(over);
  world.perform(MoveEvent{1, over, searched, who_knows(), "the brother"});
  EXPECT_EQ(world.acted().problem().code(), "would_fall_silent");
  world.missing("T-2");  // as the mend says
  world.perform(MoveEvent{1, over, searched, who_knows(), "the brother"});
  EXPECT_TRUE(world.acted().recorded()) << world.acted().ShortDebugString();
  happened(world, "child.located", "T-2", 150min);
  EXPECT_EQ(world.engine().state().open_episodes(searched, Instant::max()).size(), 1U);
}

TEST(AReportByWhichSomebodySearches, IsNotWithdrawnWhereAnotherOfTheSameChildWouldBeForgotten) {
  for (const bool moved : {false, true}) {
    World world;
    world.missing("T-1");
    const EntryIndex first = world.last_event();
    world.advance(1h);
    world.located("T-1");
    const std::string end = world.last_id();
    world.advance(1h);
    const std::string child = moved ? "T-2" : "T-1";
    world.missing(child);
    const std::string second = world.last_id();
    if (moved)
      world.perform(MoveEvent{1, first, world.last_event(), who_knows(), "the brother"});
    else
      EXPECT_EQ(world.withdraw(end, child).verdict(), v1::VERDICT_ACCEPTED);  // it is searched for all the same
    EXPECT_EQ(world.withdraw(second, child).problem().code(), "would_fall_silent") << moved;
    world.missing(child);
    EXPECT_EQ(world.withdraw(second, child).verdict(), v1::VERDICT_ACCEPTED) << moved;
  }
}

TEST(AReportByWhichSomebodySearches, IsNotMovedWhereAnotherOfTheSameChildWouldBeForgotten) {
  World world;
  const EntryIndex second = missing_twice_and_never_found(world);
  world.perform(MoveEvent{1, second, 0, who_knows(), "another child"});
  EXPECT_EQ(world.acted().problem().code(), "would_fall_silent");
}

TEST(AReportByWhichSomebodySearches, IsNotSaidToHaveBeenEarlierThanAnotherOfTheSameChildThatIsOver) {
  World world;
  missing_twice_and_never_found(world);
  const std::string second = "event-3";
  const auto at = [&](Duration ago) {
    return world.correct(second, [&](v1::EventCorrected& c) {
      c.mutable_child_missing();
      c.mutable_time()->set_seconds(to_us(world.now() - ago) / 1'000'000);
    });
  };
  EXPECT_EQ(at(3h).problem().code(), "would_fall_silent");
  EXPECT_EQ(at(30min).verdict(), v1::VERDICT_ACCEPTED);
}

}  // namespace
}  // namespace told::core::test
