#include "audit/words.hpp"

#include <gtest/gtest.h>

#include "world.hpp"

namespace told::audit {
namespace {

using testing::World;

class Words : public ::testing::Test {
 protected:
  Words() {
    testing::tell_a_story(world);
    glossary.recipient = [](core::NotificationId id) {
      return id.slot == 0 ? "police.control_room" : id.slot == 1 ? "home_office.asylum" : "council.duty_manager";
    };
    glossary.title = [](const std::string& recipient) -> std::string {
      if (recipient == "police.control_room") return "Essex Police control room";
      if (recipient == "home_office.asylum") return "Home Office asylum";
      if (recipient == "council.duty_manager") return "Duty manager";
      return "";
    };
  }
  std::string say(std::size_t index, bool with_body = false) const {
    return in_words(world.entries[index], with_body && world.bodies[index] ? &*world.bodies[index] : nullptr, glossary);
  }
  World world;
  Glossary glossary;
};

TEST_F(Words, AnEscalationSaysWhoIsSilentAndWhoIsCalled) {
  EXPECT_EQ(say(5), "Home Office asylum has not acknowledged: Duty manager is called (rung 1)");
}

TEST_F(Words, ADutysFirstStepRemindsItsOwnerAndCallsNobody) {
  v1::LedgerEntry entry;
  entry.set_event(7);
  v1::Escalated& step = *entry.mutable_escalated();
  step.set_rung(1);
  step.add_duties()->set_kind(v1::NOTIFICATION_KIND_OBLIGATION);
  const auto said = in_words(entry, nullptr, glossary);
  EXPECT_NE(said.find("is reminded of what it owes"), std::string::npos) << said;
  EXPECT_EQ(said.find("called"), std::string::npos) << said;
}

TEST_F(Words, SayThatAnAlarmIsRaisedAgainAndNameTheOneThatAPersonCloses) {
  v1::LedgerEntry entry;
  entry.set_index(9);
  entry.set_event(7);
  entry.mutable_alarm_raised()->set_code("clock_stepped");
  const auto said = in_words(entry, nullptr, glossary);
  EXPECT_EQ(said.find("ALARM " + core::to_reference(core::Named::alarm, 7) + " AGAIN: "), 0U) << said;
}

TEST_F(Words, SayThatNobodyIsLeftToTakeACallAndThatNobodyIsCalledNow) {
  v1::LedgerEntry& entry = world.entries[5];
  entry.mutable_escalated()->set_reason(v1::ESCALATION_REASON_CALL_DECLINED);
  EXPECT_EQ(say(5),
            "Home Office asylum has not acknowledged, and of those called too few are left who may take it: Duty "
            "manager is called (rung 1)");
  entry.mutable_escalated()->clear_duties();
  entry.mutable_escalated()->set_exhausted(true);
  EXPECT_EQ(say(5),
            "Home Office asylum has not acknowledged, and of those called too few are left who may take it: nobody is "
            "called now (rung 1); NOBODY ABOVE IS LEFT TO CALL");
}

TEST_F(Words, WhatIsAskedForIsSaidWhereItIsKnown) {
  glossary.asked = [](core::NotificationId) { return Asked{false, "the alarm"}; };
  EXPECT_EQ(say(5), "Home Office asylum has not acknowledged the alarm: Duty manager is called (rung 1)");
  EXPECT_EQ(say(4), "Essex Police control room acknowledged the alarm");
  glossary.asked = [](core::NotificationId) { return Asked{true, "Personal Education Plan"}; };
  EXPECT_EQ(say(5),
            "Home Office asylum has not done what it owes (Personal Education Plan): Duty manager is called (rung 1)");
  world.entries[4].mutable_acknowledged()->set_done(true);
  EXPECT_EQ(say(4), "Essex Police control room has done what it owed (Personal Education Plan)");
}

TEST_F(Words, AnEventSaysWhoIsToBeToldByWhen) {
  const auto text = say(2);
  EXPECT_NE(text.find("Child missing (high risk) at tilbury, reported by port.tilbury"), std::string::npos) << text;
  EXPECT_NE(text.find("Essex Police control room by "), std::string::npos) << text;
}

TEST_F(Words, AnEventWhoseDutiesHaveALineEachDoesNotSayThatNobodyIsToBeTold) {
  v1::EventAccepted& event = *world.entries[2].mutable_event_accepted();
  event.add_clocks_stopped()->add_clocks();
  event.add_recomputed()->set_deadline_us(1);
  const auto said = in_words(world.entries[2], nullptr, glossary, Duties::apart);
  EXPECT_EQ(said.find("to be told"), std::string::npos) << said;
  EXPECT_EQ(said.find("Essex Police control room by "), std::string::npos) << said;
  EXPECT_NE(said.find("; duties that end: "), std::string::npos) << said;
  EXPECT_NE(said.find(" now: Essex Police control room, N-"), std::string::npos) << said;
  EXPECT_NE(say(2).find("; to be told: Essex Police control room by "), std::string::npos) << say(2);
}

TEST_F(Words, WhatIsOwedOnlyNowIsNotSaidToBeOwedAgain) {
  v1::EventAccepted& event = *world.entries[2].mutable_event_accepted();
  v1::OwedAgain& owed = *event.add_owed_again();
  owed.set_event(1);
  v1::Duty& duty = *owed.add_duties();
  duty.set_recipient("council.duty_manager");
  duty.set_kind(v1::NOTIFICATION_KIND_OBLIGATION);
  duty.set_next_us(1);
  const std::string by = "because of event " + core::to_reference(core::Named::event, 1);
  EXPECT_NE(say(2).find("; owed now " + by + ": Duty manager by "), std::string::npos) << say(2);
  event.set_withdraws(true);
  EXPECT_NE(say(2).find("; owed " + by + ", as before or from now on: Duty manager by "), std::string::npos) << say(2);
}

TEST_F(Words, AnExerciseSaysSoFirst) {
  world.entries[2].mutable_event_accepted()->set_status(v1::STATUS_EXERCISE);
  EXPECT_EQ(say(2).substr(0, 10), "EXERCISE: ");
}

TEST_F(Words, NoNameIsSaidWithoutTheBody) {
  EXPECT_EQ(say(4), "Essex Police control room acknowledged");
  EXPECT_EQ(say(4, true), "Essex Police control room acknowledged: A. Sergeant, control room: \"=unit on its way\"");
}

TEST_F(Words, WhatAnEventSaysAboutAChildIsNeverSaid) {
  EXPECT_EQ(say(2, true), say(2));
  EXPECT_EQ(say(2, true).find("Invented"), std::string::npos);
}

TEST_F(Words, ALateAndARepeatedAcknowledgementSaySo) {
  world.entries[4].mutable_acknowledged()->set_late(true);
  world.entries[4].mutable_acknowledged()->set_repeated(true);
  EXPECT_EQ(
      say(4),
      "Essex Police control room acknowledged; LATE; it had been answered or had ended before, so it changes nothing");
}

TEST_F(Words, ANameThatEndsInSHasItsOwnPossessive) {
  Glossary chairs = glossary;
  chairs.title = [](const std::string&) { return std::string("Channel panel chairs"); };
  EXPECT_EQ(in_words(world.entries[3], nullptr, chairs).find("Channel panel chairs' system has it"), 0U);
}

TEST_F(Words, AnUnknownRecipientIsNamedByItsReference) {
  EXPECT_EQ(in_words(world.entries[4], nullptr, {}).find("The recipient of N-"), 0U);
}

TEST_F(Words, TheTimeOfDayStandsFirst) {
  const auto text = timed_words(world.entries[6], nullptr, glossary);
  EXPECT_EQ(text.substr(8), "  The clock of this machine was set back by 7 s; every deadline stands");
}

TEST_F(Words, EveryKindOfEntryHasASentence) {
  const auto* oneof = v1::LedgerEntry::descriptor()->FindOneofByName("head");
  for (int i = 0; i < oneof->field_count(); ++i) {
    v1::LedgerEntry entry;
    entry.GetReflection()->MutableMessage(&entry, oneof->field(i));
    const auto text = in_words(entry, nullptr, {});
    EXPECT_EQ(text.find("does not know"), std::string::npos) << oneof->field(i)->name();
    EXPECT_EQ(text.find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace told::audit
