#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "ctl/exit.hpp"
#include "run.hpp"

namespace told::ctl::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string policy = TOLD_ROOT "/config/policy.toml";
const std::string missing = TOLD_ROOT "/tests/events/missing.json";

std::string scenario(const Folder& folder, const std::string& expectation) {
  const std::string path = folder / "night.toml";
  std::ofstream(path) << "begins = 2026-03-06T23:50:00\npolicy = \"" << policy << R"("
[[step]]
at = "0 min"
event = { type = "child.missing", subject = "ref-17", site = "tilbury", risk = { grade = "high" }, child = { name = { given = "Zebedee" } } }
)" << expectation;
  return path;
}

TEST(RehearseCommand, TellsTheNightAndWhatIsLeftUnsaid) {
  const Folder folder;
  const Ran ran = run({"rehearse", scenario(folder, "")});
  EXPECT_EQ(ran.code, exit_good) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Friday 6 March 2026"));
  EXPECT_THAT(ran.out, HasSubstr("told: Police control room (zmq_queue) sees child (name)"));
  EXPECT_THAT(ran.out, HasSubstr("called: Duty manager (zmq_queue), about Police control room"));
  EXPECT_THAT(ran.out, HasSubstr("Left unsaid"));
}

TEST(RehearseCommand, SaysNoValueUnlessItIsAskedTo) {
  const Folder folder;
  const std::string path = scenario(folder, "");
  EXPECT_THAT(run({"rehearse", path}).out, Not(HasSubstr("Zebedee")));
  EXPECT_THAT(run({"rehearse", "--json", path}).out, Not(HasSubstr("Zebedee")));
  EXPECT_THAT(run({"rehearse", "--show-values", path}).out, HasSubstr("Zebedee"));
}

TEST(RehearseCommand, AnExpectationThatIsNotMetIsExitCode65WithItsLine) {
  const Folder folder;
  const Ran ran = run({"rehearse", "--quiet", scenario(folder, "[[expect]]\ntold = \"channel_panel.chairs\"\n")});
  EXPECT_EQ(ran.code, exit_data);
  EXPECT_THAT(ran.out, HasSubstr("night.toml:6:"));
  EXPECT_THAT(ran.out, HasSubstr("instead:"));
}

TEST(RehearseCommand, AScenarioThatIsNotWellWrittenIsExitCode78AndAMissingOne66) {
  const Folder folder;
  EXPECT_EQ(run({"rehearse", scenario(folder, "[[expct]]\n")}).code, exit_config);
  EXPECT_EQ(run({"rehearse", folder / "none.toml"}).code, exit_no_input);
}

TEST(RehearseCommand, EachLineOfJsonIsAnObject) {
  const Folder folder;
  std::istringstream lines(run({"rehearse", "--json", scenario(folder, "")}).out);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_THAT(line, ::testing::StartsWith("{\"what\":\""));
    EXPECT_EQ(line.back(), '}');
  }
  EXPECT_GT(count, 10);
}

// Who is told has a line each, below; the sentence once said "to be told: nobody" above them wherever something was due
// anew.
TEST(RehearseCommand, ACorrectionOfTheTimeSaysWhoIsToldAndNeverThatNobodyIs) {
  const Ran ran = run({"rehearse", TOLD_ROOT "/tests/scenario/council_correction_of_the_time.toml"});
  EXPECT_EQ(ran.code, exit_good) << ran.err;
  EXPECT_THAT(ran.out, Not(::testing::ContainsRegex(";[ \n]+to[ \n]+be[ \n]+told:")));
  EXPECT_THAT(ran.out, HasSubstr("to be told of a correction: Multi-Agency Safeguarding Hub"));
  EXPECT_THAT(ran.out, ::testing::ContainsRegex("due[ \n]+by[ \n]+Thu[ \n]+5[ \n]+Mar[ \n]+10:30[ \n]+now:"));
}

TEST(RehearseCommand, TheLadderThatRepeatsIsSaidOnce) {
  const Folder folder;
  const std::string out = run({"rehearse", scenario(folder, "")}).out;
  const std::string said = "Police control room has STILL not acknowledged";
  const auto first = out.find(said);
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(out.find(said, first + 1), std::string::npos);
}

