// Who was told what of a child, when, why and by which law: also when what was said is gone.
#include "audit/disclosures.hpp"

#include <gtest/gtest.h>

#include "audit/words.hpp"
#include "core/reference.hpp"
#include "world.hpp"

namespace told::audit {
namespace {

class Disclosures : public ::testing::Test {
 protected:
  Disclosures() {
    testing::tell_a_story(world);
    world.entries[0].set_policy_version(0);  // the start came before any policy
    for (v1::Duty& duty : *world.entries[2].mutable_event_accepted()->mutable_duties()) duty.set_rule(1);
    v1::Body sent;
    sent.set_content_sha256(std::string(32, '\x2a'));
    world.bodies[3] = sent;
    world.seal();
    core::Rule rule;
    rule.number = 1;
    rule.when = "child.missing";
    rule.who = "police.control_room";
    rule.fields = {"child.name", "missing.clothing"};
    rule.basis = "Children Act 1989 s.47";
    rule.purpose = "find the child";
    rule.agreement = "ISA-1";
    rule.source = "S";
    policy->rules = {rule};
    policy->third_party = {"child"};
  }
  v1::DisclosureReport report(bool content) {
    const DisclosureSources sources{
        [this](std::uint32_t version) { return version == 1 ? policy : nullptr; },
        [](const std::string& who) { return who == "police.control_room" ? std::string("Police") : std::string(); },
        [](core::CaseNumber c, const std::string& who) { return "R-" + std::to_string(c) + who.substr(0, 1); }, policy};
    return disclosures(world, {2, 3, 4, 5}, sources, content);
  }
  testing::World world;
  std::shared_ptr<core::Policy> policy = std::make_shared<core::Policy>();
};

TEST_F(Disclosures, SayToWhomWhenWhichFieldsWhyAndWhoHasIt) {
  const v1::DisclosureReport all = report(false);
  ASSERT_EQ(all.disclosures_size(), 3);
  const v1::Disclosure& police = all.disclosures(0);
  EXPECT_EQ(police.notification(), core::to_reference(core::NotificationId{2, 0}));
  EXPECT_EQ(police.recipient(), "police.control_room");
  EXPECT_EQ(police.title(), "Police");
  EXPECT_EQ(police.known_as(), "R-2p");
  EXPECT_EQ(police.event_type(), "told.child.missing.v1");
  ASSERT_EQ(police.fields_size(), 1) << police.ShortDebugString();  // what was allowed and not said was not told
  EXPECT_EQ(police.fields(0), "child.name.given");
  EXPECT_EQ(police.values_size(), 0);
  EXPECT_EQ(police.basis(), "Children Act 1989 s.47");
  EXPECT_EQ(police.purpose(), "find the child");
  EXPECT_EQ(police.agreement(), "ISA-1");
  EXPECT_EQ(police.carrier(), "zmq_queue");
  EXPECT_EQ(police.attempts(), 1U);
  EXPECT_EQ(police.content_sha256().substr(0, 4), "2a2a");
  EXPECT_EQ(police.acknowledged_by().name(), "A. Sergeant");
  EXPECT_TRUE(police.has_told_at());
  EXPECT_TRUE(police.has_delivered_at());
  EXPECT_EQ(all.disclosures(1).title(), "home_office.asylum");
  EXPECT_FALSE(all.disclosures(1).has_acknowledged_at());
  EXPECT_EQ(all.disclosures(2).fields_size(), 0);  // a call tells the fact alone
}

// They had nothing that was wrong: they were told of a missing child, under the fields of the rule for that.
TEST_F(Disclosures, SayOfWhomACorrectionToldFirstThatTheyWereToldOfTheEventItselfInTheirRulesFields) {
  core::Rule guardians = policy->rules[0];
  guardians.number = 2;
  guardians.who = "guardians";
  guardians.fields = {"placement"};
  policy->rules.push_back(guardians);
  v1::Body brings;
  v1::EventCorrected& correction = *brings.mutable_event()->mutable_event_corrected();
  correction.set_reason("misheard");
  correction.mutable_child_missing()->mutable_child()->mutable_name()->set_given("Another");
  correction.mutable_child_missing()->mutable_placement()->set_county("Kent");
  const auto index = world.entries.size();
  v1::EventAccepted& corrected = *world.add(2, index, &brings).mutable_event_accepted();
  corrected.set_type("told.event.corrected.v1");
  corrected.set_event_time_us(world.entries[index].time_us());
  corrected.set_amends(2);
  corrected.set_corrected_time_us(1'794'999'000'000'000);
  for (const auto& [who, kind, rule] : {std::tuple{"police.control_room", v1::NOTIFICATION_KIND_CORRECTION, 1U},
                                        std::tuple{"guardians", v1::NOTIFICATION_KIND_TELL, 2U}}) {
    v1::Duty& duty = *corrected.add_duties();
    duty.set_slot(static_cast<std::uint32_t>(corrected.duties_size()) - 1);
    duty.set_recipient(who);
    duty.set_kind(kind);
    duty.set_rule(rule);
    duty.set_policy_version(1);
    duty.set_deadline_us(world.entries[index].time_us() + 1);
    duty.set_attempted(true);
  }
  world.seal();
  const DisclosureSources sources{[this](std::uint32_t) { return policy; }, [](const std::string&) { return ""; },
                                  [](core::CaseNumber, const std::string&) { return ""; }, policy};
  const v1::DisclosureReport all = disclosures(world, {2, index}, sources, true);
  ASSERT_EQ(all.disclosures_size(), 4);
  const v1::Disclosure& police = all.disclosures(2);
  EXPECT_EQ(police.event_type(), "told.event.corrected.v1");
  const v1::Disclosure& told = all.disclosures(3);
  EXPECT_EQ(told.event_type(), "told.child.missing.v1");
  EXPECT_EQ(told.event_time().seconds(), 1'794'999'000);
  EXPECT_EQ(told.what(), "to be told");
  EXPECT_EQ(told.amends(), core::to_reference(core::Named::event, 2));
  ASSERT_EQ(told.values_size(), 1) << told.ShortDebugString();
  EXPECT_EQ(told.values(0).path(), "placement.county");
  const auto said = in_words(world.entries[index], nullptr, {});
  EXPECT_NE(said.find("; to be told: police.control_room by "), std::string::npos) << said;
  EXPECT_NE(said.find("; to be told for the first time: guardians by "), std::string::npos) << said;
}

TEST_F(Disclosures, WithContentSayWhatAndWhatAPersonMustLookAtFirst) {
  const v1::DisclosureReport all = report(true);
  const v1::Disclosure& police = all.disclosures(0);
  ASSERT_EQ(police.values_size(), 1);
  EXPECT_EQ(police.values(0).path(), "child.name.given");
  EXPECT_NE(police.values(0).text().find("Invented"), std::string::npos);
  EXPECT_EQ(police.values(0).mark(), "third_party");
}

TEST_F(Disclosures, OfWhatWasErasedSayWhichFieldsWereAllowed) {
  world.bodies[2] = world.bodies[3] = world.bodies[4] = std::nullopt;
  const v1::DisclosureReport all = report(true);
  const v1::Disclosure& police = all.disclosures(0);
  EXPECT_TRUE(police.content_gone());
  EXPECT_EQ(police.fields_size(), 2);
  EXPECT_EQ(police.values_size(), 0);
  EXPECT_EQ(police.content_sha256(), "");
  EXPECT_TRUE(police.has_acknowledged_at());
  EXPECT_FALSE(police.has_acknowledged_by());
  EXPECT_EQ(police.basis(), "Children Act 1989 s.47");
}

TEST_F(Disclosures, HaveNoFieldsWhereNoPolicyCanSayWhich) {
  policy = nullptr;
  EXPECT_EQ(report(true).disclosures(0).fields_size(), 0);
  EXPECT_EQ(report(true).disclosures_size(), 3);
}

TEST_F(Disclosures, FindThePolicyThatWasInForce) {
  EXPECT_EQ(policy_adopted(world, 1)->text(), "# told tells nobody");
  EXPECT_FALSE(policy_adopted(world, 2));
}

}  // namespace
}  // namespace told::audit
