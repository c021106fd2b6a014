// What a command or an entry needs in memory: what would be decided wrongly were it forgotten.
#include "core/needs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/world.hpp"

namespace told::core::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Each;

/// One child is known, who arrived.
struct OneIsKnown {
  Engine engine;
  Instant now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 27}};
  CaseNumber known = 0;
  int published = 0;

  explicit OneIsKnown(const std::shared_ptr<Policy>& policy) {
    engine.finish_replay();
    perform(Start{"test", "test/ledger"});
    perform(AdoptPolicy{0, policy, std::string(32, 'x')});
    known = engine.state().next_index();
    perform(said("child.arrived"));
  }
  void perform(Command command) { (void)engine.decide(std::move(command), now); }
  Publish said(const std::string& type) {
    auto event = std::make_shared<v1::Event>();
    event->set_id(std::to_string(++published));
    event->set_type("told." + type + ".v1");
    event->set_status(v1::STATUS_ACTUAL);
    event->mutable_time()->set_seconds(to_us(now) / 1'000'000);
    std::string member = type;
    member[member.find('.')] = '_';
    v1::Event::GetReflection()->MutableMessage(event.get(), v1::Event::descriptor()->FindFieldByName(member));
    Publish p;
    p.prints.identity.fill(static_cast<std::byte>(published));
    p.prints.subject.fill(std::byte{1});
    p.event = std::move(event);
    return p;
  }
  std::vector<CaseNumber> cases(const Publish& p) { return needs_of(engine.state(), Command{p}).cases; }
};

TEST(ANewGrade, NeedsTheCaseOnlyWhereSomebodyOfItIsSearchedFor) {
  OneIsKnown one{small_policy()};
  one.now += 1h;  // as if anything were recorded since
  const Publish grade = one.said("child.missing_risk_changed");
  EXPECT_THAT(one.cases(grade), Each(0U));
  one.perform(one.said("child.missing"));
  EXPECT_THAT(one.cases(grade), Contains(one.known));
  const Publish located = one.said("child.located");
  EXPECT_THAT(one.cases(located), Contains(one.known));
  one.perform(located);
  EXPECT_THAT(one.cases(grade), Each(0U));
}

TEST(AnEvent, ThatMakesSomethingOwedOnceAStayNeedsItsCaseAndOneThatOwesItEachTimeDoesNot) {
  for (const bool once : {false, true}) {
    auto policy = policy_with_clocks();
    policy->clocks.resize(1);
    policy->clocks[0].once_a_stay = once;
    OneIsKnown one{policy};
    one.now += 1h;
    const std::string starts = policy->clocks[0].starts;
    if (once)
      EXPECT_THAT(one.cases(one.said(starts)), Contains(one.known));
    else
      EXPECT_THAT(one.cases(one.said(starts)), Each(0U));
  }
}

TEST(WhatAmendsAnEvent, NeedsTheCaseOfThatEvent) {
  OneIsKnown one{small_policy()};
  for (const char* type : {"event.corrected", "event.withdrawn"}) {
    Publish amending = one.said(type);
    EXPECT_THAT(one.cases(amending), Each(0U)) << "it amends nothing that is known";
    amending.prints.supersedes.fill(std::byte{1});
    EXPECT_THAT(one.cases(amending), Contains(one.known)) << type;
  }
}

TEST(AnEvent, ThatMayEndWhatIsCountedOrOwedNeedsItsCase) {
  auto policy = small_policy();
  OneIsKnown plain{policy};
  EXPECT_THAT(plain.cases(plain.said("child.nts_referred")), Each(0U));

  policy = small_policy();
  policy->quotas = {{"places", "child.arrived", {"child.nts_referred"}, 9}};
  OneIsKnown counted{policy};
  EXPECT_THAT(counted.cases(counted.said("child.nts_referred")), Contains(counted.known));
  EXPECT_THAT(counted.cases(counted.said("child.arrived")), Contains(counted.known)) << "which is counted";
  EXPECT_THAT(counted.cases(counted.said("child.placed")), Each(0U));

  policy = policy_with_clocks();
  policy->clocks[1].until = {"child.nts_referred"};
  policy->clocks[0].stopped_by = {};
  OneIsKnown owed{policy};
  EXPECT_THAT(owed.cases(owed.said("child.nts_referred")), Contains(owed.known));
}

TEST(AnEntry, ByWhichSomebodyIsKeptOutNeedsWhatIsWithheldFromThemAndOpenAgain) {
  const NotificationId waits{7, 1};
  const NotificationId in_hand{8, 300};
  v1::LedgerEntry screen;
  screen.mutable_screen_ordered()->add_withheld(waits.number());
  screen.mutable_screen_ordered()->add_open_again()->set_notification(in_hand.number());
  EXPECT_THAT(needs_of(screen).events, testing::IsSupersetOf({EntryIndex{7}, EntryIndex{8}}));
  v1::LedgerEntry moved;
  moved.mutable_identity_changed()->set_moved_event(9);
  moved.mutable_identity_changed()->add_withheld(waits.number());
  EXPECT_THAT(needs_of(moved).events, testing::IsSupersetOf({EntryIndex{7}, EntryIndex{9}}));
}

}  // namespace
}  // namespace told::core::test