/// What the council's policy makes of an event and of nobody's answering.
std::string council(const std::string& steps, const char* until) {
  const Folder folder;
  const std::string path = folder / "night.toml";
  std::ofstream(path) << "begins = 2026-03-06T14:00:00\npolicy = \"" TOLD_ROOT "/config/council.toml\"\n" << steps;
  const Ran ran = run({"rehearse", "--until", until, path});
  EXPECT_EQ(ran.code, exit_good) << ran.err;
  std::string flat;  // lines are broken where they are long
  for (std::istringstream words(ran.out); words >> std::ws && !words.eof();) {
    std::string word;
    words >> word;
    flat += (flat.empty() ? "" : " ") + word;
  }
  return flat;
}

TEST(RehearseCommand, SaysWhichDutyIsNotDoneAndWhichCallWasTaken) {
  const std::string out = council(R"(
[[step]]
at = "0 min"
event = { type = "child.placed", subject = "ref-17", site = "council", placement = { county = "Essex" } }
[[step]]
at = "Sat 20:00"
acknowledge = { who = "edt.manager", call_about = "social_work_team", of = "child.placed" }
)",
                                  "60 h");
  EXPECT_THAT(out, HasSubstr("is reminded of what it owes (Courtesy call to the child and the carer); next at"));
  EXPECT_THAT(out, HasSubstr("reminded: Allocated social worker, by the team's tray (zmq_queue), of Courtesy call"));
  EXPECT_THAT(out, HasSubstr("has not done what it owes (Visit to the child): Emergency Duty Team, manager is called"));
  EXPECT_THAT(out, HasSubstr("manager acknowledged the call about Allocated social worker, by the team's tray:"));
  EXPECT_THAT(out, HasSubstr("tray still owes: Visit to the child (child.placed, due Sun 8 Mar 14:00, LATE)"));
}

// Two children, and the same desk silent about both: which line is about whom?
TEST(RehearseCommand, SaysWhichDutySomebodyIsCalledAboutAndWhatElseOfTheCase) {
  const Folder folder;
  const std::string path = folder / "night.toml";
  std::ofstream(path) << "begins = 2026-03-03T09:00:00\nuntil = \"4 days\"\npolicy = \"" TOLD_ROOT
                         "/config/council.toml\"\n"
                         "[[step]]\nat = \"0 min\"\n"
                         "event = { type = \"child.arrived\", subject = \"ref-17\", site = \"tilbury\" }\n";
  const Ran ran = run({"rehearse", "--json", path});
  EXPECT_THAT(ran.out, HasSubstr("about Allocated social worker, by the team's tray (UUCR to the CLA 3 Team Manager"));
  EXPECT_THAT(ran.out, HasSubstr("\"duty\":\"UUCR to the CLA 3 Team Manager\""));
  EXPECT_THAT(ran.out, HasSubstr(" matters more of the case"));
  EXPECT_THAT(ran.out, HasSubstr("\"also_about\":["));
}

TEST(RehearseCommand, SaysOfWhichCaseWhereThereAreSeveral) {
  const auto missing_too = [](const char* subject) {
    return std::string("[[step]]\nat = \"0 min\"\nevent = { type = \"child.missing\", subject = \"") + subject +
           "\", site = \"council\", risk = { grade = \"high\" } }\n";
  };
  EXPECT_THAT(council(missing_too("ref-17"), "16 min"), HasSubstr("Police control room has not acknowledged: Duty"));
  EXPECT_THAT(council(missing_too("ref-17") + missing_too("ref-18"), "16 min"),
              HasSubstr("Police control room has not acknowledged child missing (case C-"));
}

TEST(ExplainCommand, SaysWhoWhyByWhenAndWhoIsNotTold) {
  const Ran ran = run({"explain", "--policy", policy, missing});
  EXPECT_EQ(ran.code, exit_good) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("1  Police control room (police.control_room)"));
  EXPECT_THAT(ran.out, HasSubstr("child (name, dob"));
  EXPECT_THAT(ran.out, HasSubstr("Children Act 1989 s.47"));
  EXPECT_THAT(ran.out, HasSubstr("policy.toml:"));
  EXPECT_THAT(ran.out, HasSubstr("15 min after Wednesday 14 January 2026 18:40: Wednesday 14 January 2026 18:55"));
  EXPECT_THAT(ran.out, HasSubstr("no rule tells these of child.missing: channel_panel.chairs"));
}

