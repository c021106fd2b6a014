// Somebody is told late that a child is missing: they hear how grave that is by now, as those who knew before do.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

/// Kent hears of a child who is missing from there, and, where it was told of that, of a new grade; police of both.
std::shared_ptr<Policy> policy_with_a_host() {
  auto p = small_policy();
  p->recipients.push_back({"kent", "kent", "generic", "zmq_queue", false});
  const auto add = [&](const char* when, const char* who) -> Rule& {
    Rule r = p->rules[2];
    r.number = static_cast<std::uint32_t>(p->rules.size() + 1);
    r.when = when;
    r.who = who;
    p->rules.push_back(r);
    return p->rules.back();
  };
  Condition is_kent;
  EXPECT_EQ(is_kent.read("placement.county == \"Kent\"", "child.missing"), "");
  add("child.missing", "kent").only_if = is_kent;
  add("child.missing_risk_changed", "police");
  add("child.missing_risk_changed", "kent").only_if_told = true;
  return p;
}

struct Host : World {
  Host() : World(policy_with_a_host()) { connect_all(); }
  void connect_all() {
    for (const char* who : {"police", "home_office", "kent", "duty_manager", "team_manager"}) connect(who);
    (void)newly_received();
  }
  /// So long ago; from where nobody says, or from Kent.
  void goes_missing(Duration ago = {}, const char* county = "") {
    happens("child.missing", "T-1", [&](v1::Event& e) {
      e.mutable_time()->set_seconds(to_us(now() - ago) / 1'000'000);
      e.mutable_child_missing()->mutable_risk()->set_grade(v1::RISK_GRADE_MEDIUM);
      e.mutable_child_missing()->mutable_placement()->set_county(county);
    });
    missing_id_ = last_id();
  }
  EntryIndex grade(v1::RiskGrade to) {
    happens("child.missing_risk_changed", "T-1",
            [&](v1::Event& e) { e.mutable_child_missing_risk_changed()->mutable_risk()->set_grade(to); });
    return last_event();
  }
  void says_kent() {
    (void)newly_received();
    correct(missing_id_, [](v1::EventCorrected& c) {
      c.mutable_child_missing()->mutable_risk()->set_grade(v1::RISK_GRADE_MEDIUM);
      c.mutable_child_missing()->mutable_placement()->set_county("Kent");
    });
  }
  /// The events of what Kent was told since anything was looked at.
  std::vector<EntryIndex> kent_was_told() {
    std::vector<EntryIndex> events;
    for (const Received& r : newly_received())
      if (r.recipient == "kent") events.push_back(r.id.event);
    return events;
  }
  std::string missing_id_;
};

TEST(AGradeGivenBefore, IsToldToWhoeverHearsOfTheSearchByACorrection) {
  for (const int restarted : {0, 1, 2}) {
    Host world;
    world.goes_missing();
    world.advance(1min);
    world.grade(v1::RISK_GRADE_LOW);
    world.advance(1min);
    const EntryIndex high = world.grade(v1::RISK_GRADE_HIGH);
    if (world.restart_as(restarted)) world.connect_all();
    world.advance(1min);
    world.says_kent();
    const EntryIndex correction = world.last_event();
    EXPECT_EQ(world.kent_was_told(), (std::vector<EntryIndex>{correction, high})) << "the newest, and after the search";
    const Notification& told = world.look(world.last_of("kent"));
    EXPECT_TRUE(told.is(v1::NOTIFICATION_KIND_TELL));
    EXPECT_EQ(told.from, world.now()) << "they could not have been told before";
    EXPECT_EQ(told.deadline, world.now() + 15min);
    if (world.restart_as(restarted)) world.connect_all();
    EXPECT_TRUE(world.engine().limbo().empty());
    world.says_kent();
    for (const EntryIndex each : world.kent_was_told()) EXPECT_NE(each, high) << "once";
    world.located("T-1");
    EXPECT_EQ(world.kent_was_told().size(), 1U) << "and of the end once";
  }
}

TEST(AGradeGivenBefore, IsToldToWhoeverHearsOfTheSearchByAReportThatComesAfterIt) {
  Host world;
  const EntryIndex high = world.grade(v1::RISK_GRADE_HIGH);
  (void)world.newly_received();
  world.advance(10min);
  world.goes_missing(20min, "Kent");
  EXPECT_EQ(world.look(world.last_of("police")).is(v1::NOTIFICATION_KIND_TELL), true);
  std::size_t police = 0;
  std::vector<EntryIndex> kent;
  for (const Received& r : world.newly_received()) {
    if (r.recipient == "kent") kent.push_back(r.id.event);
    police += r.recipient == "police" && r.id.event == high ? 1 : 0;
  }
  EXPECT_EQ(kent, (std::vector<EntryIndex>{world.last_event(), high}));
  EXPECT_EQ(police, 0U) << "who know it";
}

TEST(AGradeGivenBefore, IsNotToldAgainWithASecondReport) {
  Host world;
  world.goes_missing(Duration{}, "Kent");
  world.advance(1min);
  world.grade(v1::RISK_GRADE_HIGH);
  world.advance(1min);
  (void)world.newly_received();
  world.goes_missing(3min, "Kent");
  EXPECT_EQ(world.kent_was_told(), std::vector<EntryIndex>{world.last_event()});
}

TEST(AGradeGivenBefore, OfTheTimeBeforeTheChildWentMissingIsOfAnotherSearch) {
  Host world;
  world.grade(v1::RISK_GRADE_HIGH);
  world.advance(10min);
  (void)world.newly_received();
  world.goes_missing(Duration{}, "Kent");
  EXPECT_EQ(world.kent_was_told(), std::vector<EntryIndex>{world.last_event()});
}

TEST(AGradeGivenBefore, ThatWasWithdrawnOrIsOfASearchThatIsOverIsNotTold) {
  for (const bool over : {false, true}) {
    Host world;
    world.goes_missing();
    world.advance(1min);
    world.grade(v1::RISK_GRADE_HIGH);
    if (over)
      world.located("T-1");
    else
      world.withdraw(world.last_id());
    world.advance(1min);
    world.says_kent();
    EXPECT_EQ(world.kent_was_told().size(), over ? 0U : 1U);
  }
}

TEST(AGradeGivenBefore, IsToldAsItWasCorrected) {
  Host world;
  world.goes_missing();
  world.advance(1min);
  world.grade(v1::RISK_GRADE_LOW);
  world.correct(world.last_id(), [](v1::EventCorrected& c) {
    c.mutable_child_missing_risk_changed()->mutable_risk()->set_grade(v1::RISK_GRADE_HIGH);
  });
  const EntryIndex corrected = world.last_event();
  world.says_kent();
  EXPECT_EQ(world.kent_was_told(), (std::vector<EntryIndex>{world.last_event(), corrected}));
  const NotificationId told = world.last_of("kent");
  EXPECT_EQ(world.engine().state().type_told(*world.engine().state().event(told.event), world.look(told)), new_grade);
}

}  // namespace
}  // namespace told::core::test
