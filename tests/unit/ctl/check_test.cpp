// toldctl check also reads told's secret keys, as told itself would.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "ctl/exit.hpp"
#include "run.hpp"

namespace told::ctl {
namespace {

using testing::Folder;
using testing::run;

constexpr uid_t nobody = 65534;  // Debian's account for whoever may do nothing

/// The demo's configuration with every key it names.
class Check : public ::testing::Test {
 protected:
  Check() {
    for (const auto* name : {"told.toml", "policy.toml"})
      std::filesystem::copy_file(std::string(TOLD_ROOT) + "/config/demo/" + name, folder / name);
    std::filesystem::create_directory(folder / "keys");
    EXPECT_EQ(run({"keys", "new", "master", folder / "keys/master"}).code, 0);
    EXPECT_EQ(run({"keys", "new", "log", folder / "keys/log", "--name", "told.example/demo"}).code, 0);
    for (const auto* name :
         {"told", "port.tilbury", "police.essex_prevent", "police.control_room", "home_office.asylum", "barnardos.itg",
          "channel_panel.chairs", "prevent_lead", "duty_manager", "team_manager"})
      EXPECT_EQ(run({"keys", "new", "curve", folder / ("keys/" + std::string(name))}).code, 0);
  }
  [[nodiscard]] testing::Ran check() const { return run({"check", folder / "told.toml"}); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(folder / name) << text; }

  Folder folder;
};

TEST_F(Check, GoodKeysAreGood) {
  const auto ran = check();
  EXPECT_EQ(ran.code, 0) << ran.out;
  EXPECT_EQ(ran.err, "");
}

// The demo's policy names no sharing agreement, and plays all the same.
TEST_F(Check, WarningsAreSaidAndFailOnlyWhereTheyAreToBe) {
  const auto ran = check();
  EXPECT_EQ(ran.code, 0);
  EXPECT_NE(ran.out.find("warning: " + folder / "policy.toml" + ":"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("has no sharing agreement"), std::string::npos) << ran.out;
  const auto strict = run({"check", folder / "told.toml", "--strict"});
  EXPECT_EQ(strict.code, exit_config);
  EXPECT_EQ(strict.out, ran.out);
  const auto for_programs = run({"check", folder / "told.toml", "--json"});
  EXPECT_NE(for_programs.out.find("\"warnings\""), std::string::npos) << for_programs.out;
}

TEST_F(Check, AMissingKeyIsNamedWithItsLineAndHowToMakeIt) {
  std::filesystem::remove(folder / "keys/master.secret");
  const auto ran = check();
  EXPECT_EQ(ran.code, exit_config);
  EXPECT_NE(ran.out.find("told.toml:14:"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("keys.master"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("toldctl keys new master"), std::string::npos) << ran.out;
}

TEST_F(Check, AKeyThatOthersMayReadIsAProblemWithItsMend) {
  ::chmod((folder / "keys/told.secret").c_str(), 0640);
  const auto ran = check();
  EXPECT_EQ(ran.code, exit_config);
  EXPECT_NE(ran.out.find("keys.curve"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("chmod 600"), std::string::npos) << ran.out;
}

TEST_F(Check, AKeyOfAnotherFormIsAProblemAndNothingOfItIsShown) {
  for (const auto* name : {"master", "log", "told"})
    write("keys/" + std::string(name) + ".secret", "not-a-secret-key\n");
  const auto ran = check();
  EXPECT_EQ(ran.code, exit_config);
  for (const auto* field : {"keys.master", "keys.signing", "keys.curve"})
    EXPECT_NE(ran.out.find(field), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find("not-a-secret-key"), std::string::npos) << ran.out;
}

TEST_F(Check, WhatOnlyTheUnitCanReadIsSaidAndIsNoProblem) {
  std::ifstream in(folder / "told.toml");
  std::string text(std::istreambuf_iterator<char>(in), {});
  const std::string was = "keys/master.secret";
  text.replace(text.find(was), was.size(), "credential:master.key");
  write("told.toml", text);
  const auto ran = check();
  EXPECT_EQ(ran.code, 0) << ran.out;
  EXPECT_NE(ran.err.find("keys.master is a credential"), std::string::npos) << ran.err;
}

TEST_F(Check, WhatIsNotForMeToReadIsSaidAndIsNoProblem) {
  ::chmod((folder / "keys/log.secret").c_str(), 0);
  ::chmod((folder / "").c_str(), 0755);
  ::chmod((folder / "keys").c_str(), 0755);
  for (const char* file : {"keys/master.secret", "keys/told.secret"})
    if (::geteuid() == 0) {
      EXPECT_EQ(::chown((folder / file).c_str(), nobody, nobody), 0);
    }
  // Root may read everything: a child that is root no longer looks in its place.
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && (::setgid(nobody) != 0 || ::setuid(nobody) != 0)) ::_exit(2);
    const auto ran = check();
    ::_exit(ran.code == 0 && ran.err.find("sudo -u told") != std::string::npos ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace told::ctl
