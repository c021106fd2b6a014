// The spool's folder, with the other side's hands in it: whole, half written, hostile, and after a kill.
#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "../unit/until.hpp"
#include "core/reference.hpp"
#include "rig.hpp"

namespace told::carriers::tests {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::HasSubstr;
using told::test::until;

constexpr const char* police = "police.control_room";

Way way_to(const std::string& recipient, const fs::path& directory, milliseconds poll) {
  Way way;
  way.recipient = recipient;
  way.settings["directory"].text = directory.string();
  way.settings["poll"].time = poll;
  return way;
}

v1::ServiceFrame service_frame(const fs::path& file) {
  v1::ServiceFrame frame;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(read_file(file), &frame).ok()) << file << read_file(file);
  return frame;
}

std::set<std::string> names_in(const fs::path& directory) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) names.insert(entry.path().filename().string());
  return names;
}

std::string acknowledgement(const std::string& notification) {
  return R"({"acknowledgements": [{"notification": ")" + notification +
         R"(", "person": "Officer A", "role": "control room sergeant"}]})";
}

/// The door behind the carrier: everything is recorded, or `busy` first.
v1::ServiceFrame recorded(const Answer& answer) {
  v1::ServiceFrame frame;
  for (const auto& a : answer.said.acknowledgements()) {
    auto& result = *frame.add_results();
    result.set_notification(a.notification());
    result.set_recorded(true);
  }
  return frame;
}

struct Spool : testing::Test {
  Spool() { make_folder(police); }

  void make_folder(const std::string& recipient) const {
    for (const char* tray : {"outgoing", "incoming", "done", "refused"})
      fs::create_directories(scratch.path() / recipient / tray);
  }
  [[nodiscard]] fs::path tray(const char* name) const { return scratch.path() / police / name; }
  /// As README.md asks of whoever brings an answer.
  void bring(const std::string& name, const std::string& text) const {
    write_file(tray("incoming") / (name + ".part"), text);
    fs::rename(tray("incoming") / (name + ".part"), tray("incoming") / name);
  }
  void begin(milliseconds poll = milliseconds{20}) {
    carried = std::make_unique<Carried>("spool", std::vector{way_to(police, scratch.path(), poll)});
    carried->on_answer = [](const Answer& a) { a.answered(recorded(a)); };
  }
  [[nodiscard]] bool comes(const fs::path& file) {
    return carried->loop.turn_until([&] { return fs::exists(file); });
  }

  Scratch scratch;
  std::unique_ptr<Carried> carried;
};

TEST_F(Spool, PutsADeliveryWhereItIsFetchedAndSaysThatItIsSentNotDelivered) {
  begin();
  const Parcel sent = parcel(police, 100, 2);
  const Report report = carried->send(sent);
  EXPECT_EQ(report.outcome, v1::OUTCOME_SENT);
  EXPECT_EQ(report.code, "placed");
  EXPECT_EQ(report.problem, "");
  EXPECT_EQ(report.attempt, 2U);
  const std::string name = core::to_reference(sent.notification) + "-2.json";
  EXPECT_EQ(names_in(tray("outgoing")), std::set<std::string>{name});
  const v1::ServiceFrame frame = service_frame(tray("outgoing") / name);
  ASSERT_EQ(frame.deliveries_size(), 1);
  EXPECT_EQ(frame.deliveries(0).SerializeAsString(), sent.delivery.SerializeAsString());
  EXPECT_EQ(frame.checkpoint(), sent.checkpoint);
}

TEST_F(Spool, LetsNobodyReadADeliveryButItsOwnerAndItsGroup) {
  begin();
  const mode_t before = ::umask(077);
  const Parcel sent = parcel(police, 100);
  (void)carried->send(sent);
  ::umask(before);
  struct stat seen {};
  ASSERT_EQ(::stat((tray("outgoing") / (core::to_reference(sent.notification) + "-1.json")).c_str(), &seen), 0);
  EXPECT_EQ(seen.st_mode & 0777U, 0640U);
}

