#include <gtest/gtest.h>

#include <fstream>

#include "../until.hpp"
#include "faulty_disk.hpp"
#include "ledger/sqlite/projection_file.hpp"
#include "world.hpp"

namespace told::ledger {
namespace {

v1::EventRow a_row(core::EntryIndex index, core::CaseNumber c, v1::NotificationState state) {
  v1::EventRow row;
  row.set_index(index);
  row.set_case_number(c);
  row.set_type("told.child.missing.v1");
  row.set_source("tilbury_port");
  row.set_id("ev-" + std::to_string(index));
  row.set_site("tilbury");
  row.set_event_time_us(1'700'000'000'000'000);
  row.set_accepted_us(1'700'000'001'000'000);
  row.set_status(v1::STATUS_ACTUAL);
  row.set_grade(v1::RISK_GRADE_HIGH);
  for (const auto* recipient : {"police", "home_office"}) {
    auto& n = *row.add_notifications();
    n.set_recipient(recipient);
    n.set_kind(v1::NOTIFICATION_KIND_TELL);
    n.set_state(state);
    n.set_rule(3);
    n.set_policy_version(1);
    n.set_made_us(1'700'000'001'000'000);
    n.set_made_by(index);
    n.set_deadline_us(1'700'000'901'000'000);
    n.set_next_us(state == v1::NOTIFICATION_STATE_OPEN ? 1'700'000'901'000'000 : 0);
    n.set_delivered(true);
    n.set_attempts(1);
  }
  row.set_open(state == v1::NOTIFICATION_STATE_OPEN);
  return row;
}

core::EventPrints prints_of(core::EntryIndex n) {
  core::EventPrints p;
  p.identity.fill(static_cast<std::byte>(n));
  p.subject.fill(static_cast<std::byte>(n + 100));
  p.content.fill(static_cast<std::byte>(n + 200));
  return p;
}

core::Entry policy_adopted(core::EntryIndex index, std::uint32_t version) {
  auto e = started(index);
  e.head.mutable_policy_adopted()->set_version(version);
  e.head.mutable_policy_adopted()->set_text("policy " + std::to_string(version));
  return e;
}

std::shared_ptr<core::Policy> read_policy(const v1::PolicyAdopted& adopted) {
  auto p = std::make_shared<core::Policy>();
  p->text = adopted.text();
  for (const auto* name : {"police", "home_office"}) p->recipients.emplace_back().name = name;
  return p;
}

// 0 starts, 1 adopts a policy, 2 opens a case, 3 acknowledges, 4 opens another.
void tell_and_project(Ledger& ledger) {
  std::vector<core::Entry> g;
  g.push_back(started(0));
  g.push_back(policy_adopted(1, 7));
  g.push_back(accepted(2, 2));
  g.push_back(acknowledged(3, 2, 2, "Officer A"));
  g.push_back(accepted(4, 4));
  commit_well(ledger, std::move(g));
  ProjectionStep first;
  first.watermark = 3;
  first.last_time = core::from_us(1'700'000'000'000'002);
  first.rows.push_back({a_row(2, 2, v1::NOTIFICATION_STATE_OPEN), {2}, true, prints_of(2), true});
  first.policies = {1};
  ledger.project(std::move(first));
  ProjectionStep second;
  second.watermark = 5;
  second.last_time = core::from_us(1'700'000'000'000'004);
  second.rows.push_back({a_row(2, 2, v1::NOTIFICATION_STATE_ACKNOWLEDGED), {3}, false, {}, false});
  second.rows.push_back({a_row(4, 4, v1::NOTIFICATION_STATE_OPEN), {4}, true, prints_of(4), true});
  ledger.project(std::move(second));
  ledger.settle_projection();
}

void expect_all_of_it(const core::State& state) {
  ASSERT_NE(state.event(2), nullptr);
  ASSERT_NE(state.event(4), nullptr);
  EXPECT_EQ(state.row(*state.event(2)).SerializeAsString(),
            a_row(2, 2, v1::NOTIFICATION_STATE_ACKNOWLEDGED).SerializeAsString());
  EXPECT_EQ(state.row(*state.event(4)).SerializeAsString(),
            a_row(4, 4, v1::NOTIFICATION_STATE_OPEN).SerializeAsString());
  ASSERT_NE(state.known(prints_of(2).identity), nullptr);
  EXPECT_EQ(state.known(prints_of(2).identity)->entry, 2u);
  EXPECT_EQ(state.known(prints_of(2).identity)->content, prints_of(2).content);
  EXPECT_EQ(state.case_of(prints_of(4).subject), 4u);
  ASSERT_TRUE(state.policy());
  EXPECT_EQ(state.policy()->version, 7u);
  EXPECT_EQ(state.policy()->text, "policy 7");
  EXPECT_EQ(state.next_index(), 5u);
  EXPECT_EQ(core::to_us(state.last_time()), 1'700'000'000'000'004);
}

bool warned(const Ledger& ledger, const std::string& of) {
  const auto all = ledger.warnings();
  return std::any_of(all.begin(), all.end(), [&](const auto& w) { return w.find(of) != std::string::npos; });
}

TEST(Projection, RestoresWhatWasProjected) {
  const Place place;
  {
    Ledger ledger{place.options()};
    core::State nothing;
    EXPECT_EQ(ledger.restore(nothing, read_policy), 0u);
    tell_and_project(ledger);
  }
  Ledger ledger{place.options()};
  core::State state;
  EXPECT_EQ(ledger.restore(state, read_policy), 5u);
  expect_all_of_it(state);
}

TEST(Projection, AnswersReaders) {
  const Place place;
  Ledger ledger{place.options()};
  tell_and_project(ledger);
  const auto reader = ledger.reader();
  EXPECT_EQ(reader->events_of(2), std::vector<core::EntryIndex>{2});
  EXPECT_EQ(reader->trail(2), (std::vector<core::EntryIndex>{2, 3}));
  EXPECT_EQ(ledger.row(4)->id(), "ev-4");
  EXPECT_FALSE(ledger.row(3));
  EXPECT_TRUE(reader->trail(3).empty());
  EXPECT_TRUE(reader->events_of(9).empty());
  EXPECT_TRUE(reader->that_amend(2).empty());
  EXPECT_TRUE(reader->that_amend(0).empty());
}

TEST(Projection, AMissingOneIsBegunAnewAndTheTreeIsTheSame) {
  const Place place;
  std::string note;
  {
    Ledger ledger{place.options()};
    tell_and_project(ledger);
    note = ledger.checkpoint_now();
  }
  std::filesystem::remove(place.stored("projection.db"));
  Ledger ledger{place.options()};
  core::State state;
  EXPECT_EQ(ledger.restore(state, read_policy), 0u);
  EXPECT_EQ(ledger.checkpoint(), note);
}

TEST(Projection, ADamagedOneIsSetAsideAndBegunAnew) {
  const Place place;
  std::string note;
  {
    Ledger ledger{place.options()};
    tell_and_project(ledger);
    note = ledger.checkpoint_now();
  }
  std::ofstream{place.stored("projection.db")} << std::string(5000, 'x');
  Ledger ledger{place.options()};
  EXPECT_TRUE(warned(ledger, "set aside as projection.db.damaged"));
  EXPECT_TRUE(std::filesystem::exists(place.stored("projection.db.damaged")));
  EXPECT_EQ(ledger.checkpoint(), note);
}

TEST(Projection, AnAlteredRowIsNotBelieved) {
  for (const std::string& change : std::initializer_list<std::string>{
           "UPDATE events SET open = 0", "UPDATE events SET state = x'0802'", "UPDATE known SET entry = 4",
           "UPDATE cases SET case_number = 2", "UPDATE meta SET value = zeroblob(length(value))",
           "UPDATE policies SET entry = 2"}) {
    const Place place;
    {
      Ledger ledger{place.options()};
      tell_and_project(ledger);
    }
    place.tamper("projection.db", change);
    Ledger ledger{place.options()};
    core::State state;
    EXPECT_EQ(ledger.restore(state, read_policy), 0u) << change;
    EXPECT_TRUE(state.events().empty()) << change;
    EXPECT_TRUE(warned(ledger, "set aside")) << change;
  }
}

// The engine takes such a row in while it runs: one that was altered must not reach it.
TEST(Projection, AnAlteredRowIsNotGivenToTheEngineEither) {
  const Place place;
  {
    Ledger ledger{place.options()};
    tell_and_project(ledger);
    EXPECT_EQ(ledger.row(2)->index(), 2u);
  }
  place.tamper("projection.db", "UPDATE events SET state = (SELECT state FROM events WHERE entry = 4) WHERE entry = 2");
  Ledger ledger{place.options()};
  const auto before = ledger.warnings().size();
  EXPECT_FALSE(ledger.row(2));
  EXPECT_FALSE(ledger.row(2));
  EXPECT_TRUE(warned(ledger, "projection.db is damaged"));
  EXPECT_EQ(ledger.warnings().size(), before + 1);
  EXPECT_EQ(ledger.row(4)->index(), 4u);
}

TEST(Projection, SaysHowFarItCanBeRead) {
  const Place place;
  {
    Ledger ledger{place.options()};
    EXPECT_EQ(ledger.projected(), 0u);
    tell_and_project(ledger);
    EXPECT_EQ(ledger.projected(), 5u);
  }
  EXPECT_EQ(Ledger{place.options()}.projected(), 5u);
}

TEST(Projection, ANewerSchemaOfItIsSetAsideToo) {
  const Place place;
  {
    Ledger ledger{place.options()};
    tell_and_project(ledger);
  }
  place.tamper("projection.db", "PRAGMA user_version = 99");
  EXPECT_TRUE(warned(Ledger{place.options()}, "newer told"));
}

// Its rows do not say which obligations an event stopped.
TEST(Projection, OfAnOlderSchemaIsMadeAnewFromTheLedger) {
  const Place place;
  {
    Ledger ledger{place.options()};
    tell_and_project(ledger);
  }
  place.tamper("projection.db", "PRAGMA user_version = 1");
  Ledger ledger{place.options()};
  core::State state;
  EXPECT_EQ(ledger.restore(state, read_policy), 0u);
  EXPECT_FALSE(ledger.row(2));
}

TEST(Projection, ALedgerRestoredFromAnOlderBackupMakesItWorthless) {
  const Place place;
  {
    Ledger ledger{place.options()};
    tell_and_project(ledger);
  }
  place.tamper("ledger.db", "DELETE FROM entries WHERE n = 4");
  std::filesystem::remove(place.stored("mark"));  // whoever puts a backup back says so by that
  Ledger ledger{place.options()};
  EXPECT_EQ(ledger.size(), 4u);
  core::State state;
  EXPECT_EQ(ledger.restore(state, read_policy), 0u);
  EXPECT_TRUE(warned(ledger, "older backup"));
}

TEST(Projection, ALedgerWhoseEndWasReplacedMakesItWorthless) {
  const Place place;
  {
    Ledger ledger{place.options()};
    tell_and_project(ledger);
  }
  place.tamper("ledger.db", "UPDATE entries SET leaf = x'0804' WHERE n = 4");
  Ledger ledger{place.options()};
  core::State state;
  EXPECT_EQ(ledger.restore(state, read_policy), 0u);
}

TEST(Projection, AStepThatCouldNotBeWrittenIsTriedAgainAndTellsItsTrailOnce) {
  const Place place;
  const FaultyDisk disk{"/projection.db-wal"};
  Ledger ledger{place.options()};
  tell_and_project(ledger);
  std::vector<core::Entry> g;
  g.push_back(acknowledged(5, 4, 4, "Officer A"));
  commit_well(ledger, std::move(g));
  FaultyDisk::write_result = SQLITE_FULL;
  FaultyDisk::writes_to_fail = 1'000'000;  // not one: settling tries again, and might be the second to try
  ProjectionStep step;
  step.watermark = 6;
  step.rows.push_back({a_row(4, 4, v1::NOTIFICATION_STATE_ACKNOWLEDGED), {5}, false, {}, false});
  ledger.project(std::move(step));
  EXPECT_NE(complaint([&] { ledger.settle_projection(); }), "");
  FaultyDisk::writes_to_fail = 0;
  // settle_projection() returns early while the last try has failed; the next one comes after a second.
  std::string still;
  ASSERT_TRUE(told::test::until([&] {
    still = complaint([&] { ledger.settle_projection(); });
    return still.empty();
  })) << still;
  EXPECT_EQ(ledger.reader()->trail(4), (std::vector<core::EntryIndex>{4, 5}));
  EXPECT_EQ(ledger.size(), 6u);
}

TEST(Projection, ATrailReadsBackHoweverItWasPieced) {
  std::string bytes;
  append_trail(bytes, 1000, {1000, 1001});
  append_trail(bytes, 1000, {1127, 1128, 20000, 1ULL << 40U});
  EXPECT_EQ(read_trail(1000, bytes), (std::vector<core::EntryIndex>{1000, 1001, 1127, 1128, 20000, 1ULL << 40U}));
}

}  // namespace
}  // namespace told::ledger
