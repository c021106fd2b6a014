#include <gtest/gtest.h>

#include <fstream>

#include "ctl/exit.hpp"
#include "run.hpp"

namespace told::ctl {
namespace {

using testing::Folder;
using testing::run;

const std::vector<std::string> commands{"open",    "case",  "ack",    "call",   "stand-down", "close", "watch",
                                        "publish", "queue", "export", "verify", "keys",       "check", "rebuild"};

TEST(Arguments, EveryCommandHasHelpWithAnExample) {
  for (const auto& name : commands) {
    const auto ran = run({name, "--help"});
    EXPECT_EQ(ran.code, 0) << name;
    EXPECT_NE(ran.out.find("Examples:"), std::string::npos) << name;
  }
}

TEST(Arguments, AWrongCommandLineIsUsageAndSaysWhereHelpIs) {
  for (const auto& words : std::vector<std::vector<std::string>>{{},
                                                                 {"opne"},
                                                                 {"open", "--limti", "3"},
                                                                 {"ack"},
                                                                 {"ack", "N-1", "--by", "A"},
                                                                 {"export", "--format", "xml"}}) {
    const auto ran = run(words);
    EXPECT_EQ(ran.code, exit_usage);
    EXPECT_NE(ran.err.find("--help"), std::string::npos) << ran.err;
    EXPECT_EQ(ran.out, "");
  }
}

TEST(Arguments, AMistypedCommandIsToldTheNearest) {
  EXPECT_NE(run({"ope"}).err.find("there is no command \"ope\": did you mean \"open\"?"), std::string::npos);
  EXPECT_NE(run({"--socket", "/tmp/s", "exprot"}).err.find("did you mean \"export\"?"), std::string::npos);
  EXPECT_NE(run({"xyzzyxyzzy"}).err.find("known here: \"open\""), std::string::npos) << run({"xyzzyxyzzy"}).err;
  EXPECT_EQ(run({"open", "--limti", "3"}).err.find("no command"), std::string::npos);
}

TEST(Arguments, WhereNobodyListensIsUnavailableAndSaysWhatToDo) {
  const Folder folder;
  const auto ran = run({"--socket", folder / "nobody.sock", "open"});
  EXPECT_EQ(ran.code, exit_unavailable);
  EXPECT_NE(ran.err.find("systemctl status told"), std::string::npos) << ran.err;
}

TEST(Arguments, AFailureIsJsonForAProgramAndHasTheExitCode) {
  const Folder folder;
  const auto away = run({"open", "--json", "--socket", folder / "nobody.sock"});
  EXPECT_EQ(away.out, "");
  EXPECT_EQ(away.err.find("{\"detail\":\"cannot reach told at "), 0U) << away.err;
  EXPECT_NE(away.err.find("\"exit_code\":69}\n"), std::string::npos) << away.err;
  EXPECT_EQ(run({"opne", "--json"}).err,
            "{\"detail\":\"there is no command \\\"opne\\\": did you mean \\\"open\\\"?\","
            "\"exit_code\":64}\n");
}

TEST(Arguments, AWordThatIsNotUtf8IsRefusedBeforeAnybodyHearsIt) {
  const auto ran = run({"case", "C-7K3-M9QG", "--reason", "caf\xE9"});
  EXPECT_EQ(ran.code, exit_usage);
  EXPECT_NE(ran.err.find("word 4 of the command line is not UTF-8"), std::string::npos) << ran.err;
}

TEST(Arguments, TheSocketMayStandAfterTheCommand) {
  const Folder folder;
  const auto ran = run({"open", "--socket", folder / "nobody.sock"});
  EXPECT_EQ(ran.code, exit_unavailable) << ran.err;
}

TEST(Arguments, AMissingFileIsNoInput) {
  EXPECT_EQ(run({"verify", "/nonexistent/export.jsonl"}).code, exit_no_input);
  EXPECT_EQ(run({"check", "/nonexistent/told.toml"}).code, exit_no_input);
  EXPECT_EQ(run({"publish", "/nonexistent/event.json", "--key", "/k", "--server-key", "/s"}).code, exit_no_input);
}

TEST(Arguments, AnEventThatIsNoneIsDataAndNothingOfItIsRepeated) {
  const Folder folder;
  std::ofstream(folder / "event.json") << R"({"id":"1","childname":"Invented"})";
  const auto ran = run({"publish", folder / "event.json", "--key", "/k", "--server-key", "/s"});
  EXPECT_EQ(ran.code, exit_data);
  EXPECT_EQ(ran.err.find("Invented"), std::string::npos) << ran.err;
}

TEST(Arguments, AWorkerThatAcknowledgesNeedsAPersonAndARole) {
  const auto ran = run({"queue", "police", "--key", "/k", "--server-key", "/s"});
  EXPECT_EQ(ran.code, exit_usage);
  EXPECT_NE(ran.err.find("--no-ack"), std::string::npos);
}

TEST(Arguments, AWorkerLooksAtWhomItAcknowledgesForAndAtTheAddressBeforeItTakesAnything) {
  const auto name = run({"queue", "police", "--key", "/k", "--server-key", "/s", "--as", "Of\x1b", "--role", "r"});
  EXPECT_EQ(name.code, exit_data);
  EXPECT_NE(name.err.find("--as"), std::string::npos) << name.err;
  const auto address = run({"queue", "police", "--key", "/k", "--server-key", "/s", "--no-ack", "--to", "foo"});
  EXPECT_EQ(address.code, exit_usage);
  EXPECT_NE(address.err.find("tcp://HOST:PORT"), std::string::npos) << address.err;
}

TEST(Arguments, AReferenceThatIsEmptyIsNoAddressOfTheBoards) {
  const auto ran = run({"case", ""});
  EXPECT_EQ(ran.code, exit_usage);
  EXPECT_NE(ran.err.find("a reference is needed"), std::string::npos) << ran.err;
}

TEST(Arguments, AConfigurationThatIsWrongIsConfigWithFileLineAndColumn) {
  const Folder folder;
  std::ofstream(folder / "told.toml") << "nonsense = \n";
  const auto ran = run({"check", folder / "told.toml"});
  EXPECT_EQ(ran.code, exit_config);
  EXPECT_NE(ran.out.find("told.toml:1:"), std::string::npos) << ran.out;
  const auto for_programs = run({"check", folder / "told.toml", "--json"});
  EXPECT_EQ(for_programs.code, exit_config);
  EXPECT_EQ(for_programs.out[0], '{');
}

}  // namespace
}  // namespace told::ctl
