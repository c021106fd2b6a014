// What was erased is nobody's any more: not after a restart, not from the ledger alone, and not where told had
// forgotten it before.
#include <gtest/gtest.h>

#include "store_in_a_directory.hpp"

namespace told::path::test {
namespace {

const core::Actor records_officer{"Officer R", "information governance", "", v1::MEANS_LOCAL, "local", ""};

void adopt_retention(Daemon& run) {
  run.adopt(policy_text_with_a_clock(R"(
name = "kept"
starts = "case.closed"
duty = "erase the case"
due = "12 months"
retention = true
)"));
  run.connect_police();
}

core::CaseNumber comes_and_is_told(Daemon& run, const std::string& id, const std::string& subject) {
  run.path.submit(run.arrived(id, subject));
  run.settle();
  EXPECT_EQ(run.last_result().verdict(), v1::VERDICT_ACCEPTED) << run.last_result().ShortDebugString();
  const core::CaseNumber c = last<core::ReplyPublished>(run).case_number;
  (void)is_acknowledged(run);
  return c;
}

v1::AcknowledgementResult ordered_erased(Daemon& run, core::CaseNumber c) {
  return ordered(run, core::EraseCase{1, c, records_officer, "kept long enough"});
}

TEST(AnErasedCase, IsUnknownFromTheProjectionFromTheLedgerAloneAndFromBoth) {
  for (const int projected : {0, 1, 2, 3}) {
    const Directory directory;
    std::vector<std::string> before;
    core::CaseNumber c = 0, other = 0;
    {
      Daemon run(directory.path);
      adopt_retention(run);
      c = comes_and_is_told(run, "1", "T-1");
      other = comes_and_is_told(run, "2", "T-2");
      run.path.submit(run.closed("3", "T-1"));
      if (projected != 0) project(run);
      EXPECT_TRUE(ordered_erased(run, c).recorded());
      if (projected == 2) project(run);
      run.ledger.settle_projection();
      before = rows_of(run.engine.state());
    }
    if (projected == 3)
      for (const char* file : {"projection.db", "projection.db-wal", "projection.db-shm"})
        std::filesystem::remove(directory.path + "/store/" + file);
    Daemon again(directory.path);
    EXPECT_EQ(rows_of(again.engine.state()), before) << projected;
    const auto reader = again.ledger.reader();
    EXPECT_FALSE(reader->body(*reader->entry(c)));
    EXPECT_TRUE(reader->body(*reader->entry(other)));
    again.path.submit(core::OpenSession{"police", 2});
    again.path.submit(core::Offer{"police", 2, 1000});
    EXPECT_NE(comes_and_is_told(again, "1", "T-1"), c) << projected;  // of the same id even
    again.path.submit(again.arrived("2", "T-2"));
    again.settle();
    EXPECT_EQ(again.last_result().verdict(), v1::VERDICT_DUPLICATE);
    EXPECT_TRUE(again.engine.limbo().empty());
  }
}

TEST(AForgottenCase, IsErasedAllTheSame) {
  constexpr std::size_t kept = 2;
  const Directory directory;
  core::CaseNumber c = 0;
  {
    Daemon run(directory.path, kept);
    adopt_retention(run);
    c = comes_and_is_told(run, "1", "T-1");
    run.path.submit(run.closed("closed", "T-1"));
    run.settle();
    // Whoever owes the erasure says that it is done, and does it afterwards: nothing of the case is open.
    const std::vector<core::NotificationId> owed = run.engine.state().obligations(c);
    ASSERT_EQ(owed.size(), 1U);
    core::Acknowledge done = acknowledgement(run, owed.front(), "");
    done.done = true;
    run.path.submit(done);
    (void)is_acknowledged(run);
    for (const std::string other : {"2", "3", "4", "5"}) comes_and_is_told(run, other, "X-" + other);
    project(run);
    ASSERT_EQ(run.engine.state().event(c), nullptr);
    ASSERT_EQ(run.engine.state().event(owed.front().event), nullptr);
    EXPECT_TRUE(ordered_erased(run, c).recorded());
    EXPECT_EQ(ordered_erased(run, c).problem().code(), "nothing_changes");
  }  // durable, and not projected: a power cut now
  Daemon again(directory.path, kept);
  ASSERT_GT(again.recovered.replayed, 0U);
  EXPECT_TRUE(again.engine.state().obligations(c).empty());
  again.ledger.settle_projection();
  again.path.submit(core::OpenSession{"police", 2});
  again.path.submit(core::Offer{"police", 2, 1000});
  EXPECT_NE(comes_and_is_told(again, "1", "T-1"), c);
}

}  // namespace
}  // namespace told::path::test
