// A disk that does not give an event back for a moment.
#include "dispatch/postponed.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/engine.hpp"

namespace told::dispatch {
namespace {

using namespace std::chrono_literals;

/// Time goes on when the test says so.
class TestLoop final : public loop::Loop {
 public:
  [[nodiscard]] loop::Steady now() const override { return now_; }
  void post(std::function<void()> act) override { act(); }
  [[nodiscard]] std::unique_ptr<loop::Timer> timer() override { return std::make_unique<TestTimer>(*this); }
  [[nodiscard]] std::shared_ptr<void> hold() override { return {}; }

  void pass(std::chrono::seconds time) {
    for (const auto end = now_ + time; now_ < end;) {
      now_ += 1s;
      if (act_ && now_ >= at_) std::exchange(act_, {})();
    }
  }

 private:
  struct TestTimer final : loop::Timer {
    explicit TestTimer(TestLoop& loop) : loop_(loop) {}
    void after(loop::Steady::duration time, std::function<void()> act) override {
      loop_.at_ = loop_.now_ + time;
      loop_.act_ = std::move(act);
    }
    void every(loop::Steady::duration, std::function<void()>) override {}
    void cancel() override { loop_.act_ = {}; }
    TestLoop& loop_;
  };
  loop::Steady now_{};
  loop::Steady at_{};
  std::function<void()> act_;
};

class TakingCarrier final : public carriers::Carrier {
 public:
  [[nodiscard]] const char* name() const override { return "zmq_queue"; }
  [[nodiscard]] bool goes_out() const override { return false; }
  void replace_ways(const std::vector<carriers::Way>&) override {}
  void send(carriers::Parcel parcel) override { sent.push_back(parcel.recipient + " " + parcel.delivery.event_type()); }
  std::vector<std::string> sent;
};

struct APostponed : testing::Test {
  APostponed() {
    dispatch.add_carrier(carrier);
    auto policy = std::make_shared<core::Policy>();
    for (const char* who : {"police", "home_office"}) {
      policy->recipients.push_back({who, who, "generic", "zmq_queue"});
      for (const char* when : {"child.missing", "child.located"}) {
        core::Rule rule;
        rule.number = static_cast<std::uint32_t>(policy->rules.size() + 1);
        rule.when = when;
        rule.who = who;
        rule.fields = {"child.name"};
        rule.within[0] = rule.within[1] = 30min;
        policy->rules.push_back(rule);
      }
    }
    (void)engine.decide(core::Start{"test", "test"}, {});
    (void)engine.decide(core::AdoptPolicy{0, policy, std::string(32, 'x')}, {});
    for (const char* who : {"police", "home_office"}) {
      (void)engine.decide(core::OpenSession{who, 1}, {});
      (void)engine.decide(core::Offer{who, 1, 10}, {});
    }
  }

  /// What is to be sent of an event of that type, about one child.
  std::vector<core::Transmit> published(const std::string& type) {
    auto event = std::make_shared<v1::Event>();
    event->set_type("told." + type + ".v1");
    event->set_status(v1::STATUS_ACTUAL);
    if (type == "child.missing")
      event->mutable_child_missing()->mutable_child()->mutable_name()->set_given("child A");
    else
      event->mutable_child_located()->mutable_child()->mutable_name()->set_given("child A");
    core::Publish publish;
    publish.event = event;
    publish.prints.identity[0] = static_cast<std::byte>(++published_);
    std::vector<core::Transmit> all;
    for (core::Effect& effect : engine.decide(std::move(publish), {}).effects)
      if (auto* t = std::get_if<core::Transmit>(&effect)) {
        all.push_back(*t);
        stored[t->notification.event] = event;
      }
    return all;
  }
  void perform(const std::vector<core::Transmit>& all) {
    for (const core::Transmit& each : all) postponed.perform(each);
  }
  std::vector<std::string> sent_to(const std::string& who) const {
    std::vector<std::string> all;
    for (const std::string& each : carrier.sent)
      if (each.starts_with(who)) all.push_back(each);
    return all;
  }

  core::Engine engine;
  TakingCarrier carrier;
  std::vector<core::Command> commands;
  std::map<core::EntryIndex, std::shared_ptr<const v1::Event>> stored;
  std::set<core::EntryIndex> unreadable;
  int flushed = 0;
  TestLoop loop;
  Dispatch dispatch{engine.state(),
                    [this](core::EntryIndex index) {
                      if (unreadable.contains(index)) throw NotNow("the disk stumbled");
                      return stored.at(index);
                    },
                    [](core::CaseNumber, const std::string&) { return std::string{"R"}; },
                    [this](core::Command c) { commands.push_back(std::move(c)); }};
  Postponed postponed{loop, engine.state(), dispatch, [this] { ++flushed; }};

 private:
  int published_ = 0;
};

TEST_F(APostponed, IsSentOnceItCanBeReadAndItsAttemptNeverEnded) {
  const auto missing = published("child.missing");
  ASSERT_EQ(missing.size(), 2U);
  unreadable = {missing[0].notification.event};
  perform(missing);
  loop.pass(Postponed::patience - 1s);
  EXPECT_TRUE(carrier.sent.empty());
  EXPECT_TRUE(commands.empty());
  unreadable.clear();
  loop.pass(1s);
  EXPECT_EQ(carrier.sent.size(), 2U);
  EXPECT_TRUE(commands.empty());
  const int before = flushed;
  EXPECT_GT(before, 0) << "what was given to a carrier then goes out";
  loop.pass(5s);
  EXPECT_EQ(flushed, before) << "and nothing is tried any more";
}

TEST_F(APostponed, KeepsTheOrderOfItsRecipientAndHoldsUpNobodyElse) {
  std::vector<core::Transmit> missing = published("child.missing");
  unreadable = {missing[0].notification.event};
  std::erase_if(missing, [](const core::Transmit& t) { return t.recipient != "police"; });
  perform(missing);
  perform(published("child.located"));
  EXPECT_EQ(carrier.sent, std::vector<std::string>{"home_office told.child.located.v1"});
  loop.pass(1s);
  EXPECT_TRUE(sent_to("police").empty());
  unreadable.clear();
  loop.pass(1s);
  EXPECT_EQ(sent_to("police"),
            (std::vector<std::string>{"police told.child.missing.v1", "police told.child.located.v1"}));
}

TEST_F(APostponed, IsRefusedAsUnreadableWhenAMinuteHasNotHelpedAndTheNextGoes) {
  const auto missing = published("child.missing");
  unreadable = {missing[0].notification.event};
  perform(missing);
  perform(published("child.located"));
  loop.pass(Postponed::patience + 1s);
  std::size_t ended = 0;
  for (const core::Command& command : commands)
    if (const auto* end = std::get_if<core::EndAttempt>(&command)) {
      ++ended;
      EXPECT_EQ(end->outcome, v1::OUTCOME_REFUSED);
      EXPECT_EQ(end->code, "unreadable");
      EXPECT_EQ(end->notification.event, missing[0].notification.event);
    }
  EXPECT_EQ(ended, 2U);
  EXPECT_EQ(carrier.sent.size(), 2U);
}

TEST_F(APostponed, IsForgottenWhereItsAttemptEndedMeanwhile) {
  const auto missing = published("child.missing");
  unreadable = {missing[0].notification.event};
  perform(missing);
  (void)engine.decide(core::LoseSession{"police", 1}, {});  // it is made again when there is one, with the next number
  unreadable.clear();
  loop.pass(1s);
  EXPECT_EQ(carrier.sent, std::vector<std::string>{"home_office told.child.missing.v1"});
}

}  // namespace
}  // namespace told::dispatch
