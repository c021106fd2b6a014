#include "rehearse/world.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "config/config.hpp"
#include "rehearse/stage.hpp"

namespace told::rehearse::test {
namespace {

using namespace std::chrono_literals;

const core::Instant begins{std::chrono::sys_days{std::chrono::year{2026} / 3 / 6} + 23h};

class Hands final : public Witness {
 public:
  void delivered(core::Instant at, const core::Transmit& t, const v1::Delivery& delivery) override {
    got.push_back({at, t.recipient, delivery.notification(), delivery.attempt()});
  }
  struct Got {
    core::Instant at;
    std::string recipient;
    std::string notification;
    std::uint32_t attempt;
  };
  std::vector<Got> got;
};

struct Night {
  Hands hands;
  World world{begins, prints, hands, 1s, true};
  Night() {
    world.adopt(std::make_shared<core::Policy>(config::load_policy(TOLD_ROOT "/config/demo/policy.toml").value));
  }
  void missing() {
    auto event = std::make_shared<v1::Event>();
    event->set_id("1");
    event->set_source("port");
    event->set_type("told.child.missing.v1");
    event->set_subject("ref-17");
    event->set_site("tilbury");
    event->set_status(v1::STATUS_ACTUAL);
    event->mutable_time()->set_seconds(core::to_us(world.now()) / 1'000'000);
    event->mutable_child_missing()->mutable_risk()->set_grade(v1::RISK_GRADE_HIGH);
    EXPECT_EQ(world.publish(event).verdict(), v1::VERDICT_ACCEPTED);
  }
};

TEST(VirtualWorld, WhatIsSentIsInHandsAfterItsTimeAndNotBefore) {
  Night night;
  night.missing();
  night.world.advance(begins + 999ms);
  EXPECT_TRUE(night.hands.got.empty());
  night.world.advance(begins + 1s);
  EXPECT_EQ(night.hands.got.size(), 4U);
}

TEST(VirtualWorld, ACarrierThatIsOutDeliversWhenItIsBackAndOnce) {
  Night night;
  night.world.cut("police.control_room");
  night.missing();
  const auto in_polices_hands = [&] {
    return std::count_if(night.hands.got.begin(), night.hands.got.end(),
                         [](const Hands::Got& got) { return got.recipient == "police.control_room"; });
  };
  night.world.advance(begins + 2s);
  EXPECT_EQ(in_polices_hands(), 0);
  night.world.mend("police.control_room");
  night.world.advance(begins + 3s);
  EXPECT_EQ(in_polices_hands(), 1);
}

TEST(VirtualWorld, WhatWasOnItsWayWhenToldDiedIsSentAgainUnderTheSameReference) {
  Night night;
  night.missing();
  night.world.restart();
  night.world.advance(begins + 2s);
  ASSERT_EQ(night.hands.got.size(), 4U);
  for (const auto& got : night.hands.got) EXPECT_EQ(got.attempt, 2U);
  EXPECT_TRUE(night.world.engine().limbo().empty());
}

TEST(VirtualWorld, WhoAnswersAtTheVeryInstantOfTheRungIsBeforeIt) {
  Night night;
  night.missing();
  bool asked = false;
  night.world.at(begins + 4s, [&] {
    asked = true;
    EXPECT_EQ(night.world.engine().next_due(), begins + 4s);
  });
  night.world.advance(begins + 4s);
  EXPECT_TRUE(asked);
}

}  // namespace
}  // namespace told::rehearse::test
