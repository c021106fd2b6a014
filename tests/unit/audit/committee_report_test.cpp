// The committee's table, from a ledger with the shape of the year that was published: 36 arrivals, 24 missing episodes
// by 12 young people.
#include "audit/committee_report.hpp"

#include <gtest/gtest.h>

namespace told::audit {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

constexpr core::Instant april{sys_days{std::chrono::year{2023} / 4 / 1}};
constexpr core::Instant february{sys_days{std::chrono::year{2024} / 2 / 1}};

class Ledger {
 public:
  explicit Ledger(CommitteeReport& report) : report_(report) {}

  core::EntryIndex event(core::CaseNumber c, const std::string& type, core::Instant at,
                         const std::function<void(v1::EventAccepted&)>& fill = {}) {
    v1::LedgerEntry e = entry(at);
    e.set_event(e.index());
    e.set_case_number(c == 0 ? e.index() : c);
    v1::EventAccepted& head = *e.mutable_event_accepted();
    head.set_type("told." + type + ".v1");
    head.set_status(v1::STATUS_ACTUAL);
    head.set_event_time_us(core::to_us(at));
    v1::Duty& duty = *head.add_duties();
    duty.set_recipient("police.control_room");
    duty.set_kind(v1::NOTIFICATION_KIND_TELL);
    duty.set_deadline_us(core::to_us(at + 30min));
    if (fill) fill(head);
    report_.add(e);
    return e.index();
  }

  void acknowledge(core::EntryIndex event, core::Instant at, bool late, std::uint32_t slot = 0, bool done = false) {
    v1::LedgerEntry e = entry(at);
    e.set_event(event);
    e.mutable_acknowledged()->set_slot(slot);
    e.mutable_acknowledged()->set_said_us(core::to_us(at));
    e.mutable_acknowledged()->set_late(late);
    e.mutable_acknowledged()->set_done(done);
    report_.add(e);
  }

  void climbs(core::EntryIndex event, core::Instant at) {
    v1::LedgerEntry e = entry(at);
    e.set_event(event);
    e.mutable_escalated()->set_reason(v1::ESCALATION_REASON_SILENCE);
    report_.add(e);
  }

  void not_ours_after_all(core::EntryIndex event, core::Instant at) {
    v1::LedgerEntry e = entry(at);
    e.set_event(event);
    e.mutable_declined()->set_reopens(true);
    report_.add(e);
  }

  /// By hand, with an obligation.
  core::EntryIndex stood_down(core::CaseNumber c, core::EntryIndex missing, core::Instant at) {
    v1::LedgerEntry e = entry(at);
    e.set_event(e.index());
    e.set_case_number(c);
    e.mutable_stand_down_ordered()->set_ends_episode(missing);
    v1::Duty& duty = *e.mutable_stand_down_ordered()->add_duties();
    duty.set_recipient("team_manager");
    duty.set_kind(v1::NOTIFICATION_KIND_OBLIGATION);
    duty.set_deadline_us(core::to_us(at + 72h));
    duty.set_next_us(core::to_us(at + 36h));
    report_.add(e);
    return e.index();
  }

  core::EntryIndex drill(core::Instant at, const std::string& desk = "police.exercise_desk", bool prevent = false) {
    v1::LedgerEntry e = entry(at);
    e.set_event(e.index());
    e.mutable_drill_started()->set_drill("police");
    e.mutable_drill_started()->set_prevent(prevent);
    v1::Duty& duty = *e.mutable_drill_started()->add_duties();
    duty.set_recipient(desk);
    duty.set_kind(v1::NOTIFICATION_KIND_TELL);
    duty.set_deadline_us(core::to_us(at + 30min));
    report_.add(e);
    return e.index();
  }

  void same_child(core::CaseNumber older, core::CaseNumber younger, core::Instant at) {
    v1::LedgerEntry e = entry(at);
    e.set_case_number(older);
    e.mutable_identity_changed()->set_joined_case(younger);
    report_.add(e);
  }