TEST(ExplainCommand, SaysOfAClockWhoIsCalledWhereItIsNotDone) {
  const Ran ran =
      run({"explain", "--policy", TOLD_ROOT "/config/council.toml", TOLD_ROOT "/tests/events/arrived.json"});
  EXPECT_EQ(ran.code, exit_good) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("ISA-POLICE-UASC, to be reviewed by 1 April 2027"));
  EXPECT_THAT(ran.out, HasSubstr("   Personal Education Plan, owed by Virtual School (virtual_school)\n"));
  EXPECT_THAT(ran.out, HasSubstr("   not done       Wed 14 Jan 11:29  manager_on_duty: Duty manager (duty_manager)\n"
                                 "                  Wed 14 Jan 21:05  Team manager"));
  EXPECT_THAT(ran.out, HasSubstr("and \"duty not done\" is raised"));
  const Ran placed =
      run({"explain", "--policy", TOLD_ROOT "/config/council.toml", TOLD_ROOT "/tests/events/placed.json"});
  EXPECT_THAT(placed.out, HasSubstr("then again     every 7 days, until child.placed, child.transferred, case.closed"));
}

/// council.toml on one of tests/events.
std::string explained(const std::string& event) {
  const Ran ran = run({"explain", "--policy", TOLD_ROOT "/config/council.toml", event});
  EXPECT_EQ(ran.code, exit_good) << ran.err;
  return ran.out;
}

TEST(ExplainCommand, SaysThatWhoeverHeardOfTheMissingChildHearsOfTheEnd) {
  const std::string located = explained(TOLD_ROOT "/tests/events/located.json");
  EXPECT_THAT(located, HasSubstr("Told of the end as well: everybody who was told that this child is missing"));
  EXPECT_THAT(located, ::testing::ContainsRegex("\n   [a-z._, ]*host_la: to answer within 30 min, by ladder standard"));
  EXPECT_THAT(located, Not(::testing::ContainsRegex("no rule tells these of child.located: [^\n]*host_la,")));
  EXPECT_THAT(located, HasSubstr("the search: nobody is called any more"));
  EXPECT_THAT(explained(missing), Not(HasSubstr("Told of the end")));
}

TEST(ExplainCommand, PromisesNoAlarmAboutAnExercise) {
  const Folder folder;
  std::ostringstream text;
  text << std::ifstream(missing).rdbuf();
  std::string exercise = text.str();
  const auto at = exercise.find("STATUS_ACTUAL");
  ASSERT_NE(at, std::string::npos);
  const std::string path = folder / "exercise.json";
  std::ofstream(path) << exercise.replace(at, 13, "STATUS_EXERCISE");
  const std::string said = explained(path);
  EXPECT_THAT(said, HasSubstr("then again every 2 h\n"));
  EXPECT_THAT(said, Not(HasSubstr("is raised")));
}

TEST(ExplainCommand, PromisesNoAlarmAboutAReminder) {
  const std::string referred = explained(TOLD_ROOT "/tests/events/nrm_referred.json");
  EXPECT_THAT(referred, HasSubstr("a reminder: nobody is told that it was not done"));
  EXPECT_THAT(referred, HasSubstr("then again every 7 days\n"));
  EXPECT_THAT(referred, Not(HasSubstr("\"duty not done\" is raised")));
}

TEST(ExplainCommand, SaysWhichDutiesAnEventEnds) {
  const std::string referred = explained(TOLD_ROOT "/tests/events/nrm_referred.json");
  EXPECT_THAT(referred, HasSubstr("What this ends\n   National Referral Mechanism: referral considered: done"));
  const std::string transferred = explained(TOLD_ROOT "/tests/events/transferred.json");
  EXPECT_THAT(transferred, HasSubstr("Visit to the child: owed no longer\n"));
  EXPECT_THAT(transferred, HasSubstr("Transfer under the National Transfer Scheme: done, where it is owed\n"));
  EXPECT_THAT(transferred, HasSubstr(": this child counts no more\n"));
  const std::string closed = explained(TOLD_ROOT "/tests/events/closed.json");
  EXPECT_THAT(closed, HasSubstr("whatever else is owed in the case: owed no longer\n"));
  EXPECT_THAT(explained(missing),
              HasSubstr("What this ends\n   Erase what was said: the disclosures are in LCS, and there "
                        "is no legal hold: owed no longer\n"))
      << "a closed case goes on";
  EXPECT_THAT(explained(TOLD_ROOT "/tests/events/interpreter_unavailable.json"), Not(HasSubstr("What this ends")));
}

