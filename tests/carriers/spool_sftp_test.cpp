// The spool against OpenSSH: told puts out, sftp fetches and answers.
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <set>

#include "core/reference.hpp"
#include "rig.hpp"

namespace told::carriers::tests {
namespace {

namespace fs = std::filesystem;

TEST(SpoolBySftp, TenThousandDeliveriesAreFetchedAndAnsweredAndNoneIsLost) {
  constexpr core::EntryIndex recipients = 10;
  constexpr core::EntryIndex each = 1'000;
  const Scratch scratch;
  std::vector<Way> ways;
  for (core::EntryIndex r = 0; r < recipients; ++r) {
    Way& way = ways.emplace_back();
    way.recipient = "agency" + std::to_string(r);
    way.settings["directory"].text = scratch.path().string();
    way.settings["poll"].time = std::chrono::milliseconds{100};
    for (const char* tray : {"outgoing", "incoming", "done", "refused"})
      fs::create_directories(scratch.path() / way.recipient / tray);
  }
  Carried carried("spool", ways);
  std::set<std::string> has;
  std::set<std::string> acknowledged;
  carried.on_answer = [&](const Answer& a) {
    v1::ServiceFrame results;
    for (const auto& r : a.said.receipts()) has.insert(r.notification());
    for (const auto& said : a.said.acknowledgements()) {
      acknowledged.insert(said.notification());
      auto& result = *results.add_results();
      result.set_notification(said.notification());
      result.set_recorded(true);
    }
    a.answered(results);
  };
  Peer agency(
      {"/usr/bin/python3", script("sftp_agency.py"), scratch.path().string(), std::to_string(recipients * each)});
  if (agency.line() != "ready") {
    ASSERT_EQ(agency.exit_code(), 77);
    GTEST_SKIP() << "no sshd can be run here";
  }

  // As dispatch does: one attempt of a recipient after the other, all recipients side by side.
  const auto begun = std::chrono::steady_clock::now();
  std::map<std::string, core::EntryIndex> next;
  const auto send_next = [&](const std::string& recipient) {
    const core::EntryIndex r = std::stoul(recipient.substr(6));
    if (next[recipient] < each) carried.carrier->send(parcel(recipient, 1 + r * each + next[recipient]++));
  };
  for (const Way& way : ways) send_next(way.recipient);
  std::size_t seen = 0;
  ASSERT_TRUE(carried.loop.turn_until(
      [&] {
        for (; seen < carried.reports.size(); ++seen) {
          EXPECT_EQ(carried.reports[seen].outcome, v1::OUTCOME_SENT) << carried.reports[seen].problem;
          send_next(carried.reports[seen].recipient);
        }
        return seen == recipients * each;
      },
      std::chrono::seconds{100}));
  const auto placed = std::chrono::steady_clock::now();
  ASSERT_TRUE(carried.loop.turn_until([&] { return agency.ended(); }, std::chrono::seconds{60}));
  EXPECT_EQ(agency.exit_code(), 0);
  const auto answered = std::chrono::steady_clock::now();

  EXPECT_EQ(has.size(), recipients * each);
  EXPECT_EQ(acknowledged.size(), recipients * each);
  // What the recipient says it has is taken away.
  EXPECT_TRUE(carried.loop.turn_until([&] {
    for (const Way& way : ways)
      if (!fs::is_empty(scratch.path() / way.recipient / "outgoing")) return false;
    return true;
  }));
  const std::chrono::duration<double> placing = placed - begun;
  const std::chrono::duration<double> all = answered - begun;
  std::cout << "spool: " << recipients * each << " deliveries to " << recipients << " recipients, each synced, in "
            << placing.count() << " s (" << static_cast<double>(recipients * each) / placing.count()
            << " a second); all acknowledged by sftp after " << all.count() << " s: " << agency.line() << "\n";
}

}  // namespace
}  // namespace told::carriers::tests