  core::CaseNumber another_child(core::EntryIndex event, core::CaseNumber from, core::Instant at) {
    v1::LedgerEntry e = entry(at);
    e.set_case_number(e.index());
    e.mutable_identity_changed()->set_moved_event(event);
    e.mutable_identity_changed()->set_from_case(from);
    report_.add(e);
    return e.case_number();
  }

 private:
  v1::LedgerEntry entry(core::Instant at) {
    v1::LedgerEntry e;
    e.set_index(next_++);
    e.set_time_us(core::to_us(at));
    return e;
  }
  CommitteeReport& report_;
  core::EntryIndex next_ = 1;
};

void end(v1::EventAccepted& head, core::EntryIndex missing) { head.set_ends_episode(missing); }

TEST(CommitteeReport, OfTheYearThatWasPublishedSays36And24And12) {
  CommitteeReport report(april, february, february + 24h);
  Ledger ledger(report);
  std::vector<core::CaseNumber> children;
  for (int i = 0; i < 36; ++i) children.push_back(ledger.event(0, "child.arrived", april + i * 200h));
  for (int i = 0; i < 24; ++i) {
    const auto child = children[static_cast<std::size_t>(i % 12)];
    const auto at = april + 300h + i * 250h;
    const auto missing = ledger.event(child, "child.missing", at);
    ledger.event(child, "child.missing", at + 1h);  // reported a second time: the same absence
    ledger.event(child, "child.located", at + 20h, [&](v1::EventAccepted& head) { end(head, missing); });
  }
  ledger.event(0, "child.arrived", february + 1h);  // of the next year
  ledger.event(0, "child.arrived", april + 1h, [](v1::EventAccepted& head) { head.set_status(v1::STATUS_EXERCISE); });
  const auto figures = report.figures();
  EXPECT_EQ(figures.arrivals, 36U);
  EXPECT_EQ(figures.episodes, 24U);
  EXPECT_EQ(figures.young_people, 12U);
}

TEST(CommitteeReport, AWithdrawnArrivalOrReportIsNotCountedAndASecondReportStandsForTheFirst) {
  CommitteeReport report(april, february, february);
  Ledger ledger(report);
  const auto child = ledger.event(0, "child.arrived", april + 1h);
  const auto wrong = ledger.event(0, "child.arrived", april + 2h);
  const auto first = ledger.event(child, "child.missing", april + 3h);
  ledger.event(child, "child.missing", april + 4h);
  const auto withdraw = [&](core::EntryIndex earlier) {
    return [earlier](v1::EventAccepted& head) {
      head.set_amends(earlier);
      head.set_withdraws(true);
    };
  };
  ledger.event(wrong, "event.withdrawn", april + 5h, withdraw(wrong));
  ledger.event(child, "event.withdrawn", april + 5h, withdraw(first));
  const auto figures = report.figures();
  EXPECT_EQ(figures.arrivals, 1U);
  EXPECT_EQ(figures.episodes, 1U);
}

TEST(CommitteeReport, CountsTheAnswerOfWhoeverHasItAtLastAndNotOfWhoeverFoundThatItIsNotTheirs) {
  CommitteeReport report(april, february, february);
  Ledger ledger(report);
  const auto missing = ledger.event(0, "child.missing", april + 1h);
  ledger.acknowledge(missing, april + 61min, false);
  ledger.not_ours_after_all(missing, april + 62min);
  EXPECT_EQ(report.figures().agencies.at(0).in_time, 0U);
  ledger.acknowledge(missing, april + 3h, true);
  EXPECT_EQ(report.figures().agencies.at(0).in_time, 0U);
  EXPECT_EQ(report.figures().agencies.at(0).late, 1U);
}

TEST(CommitteeReport, CountsWhatIsOwedAfterAnEpisodeThatWasEndedByHand) {
  CommitteeReport report(april, february, february);
  Ledger ledger(report);
  const auto missing = ledger.event(0, "child.missing", april + 1h);
  const auto order = ledger.stood_down(missing, missing, april + 2h);
  EXPECT_EQ(report.figures().missed, 1U);
  ledger.acknowledge(order, april + 3h, false, 0, true);
  EXPECT_EQ(report.figures().met, 1U);
}

TEST(CommitteeReport, CountsOneChildOnceThoughItWasReportedUnderTwoReferences) {
  CommitteeReport report(april, february, february);
  Ledger ledger(report);
  const auto older = ledger.event(0, "child.arrived", april + 1h);
  const auto younger = ledger.event(0, "child.arrived", april + 2h);
  const auto first = ledger.event(older, "child.missing", april + 3h);
  ledger.event(younger, "child.missing", april + 4h);  // the same absence
  ledger.same_child(older, younger, april + 5h);
  ledger.event(older, "child.located", april + 6h, [&](v1::EventAccepted& head) { end(head, first); });
  ledger.event(older, "child.missing", april + 7h);
  const auto figures = report.figures();
  EXPECT_EQ(figures.arrivals, 1U);
  EXPECT_EQ(figures.episodes, 2U);
  EXPECT_EQ(figures.young_people, 1U);
}

TEST(CommitteeReport, CountsTwoChildrenWhereAReportWasAboutAnother) {
  CommitteeReport report(april, february, february);
  Ledger ledger(report);
  const auto child = ledger.event(0, "child.missing", april + 1h);
  const auto brother = ledger.event(child, "child.missing", april + 2h);  // taken for a second report of one absence
  ledger.another_child(brother, child, april + 3h);
  const auto figures = report.figures();
  EXPECT_EQ(figures.episodes, 2U);
  EXPECT_EQ(figures.young_people, 2U);
}

TEST(CommitteeReport, CountsAChildWhoseArrivalWasReportedTwiceOnceUntilItLeavesAndComesAgain) {
  CommitteeReport report(april, february, february);
  Ledger ledger(report);
  const auto child = ledger.event(0, "child.arrived", april + 1h);
  ledger.event(child, "child.arrived", april + 2h);  // by the police as well
  const auto brother = ledger.event(0, "child.arrived", april + 1h);
  EXPECT_EQ(report.figures().arrivals, 2U);
  ledger.event(child, "child.transferred", april + 300h);
  ledger.event(child, "child.arrived", april + 900h);
  EXPECT_EQ(report.figures().arrivals, 3U);
  const core::CaseNumber apart = ledger.another_child(brother, brother, april + 901h);
  EXPECT_EQ(report.figures().arrivals, 3U);
  ledger.same_child(child, apart, april + 902h);  // it was the same child, reported a third time
  EXPECT_EQ(report.figures().arrivals, 2U);
}

TEST(CommitteeReport, CountsTwoAbsencesWhereTheEndOfTheFirstIsReportedAfterTheSecondBegan) {
  CommitteeReport report(april, february, february);
  Ledger ledger(report);
  const auto first = ledger.event(0, "child.missing", april + 1h);
  ledger.event(first, "child.missing", april + 5h);
  EXPECT_EQ(report.figures().episodes, 1U) << "for all that is known it is one absence";
  ledger.event(first, "child.located", april + 3h, [&](v1::EventAccepted& head) { end(head, first); });
  EXPECT_EQ(report.figures().episodes, 2U);
  ledger.event(first, "child.missing", april + 6h);
  EXPECT_EQ(report.figures().episodes, 2U) << "the second goes on";
}

TEST(CommitteeReport, CountsWhoAnsweredInTimeLateAndNeverAndHowSoon) {
  CommitteeReport report(april, february, february);
  Ledger ledger(report);
  for (int i = 0; i < 4; ++i) {
    const auto at = april + i * 24h;
    const auto event = ledger.event(0, "child.arrived", at);
    if (i < 2) ledger.acknowledge(event, at + 10min, false);
    if (i == 2) ledger.acknowledge(event, at + 50min, true);
  }
  const auto figures = report.figures();
  ASSERT_EQ(figures.agencies.size(), 1U);
  EXPECT_EQ(figures.agencies[0].told, 4U);
  EXPECT_EQ(figures.agencies[0].in_time, 2U);
  EXPECT_EQ(figures.agencies[0].late, 1U);
  EXPECT_EQ(figures.agencies[0].never, 1U);
  EXPECT_EQ(figures.agencies[0].median, 10min);
}

TEST(CommitteeReport, ShowsHowSoonDrillsWereAnsweredApartFromTheRealThing) {
  CommitteeReport report(april, february, february);
  Ledger ledger(report);
  ledger.acknowledge(ledger.drill(april + 10h), april + 10h + 4min, false);
  ledger.acknowledge(ledger.drill(april + 7 * 24h), april + 7 * 24h + 40min, true);
  ledger.drill(april + 14 * 24h);
  ledger.drill(february + 24h);  // after the period
  const CommitteeFigures figures = report.figures();
  EXPECT_TRUE(figures.agencies.empty());
  ASSERT_EQ(figures.drills.size(), 1U);
  const AgencyFigures& desk = figures.drills[0];
  EXPECT_EQ(desk.recipient, "police.exercise_desk");
  EXPECT_EQ(desk.told, 3U);
  EXPECT_EQ(desk.in_time, 1U);
  EXPECT_EQ(desk.late, 1U);
  EXPECT_EQ(desk.never, 1U);
  EXPECT_EQ(desk.median, 4min);
  const std::string text = in_markdown(figures, "a year", SmallNumbers::suppressed);
  EXPECT_NE(text.find("## Drills"), std::string::npos);
  EXPECT_NE(text.find("| police.exercise_desk | 3 | 1 | 1 | 1 |"), std::string::npos) << text;
}

// Nobody is in a drill: a desk of the Prevent stream is drilled like any other, and its figure asked for likewise.
TEST(CommitteeReport, ShowsHowSoonADeskOfThePreventStreamAnsweredItsDrill) {
  CommitteeReport report(april, february, february);
  Ledger ledger(report);
  ledger.acknowledge(ledger.drill(april + 10h, "channel_panel.exercise_desk", true), april + 10h + 7min, false);
  const CommitteeFigures figures = report.figures();
  ASSERT_EQ(figures.drills.size(), 1U);
  EXPECT_EQ(figures.drills[0].recipient, "channel_panel.exercise_desk");
  EXPECT_EQ(figures.drills[0].in_time, 1U);
  EXPECT_EQ(figures.drills[0].median, 7min);
}

TEST(CommitteeReport, CountsDutiesMetLateMissedRunningAndNoLongerOwed) {
  CommitteeReport report(april, february, february);
  Ledger ledger(report);
  const auto owing = [](core::Instant due) {
    return [due](v1::EventAccepted& head) {
      v1::Duty& duty = *head.mutable_duties(0);
      duty.set_kind(v1::NOTIFICATION_KIND_OBLIGATION);
      duty.set_deadline_us(core::to_us(due));
      duty.set_next_us(core::to_us(due) - 1);
    };
  };
  ledger.acknowledge(ledger.event(0, "child.arrived", april, owing(april + 10h)), april + 1h, false, 0, true);
  ledger.acknowledge(ledger.event(0, "child.arrived", april, owing(april + 10h)), april + 11h, true, 0, true);
  ledger.acknowledge(ledger.event(0, "child.arrived", april, owing(april + 10h)), april + 1h, false);  // taken on only
  ledger.event(0, "child.arrived", april, owing(february + 10h));
  const auto ended = ledger.event(0, "child.arrived", april, owing(february + 10h));
  ledger.event(ended, "case.closed", april + 1h, [&](v1::EventAccepted& head) {
    v1::ClocksStopped& stopped = *head.add_clocks_stopped();
    stopped.set_event(ended);
    stopped.add_clocks()->set_no_longer_owed(true);
  });
  const auto figures = report.figures();
  EXPECT_EQ(figures.met, 1U);
  EXPECT_EQ(figures.late, 1U);
  EXPECT_EQ(figures.missed, 1U);
  EXPECT_EQ(figures.running, 1U);
  EXPECT_EQ(figures.no_longer_owed, 1U);
}

TEST(CommitteeReport, LeavesOutAReminderAndWhoWasCalledAboutIt) {
  CommitteeReport report(april, february, february);
  Ledger ledger(report);
  const auto reminding = [](bool reminder) {
    return [reminder](v1::EventAccepted& head) {
      v1::Duty& duty = *head.mutable_duties(0);
      duty.set_kind(v1::NOTIFICATION_KIND_OBLIGATION);
      duty.set_deadline_us(core::to_us(april + 10h));
      duty.set_next_us(core::to_us(april + 5h));
      duty.set_reminder(reminder);
    };
  };
  ledger.climbs(ledger.event(0, "child.nrm_referred", april, reminding(true)), april + 10h);
  EXPECT_EQ(report.figures().missed, 0U);
  EXPECT_EQ(report.figures().escalations, 0U);
  ledger.climbs(ledger.event(0, "child.nrm_referred", april, reminding(false)), april + 10h);
  EXPECT_EQ(report.figures().missed, 1U);
  EXPECT_EQ(report.figures().escalations, 1U);
}

TEST(CommitteeReport, CountsADutyAsNotMetWhereWhatShowedItWasWithdrawn) {
  CommitteeReport report(april, february, february);
  Ledger ledger(report);
  const auto arrived = ledger.event(0, "child.arrived", april, [](v1::EventAccepted& head) {
    v1::Duty& duty = *head.mutable_duties(0);
    duty.set_kind(v1::NOTIFICATION_KIND_OBLIGATION);
    duty.set_deadline_us(core::to_us(april + 10h));
    duty.set_next_us(core::to_us(april + 5h));
  });
  const auto shown = ledger.event(arrived, "child.nrm_referred", april + 1h, [&](v1::EventAccepted& head) {
    v1::ClocksStopped& stopped = *head.add_clocks_stopped();
    stopped.set_event(arrived);
    stopped.add_clocks();
  });
  EXPECT_EQ(report.figures().met, 1U);
  ledger.event(arrived, "event.withdrawn", april + 2h, [&](v1::EventAccepted& head) {
    head.set_amends(shown);
    head.set_withdraws(true);
    v1::OwedAgain& again = *head.add_owed_again();
    again.set_event(arrived);
    v1::Duty& duty = *again.add_duties();
    duty.set_kind(v1::NOTIFICATION_KIND_OBLIGATION);
    duty.set_deadline_us(core::to_us(april + 10h));
    duty.set_next_us(core::to_us(april + 2h));
  });
  EXPECT_EQ(report.figures().met, 0U);
  EXPECT_EQ(report.figures().missed, 1U);
}

TEST(CommitteeReport, CountsADutyByTheOtherReportThatStandsAndStoppedItToo) {
  CommitteeReport report(april, february, february);
  Ledger ledger(report);
  const auto owes = [](v1::Duty& duty) {
    duty.set_kind(v1::NOTIFICATION_KIND_OBLIGATION);
    duty.set_deadline_us(core::to_us(april + 10h));
    duty.set_next_us(core::to_us(april + 5h));
  };
  const auto arrived =
      ledger.event(0, "child.arrived", april, [&](v1::EventAccepted& head) { owes(*head.mutable_duties(0)); });
  const auto first = ledger.event(arrived, "child.nrm_referred", april + 1h, [&](v1::EventAccepted& head) {
    v1::ClocksStopped& stopped = *head.add_clocks_stopped();
    stopped.set_event(arrived);
    stopped.add_clocks();
  });
  const auto second = ledger.event(arrived, "child.nrm_referred", april + 11h);
  ledger.event(arrived, "event.withdrawn", april + 12h, [&](v1::EventAccepted& head) {
    head.set_amends(first);
    head.set_withdraws(true);
    v1::OwedAgain& again = *head.add_owed_again();
    again.set_event(arrived);
    owes(*again.add_duties());
    v1::ClocksStopped& stopped = *head.add_clocks_stopped();
    stopped.set_event(arrived);
    stopped.set_by(second);
    stopped.add_clocks()->set_late(true);
  });
  EXPECT_EQ(report.figures().met, 0U);
  EXPECT_EQ(report.figures().late, 1U);
}

TEST(CommitteeReport, CountsWhatIsOwedBecauseOfTheOtherReportOfAnEnd) {
  CommitteeReport report(april, february, february);
  Ledger ledger(report);
  const auto owes = [](v1::Duty& duty) {
    duty.set_kind(v1::NOTIFICATION_KIND_OBLIGATION);
    duty.set_deadline_us(core::to_us(april + 10h));
    duty.set_next_us(core::to_us(april + 5h));
  };
  const auto first =
      ledger.event(0, "child.located", april, [&](v1::EventAccepted& head) { owes(*head.mutable_duties(0)); });
  const auto second = ledger.event(first, "child.located", april + 1h);
  EXPECT_EQ(report.figures().missed, 1U);
  ledger.event(first, "event.withdrawn", april + 2h, [&](v1::EventAccepted& head) {
    head.set_amends(first);
    head.set_withdraws(true);
    v1::ClocksStopped& stopped = *head.add_clocks_stopped();
    stopped.set_event(first);
    stopped.add_clocks()->set_no_longer_owed(true);
    v1::OwedAgain& again = *head.add_owed_again();
    again.set_event(second);
    again.add_duties()->set_slot(1);
    owes(*again.mutable_duties(0));
  });
  EXPECT_EQ(report.figures().missed, 1U);
  ledger.acknowledge(second, april + 3h, false, 1, true);
  EXPECT_EQ(report.figures().met, 1U);
}

TEST(CommitteeReport, SaysNothingOfThePreventStream) {
  CommitteeReport report(april, february, february);
  Ledger ledger(report);
  const auto referral = ledger.event(0, "prevent.section36", april + 1h);
  ledger.acknowledge(referral, april + 2h, false);
  EXPECT_TRUE(report.figures().agencies.empty());
  ledger.event(0, "child.arrived", april + 3h);
  EXPECT_EQ(report.figures().agencies.size(), 1U);
}

TEST(CommitteeReport, CountsAnArrivalAfterMidnightInSummerInThatMonth) {
  CommitteeReport report(april, february, february);
  Ledger ledger(report);
  ledger.event(0, "child.arrived", core::Instant{sys_days{std::chrono::year{2023} / 4 / 30}} + 23h + 30min);
  EXPECT_EQ(report.figures().arrivals_by_month.at("2023-05"), 1U);
}

TEST(CommitteeReport, SuppressesSmallCountsAndWhateverWouldGiveThemAway) {
  CommitteeFigures figures;
  figures.arrivals = 3;
  figures.episodes = 24;
  figures.agencies = {{"police", 20, 18, 2, 0, 0, {}, {}}, {"home_office", 20, 12, 8, 0, 0, {}, {}}};
  const auto shown = in_markdown(figures, "a year", SmallNumbers::shown);
  EXPECT_NE(shown.find("| Unaccompanied children who arrived | 3 |"), std::string::npos);
  const auto hidden = in_markdown(figures, "a year", SmallNumbers::suppressed);
  EXPECT_NE(hidden.find("| Unaccompanied children who arrived | fewer than 5 |"), std::string::npos);
  EXPECT_EQ(hidden.find("| 18 |"), std::string::npos);
  EXPECT_NE(hidden.find("| home_office | 20 | 12 | 8 |"), std::string::npos);
}

}  // namespace
}  // namespace told::audit
