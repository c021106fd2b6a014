// What becomes of a right policy, and of text that is no policy at all.
#include <gmock/gmock.h>

#include "loading.hpp"

namespace told::config::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Policy, BecomesWhatTheEngineUses) {
  const auto loaded = parse_policy(right_policy(), "policy.toml");
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  const core::Policy& policy = loaded.value;
  EXPECT_EQ(policy.name, "test");
  EXPECT_EQ(policy.text, right_policy());
  EXPECT_THAT(policy.sites, ElementsAre("tilbury", "purfleet"));

  ASSERT_NE(policy.recipient("police"), nullptr);
  EXPECT_EQ(policy.recipient("police")->title, "Police control room");
  EXPECT_EQ(policy.recipient("police")->agency, "police");
  EXPECT_EQ(policy.recipient("police")->carrier, "zmq_queue");
  EXPECT_FALSE(policy.recipient("police")->exercise_only);

  const core::Ladder* ladder = policy.ladder("steps");
  ASSERT_NE(ladder, nullptr);
  EXPECT_EQ(ladder->name, "steps");
  EXPECT_EQ(ladder->repeat_last, 30min);
  ASSERT_EQ(ladder->rungs.size(), 2U);
  EXPECT_EQ(ladder->rungs[1].after, core::RungTime{1h});
  EXPECT_THAT(ladder->rungs[1].who, ElementsAre("team"));

  EXPECT_EQ(policy.stand_down_within, 35min);
  EXPECT_EQ(policy.stand_down_ladder, "steps");
  EXPECT_EQ(policy.attempts_before_alarm, 7U);
}

TEST(Policy, MayRepeatALadderAtCloseOfEveryWorkingDay) {
  const auto repeating = [](const std::string& how_often) {
    const std::string ladder = "name = \"steps\"\nrepeat_last = ";
    const auto loaded =
        parse_whole(changed_once(whole_policy(), ladder + "\"30 min\"", ladder + "\"" + how_often + "\""));
    EXPECT_THAT(lines(loaded.problems), IsEmpty());
    return loaded.value.ladder("steps")->repeat_last;
  };
  EXPECT_EQ(repeating("1 working day"), core::Due(core::Due::Kind::working_days, 1));
  // How often, and not the end of the seventh day, which is midnight.
  EXPECT_EQ(repeating("7 days"), core::Due(168h));
}

TEST(Policy, NumbersItsRulesInTheOrderOfTheFile) {
  const auto policy = parse_policy(right_policy(), "policy.toml").value;
  ASSERT_EQ(policy.rules.size(), 14U);
  const core::Rule* second = policy.rule(2);
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->number, 2U);
  EXPECT_EQ(second->when, "child.missing");
  EXPECT_EQ(second->who, "police");
  EXPECT_EQ(second->within[static_cast<int>(core::Pace::high)], 15min);
  EXPECT_EQ(second->within[static_cast<int>(core::Pace::other)], 30min);
  EXPECT_EQ(second->basis, "law");
  EXPECT_EQ(second->source, "guidance");
  EXPECT_GT(second->line, policy.rule(1)->line);
}

TEST(Policy, TakesOneTimeForBothPacesAndAListByName) {
  const auto policy = parse_policy(right_policy(), "policy.toml").value;
  const core::Rule& located = policy.rules[2];
  EXPECT_EQ(located.within[0], 40min);
  EXPECT_EQ(located.within[1], 40min);
  EXPECT_EQ(located.ladder[1], "steps");
  EXPECT_THAT(located.fields, ElementsAre("child.name", "located"));
}

TEST(Policy, KnowsSitesConditionsAndExerciseRecipients) {
  const auto text = changed_once(right_policy(), "[stand_down]", R"(
[[recipient]]
name = "training"
title = "Training desk"
agency = "generic"
carrier = "zmq_queue"
exercise_only = true

[[tell]]
when = "child.arrived"
who = "team"
sites = ["purfleet"]
only_if = "trafficking.indicators"
fields = []
within = "20 min"
ladder = "steps"
basis = "law"
source = "guidance"

[stand_down])");
  const auto loaded = parse_policy(text, "policy.toml");
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  EXPECT_TRUE(loaded.value.recipient("training")->exercise_only);
  const core::Rule& rule = loaded.value.rules[4];
  EXPECT_THAT(rule.sites, ElementsAre("purfleet"));
  EXPECT_EQ(rule.only_if.text(), "trafficking.indicators");
  EXPECT_THAT(rule.fields, IsEmpty());
}

TEST(Policy, KnowsWhatARuleIsForAndUnderWhichAgreement) {
  const auto loaded = parse_whole(whole_policy());
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  const core::Rule& rule = loaded.value.rules[0];
  EXPECT_EQ(rule.purpose, "to find the child");
  EXPECT_EQ(rule.agreement, "ISA-2026-04");
  EXPECT_EQ(rule.review_by, core::Day(std::chrono::year{2027}, std::chrono::April, std::chrono::day{1}));
}

