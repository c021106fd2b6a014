// A year of a region, rehearsed: 40 councils, 2,000 arrivals, 1,500 missing episodes, 60,000 obligations. Every
// decision is the real engine's and every delivery is worded as it would be sent; only the carriers and the hours are
// virtual. Bound: 5 s. Prints the figures; exit code 1 where the bound is broken, or where the year was a smaller one.
#include <array>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>

#include "ledger/event_prints.hpp"
#include "rehearse/world.hpp"

namespace {

using namespace told;
using namespace std::chrono_literals;

constexpr int councils = 40;
constexpr int arrivals = 2000;
constexpr int episodes = 1500;
constexpr std::uint64_t obligations = 60'000;
constexpr std::chrono::hours year{24 * 365};
constexpr double bound_s = 5;

const core::Instant begins{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

/// Each council has police, a hub and a manager, and two duties after an arrival: a record within a working day, and a
/// visit every five days for the rest of the year.
std::shared_ptr<core::Policy> region() {
  auto policy = std::make_shared<core::Policy>();
  policy->name = "A region";
  policy->stand_down_within = 30min;
  for (int c = 0; c < councils; ++c) {
    const std::string n = std::to_string(c);
    const std::string site = "site" + n;
    const std::string ladder = "managers" + n;
    policy->sites.push_back(site);
    policy->stand_down_ladder = ladder;
    for (const char* who : {"police", "hub", "manager"}) {
      core::Recipient r;
      r.name = r.title = who + n;
      r.agency = "generic";
      r.carrier = "zmq_queue";
      policy->recipients.push_back(r);
    }
    core::Rung rung;
    rung.after = 20min;
    rung.who = {"manager" + n};
    policy->ladders[ladder] = {ladder, {rung}, 30min};
    rung.after.kind = core::RungTime::Kind::past_deadline;
    rung.after.due = core::Due(0s);
    policy->ladders["duties" + n] = {"duties" + n, {rung}, 12h};
    for (const char* when : {"child.arrived", "child.missing", "child.located"})
      for (const char* who : {"police", "hub"}) {
        core::Rule rule;
        rule.number = static_cast<std::uint32_t>(policy->rules.size() + 1);
        rule.when = when;
        rule.who = who + n;
        rule.sites = {site};
        rule.fields = {"child.name", "child.dob"};
        rule.within[0] = rule.within[1] = core::Due(30min);
        rule.ladder[0] = rule.ladder[1] = ladder;
        policy->rules.push_back(rule);
      }
    for (const bool repeats : {false, true}) {
      core::Clock clock;
      clock.number = static_cast<std::uint32_t>(policy->clocks.size() + 1);
      clock.name = (repeats ? "visit" : "record") + n;
      clock.duty = clock.name;
      clock.starts = "child.arrived";
      clock.sites = {site};
      clock.who = "hub" + n;
      clock.due = repeats ? core::Due(48h) : core::Due(core::Due::Kind::working_days, 1);
      if (repeats) clock.every = core::Due(120h);
      clock.warn = 4h;
      clock.ladder = "duties" + n;
      policy->clocks.push_back(clock);
    }
  }
  return policy;
}

/// The people of the region: they answer most of what they are told within minutes, and do most duties in time.
class People final : public rehearse::Witness {
 public:
  void live_in(rehearse::World& world) { world_ = &world; }

  void decided(core::Instant, const core::Entry& entry) override {
    ++entries;
    if (entry.head.has_event_accepted()) {
      for (const v1::Duty& duty : entry.head.event_accepted().duties()) plan(entry.head.event(), duty);
    } else if (entry.head.has_acknowledged()) {
      for (const v1::Duty& duty : entry.head.acknowledged().duties()) plan(entry.head.event(), duty);
    }
  }

  void delivered(core::Instant at, const core::Transmit& t, const v1::Delivery&) override {
    ++deliveries;
    const bool asks = t.kind == v1::NOTIFICATION_KIND_TELL || t.kind == v1::NOTIFICATION_KIND_STAND_DOWN;
    if (!asks) return;
    const bool slow = dice_() % 10 == 0;
    world_->at(at + (slow ? 25min : 5min), [this, id = t.notification, who = t.recipient] { answer(id, who, false); });
  }

  std::uint64_t entries = 0;
  std::uint64_t deliveries = 0;
  std::uint64_t duties = 0;

 private:
  void plan(core::EntryIndex event, const v1::Duty& duty) {
    if (duty.kind() != v1::NOTIFICATION_KIND_OBLIGATION) return;
    ++duties;
    const core::NotificationId id{event, static_cast<core::Slot>(duty.slot())};
    const bool late = dice_() % 20 == 0;
    const core::Instant due = core::from_us(duty.deadline_us());
    world_->at(late ? due + 1h : due - 1h, [this, id, who = duty.recipient()] { answer(id, who, true); });
  }

  void answer(core::NotificationId id, const std::string& who, bool done) {
    core::Acknowledge said;
    said.notification = id;
    said.by = {"Officer A", "duty officer", "", v1::MEANS_QUEUE, who, who};
    said.said = world_->now();
    said.note = "case system";
    said.done = done;
    (void)world_->act(std::move(said));
  }

  rehearse::World* world_ = nullptr;
  std::mt19937 dice_{20260101};
};

std::shared_ptr<v1::Event> event_of(int number, const char* type, int child, core::Instant at) {
  auto event = std::make_shared<v1::Event>();
  event->set_id("E-" + std::to_string(number));
  event->set_source("region");
  event->set_type(std::string("told.") + type + ".v1");
  event->set_subject("ref-" + std::to_string(child));
  event->set_site("site" + std::to_string(child % councils));
  event->set_status(v1::STATUS_ACTUAL);
  event->mutable_time()->set_seconds(core::to_us(at) / 1'000'000);
  return event;
}

void plan_the_year(rehearse::World& world) {
  std::mt19937 dice{36};
  int number = 0;
  const auto publish = [&](core::Instant at, std::shared_ptr<v1::Event> event) {
    world.at(at, [&world, event = std::move(event)] {
      if (world.publish(event).verdict() != v1::VERDICT_ACCEPTED) std::puts("an event was not accepted");
    });
  };
  for (int child = 0; child < arrivals; ++child) {
    const core::Instant at = begins + year / arrivals * child;
    auto event = event_of(++number, "child.arrived", child, at);
    event->mutable_child_arrived()->mutable_child()->mutable_name()->set_given("Child");
    publish(at, std::move(event));
  }
  for (int i = 0; i < episodes; ++i) {
    const core::Instant at = begins + std::chrono::hours{24 * 30} + std::chrono::hours{24 * 330} / episodes * i;
    const int child = static_cast<int>(dice() % 150);  // of the first month: they are here by then
    auto missing = event_of(++number, "child.missing", child, at);
    missing->mutable_child_missing()->mutable_missing()->mutable_last_seen_at()->set_seconds(missing->time().seconds());
    publish(at, std::move(missing));
    auto located = event_of(++number, "child.located", child, at + 3h);
    located->mutable_child_located()->mutable_located()->mutable_at()->set_seconds(located->time().seconds());
    publish(at + 3h, std::move(located));
  }
}

}  // namespace

int main() {
  static constexpr std::array<unsigned char, 32> key{};
  const auto start = std::chrono::steady_clock::now();
  People people;
  rehearse::World world(
      begins, [](const v1::Event& e) { return ledger::event_prints(key.data(), e); }, people);
  people.live_in(world);
  world.adopt(region());
  plan_the_year(world);
  world.advance(begins + year);
  const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf(
      "a year of a region: %d councils, %d arrivals, %d missing episodes, %llu obligations, %llu deliveries, "
      "%llu entries: %.2f s (bound %.0f s)\n",
      councils, arrivals, episodes, static_cast<unsigned long long>(people.duties),
      static_cast<unsigned long long>(people.deliveries), static_cast<unsigned long long>(people.entries), took,
      bound_s);
  return took < bound_s && people.duties >= obligations ? 0 : 1;
}