TEST_F(Spool, GivesTwoRecipientsWithOneDirectoryAFolderEach) {
  make_folder("home_office.asylum");
  carried =
      std::make_unique<Carried>("spool", std::vector{way_to(police, scratch.path(), milliseconds{20}),
                                                     way_to("home_office.asylum", scratch.path(), milliseconds{20})});
  (void)carried->send(parcel("home_office.asylum", 100));
  EXPECT_TRUE(fs::is_empty(tray("outgoing")));
  EXPECT_EQ(names_in(scratch.path() / "home_office.asylum/outgoing").size(), 1U);
}

TEST_F(Spool, HandsInAnAnswerAndFilesItWithItsResult) {
  begin();
  bring("a.json", acknowledgement("N-0088"));
  ASSERT_TRUE(comes(tray("done") / "a.json"));
  ASSERT_EQ(carried->answers.size(), 1U);
  EXPECT_EQ(carried->answers[0].recipient, police);
  EXPECT_EQ(carried->answers[0].means, v1::MEANS_FILE);
  ASSERT_EQ(carried->answers[0].said.acknowledgements_size(), 1);
  EXPECT_EQ(carried->answers[0].said.acknowledgements(0).person(), "Officer A");
  EXPECT_TRUE(service_frame(tray("done") / "a.result.json").results(0).recorded());
  EXPECT_TRUE(fs::is_empty(tray("incoming")));
  EXPECT_TRUE(fs::is_empty(tray("refused")));
}

TEST_F(Spool, TakesAwayADeliveryThatTheRecipientSaysItHas) {
  begin();
  const Parcel first = parcel(police, 100);
  const Parcel second = parcel(police, 101);
  (void)carried->send(first);
  (void)carried->send(second);
  bring("r.json", R"({"receipts": [{"notification": ")" + core::to_reference(first.notification) +
                      R"(", "attempt": 1}, {"notification": "../../etc/N-1", "attempt": 1}]})");
  ASSERT_TRUE(comes(tray("done") / "r.json"));
  EXPECT_EQ(names_in(tray("outgoing")), std::set<std::string>{core::to_reference(second.notification) + "-1.json"});
}

TEST_F(Spool, TakesAwayLaterWhatTheDiskWouldNotLetGoOf) {
  begin();
  const Parcel sent = parcel(police, 100);
  (void)carried->send(sent);
  const auto file = tray("outgoing") / (core::to_reference(sent.notification) + "-1.json");
  fs::rename(file, tray("outgoing") / "kept");
  fs::create_directories(file / "which cannot be removed");
  bring("r.json",
        R"({"receipts": [{"notification": ")" + core::to_reference(sent.notification) + R"(", "attempt": 1}]})");
  ASSERT_TRUE(comes(tray("done") / "r.json")) << "the answer is filed all the same";
  fs::remove_all(file);
  fs::rename(tray("outgoing") / "kept", file);
  EXPECT_TRUE(carried->loop.turn_until([&] { return !fs::exists(file); }));
}

TEST_F(Spool, FilesWhatWasNotRecordedAsRefusedWithTheReason) {
  begin();
  carried->on_answer = [](const Answer& a) {
    v1::ServiceFrame frame = recorded(a);
    frame.mutable_results(0)->set_recorded(false);
    frame.mutable_results(0)->mutable_problem()->set_code("bad_reference");
    a.answered(frame);
  };
  bring("a.json", acknowledgement("N-0089"));
  ASSERT_TRUE(comes(tray("refused") / "a.json"));
  EXPECT_EQ(service_frame(tray("refused") / "a.result.json").results(0).problem().code(), "bad_reference");
}

