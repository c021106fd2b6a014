// The files that are shipped load clean, as they are.
#include <gmock/gmock.h>

#include <array>
#include <fstream>
#include <regex>
#include <set>

#include "config/lint.hpp"
#include "loading.hpp"

namespace told::config::test {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::filesystem::path shipped{TOLD_SHIPPED_CONFIG};

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// A copy of told.toml and policy.toml with the public keys that told.toml names beside them.
void install(const std::filesystem::path& from, const Directory& to) {
  to.write("policy.toml", text_of(from / "policy.toml"));
  const std::string service = text_of(from / "told.toml");
  to.write("told.toml", service);
  const std::regex key_file{"public_key_file = \"([^\"]+)\""};
  int number = 0;
  for (std::sregex_iterator each{service.begin(), service.end(), key_file}; each != std::sregex_iterator{}; ++each) {
    to.write((*each)[1], public_key(++number) + "\n");
  }
}

class Shipped : public testing::TestWithParam<const char*> {};

TEST_P(Shipped, FilesLoadCleanAndFitTogether) {
  const Directory directory;
  install(shipped / GetParam(), directory);
  const auto service = load_service(directory.path() / "told.toml");
  ASSERT_THAT(lines(service.problems), IsEmpty());
  const auto policy = load_policy(service.value.policy_file);
  ASSERT_THAT(lines(policy.problems), IsEmpty());
  EXPECT_THAT(lines(check_together(service.value, policy.value)), IsEmpty());
}

// The installer has only the keys to make: nothing else is left to fill in.
TEST_P(Shipped, FilesLackNothingButTheKeysOfTheParties) {
  const auto loaded = load_service(shipped / GetParam() / "told.toml");
  EXPECT_THAT(lines(loaded.problems), Not(IsEmpty()));
  EXPECT_THAT(lines(loaded.problems), Each(HasSubstr("public_key_file")));
}

TEST_P(Shipped, FilesPointEditorsToTheirSchema) {
  for (const char* name : {"told", "policy"}) {
    const auto path = shipped / GetParam() / (std::string{name} + ".toml");
    const auto first_line = text_of(path).substr(0, text_of(path).find('\n'));
    const std::string hint = "#:schema ";
    ASSERT_TRUE(first_line.starts_with(hint)) << path;
    EXPECT_TRUE(std::filesystem::exists(path.parent_path() / first_line.substr(hint.size()))) << path;
    EXPECT_THAT(first_line, HasSubstr(std::string{name} + ".schema.json"));
  }
}

TEST(TheCouncilsPolicy, LoadsCleanAndTellsOfEveryEvent) {
  const auto loaded = load_policy(shipped / "council.toml");
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  EXPECT_THAT(loaded.value.not_told, IsEmpty());
  for (const core::Rule& rule : loaded.value.rules) {
    if (rule.when.starts_with("alarm.") || rule.when.starts_with("drill.")) continue;
    EXPECT_NE(rule.purpose, "") << rule.line;
    EXPECT_NE(rule.agreement, "") << rule.line;
    EXPECT_TRUE(rule.review_by.has_value()) << rule.line;
  }
  EXPECT_FALSE(std::regex_search(text_of(shipped / "council.toml"), std::regex{"@|\\+44|\\b0[0-9]{9,}"}));
}

/// The agency adapters whose desks a rule chosen by `chosen` tells.
template <class Chosen>
std::set<std::string> agencies_told(const core::Policy& policy, const Chosen& chosen) {
  std::set<std::string> agencies;
  for (const core::Rule& rule : policy.rules) {
    for (const std::string& name : policy.everyone(rule.who)) {
      const core::Recipient* who = policy.recipient(name);
      if (who != nullptr && chosen(rule, *who)) agencies.insert(who->agency);
    }
  }
  return agencies;
}

// An agency that is told of anything within hours, and a Channel panel, may not hear of a child first in earnest.
TEST(TheCouncilsPolicy, DrillsEveryAgencyThatItTellsOfAnythingUrgent) {
  const auto loaded = load_policy(shipped / "council.toml");
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  auto urgent = agencies_told(loaded.value, [](const core::Rule& rule, const core::Recipient& who) {
    const bool of_an_event = !rule.when.starts_with("alarm.") && !rule.when.starts_with("drill.");
    return of_an_event && !who.exercise_only && rule.within[0].kind == core::Due::Kind::elapsed;
  });
  urgent.insert("channel_panel");
  const auto drilled = agencies_told(loaded.value, [](const core::Rule& rule, const core::Recipient& who) {
    return rule.when.starts_with("drill.") && who.exercise_only;
  });
  EXPECT_THAT(drilled, testing::IsSupersetOf(urgent));
}

// Who stands in is a dozen people, and each of them may be called for each duty of an event.
TEST(TheCouncilsPolicy, TakesTwelvePeopleOnItsRotaInTurnOrAllTogether) {
  std::string people;
  std::string in_turn;
  std::string together;
  const std::array<const char*, 6> days{"mon", "tue", "wed", "thu", "fri", "sat"};
  for (std::size_t i = 0; i < 12; ++i) {
    const std::string name = "\"stand_in." + std::to_string(i) + "\"";
    people += "[[recipient]]\nname = " + name + "\ntitle = \"Stand-in " + std::to_string(i) +
              "\"\nagency = \"generic\"\ncarrier = \"zmq_queue\"\nperson = true\n\n";
    const std::string hours = i % 2 == 0 ? "from = \"17:00\", to = \"00:00\"" : "from = \"00:00\", to = \"09:00\"";
    in_turn += ", { days = [\"" + std::string{days[i / 2]} + "\"], " + hours + ", who = [" + name + "] }";
    together += ", " + name;
  }
  const std::string own = R"(who = ["duty_manager"] })";
  const std::string otherwise = R"(otherwise = ["edt.manager")";
  const std::string with_people =
      changed_once(text_of(shipped / "council.toml"), "[[recipient]]\nname = \"duty_manager\"",
                   people + "[[recipient]]\nname = \"duty_manager\"");
  const Directory directory;
  directory.write("calendars/england-and-wales.json", text_of(shipped / "calendars" / "england-and-wales.json"));
  for (const auto& text :
       {changed_once(with_people, own, own + in_turn), changed_once(with_people, otherwise, otherwise + together)}) {
    const auto loaded = load_policy(directory.write("council.toml", text));
    ASSERT_THAT(lines(loaded.problems), IsEmpty());
    EXPECT_EQ(loaded.value.everyone("manager_on_duty").size(), 14U);
  }
}

TEST(TheBenchmarksPolicy, LoadsClean) {
  EXPECT_THAT(lines(load_policy(shipped.parent_path() / "tests" / "bench" / "policy.toml").problems), IsEmpty());
}

// As it stands on a day in its calendar: the drafts of a council's own are another matter.
TEST(TheCouncilsPolicy, HasNothingInItThatWouldHurtAtNight) {
  const auto loaded = load_policy(shipped / "council.toml");
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  const core::Instant day = std::chrono::sys_days{std::chrono::year{2026} / 12 / 1};
  EXPECT_THAT(lines(lint(loaded.value, day, "council.toml")), IsEmpty());
}

// Mailboxes and telephones belong in a council's own configuration, never in what is shipped.
TEST_P(Shipped, FilesHoldNoMailboxAndNoTelephone) {
  for (const char* name : {"told.toml", "policy.toml"}) {
    EXPECT_FALSE(std::regex_search(text_of(shipped / GetParam() / name), std::regex{"@|\\+44|\\b0[0-9]{9,}"})) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Each, Shipped, testing::Values(".", "demo"),
                         [](const auto& each) { return std::string{each.index == 0 ? "Default" : "Demo"}; });

}  // namespace
}  // namespace told::config::test
