#pragma once
// A child's stay: it arrives, and leaves, as some say.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/world.hpp"

namespace told::core::test {

/// A report is owed once a stay, within 10 h of an arrival; an answer to each who reports one.
inline std::shared_ptr<Policy> policy_of_stays() {
  auto p = policy_with_clocks();
  p->clocks.pop_back();  // the visits: of each report
  p->clocks[0].once_a_stay = true;
  p->clocks[0].stopped_by = {};
  Clock again = p->clocks[0];
  again.number = 2;
  again.name = "answer";
  again.once_a_stay = false;
  p->clocks.push_back(again);
  return p;
}

inline Actor who_knows() { return {"Manager B", "head", "", v1::MEANS_LOCAL, "local", ""}; }

struct Stay {
  explicit Stay(std::shared_ptr<Policy> policy = policy_of_stays(), std::size_t closed_kept = closed_events_kept)
      : world(std::move(policy), closed_kept) {
    for (const char* who : {"police", "home_office", "barnardos", "duty_manager", "team_manager", "service_manager"})
      world.connect(who);
  }
  EntryIndex reported(const std::string& type, Duration ago = {}, v1::Status status = v1::STATUS_ACTUAL,
                      const std::string& child = "T-1") {
    const auto result = world.happens(type, child, [&](v1::Event& e) {
      e.mutable_time()->set_seconds(to_us(world.now() - ago) / 1'000'000);
      e.set_status(status);
    });
    EXPECT_EQ(result.verdict(), v1::VERDICT_ACCEPTED);
    return world.last_event();
  }
  EntryIndex arrives(Duration ago = {}) { return reported("child.arrived", ago); }
  struct Again {
    Instant came{};
    EntryIndex second = 0;
    std::string second_id;
  };
  /// Two report it, an hour apart; six hours pass.
  Again arrives_again_after_an_hour() {
    Again again;
    arrives();
    again.came = world.now();
    world.advance(1h);
    again.second = arrives();
    again.second_id = world.last_id();
    world.advance(6h);
    return again;
  }
  void arrived_at(const std::string& report, Instant at) {
    world.correct(report, [&](v1::EventCorrected& c) {
      c.mutable_child_arrived();
      c.mutable_time()->set_seconds(to_us(at) / 1'000'000);
    });
  }
  void transferred_at(const std::string& report, Instant at) {
    world.correct(report, [&](v1::EventCorrected& c) {
      c.mutable_child_transferred();
      c.mutable_time()->set_seconds(to_us(at) / 1'000'000);
    });
  }
  /// What is closed is not at hand any more, where none of it is kept.
  void forget() {
    State& state = world.engine().state_for_restore();
    (void)state.take_changes();
    state.projected(state.next_index());
  }
  /// Open ones of the case that the event is of now.
  [[nodiscard]] std::vector<NotificationId> owed(EntryIndex of, std::uint16_t clock = 1) {
    const State& s = world.engine().state();
    std::vector<NotificationId> all = s.obligations(s.case_of(*s.event(of)));
    std::erase_if(all, [&](NotificationId id) { return world.look(id).rule != clock; });
    return all;
  }
  void another_child(EntryIndex event, CaseNumber to = 0) {
    world.perform(MoveEvent{1, event, to, who_knows(), "the brother"});
    ASSERT_TRUE(world.acted().recorded());
  }
  World world;
};

}  // namespace told::core::test