TEST_F(Spool, AsksAgainWhileTheDoorIsBusy) {
  begin();
  int asked = 0;
  carried->on_answer = [&](const Answer& a) {
    v1::ServiceFrame frame = recorded(a);
    if (++asked < 3) {
      frame.mutable_results(0)->set_recorded(false);
      frame.mutable_results(0)->mutable_problem()->set_code("busy");
    }
    a.answered(frame);
  };
  bring("a.json", acknowledgement("N-0088"));
  ASSERT_TRUE(comes(tray("done") / "a.json"));
  EXPECT_EQ(asked, 3);
}

struct Unusable {
  const char* name;
  std::function<void(const fs::path& incoming)> bring;
  const char* code;
};

class UnusableFile : public Spool, public testing::WithParamInterface<Unusable> {};

TEST_P(UnusableFile, IsRefusedWithTheReasonAndTheMend) {
  write_file(scratch.path() / "secret", "nobody's business");
  begin();
  GetParam().bring(tray("incoming"));
  ASSERT_TRUE(comes(tray("refused") / "x.result.json"));
  const v1::Problem problem = service_frame(tray("refused") / "x.result.json").problem();
  EXPECT_EQ(problem.code(), GetParam().code);
  EXPECT_NE(problem.reason(), "");
  EXPECT_NE(problem.mend(), "");
  EXPECT_TRUE(carried->answers.empty());
  EXPECT_THAT(read_file(tray("refused") / "x.result.json"), testing::Not(HasSubstr("nobody")));
}

INSTANTIATE_TEST_SUITE_P(
    Each, UnusableFile,
    testing::Values(
        Unusable{"no_json", [](const fs::path& p) { write_file(p / "x.json", "Officer A has it"); }, "not_readable"},
        Unusable{"unknown_field", [](const fs::path& p) { write_file(p / "x.json", R"({"nobody": 1})"); },
                 "not_readable"},
        Unusable{"empty", [](const fs::path& p) { write_file(p / "x.json", ""); }, "not_readable"},
        Unusable{"says_nothing", [](const fs::path& p) { write_file(p / "x.json", "{}"); }, "missing_field"},
        Unusable{"hello", [](const fs::path& p) { write_file(p / "x.json", R"({"credit": 5})"); }, "unknown_field"},
        Unusable{"too_large", [](const fs::path& p) { write_file(p / "x.json", std::string(64 * 1024 + 1, ' ')); },
                 "too_large"},
        Unusable{"link", [](const fs::path& p) { fs::create_symlink("../../secret", p / "x.json"); }, "not_readable"},
        Unusable{"pipe", [](const fs::path& p) { ::mkfifo((p / "x.json").c_str(), 0666); }, "not_readable"},
        Unusable{"directory", [](const fs::path& p) { fs::create_directory(p / "x.json"); }, "not_readable"}),
    [](const auto& i) { return i.param.name; });

TEST_F(Spool, LeavesAloneWhatDoesNotEndInJsonOrBeginsWithADot) {
  begin();
  write_file(tray("incoming") / "a.json.part", acknowledgement("N-0088"));
  write_file(tray("incoming") / ".a.json", acknowledgement("N-0088"));
  bring("b.json", acknowledgement("N-0088"));
  ASSERT_TRUE(comes(tray("done") / "b.json"));
  EXPECT_EQ(names_in(tray("incoming")), (std::set<std::string>{"a.json.part", ".a.json"}));
}

// sftp's `put` writes under the final name, and not everybody renames.
TEST_F(Spool, WaitsForWhoeverIsStillWriting) {
  begin(milliseconds{200});
  const std::string whole = acknowledgement("N-0088");
  std::ofstream growing(tray("incoming") / "a.json");
  for (std::size_t at = 0; at < whole.size(); at += whole.size() / 5 + 1) {
    growing << whole.substr(at, whole.size() / 5 + 1) << std::flush;
    (void)carried->loop.turn_until([] { return false; }, milliseconds{100});
  }
  ASSERT_TRUE(comes(tray("done") / "a.json"));
  EXPECT_TRUE(fs::is_empty(tray("refused")));
}

