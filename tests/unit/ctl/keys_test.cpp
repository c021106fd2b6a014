#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "ctl/exit.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/seal.hpp"
#include "run.hpp"

namespace told::ctl {
namespace {

using testing::Folder;
using testing::run;

std::string line_of(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

TEST(Keys, ACurveKeyIsTwoLinesOfZ85) {
  const Folder folder;
  ASSERT_EQ(run({"keys", "new", "curve", folder / "port"}).code, 0);
  EXPECT_EQ(line_of(folder / "port.public").size(), 40U);
  EXPECT_EQ(line_of(folder / "port.secret").size(), 40U);
}

TEST(Keys, ASecretIsForItsOwnerOnlyAndIsNotShown) {
  const Folder folder;
  const auto ran = run({"keys", "new", "curve", folder / "port"});
  struct stat info {};
  ASSERT_EQ(::stat((folder / "port.secret").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ((ran.out + ran.err).find(line_of(folder / "port.secret")), std::string::npos);
}

TEST(Keys, ALogKeySignsWhatItsPublicPartVerifies) {
  const Folder folder;
  ASSERT_EQ(run({"keys", "new", "log", folder / "told", "--name", "told.example.org"}).code, 0);
  const auto key = ledger::SigningKey::from_file(folder / "told.secret");
  EXPECT_EQ(key.name(), "told.example.org");
  EXPECT_EQ(key.verifier_text(), line_of(folder / "told.public"));
}

TEST(Keys, AMasterKeyHasNoPublicPart) {
  const Folder folder;
  ASSERT_EQ(run({"keys", "new", "master", folder / "master"}).code, 0);
  EXPECT_FALSE(ledger::MasterKey::from_file(folder / "master.secret").empty());
  EXPECT_FALSE(std::filesystem::exists(folder / "master.public"));
}

TEST(Keys, AProgramIsToldWhereTheyAreAndNeverTheSecret) {
  const Folder folder;
  const auto ran = run({"keys", "new", "curve", folder / "port", "--json"});
  ASSERT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out.find("{\"secret_file\":"), 0U) << ran.out;
  EXPECT_NE(ran.out.find("\"public_file\":\"" + (folder / "port") + ".public\""), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find(line_of(folder / "port.secret")), std::string::npos);
}

TEST(Keys, AKeyIsNeverWrittenOver) {
  const Folder folder;
  std::ofstream(folder / "port.public") << "old\n";
  const auto ran = run({"keys", "new", "curve", folder / "port"});
  EXPECT_EQ(ran.code, exit_io);
  EXPECT_EQ(line_of(folder / "port.public"), "old");
  EXPECT_FALSE(std::filesystem::exists(folder / "port.secret"));
}

}  // namespace
}  // namespace told::ctl
