#include "audit/audit_table.hpp"

#include <gtest/gtest.h>

namespace told::audit {
namespace {

/// One event, of which the police are told, and whose ladder calls the manager.
class ALedger {
 public:
  ALedger() {
    v1::Duty& told = *next().mutable_event_accepted()->add_duties();
    entry_.mutable_event_accepted()->set_type("told.child.missing.v1");
    told.set_slot(police);
    told.set_recipient("police");
    told.set_kind(v1::NOTIFICATION_KIND_TELL);
    told.set_deadline_us(now_us_ + 15 * minute_us);
    add();
  }

  void call() {
    next().mutable_escalated()->set_slot(police);
    v1::Duty& call = *entry_.mutable_escalated()->add_duties();
    call.set_slot(manager);
    call.set_recipient("manager");
    call.set_kind(v1::NOTIFICATION_KIND_ESCALATION);
    call.set_about_slot(police);
    call.set_deadline_us(now_us_ + 10 * minute_us);
    call.set_attempted(true);
    add();
  }

  void acknowledge(core::Slot slot) {
    next().mutable_acknowledged()->set_slot(slot);
    add();
  }

  void decline(core::Slot slot, bool reopens) {
    next().mutable_declined()->set_slot(slot);
    entry_.mutable_declined()->set_reopens(reopens);
    add();
  }

  [[nodiscard]] std::string state(core::Slot slot) const { return table_.rows().at({the_event, slot}).state(); }
  [[nodiscard]] const AuditRow& row(core::Slot slot) const { return table_.rows().at({the_event, slot}); }

  static constexpr core::Slot police = 0, manager = 1;
  static constexpr std::int64_t begun_us = 1'795'000'000'000'000, minute_us = 60'000'000;

 private:
  static constexpr core::EntryIndex the_event = 1;

  v1::LedgerEntry& next() {
    now_us_ += minute_us;
    entry_.Clear();
    entry_.set_index(next_index_++);
    entry_.set_event(the_event);
    entry_.set_time_us(now_us_);
    return entry_;
  }
  void add() {
    table_.add(entry_, [](const v1::LedgerEntry&) {
      v1::Body body;
      body.mutable_person()->set_name("Officer A");
      return std::optional(body);
    });
  }

  AuditTable table_;
  v1::LedgerEntry entry_;
  core::EntryIndex next_index_ = the_event;
  std::int64_t now_us_ = begun_us;
};

TEST(AuditTable, ACallThatIsMadeAgainToSomebodyWhoHadAnsweredIsOpen) {
  ALedger ledger;
  ledger.call();
  ledger.acknowledge(ALedger::manager);
  EXPECT_EQ(ledger.state(ALedger::manager), "acknowledged");
  ledger.call();
  EXPECT_EQ(ledger.state(ALedger::manager), "open");
  EXPECT_EQ(ledger.row(ALedger::manager).by, "");
  ledger.acknowledge(ALedger::manager);
  EXPECT_EQ(ledger.state(ALedger::manager), "acknowledged");
  EXPECT_EQ(ledger.row(ALedger::manager).recorded_us, ALedger::begun_us + 5 * ALedger::minute_us);
}

TEST(AuditTable, ACallAboutWhatIsTakenOnASecondTimeIsEnded) {
  ALedger ledger;
  for (int i = 0; i < 2; ++i) {
    ledger.call();
    EXPECT_EQ(ledger.state(ALedger::manager), "open");
    ledger.acknowledge(ALedger::police);
    EXPECT_EQ(ledger.state(ALedger::manager), "ended before anybody answered");
  }
}

TEST(AuditTable, ACallThatHadEndedAndIsMadeAgainIsOpen) {
  ALedger ledger;
  ledger.call();
  ledger.acknowledge(ALedger::police);
  EXPECT_EQ(ledger.state(ALedger::manager), "ended before anybody answered");
  ledger.decline(ALedger::police, true);
  EXPECT_EQ(ledger.state(ALedger::police), "not theirs");
  ledger.call();
  EXPECT_EQ(ledger.state(ALedger::manager), "open");
}

}  // namespace
}  // namespace told::audit