// Between the reading and the filing somebody brings another answer under the name of the first.
TEST_F(Spool, LosesNoAnswerThatReplacesOneOfTheSameName) {
  begin();
  std::vector<Answer> held;
  carried->on_answer = [&](const Answer& a) { held.push_back(a); };
  bring("a.json", acknowledgement("N-0088"));
  ASSERT_TRUE(carried->loop.turn_until([&] { return held.size() == 1; }));
  bring("a.json", acknowledgement("N-0089"));
  carried->on_answer = [](const Answer& a) { a.answered(recorded(a)); };
  held[0].answered(recorded(held[0]));
  ASSERT_TRUE(carried->loop.turn_until([&] { return carried->answers.size() == 2; }));
  EXPECT_EQ(carried->answers[1].said.acknowledgements(0).notification(), "N-0089");
}

TEST_F(Spool, TakesUpWhatAKilledToldLeftAndRemovesWhatWasHalfWritten) {
  write_file(tray("incoming") / ".taken-a.json", acknowledgement("N-0088"));
  write_file(tray("outgoing") / ".told-N-0088-1.json.part", R"({"deliv)");
  begin();
  ASSERT_TRUE(comes(tray("done") / "a.json"));
  EXPECT_TRUE(fs::is_empty(tray("outgoing")));
  EXPECT_TRUE(fs::is_empty(tray("incoming")));
}

TEST_F(Spool, FilesAnAnswerOnceWhenTheDiskTakesItAgainAndAsksForItOnlyOnce) {
  fs::rename(tray("done"), tray("elsewhere"));
  begin();
  bring("a.json", acknowledgement("N-0088"));
  ASSERT_TRUE(carried->loop.turn_until([&] { return carried->answers.size() == 1; }));
  // A sent one says so to people meanwhile.
  ASSERT_TRUE(carried->loop.turn_until([&] { return carried->send(parcel(police, 100)).problem != ""; }));
  EXPECT_EQ(carried->reports.back().outcome, v1::OUTCOME_SENT);
  EXPECT_THAT(carried->reports.back().problem, HasSubstr("/done"));
  fs::rename(tray("elsewhere"), tray("done"));
  ASSERT_TRUE(comes(tray("done") / "a.json"));
  EXPECT_EQ(carried->answers.size(), 1U);
}

TEST_F(Spool, DefersWhereADirectoryIsMissingAndSendsWhenItIsThere) {
  begin();
  fs::rename(tray("outgoing"), tray("elsewhere"));
  const Report report = carried->send(parcel(police, 100));
  EXPECT_EQ(report.outcome, v1::OUTCOME_DEFERRED);
  EXPECT_EQ(report.code, "no_directory");
  EXPECT_THAT(report.problem, HasSubstr("mkdir"));
  EXPECT_THAT(report.problem, HasSubstr(tray("outgoing").string()));
  EXPECT_FALSE(fs::exists(tray("outgoing"))) << "a mount point must not be filled";
  fs::rename(tray("elsewhere"), tray("outgoing"));
  EXPECT_EQ(carried->send(parcel(police, 100, 2)).outcome, v1::OUTCOME_SENT);
}

TEST_F(Spool, WritesNowhereThatTheOtherSideLinkedTo) {
  fs::create_directory(scratch.path() / "elsewhere");
  fs::remove(tray("outgoing"));
  fs::create_directory_symlink(scratch.path() / "elsewhere", tray("outgoing"));
  begin();
  EXPECT_EQ(carried->send(parcel(police, 100)).code, "no_directory");
  EXPECT_TRUE(fs::is_empty(scratch.path() / "elsewhere"));
}

