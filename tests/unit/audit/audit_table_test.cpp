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

  void keep_out(core::Slot slot) {
    v1::OpenAgain& again = *next().mutable_screen_ordered()->add_open_again();
    again.set_notification(core::NotificationId{the_event, slot}.number());
    again.set_next_us(now_us_);
    add();
  }

  /// They are kept out of the case, or of the one that it turns out to belong to.
  void end_call(core::Slot slot, bool other_child) {
    const std::uint64_t call = core::NotificationId{the_event, slot}.number();
    v1::LedgerEntry& entry = next();
    if (other_child)
      entry.mutable_identity_changed()->add_calls_ended(call);
    else
      entry.mutable_screen_ordered()->add_calls_ended(call);
    entry.set_event(entry.index());
    add();
  }

  void withhold(core::Slot slot, bool other_child) {
    const std::uint64_t waiting = core::NotificationId{the_event, slot}.number();
    v1::LedgerEntry& entry = next();
    if (other_child)
      entry.mutable_identity_changed()->add_withheld(waiting);
    else
      entry.mutable_screen_ordered()->add_withheld(waiting);
    entry.set_event(entry.index());
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

TEST(AuditTable, ACallThatWasDeclinedAndIsMadeAgainIsOpen) {
  ALedger ledger;
  ledger.call();
  ledger.decline(ALedger::manager, false);
  EXPECT_EQ(ledger.state(ALedger::manager), "not theirs");
  ledger.call();
  EXPECT_EQ(ledger.state(ALedger::manager), "open");
}

TEST(AuditTable, WhatSomebodyHadAcknowledgedWhoIsKeptOutByNowIsOpen) {
  ALedger ledger;
  ledger.acknowledge(ALedger::police);
  ledger.keep_out(ALedger::police);
  EXPECT_EQ(ledger.state(ALedger::police), "open");
  EXPECT_EQ(ledger.row(ALedger::police).by, "");
}

TEST(AuditTable, HasWhatWasDoneBeforeItWasReportedAsOwedAsDoneThen) {
  AuditTable table;
  v1::LedgerEntry entry;
  const auto begin = [&](core::EntryIndex index, const char* type, std::int64_t happened_us) {
    entry.Clear();
    entry.set_index(index);
    entry.set_event(index);
    entry.set_time_us(ALedger::begun_us + static_cast<std::int64_t>(index) * ALedger::minute_us);
    entry.mutable_event_accepted()->set_type(type);
    entry.mutable_event_accepted()->set_event_time_us(happened_us);
    return entry.mutable_event_accepted();
  };
  const auto nobody = [](const v1::LedgerEntry&) { return std::optional<v1::Body>{}; };
  begin(1, "told.child.nrm_referred.v1", ALedger::begun_us);
  table.add(entry, nobody);
  v1::EventAccepted& head = *begin(2, "told.child.missing.v1", ALedger::begun_us - ALedger::minute_us);
  v1::Duty& duty = *head.add_duties();
  duty.set_recipient("team_manager");
  duty.set_kind(v1::NOTIFICATION_KIND_OBLIGATION);
  duty.set_deadline_us(ALedger::begun_us + 60 * ALedger::minute_us);
  duty.set_next_us(ALedger::begun_us + 30 * ALedger::minute_us);
  head.add_clocks_stopped()->set_event(2);
  head.mutable_clocks_stopped(0)->set_by(1);
  head.mutable_clocks_stopped(0)->add_clocks();
  table.add(entry, nobody);
  EXPECT_EQ(table.rows().at({2, 0}).state(), "done");
  EXPECT_EQ(table.rows().at({2, 0}).acknowledged_us, ALedger::begun_us);
}

TEST(AuditTable, WhoeverWasCalledIsNotWaitedForOnceTheyAreKeptOut) {
  for (const bool other_child : {false, true}) {
    ALedger ledger;
    ledger.call();
    ASSERT_EQ(ledger.state(ALedger::manager), "open");
    ledger.end_call(ALedger::manager, other_child);
    EXPECT_EQ(ledger.state(ALedger::manager), "ended before anybody answered") << other_child;
    EXPECT_EQ(ledger.state(ALedger::police), "open") << other_child;
  }
}

TEST(AuditTable, WhatHadNotGoneWhenItsRecipientWasKeptOutWasToldToNobody) {
  for (const bool other_child : {false, true}) {
    ALedger ledger;
    ledger.withhold(ALedger::police, other_child);
    EXPECT_EQ(ledger.state(ALedger::police), "nobody was there to be told") << other_child;
  }
}

}  // namespace
}  // namespace told::audit
