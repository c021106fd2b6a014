#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rehearse/fields_seen.hpp"
#include "rehearse/stage.hpp"

namespace told::rehearse::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string the_failure(const Play& play) {
  EXPECT_EQ(play.failures().size(), 1U);
  return play.failures().empty() ? "" : play.failures().front().instead;
}

TEST(Scenario, AnUnknownKeyIsRefusedWithTheNearestOne) {
  Stage stage;
  EXPECT_THAT(stage.problems("[[step]]\nat = \"0 min\"\nrestrt = true\n"),
              ElementsAre(AllOf(HasSubstr("night.toml:5:1"), HasSubstr("did you mean \"restart\""))));
}

TEST(Scenario, AnUnknownFieldOfAnEventIsRefusedWithTheNearestOne) {
  Stage stage;
  EXPECT_THAT(stage.problems("[[step]]\nat = \"0 min\"\nevent = { type = \"child.missing\", subject = \"ref-17\", site "
                             "= \"tilbury\", risk = { grad = \"high\" } }\n"),
              ElementsAre(AllOf(HasSubstr("risk.grad"), HasSubstr("did you mean \"grade\""))));
}

TEST(Scenario, AnUnknownWordIsRefusedWithThoseThatAreKnown) {
  Stage stage;
  EXPECT_THAT(stage.problems("[[step]]\nat = \"0 min\"\nevent = { type = \"child.missing\", subject = \"ref-17\", site "
                             "= \"tilbury\", risk = { grade = \"hihg\" } }\n"),
              ElementsAre(HasSubstr("did you mean \"high\"")));
}

TEST(Scenario, ARecipientThatThePolicyDoesNotHaveIsRefused) {
  Stage stage;
  EXPECT_THAT(stage.problems("[[step]]\nat = \"0 min\"\nsilent = \"police.control_rom\"\n"),
              ElementsAre(HasSubstr("did you mean \"police.control_room\"")));
}

TEST(Scenario, AnEventThatToldWouldRefuseIsSaidWhereItStands) {
  Stage stage;
  EXPECT_THAT(stage.problems("[[step]]\nat = \"0 min\"\nevent = { type = \"child.missing\", subject = \"Child Alpha\", "
                             "site = \"tilbury\" }\n"),
              ElementsAre(AllOf(HasSubstr("night.toml:5:"), HasSubstr("told would refuse this event: subject"))));
}

TEST(Scenario, AStepDoesOneThing) {
  Stage stage;
  EXPECT_THAT(stage.problems("[[step]]\nat = \"0 min\"\nrestart = true\nclock_step = \"1 h\"\n"),
              ElementsAre(HasSubstr("a step does one thing")));
}

TEST(Scenario, WhatIsMetIsNoFailure) {
  Stage stage;
  EXPECT_TRUE(stage
                  .play(a_child_is_missing + R"(
[[expect]]
told = "police.control_room"
of = "child.missing"
fields_seen = ["risk.grade"]
by = "1 min"
)")
                  .failures()
                  .empty());
}

TEST(Scenario, AnExpectationThatFailsSaysWhatHappenedInstead) {
  Stage stage;
  EXPECT_THAT(the_failure(stage.play(a_child_is_missing + "[[expect]]\ntold = \"channel_panel.chairs\"\n")),
              HasSubstr("nothing at all has reached channel_panel.chairs"));
}

TEST(Scenario, AFieldThatIsSeenAndShouldNotBeIsNamed) {
  Stage stage;
  EXPECT_THAT(the_failure(stage.play(a_child_is_missing +
                                     "[[expect]]\ntold = \"police.control_room\"\nnot_fields = [\"risk\"]\n")),
              HasSubstr("it did see risk"));
}

TEST(Scenario, WhoWasToldBesidesThoseNamedIsSaid) {
  Stage stage;
  EXPECT_THAT(the_failure(stage.play(a_child_is_missing +
                                     "[[expect]]\ntold_only = [\"police.control_room\"]\nof = \"child.missing\"\n")),
              HasSubstr("home_office.asylum"));
}

