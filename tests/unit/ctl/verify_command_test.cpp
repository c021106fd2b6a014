#include <gtest/gtest.h>

#include <fstream>

#include "../audit/world.hpp"
#include "ctl/exit.hpp"
#include "run.hpp"

namespace told::ctl {
namespace {

using testing::Folder;
using testing::run;

class VerifyCommand : public ::testing::Test {
 protected:
  VerifyCommand() {
    audit::testing::tell_a_story(world);
    std::ofstream(folder / "export.jsonl") << world.jsonl(world.options());
    std::ofstream(folder / "key") << world.key.verifier_text() << "\n";
    std::ofstream(folder / "older.note") << world.checkpoint(3);
  }
  Folder folder;
  audit::testing::World world;
};

TEST_F(VerifyCommand, AGoodExportIsVerified) {
  const auto ran =
      run({"verify", folder / "export.jsonl", "--key", folder / "key", "--since-checkpoint", folder / "older.note"});
  EXPECT_EQ(ran.code, exit_good);
  EXPECT_EQ(ran.out.find("VERIFIED: 7 entries"), 0U) << ran.out;
  EXPECT_EQ(ran.err, "");
}

TEST_F(VerifyCommand, AKeyFileThatHoldsNoVerifierKeySaysNothingAgainstTheExport) {
  std::ofstream(folder / "told.public") << std::string(40, 'x') << "\n";
  const auto ran = run({"verify", folder / "export.jsonl", "--key", folder / "told.public"});
  EXPECT_EQ(ran.code, exit_usage);
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.err.find("is no verifier key"), std::string::npos) << ran.err;
}

TEST_F(VerifyCommand, AnAlteredOneIsDataAndSaysWhere) {
  auto text = world.jsonl(world.options());
  text.replace(text.find("\"tilbury\""), 9, "\"harwich\"");
  std::ofstream(folder / "export.jsonl") << text;
  const auto ran = run({"verify", folder / "export.jsonl", "--key", folder / "key"});
  EXPECT_EQ(ran.code, exit_data);
  EXPECT_EQ(ran.out.find("NOT VERIFIED: line 4: entry 2"), 0U) << ran.out;
}

TEST_F(VerifyCommand, WithoutAKeyItSaysThatTheFileVouchesForItself) {
  const auto ran = run({"verify", folder / "export.jsonl"});
  EXPECT_EQ(ran.code, exit_good);
  EXPECT_NE(ran.out.find("THE KEY IS THE FILE'S OWN"), std::string::npos);
}

TEST_F(VerifyCommand, ForProgramsItAnswersInJson) {
  const auto ran = run({"verify", folder / "export.jsonl", "--key", folder / "key", "--json"});
  EXPECT_NE(ran.out.find("\"verified\": true"), std::string::npos) << ran.out;
}

}  // namespace
}  // namespace told::ctl
