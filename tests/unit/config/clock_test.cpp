// [[clock]] and [[quota]]: what they become, and each rule broken once.
#include <gmock/gmock.h>

#include "loading.hpp"

namespace told::config::test {
namespace {

using namespace std::chrono_literals;
using core::Due;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Clock, BecomesWhatTheEngineUses) {
  const auto loaded = parse_whole(whole_policy());
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  ASSERT_EQ(loaded.value.clocks.size(), 2U);
  const core::Clock& uucr = loaded.value.clocks[0];
  EXPECT_EQ(uucr.number, 1U);
  EXPECT_EQ(uucr.name, "uucr");
  EXPECT_EQ(uucr.starts, "child.arrived");
  EXPECT_EQ(uucr.duty, "UUCR to the team manager");
  EXPECT_EQ(uucr.who, "manager_on_duty");
  EXPECT_EQ(uucr.due, Due(Due::Kind::working_days, 1));
  EXPECT_EQ(uucr.warn.in_words(), "50 %");
  EXPECT_THAT(uucr.stopped_by, ElementsAre("child.located"));
  EXPECT_EQ(uucr.ladder, "duties");
  EXPECT_FALSE(uucr.every.has_value());
  EXPECT_EQ(uucr.once(), core::Once::a_report);
  EXPECT_EQ(uucr.source, "guidance");

  const core::Clock& visit = loaded.value.clocks[1];
  EXPECT_EQ(visit.number, 2U);
  EXPECT_THAT(visit.sites, ElementsAre("tilbury"));
  EXPECT_THAT(visit.stopped_by, IsEmpty()) << "a person's act may always stop it";
  EXPECT_EQ(visit.every, Due(Due::Kind::days, 7));
  EXPECT_THAT(visit.until, ElementsAre("child.located"));
  EXPECT_EQ(visit.basis, "law");
  EXPECT_GT(visit.line, uucr.line);
}

TEST(Clock, MayBeOwedOnceAStay) {
  const auto loaded =
      parse_whole(changed_once(whole_policy(), "name = \"uucr\"\n", "name = \"uucr\"\nonce_a_stay = true\n"));
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  EXPECT_EQ(loaded.value.clocks[0].once(), core::Once::a_stay);
  EXPECT_EQ(loaded.value.clocks[1].once(), core::Once::a_report);
}

TEST(Clock, MayBeAReminderAndThenNoAlarmNeedsARule) {
  const auto reminder = [](const std::string& text, const std::string& name) {
    return changed_once(text, "name = \"" + name + "\"\n", "name = \"" + name + "\"\nreminder = true\n");
  };
  const auto one = parse_whole(reminder(whole_policy(), "uucr"));
  ASSERT_THAT(lines(one.problems), IsEmpty());
  EXPECT_TRUE(one.value.clocks[0].reminder);
  EXPECT_FALSE(one.value.clocks[1].reminder);
  const auto without = changed_once(whole_policy(), alarm_rule("duty_not_done"), "");
  EXPECT_THAT(lines(parse_whole(reminder(without, "uucr")).problems),
              ElementsAre(HasSubstr("\"alarm.duty_not_done\" reaches nobody")));
  EXPECT_THAT(lines(parse_whole(reminder(reminder(without, "uucr"), "visit")).problems), IsEmpty());
}

TEST(Quota, BecomesWhatTheEngineUses) {
  const auto policy = parse_whole(whole_policy()).value;
  ASSERT_EQ(policy.quotas.size(), 1U);
  EXPECT_EQ(policy.quotas[0].name, "uasc");
  EXPECT_EQ(policy.quotas[0].counts, "child.arrived");
  EXPECT_THAT(policy.quotas[0].until, ElementsAre("child.located"));
  EXPECT_EQ(policy.quotas[0].figure, 44U);
}

class BrokenClock : public testing::TestWithParam<Break> {};

TEST_P(BrokenClock, IsRefusedForThatAlone) {
  const Break& b = GetParam();
  is_said_alone(b, parse_whole(changed_once(whole_policy(), b.from, b.to)).problems);
}

const std::vector<Break> clock_breaks{
    {"UnknownKey", "duty = \"Visit", "dooty = \"x\"\nduty = \"Visit", {"\"clock.dooty\"", "did you mean \"duty\"?"}},
    {"NameTwice", "name = \"visit\"", "name = \"uucr\"", {"clock \"uucr\" is declared already"}},
    {"NameShape", "name = \"visit\"", "name = \"The visit\"", {"clock.name: \"The visit\" is not a name"}},
    {"OwnerOfTheOtherStream",
     "duty = \"Visit the child\"\nwho = \"team\"",
     "duty = \"Visit the child\"\nwho = \"panel\"",
     {"clock.who: \"panel\" is of the Prevent stream"}},
    {"StartsUnknown",
     "starts = \"child.arrived\"\nduty",
     "starts = \"child.arived\"\nduty",
     {"clock.starts: \"child.arived\" is no event", "did you mean \"child.arrived\"?"}},
    {"StartsWithAnAlarm",
     "starts = \"child.arrived\"\nduty",
     "starts = \"alarm.limbo\"\nduty",
     {"clock.starts: \"alarm.limbo\" is no event"}},
    {"StoppedByUnknown",
     "stopped_by = \"child.located\"",
     "stopped_by = [\"child.locatd\"]",
     {"clock.stopped_by: \"child.locatd\" is no event", "did you mean \"child.located\"?"}},
    {"StoppedByAnotherStream",
     "stopped_by = \"child.located\"",
     "stopped_by = \"prevent.section36\"",
     {"clock.stopped_by: \"prevent.section36\" is never of the same case as \"child.arrived\""}},
    {"WhoUnknown",
     "who = \"manager_on_duty\"",
     "who = \"manger_on_duty\"",
     {"clock.who: \"manger_on_duty\" is no declared recipient or rota", "did you mean \"manager_on_duty\"?"}},
    {"SiteUnknown",
     "sites = [\"tilbury\"]\nduty",
     "sites = [\"tilbry\"]\nduty",
     {"clock.sites: \"tilbry\" is no site"}},
    {"LadderUnknown",
     "ladder = \"duties\"\nevery",
     "ladder = \"dutys\"\nevery",
     {"clock.ladder: \"dutys\" is no declared ladder"}},
    {"WarnAtTheDeadline",
     "warn = \"at half\"",
     "warn = \"at the deadline\"",
     {"clock.warn (at the deadline) is not always before clock.due (close of the next working day)"}},
    {"WarnAfterAWorkingDaysShortest",
     "warn = \"at half\"",
     "warn = \"17 h\"",
     {"clock.warn (17 h) is not always before"}},
    {"WarnWhenItIsDue",
     "warn = \"24 h\"",
     "warn = \"48 h\"",
     {"clock.warn (48 h) is not always before clock.due (48 h)"}},
    {"ShareOfARungBeforeTheReminder",
     "warn = \"24 h\"",
     "warn = \"40 h\"",
     {"clock.ladder: the rung at 80 % of \"duties\" may come before clock.warn (40 h), for what is due within 48 h"}},
    {"RungBeforeTheReminder",
     "stopped_by = \"child.located\"\nladder = \"duties\"",
     "stopped_by = \"child.located\"\nladder = \"steps\"",
     {"clock.ladder: the rung at 15 min of \"steps\" may come before clock.warn (50 %)", "remind earlier"}},
    {"DueMistyped",
     "due = \"close of next working day\"",
     "due = \"close of nxt working day\"",
     {"clock.due: \"close of nxt working day\"", "did you mean \"close of next working day\"?"}},
    {"EveryWithoutUntil", "until = [\"child.located\"]\nbasis", "basis", {"clock.until is missing"}},
    {"RetentionThatRepeats",
     "every = \"1 week\"",
     "retention = true\nevery = \"1 week\"",
     {"clock.retention: what ends it is that the case is erased", "take every and stopped_by out"}},
    {"AfterNoClock",
     "duty = \"UUCR to the team manager\"",
     "after = \"vist\"\nduty = \"UUCR to the team manager\"",
     {"clock.after: \"vist\" is no clock of this policy", "did you mean \"visit\"?"}},
    {"AfterItself",
     "duty = \"UUCR to the team manager\"",
     "after = \"uucr\"\nduty = \"UUCR to the team manager\"",
     {"clock.after: \"uucr\" is this clock itself"}},
    {"AfterOneOfAnotherEvent",
     "name = \"uucr\"\nstarts = \"child.arrived\"",
     "name = \"uucr\"\nstarts = \"child.missing\"\nafter = \"visit\"",
     {"clock.after: \"visit\" is started by \"child.arrived\"", "say the same event for both"}},
    {"AfterAndEvery",
     "name = \"visit\"\nstarts = \"child.arrived\"\nsites = [\"tilbury\"]\n",
     "name = \"visit\"\nstarts = \"child.arrived\"\nafter = \"uucr\"\n",
     {"clock.every: it begins again each time that \"uucr\" is done"}},
    {"OnceAStayAndEvery",
     "every = \"1 week\"",
     "once_a_stay = true\nevery = \"1 week\"",
     {"clock.once_a_stay: it is owed again each time that it is done (clock.every): take one of the two out"}},
    {"OnceAStayAfterAnother",
     "name = \"uucr\"\nstarts = \"child.arrived\"",
     "name = \"uucr\"\nstarts = \"child.arrived\"\nafter = \"visit\"\nonce_a_stay = true",
     {"clock.once_a_stay: it is owed each time that \"visit\" is done (clock.after)"}},
    {"OnceAStayOfWhatIsKept",
     "stopped_by = \"child.located\"",
     "retention = true\nonce_a_stay = true",
     {"clock.once_a_stay: how long something is kept is counted anew from each closing (clock.retention): take it "
      "out"}},
    {"OnceAStayAfterAnAbsence",
     "name = \"uucr\"\nstarts = \"child.arrived\"",
     "name = \"uucr\"\nonce_a_stay = true\nstarts = \"child.located\"",
     {"clock.once_a_stay: what begins with \"child.located\" is owed once after each absence as it is: take it out"}},
    {"OnceAStayOfWhatEndsIt",
     "name = \"uucr\"\nstarts = \"child.arrived\"",
     "name = \"uucr\"\nonce_a_stay = true\nstarts = \"child.transferred\"",
     {"clock.once_a_stay: with \"child.transferred\" a stay ends: take it out, or name the event"}},
    {"OnceAStayMistyped", "name = \"uucr\"\n", "name = \"uucr\"\nonce_a_stay = \"yes\"\n", {"clock.once_a_stay"}},
    {"ReminderOfWhatIsKept",
     "stopped_by = \"child.located\"",
     "retention = true\nreminder = true",
     {"clock.reminder: that a case is to be erased is a duty", "take reminder out"}},
    {"ReminderMistyped", "name = \"uucr\"\n", "name = \"uucr\"\nreminder = \"yes\"\n", {"clock.reminder"}},
    {"UntilWithoutEvery", "every = \"1 week\"\n", "", {"clock.until ends a clock that repeats"}},
    {"LadderCallsOnlyWhoOwesIt",
     "ladder = \"duties\"\nevery = \"1 week\"\nuntil = [\"child.located\"]\nbasis = \"law\"\nsource = \"guidance\"\n",
     "ladder = \"own\"\nevery = \"1 week\"\nuntil = [\"child.located\"]\nbasis = \"law\"\nsource = \"guidance\"\n"
     "[[ladder]]\nname = \"own\"\nrepeat_last = \"12 h\"\n[[ladder.rung]]\nafter = \"at the deadline\"\nwho = "
     "[\"team\"]\n",
     {"clock.ladder: \"own\" calls nobody but \"team\""}},
    {"LadderCallsOnlyOneOfTheRotaThatOwesIt",
     "stopped_by = \"child.located\"\nladder = \"duties\"\nsource = \"guidance\"\n",
     "stopped_by = \"child.located\"\nladder = \"own\"\nsource = \"guidance\"\n"
     "[[ladder]]\nname = \"own\"\nrepeat_last = \"12 h\"\n[[ladder.rung]]\nafter = \"at the deadline\"\nwho = "
     "[\"team\"]\n",
     {"clock.ladder: \"own\" calls nobody but \"team\"", "who has not answered"}},
    {"SourceMissing", "source = \"guidance\"\n\n[[quota]]", "\n[[quota]]", {"clock.source is missing"}},
    {"QuotaCountsUnknown",
     "counts = \"child.arrived\"",
     "counts = \"child.arrivd\"",
     {"quota.counts: \"child.arrivd\" is no event"}},
    {"QuotaFigureZero", "figure = 44", "figure = 0", {"quota.figure is 0"}},
    {"QuotaForEver", "until = [\"child.located\"]\nfigure", "until = []\nfigure", {"quota.until is empty"}},
    {"AlarmOfADutyNotDoneHasNoRule",
     "[[tell]]\nwhen = \"alarm.duty_not_done\"\nwho = \"duty\"\nwithin = \"25 min\"\nladder = \"steps\"\n",
     "",
     {"\"alarm.duty_not_done\" reaches nobody"}},
};
INSTANTIATE_TEST_SUITE_P(Each, BrokenClock, testing::ValuesIn(clock_breaks),
                         [](const auto& each) { return std::string{each.param.rule}; });

}  // namespace
}  // namespace told::config::test
