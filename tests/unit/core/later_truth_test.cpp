// Later truths that are taken or refused for reasons which seldom meet: what they are about was moved, or is forgotten.
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

const Actor knows_whose{"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""};

struct LaterTruths : World {
  explicit LaterTruths(std::shared_ptr<Policy> policy = small_policy(), std::size_t closed_kept = closed_events_kept)
      : World(std::move(policy), closed_kept) {
    for (const char* who : {"police", "home_office", "duty_manager", "team_manager"}) connect(who);
  }
  /// Everything that they were told of this.
  void answer_for(EntryIndex event) {
    const auto& made = engine().state().event(event)->notifications;
    for (std::size_t slot = 0; slot < made.size(); ++slot)
      if (made[slot].open() && !made[slot].is(v1::NOTIFICATION_KIND_OBLIGATION))
        acknowledge({event, static_cast<Slot>(slot)}, engine().state().recipient_name(made[slot].recipient));
  }
  EntryIndex finds(const char* child) {
    located(child);
    return last_event();
  }
  /// What is closed is not at hand any more, where none of it is kept.
  void forget() {
    State& state = engine().state_for_restore();
    (void)state.take_changes();
    state.projected(state.next_index());
  }
  [[nodiscard]] const v1::EventAccepted& accepted() const { return ledger()[last_event()].event_accepted(); }
};

google::protobuf::Timestamp to_the_second(Instant at) {
  google::protobuf::Timestamp out;
  out.set_seconds(to_us(at) / 1'000'000);
  return out;
}

TEST(ACorrection, IsTakenUnderTheReferenceOfTheChildWhoseTheEventWasSaidToBe) {
  for (const int restarted : {0, 1, 2}) {
    LaterTruths world;
    world.missing("T-1");
    const EntryIndex moved = world.last_event();
    const std::string id = world.last_id();
    world.missing("T-2");
    world.perform(MoveEvent{1, moved, world.last_event(), knows_whose, "the brother"});
    ASSERT_TRUE(world.acted().recorded());
    if (world.restart_as(restarted)) world.connect("police");
    const auto fill = [](v1::EventCorrected& c) { c.mutable_child_missing(); };
    EXPECT_EQ(world.correct(id, fill, "T-9").problem().code(), "another_subject");
    (void)world.newly_received();
    EXPECT_EQ(world.correct(id, fill, "T-2").verdict(), v1::VERDICT_ACCEPTED);
    EXPECT_TRUE(world.newly_told().contains("police"));
    EXPECT_TRUE(world.look(world.last_of("police")).is(v1::NOTIFICATION_KIND_CORRECTION));
  }
}

TEST(ACorrection, ThatBringsNoDataIsRefused) {
  LaterTruths world;
  world.missing("T-1");
  EXPECT_EQ(world.correct(world.last_id(), [](v1::EventCorrected&) {}).problem().code(), "type_mismatch");
}

TEST(ALaterTruth, OfWhatIsNotAtHandAnyMoreIsRefusedAndNobodyIsToldHalfOfIt) {
  LaterTruths world{small_policy(), 0};
  world.happens("child.arrived", "T-1");
  const std::string id = world.last_id();
  world.answer_for(world.last_event());
  world.forget();
  const auto corrected = world.correct(id, [](v1::EventCorrected& c) { c.mutable_child_arrived(); });
  EXPECT_EQ(corrected.problem().code(), "too_old");
  EXPECT_EQ(world.withdraw(id).problem().code(), "too_old");
  EXPECT_EQ(world.count(v1::LedgerEntry::kEventAccepted), 1U);
}

TEST(TheEndOfASearch, ThatIsNotAtHandAnyMoreIsNotWithdrawnSinceNobodyCanTellWhetherAChildIsMissing) {
  LaterTruths world{small_policy(), 0};
  world.missing("T-1");
  const EntryIndex missing = world.last_event();
  world.answer_for(missing);
  const EntryIndex end = world.finds("T-1");
  world.forget();
  ASSERT_EQ(world.engine().state().event(missing), nullptr);
  ASSERT_NE(world.engine().state().event(end), nullptr);
  EXPECT_EQ(world.withdraw(world.last_id()).problem().code(), "would_fall_silent");
  EXPECT_FALSE(world.engine().state().event(end)->withdrawn);
}

TEST(AReportThatAChildIsFound, WhomNobodySaidToBeMissingIsWithdrawnWhateverIsSaidOfAnother) {
  LaterTruths world;
  world.missing("T-2");
  const EntryIndex other = world.last_event();
  world.finds("T-2");
  ASSERT_FALSE(world.engine().state().event(other)->episode_open);
  const EntryIndex end = world.finds("T-1");
  EXPECT_EQ(world.withdraw(world.last_id()).verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_TRUE(world.engine().state().event(end)->withdrawn);
}

TEST(AReportThatAChildIsFound, WhomNobodySaidToBeMissingEndsNothingByItsCorrectedTimeEither) {
  LaterTruths world;
  world.finds("T-1");
  const std::string id = world.last_id();
  (void)world.newly_received();
  world.correct(id, [&](v1::EventCorrected& c) {
    c.mutable_child_located();
    *c.mutable_time() = to_the_second(world.now() - 10min);
  });
  EXPECT_EQ(world.accepted().ends_episode(), 0U);
  for (const Received& each : world.newly_received()) EXPECT_EQ(each.kind, v1::NOTIFICATION_KIND_CORRECTION);
}

TEST(WhenAChildWentMissing, IsCorrectedThoughTheEndOfTheSearchIsNotAtHandAnyMore) {
  auto policy = small_policy();
  Clock review;
  review.number = 1;
  review.name = "review";
  review.starts = "child.missing";
  review.who = "team_manager";
  review.due = 10h;
  review.warn = RungTime{5h};
  review.ladder = "usual";
  policy->clocks = {review};
  LaterTruths world{policy, 0};
  world.missing("T-1");
  const EntryIndex missing = world.last_event();
  const std::string id = world.last_id();
  const Instant went = world.now();
  world.answer_for(missing);
  world.advance(1h);
  const EntryIndex end = world.finds("T-1");
  world.answer_for(end);
  world.forget();
  ASSERT_EQ(world.engine().state().event(end), nullptr);
  const auto corrected = world.correct(id, [&](v1::EventCorrected& c) {
    c.mutable_child_missing();
    *c.mutable_time() = to_the_second(went - 1h);
  });
  EXPECT_EQ(corrected.verdict(), v1::VERDICT_ACCEPTED);
  const std::vector<NotificationId> owed = world.engine().state().obligations(missing);
  ASSERT_EQ(owed.size(), 1U);
  EXPECT_EQ(world.look(owed[0]).deadline, went - 1h + 10h);
}

TEST(ACorrectedTime, MovesTheDeadlineOfWhoeverOwesAnAnswerAndNotTheNewsThatAnotherHasAnswered) {
  LaterTruths world;
  world.no_receipts_from("duty_manager");
  world.perform(OpenSession{"duty_manager", 77});
  world.perform(Offer{"duty_manager", 77, 1});
  world.happens("child.arrived", "T-1");
  const EntryIndex arrived = world.last_event();
  const std::string id = world.last_id();
  const Instant came = world.now();
  world.advance(15min);
  world.acknowledge({arrived, 0}, "police");
  const auto& made = world.engine().state().event(arrived)->notifications;
  ASSERT_TRUE(made[made.size() - 1].is(v1::NOTIFICATION_KIND_ANSWERED));
  ASSERT_TRUE(made[made.size() - 1].open());
  world.correct(id, [&](v1::EventCorrected& c) {
    c.mutable_child_arrived();
    *c.mutable_time() = to_the_second(came - 5min);
  });
  ASSERT_EQ(world.accepted().recomputed_size(), 1);
  EXPECT_EQ(NotificationId::of(world.accepted().recomputed(0).notification()), (NotificationId{arrived, 1}));
  EXPECT_EQ(world.look({arrived, 1}).deadline, came + 25min);
}

TEST(ACorrectedTime, MovesNoLaterRoundAndNothingThatIsOwedAfterSomethingElse) {
  auto policy = policy_with_clocks();
  Clock write_up = policy->clocks[0];
  write_up.number = 3;
  write_up.name = "write_up";
  write_up.starts = "";
  write_up.after = "report";
  policy->clocks.push_back(write_up);
  LaterTruths world{policy};
  world.happens("child.arrived", "T-1");
  const EntryIndex arrived = world.last_event();
  const std::string id = world.last_id();
  const Instant came = world.now();
  world.advance(1h);
  for (const NotificationId each : world.engine().state().obligations(arrived)) world.done(each);
  const std::vector<NotificationId> open = world.engine().state().obligations(arrived);
  ASSERT_EQ(open.size(), 2U) << "the next visit, and that the report is written up";
  std::vector<Instant> before;
  for (const NotificationId each : open) before.push_back(world.look(each).deadline);
  world.correct(id, [&](v1::EventCorrected& c) {
    c.mutable_child_arrived();
    *c.mutable_time() = to_the_second(came - 1h);
  });
  for (std::size_t i = 0; i < open.size(); ++i) EXPECT_EQ(world.look(open[i]).deadline, before[i]);
}

/// Kent hears of a child who is missing from there, and then of its grade, by a rule for that.
std::shared_ptr<Policy> policy_of_kent(const std::string& who_of_grades, const std::vector<std::string>& sites,
                                       const char* only_if) {
  auto p = small_policy();
  p->recipients.push_back({"kent", "kent", "generic", "zmq_queue", false});
  const auto add = [&](const char* when, const std::string& who) -> Rule& {
    Rule rule = p->rules[2];
    rule.number = static_cast<std::uint32_t>(p->rules.size() + 1);
    rule.when = when;
    rule.who = who;
    p->rules.push_back(rule);
    return p->rules.back();
  };
  EXPECT_EQ(add("child.missing", "kent").only_if.read("placement.county == \"Kent\"", "child.missing"), "");
  Rule& grades = add("child.missing_risk_changed", who_of_grades);
  grades.only_if_told = true;
  grades.sites = sites;
  if (*only_if != '\0') {
    EXPECT_EQ(grades.only_if.read(only_if, grades.when), "");
  }
  p->not_told.emplace_back("child.missing_risk_changed");
  return p;
}

struct Grades {
  const char* who;
  std::vector<std::string> sites;
  const char* only_if;
  bool heard;
};

TEST(WhoeverHearsLateOfASearch, HearsOfItsGradeWhereARuleForThemSaysSoOfThatSiteAndThatGrade) {
  for (const Grades& each : {Grades{"kent", {}, "", true}, Grades{"kent", {"tilbury"}, "risk.grade == low", true},
                             Grades{"kent", {"dover"}, "", false}, Grades{"kent", {}, "risk.grade == high", false},
                             Grades{"barnardos", {}, "", false}}) {
    LaterTruths world{policy_of_kent(each.who, each.sites, each.only_if)};
    for (const char* who : {"kent", "barnardos"}) world.connect(who);
    world.missing("T-1");
    const std::string id = world.last_id();
    world.advance(1min);
    world.happens("child.missing_risk_changed", "T-1", [](v1::Event& e) {
      e.mutable_child_missing_risk_changed()->mutable_risk()->set_grade(v1::RISK_GRADE_LOW);
    });
    const EntryIndex grade = world.last_event();
    (void)world.newly_received();
    world.correct(id, [](v1::EventCorrected& c) {
      c.mutable_child_missing()->mutable_risk()->set_grade(v1::RISK_GRADE_MEDIUM);
      c.mutable_child_missing()->mutable_placement()->set_county("Kent");
    });
    std::vector<EntryIndex> heard;
    for (const Received& r : world.newly_received())
      if (r.recipient == "kent" || r.recipient == "barnardos") heard.push_back(r.id.event);
    EXPECT_EQ(heard, each.heard ? (std::vector<EntryIndex>{world.last_event(), grade})
                                : (std::vector<EntryIndex>{world.last_event()}))
        << each.who << " of sites " << testing::PrintToString(each.sites) << ": " << each.only_if;
  }
}

TEST(TheEndOfASearch, ThatIsNotAtHandAnyMoreIsWithdrawnWhereTheChildIsSearchedForAnew) {
  LaterTruths world{small_policy(), 0};
  world.missing("T-1");
  world.answer_for(world.last_event());
  const EntryIndex end = world.finds("T-1");
  const std::string id = world.last_id();
  world.forget();
  world.missing("T-1");
  ASSERT_NE(world.engine().state().event(end), nullptr);
  EXPECT_EQ(world.withdraw(id).verdict(), v1::VERDICT_ACCEPTED);
}

}  // namespace
}  // namespace told::core::test