TEST(Scenario, ACallThatComesTooLateIsAFailure) {
  Stage stage;
  const std::string call = "[[expect]]\ncalled = \"duty_manager\"\nabout = \"police.control_room\"\n";
  EXPECT_TRUE(stage.play(a_child_is_missing + call + "by = \"5 s\"\n").failures().empty());
  EXPECT_FALSE(stage.play(a_child_is_missing + call + "by = \"3 s\"\n").failures().empty());
  EXPECT_FALSE(stage.play(a_child_is_missing + call + "by = \"4 min\"\nnot_before = \"3 min\"\n").failures().empty());
}

TEST(Scenario, ThereIsNothingToAcknowledgeBeforeItIsMade) {
  Stage stage;
  EXPECT_THAT(the_failure(stage.play("[[step]]\nat = \"0 min\"\nacknowledge = { who = \"duty_manager\" }\n")),
              HasSubstr("nothing of that kind has been made"));
}

const std::string and_a_concern = R"(
[[step]]
at = "1 min"
event = { type = "prevent.referral", subject = "ref-17", site = "tilbury", every_field = true }
)";

TEST(Scenario, OfAChildOfWhomThereIsAConcernTooMeansTheChildsOwnCase) {
  Stage stage;
  EXPECT_TRUE(stage
                  .play(a_child_is_missing + and_a_concern +
                        "[[step]]\nat = \"2 min\"\nstand_down = { subject = \"ref-17\", reason = \"back\" }\n"
                        "[[expect]]\nwho = \"police.control_room\"\nof = \"child.missing\"\nstate = \"stood_down\"\n")
                  .failures()
                  .empty());
}

TEST(Scenario, KeepsSomebodyOutOfTheCaseThatItMeans) {
  Stage stage;
  const std::string screen = "[[step]]\nat = \"2 min\"\nscreen = { subject = \"ref-17\", who = \"duty_manager\", ";
  const auto reasons = [&](const std::string& rest) {
    std::size_t of_the_concern = 0, screens = 0;
    core::CaseNumber concern = 0;
    for (const Line& line : stage.play(a_child_is_missing + and_a_concern + screen + rest + " }\n").lines()) {
      const auto* decided = std::get_if<Decided>(&line);
      if (decided == nullptr) continue;
      if (decided->head.has_event_accepted()) concern = decided->head.case_number();
      screens += decided->head.has_screen_ordered() ? 1 : 0;
      of_the_concern += decided->head.has_screen_ordered() && decided->head.case_number() == concern ? 1 : 0;
    }
    EXPECT_EQ(screens, 1U);
    return of_the_concern;
  };
  EXPECT_EQ(reasons("reason = \"a relative\""), 0U);
  EXPECT_EQ(reasons("reason = \"a relative\", prevent = true"), 1U);
}

TEST(Scenario, GoesOnUntilADayAfterWhateverItNames) {
  Stage stage;
  // The demo's ladders climb in seconds: days of them would take seconds too.
  const std::string nothing_happens = "[[step]]\nat = \"0 min\"\nsilent = \"police.control_room\"\n";
  const auto ends = [&](const std::string& more) { return stage.play_openly(nothing_happens + more).ends(); };
  const core::Instant plain = ends("");
  EXPECT_EQ(ends("[[expect]]\nnot_told = \"channel_panel.chairs\"\nnot_before = \"72 h\"\n") - plain,
            std::chrono::hours{72});
  EXPECT_EQ(ends("[[step]]\nat = \"1 h\"\noutage = { who = \"police.control_room\", until = \"48 h\" }\n") - plain,
            std::chrono::hours{48});
}

TEST(Scenario, TwoPlaysOfOneScenarioAreAlike) {
  Stage stage;
  const auto told = [](const Play& play) {
    std::string all;
    for (const Line& line : play.lines())
      if (const auto* d = std::get_if<Decided>(&line)) all += d->head.SerializeAsString();
    return all;
  };
  const std::string first = told(stage.play(a_child_is_missing));
  EXPECT_EQ(first, told(stage.play(a_child_is_missing)));
  EXPECT_FALSE(first.empty());
}