TEST_F(Spool, DefersWhereToldMayNotWrite) {
  const bool root = ::geteuid() == 0;  // who may write everywhere but where nobody may
  if (root && ::mount("none", tray("outgoing").c_str(), "tmpfs", MS_RDONLY, "") != 0)
    GTEST_SKIP() << "nothing can be mounted here";
  if (!root) fs::permissions(tray("outgoing"), fs::perms::owner_read | fs::perms::owner_exec);
  begin();
  const Report report = carried->send(parcel(police, 100));
  EXPECT_EQ(report.outcome, v1::OUTCOME_DEFERRED);
  EXPECT_EQ(report.code, "no_permission");
  EXPECT_THAT(report.problem, HasSubstr("ReadWritePaths"));
  ::umount2(tray("outgoing").c_str(), MNT_DETACH);
}

TEST_F(Spool, DefersOnAFullDiskAndLeavesNothingThere) {
  if (::mount("none", tray("outgoing").c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "no small disk can be mounted here";
  begin();
  Report report;
  core::EntryIndex event = 100;
  do report = carried->send(parcel(police, event++));
  while (report.outcome == v1::OUTCOME_SENT && event < 400);
  const std::size_t whole = static_cast<std::size_t>(event - 101);
  EXPECT_EQ(report.outcome, v1::OUTCOME_DEFERRED);
  EXPECT_EQ(report.code, "disk_full");
  EXPECT_THAT(report.problem, HasSubstr("is full"));
  EXPECT_EQ(names_in(tray("outgoing")).size(), whole);
  fs::remove(tray("outgoing") / *names_in(tray("outgoing")).begin());
  EXPECT_EQ(carried->send(parcel(police, event, 2)).outcome, v1::OUTCOME_SENT);
  ::umount2(tray("outgoing").c_str(), MNT_DETACH);
}

TEST_F(Spool, SaysThatThereIsNoWayToWhomAReloadTookItFrom) {
  begin();
  carried->carrier->replace_ways({});
  const Report report = carried->send(parcel(police, 100));
  EXPECT_EQ(report.outcome, v1::OUTCOME_DEFERRED);
  EXPECT_EQ(report.code, "no_way");
}

// Twenty times told is killed with deliveries and answers under way.
TEST_F(Spool, LosesNothingAndShowsNothingHalfWhenItIsKilled) {
  constexpr int answers = 200;
  for (int i = 0; i < answers; ++i) bring("a" + std::to_string(i) + ".json", acknowledgement("N-0088"));
  for (int life = 0; life < 20; ++life) {
    const std::size_t before = names_in(tray("outgoing")).size();
    const pid_t told = ::fork();
    ASSERT_GE(told, 0);
    if (told == 0) {
      begin(milliseconds{10});
      for (core::EntryIndex event = 100;; ++event) (void)carried->send(parcel(police, event));
    }
    // In the midst of it, each life somewhat further on.
    EXPECT_TRUE(until([&] { return names_in(tray("outgoing")).size() > before + static_cast<std::size_t>(life); }));
    ::kill(told, SIGKILL);
    ::waitpid(told, nullptr, 0);
    for (const std::string& name : names_in(tray("outgoing")))
      // Not every pattern leaves out what begins with a dot: until it is whole it does not end in .json either.
      EXPECT_TRUE(name.front() == '.' ? fs::path{name}.extension() == ".part"
                                      : service_frame(tray("outgoing") / name).deliveries_size() == 1)
          << name;
  }
  begin(milliseconds{10});
  ASSERT_TRUE(carried->loop.turn_until([&] { return fs::is_empty(tray("incoming")); }));
  int filed = 0;
  for (int i = 0; i < answers; ++i)
    if (fs::exists(tray("done") / ("a" + std::to_string(i) + ".json")) &&
        service_frame(tray("done") / ("a" + std::to_string(i) + ".result.json")).results(0).recorded())
      ++filed;
  EXPECT_EQ(filed, answers);
  for (const std::string& name : names_in(tray("outgoing"))) EXPECT_NE(name.front(), '.') << name;
}

}  // namespace
}  // namespace told::carriers::tests