TEST(ExplainCommand, SaysWhichConditionDoesNotHold) {
  const Folder folder;
  const std::string path = folder / "arrived.json";
  std::ofstream(path) << R"({"id":"1","source":"port.tilbury","type":"told.child.arrived.v1","subject":"TIL/1",
    "time":"2026-01-14T18:40:00Z","status":"STATUS_ACTUAL","site":"tilbury","child_arrived":{"circumstances":"by lorry"}})";
  const Ran ran = run({"explain", "--policy", policy, path});
  EXPECT_EQ(ran.code, exit_good) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("(barnardos.itg): only if trafficking.indicators, which does not hold"));
}

TEST(ExplainCommand, OfACorrectionOrAWithdrawalSaysThatItGoesToThoseWhoWereToldTheEarlierEvent) {
  const Ran corrected = run({"explain", "--policy", policy, TOLD_ROOT "/tests/events/corrected.json"});
  EXPECT_EQ(corrected.code, exit_good) << corrected.err;
  EXPECT_THAT(corrected.out, HasSubstr("event corrected at tilbury"));
  EXPECT_THAT(corrected.out, HasSubstr("exactly those who were told of the earlier event (TIL-0002)"));
  EXPECT_THAT(corrected.out, HasSubstr("each with what it may see of that event, and nothing else"));
  EXPECT_THAT(corrected.out, Not(HasSubstr("Not told")));
  const Ran withdrawn = run({"explain", "--policy", policy, TOLD_ROOT "/tests/events/withdrawn.json"});
  EXPECT_EQ(withdrawn.code, exit_good) << withdrawn.err;
  EXPECT_THAT(withdrawn.out, HasSubstr("each being asked to delete what it had"));
}

TEST(ExplainCommand, AnEventThatToldWouldRefuseIsExitCode65) {
  const Folder folder;
  const std::string path = folder / "bad.json";
  std::ofstream(path) << R"({"type":"told.child.missing.v1","subject":"TIL/1","site":"tilbury","child_mising":{}})";
  EXPECT_EQ(run({"explain", "--policy", policy, path}).code, exit_data);
}

TEST(GraphCommand, DrawsAsSvgAndAsDot) {
  EXPECT_THAT(run({"graph", "--policy", policy}).out, HasSubstr("<svg "));
  EXPECT_THAT(run({"graph", "--policy", policy, "--dot"}).out, HasSubstr("digraph policy {"));
  EXPECT_EQ(run({"graph", "--policy", policy, "--dot", "--svg"}).code, exit_usage);
}

TEST(GraphCommand, WritesDotWhereTheFileIsCalledSo) {
  const Folder folder;
  const auto begin_of = [&](const char* name) {
    EXPECT_EQ(run({"graph", "--policy", policy, "-o", folder / name}).code, exit_good);
    std::ifstream file(folder / name);
    std::string line;
    std::getline(file, line);
    return line;
  };
  EXPECT_EQ(begin_of("policy.dot"), "digraph policy {");
  EXPECT_THAT(begin_of("policy.svg"), HasSubstr("<?xml"));
}

TEST(GraphCommand, SaysWhenAClockStartsAtAll) {
  for (const char* as : {"--svg", "--dot"}) {
    const std::string drawn = run({"graph", "--policy", TOLD_ROOT "/config/council.toml", as}).out;
    EXPECT_THAT(drawn,
                ::testing::ContainsRegex("only if trafficking.indicators, (stopped by|until) child.nrm_referred"))
        << as;
    EXPECT_THAT(drawn, HasSubstr("by close of the next working day")) << as;
  }
}

TEST(GraphCommand, AsksToldForThePolicyInForceWhereNoneIsGiven) {
  const Ran ran = run({"--socket", "/nowhere/board.sock", "graph"});
  EXPECT_EQ(ran.code, exit_unavailable);
  EXPECT_THAT(ran.err, HasSubstr("cannot reach told at /nowhere/board.sock"));
  EXPECT_EQ(run({"--socket", "/nowhere/board.sock", "explain", missing}).code, exit_unavailable);
}

}  // namespace
}  // namespace told::ctl::testing