TEST(Policy, HasRungsOfWhichSoManyMustAccept) {
  const auto text = changed_once(right_policy(), "who = [\"team\"]", "who = [\"team\", \"duty\"]\nquorum = 2");
  const auto loaded = parse_policy(text, "policy.toml");
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  EXPECT_EQ(loaded.value.ladder("steps")->rungs[0].quorum, 0U);
  EXPECT_EQ(loaded.value.ladder("steps")->rungs[1].quorum, 2U);
}

TEST(Policy, HasRungsThatTellTheSilentAgainAndThatCallTheirDeputy) {
  auto text = changed_once(right_policy(), "after = \"15 min\"\nwho = [\"duty\"]",
                           "after = \"5 min\"\nagain = true\n[[ladder.rung]]\nafter = \"15 min\"\nwho = [\"duty\"]");
  text = changed_once(text, "who = [\"team\"]", "who = [\"team\"]\ndeputy = true");
  text = changed_once(text, "agency = \"police\"", "agency = \"police\"\ndeputy = \"team\"");
  const auto loaded = parse_policy(text, "policy.toml");
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  const std::vector<core::Rung>& rungs = loaded.value.ladder("steps")->rungs;
  ASSERT_EQ(rungs.size(), 3U);
  EXPECT_TRUE(rungs[0].again);
  EXPECT_THAT(rungs[0].who, IsEmpty());
  EXPECT_FALSE(rungs[1].again || rungs[1].deputy);
  EXPECT_TRUE(rungs[2].deputy);
  EXPECT_EQ(loaded.value.recipient("police")->deputy, "team");
}

TEST(Policy, KnowsWhatAPersonMustLookAtBeforeItIsGivenAway) {
  const auto text = right_policy() + "\n[subject_access]\nthird_party = [\"placement.carer\"]\npolicing = [\"risk\"]\n";
  const auto loaded = parse_policy(text, "policy.toml");
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  EXPECT_THAT(loaded.value.third_party, testing::ElementsAre("placement.carer"));
  EXPECT_THAT(loaded.value.policing, testing::ElementsAre("risk"));
}

TEST(Policy, ThatIsNoTomlNamesTheLine) {
  const auto loaded = parse_policy("name = \"x\"\nsites = [\n", "policy.toml");
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_THAT(loaded.problems[0].to_string(), AllOf(HasSubstr("policy.toml:"), HasSubstr("this is not TOML")));
}

// toml++ takes such a key's tables down by recursion: unguarded, this line ends the daemon.
TEST(Policy, WithAKeyOfAHundredThousandPartsIsRefusedAndNothingWorse) {
  std::string key;
  for (int i = 0; i < 100000; ++i) key += "a.";
  for (const std::string& text :
       {key + "b = 1\n", "[" + key + "b]\n", "x = { " + key + "b = 1 }\n", "\"\\\"\"." + key + "b = 1\n"}) {
    EXPECT_THAT(lines(parse_policy(text, "policy.toml").problems), ElementsAre(HasSubstr("more than 16 dots")));
  }
  EXPECT_THAT(lines(parse_policy("# " + key + "\n" + right_policy(), "policy.toml").problems), IsEmpty());
}

TEST(Policy, ReportsEverythingThatIsWrongInTheOrderOfTheFile) {
  auto text = changed_once(right_policy(), "agency = \"police\"", "agency = \"polcie\"");
  text = changed_once(text, "after = \"1 h\"", "after = \"1 hour\"");
  text = changed_once(text, "attempts_before_alarm = 7", "attempts_before_alarm = \"7\"");
  const auto loaded = parse_policy(text, "policy.toml");
  EXPECT_FALSE(loaded.ok());
  EXPECT_THAT(lines(loaded.problems), ElementsAre(HasSubstr("recipient.agency"), HasSubstr("ladder.rung.after"),
                                                  HasSubstr("delivery.attempts_before_alarm")));
}

TEST(Policy, ThatIsEmptyIsToldEveryKeyItNeeds) {
  EXPECT_THAT(lines(parse_policy("", "policy.toml").problems),
              testing::IsSupersetOf({HasSubstr("policy.toml:1:1: name is missing"), HasSubstr("sites is missing"),
                                     HasSubstr("recipient is missing"), HasSubstr("ladder is missing"),
                                     HasSubstr("tell is missing"), HasSubstr("stand_down is missing")}));
}

TEST(Policy, FileThatIsNotThereSaysWhy) {
  const auto loaded = load_policy("/nowhere/policy.toml");
  EXPECT_THAT(lines(loaded.problems),
              ElementsAre(AllOf(HasSubstr("/nowhere/policy.toml: cannot be read"), HasSubstr("No such file"))));
  EXPECT_THAT(lines(load_policy("/tmp").problems), ElementsAre(HasSubstr("it is a directory")));
}

}  // namespace
}  // namespace told::config::test