const std::string arrivals = "{ type = \"child.arrived\", subject = \"ref-{n}\", site = \"tilbury\" }";
const std::string arrival = "{ type = \"child.arrived\", subject = \"ref-1\", site = \"tilbury\" }";

TEST(Scenario, AStepThatIsRepeatedHappensSoOftenAndNumbersItsTexts) {
  Stage stage;
  const Play& play = stage.play("[[step]]\nat = \"0 min\"\ntimes = 3\nevery = \"1 min\"\nevent = " + arrivals +
                                "\n"
                                "[[expect]]\ntold = \"police.control_room\"\nsubject = \"ref-3\"\n"
                                "not_before = \"2 min\"\n[[expect]]\nreport = { arrivals = 3 }\n");
  EXPECT_TRUE(play.failures().empty()) << play.failures().front().instead;
}

TEST(Scenario, AStepThatIsRepeatedSaysHowFarApart) {
  Stage stage;
  EXPECT_EQ(stage.problems("[[step]]\nat = \"0 min\"\nevery = \"1 min\"\nevent = " + arrival),
            std::vector<std::string>{
                "night.toml:5:9: step.every says how far apart, and step.times is missing: say how often"});
}

TEST(Scenario, TheCommitteesTableIsSaidWhereItIsAnother) {
  Stage stage;
  const Play& play = stage.play("[[step]]\nat = \"0 min\"\nevent = " + arrival +
                                "\n"
                                "[[expect]]\nreport = { arrivals = 2, young_people = 0 }\n");
  ASSERT_EQ(play.failures().size(), 1U);
  EXPECT_EQ(play.failures()[0].expected, "the committee's table says 2 arrivals, 0 young people");
  EXPECT_EQ(play.failures()[0].instead, "it says 1 arrivals, 0 missing episodes, 0 young people, 0 duties");
}

TEST(Scenario, TheFirstWordsOfAMessageAreSaidWhereTheyAreOthers) {
  Stage stage;
  const Play& play = stage.play("[[step]]\nat = \"0 min\"\nevent = " + arrival +
                                "\n"
                                "[[expect]]\ntold = \"police.control_room\"\nfirst_words = \"EXERCISE\"\n");
  ASSERT_EQ(play.failures().size(), 1U);
  EXPECT_THAT(play.failures()[0].instead, testing::StartsWith("its first words are \""));
}

TEST(Scenario, NobodyIsKeptOutOfACaseThatIsNot) {
  Stage stage;
  const Play& play = stage.play(
      "[[step]]\nat = \"0 min\"\nscreen = { subject = \"ref-1\", who = \"duty_manager\", reason = \"x\" }\n");
  ASSERT_EQ(play.failures().size(), 1U);
  EXPECT_EQ(play.failures()[0].instead, "nothing has been reported about this child by then");
}

TEST(Scenario, WhereEverybodyAnswersNobodyIsCalled) {
  Stage stage;
  const Play& play = stage.play("answers = \"1 s\"\n[[step]]\nat = \"0 min\"\nevent = " + arrival +
                                "\n"
                                "[[expect]]\nwho = \"police.control_room\"\nstate = \"acknowledged\"\n"
                                "[[expect]]\nnot_called = \"duty_manager\"\n");
  EXPECT_TRUE(play.failures().empty()) << play.failures().front().instead;
}

TEST(FieldsSeen, AreShownByGroup) {
  EXPECT_EQ(in_groups({"child.name.given", "child.name.family", "child.dob.value", "circumstances"}),
            "child (name, dob), circumstances");
  EXPECT_TRUE(sees({"child.name.given"}, "child.name"));
  EXPECT_FALSE(sees({"child.nameless"}, "child.name"));
}

}  // namespace
}  // namespace told::rehearse::test
