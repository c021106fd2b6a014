// What is done to told from outside: one function for each kind of incident (plan.cpp says how often, and with which
// words).
#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "children.hpp"
#include "core/event_types.hpp"
#include "core/reference.hpp"
#include "world.hpp"

namespace told::sim {
namespace {

using namespace std::chrono_literals;

}  // namespace

struct World::Kind {
  void (World::*happens)(const Incident&);
  bool fault = true;  ///< else it is everyday life
};

const World::Kind& World::kind_of(const std::string& what) {
  static const std::map<std::string, Kind, std::less<>> kinds{
      {"publish", {&World::publish, false}},
      {"repeat", {&World::publish}},
      {"reuse", {&World::publish}},
      {"die", {&World::die}},
      {"stop", {&World::stop}},
      {"away", {&World::send_away}},
      {"hang", {&World::hang}},
      {"second_worker", {&World::second_worker}},
      {"mood", {&World::feel}},
      {"sick", {&World::sicken}},
      {"break", {&World::break_line}},
      {"publisher_dies", {&World::publisher_dies}},
      {"step_wall", {&World::step_wall}},
      {"freeze", {&World::freeze}},
      {"disk_full", {&World::fill_disk}},
      {"disk_fails", {&World::fail_disk}},
      {"disk_unreadable", {&World::fail_reads}},
      {"disk_slow", {&World::slow_disk}},
      {"rot", {&World::rot}},
      {"reload", {&World::reload, false}},
      {"stranger", {&World::stranger}},
      {"pest", {&World::stranger}},
      {"forged", {&World::forge}},
      {"call", {&World::call, false}},
      {"stand_down", {&World::stand_down_child, false}},
      {"stand_down_any", {&World::stand_down_any, false}},
      {"screen", {&World::screen, false}},
      {"join", {&World::join, false}},
      {"move", {&World::move, false}},
      {"hold", {&World::hold, false}},
      {"erase", {&World::erase, false}},
      {"close_alarm", {&World::close_an_alarm, false}},
      {"export", {&World::take_export}},
  };
  const auto found = kinds.find(what);
  if (found == kinds.end()) throw std::runtime_error("no such incident: " + what);
  return found->second;
}

void World::happen(const Incident& incident) {
  trace_.note(schedule_.now(), incident.what());
  trace_.say(schedule_.now(),
             [&] { return "INCIDENT " + std::to_string(incident.number) + " " + incident.words.text(); });
  const Kind& kind = kind_of(incident.what());
  if (kind.fault) ++faults_;
  (this->*kind.happens)(incident);
}

/// When the incident is over; never once everything was healed.
void World::later(const Incident& incident, std::function<void()> then) {
  if (!incident.words.has("for")) return;
  schedule_.in(incident.words.time("for"), [this, then = std::move(then)] {
    if (!healed_) then();
  });
}

// --- publishers ---

void World::publish(const Incident& incident) {
  Words say = incident.words;
  if (incident.what() == "publish") {
    published_[say.of("id")] = say;
  } else {
    // What was published before is said again: the same, or, under its id, something else.
    const auto before = published_.find(say.of("of"));
    if (before == published_.end()) return;
    const bool other = incident.what() == "reuse";
    const Micros ago = schedule_.now() - before->second.time("at") + before->second.time("ago");
    say = before->second;
    say.say("ago", ago);
    if (other) say.say("version", say.number("version") + 5);
  }
  const auto publisher = publishers_.find(say.of("party"));
  if (publisher == publishers_.end()) return;
  publisher->second->publish(event_of(say, machine_.true_time()));
}

void World::publisher_dies(const Incident& incident) {
  const Words& say = incident.words;
  const std::string& party = say.of("party");
  const auto found = publishers_.find(party);
  if (found == publishers_.end()) return;
  if (say.has("loses"))
    for (const auto& [who, id] : std::set(judge_.unanswered()))
      if (who == party) judge_.gave_up(who, id);
  found->second->die(say.time("for"), say.has("loses"));
  tick_at(schedule_.now() + 21min);
  tick_at(schedule_.now() + 61min);
}

// --- told's own life ---

void World::die(const Incident& incident) {
  if (!told_) return;
  const Words& say = incident.words;
  const auto how = say.of("how") == "power" ? Machine::Death::power : Machine::Death::killed;
  comes_back_in_ = say.time("for");
  if (say.has("writes")) {
    disk_->trouble.until = say.number("writes");
    disk_->trouble.death = how;
    disk_->trouble.fails = false;
  } else if (say.has("steps")) {
    steps_left_ = say.number("steps");
    at_step_ = how;
  } else {
    machine_.die(how);
    bury();
  }
}

void World::stop(const Incident& incident) {
  if (!serves()) return;
  comes_back_in_ = incident.words.time("for");
  judge_.takes_nothing_in = true;
  machine_.run(schedule_.now(), [this] { told_->stop(); });
}

void World::reload(const Incident&) {
  const PolicyVariant before = std::exchange(house_.variant, variant_for(dice_.of("policy"), ++reloads_));
  const auto note_moves = [this](const PolicyVariant& one, const PolicyVariant& other) {
    for (const auto& [recipient, carrier] : one.carrier)
      if (!other.carrier.contains(recipient)) moved_.insert(recipient);
  };
  note_moves(before, house_.variant);
  note_moves(house_.variant, before);
  const core::Policy policy = policies_.of(house_.variant);
  for (const auto& r : policy.recipients)
    if (r.carrier == "zmq_queue" && !workers_.contains(r.name)) make_worker(r.name);
  if (serves()) machine_.run(schedule_.now(), [this] { told_->reload(); });
}

// --- recipients ---

void World::send_away(const Incident& incident) {
  Worker* w = worker(incident.words.of("party"));
  if (w == nullptr) return;
  w->go_away(incident.words.has("silently"));
  tick_at(schedule_.now() + 16s);
  later(incident, [w] { w->come_back(); });
}

void World::hang(const Incident& incident) {
  Worker* w = worker(incident.words.of("party"));
  if (w == nullptr) return;
  w->hang(true);
  tick_at(schedule_.now() + 16s);
  later(incident, [w] { w->hang(false); });
}

void World::second_worker(const Incident& incident) {
  if (Worker* w = worker(incident.words.of("party"))) w->second_worker();
}

void World::break_line(const Incident& incident) {
  const std::string& party = incident.words.of("party");
  const bool silently = incident.words.has("silently");
  if (const auto p = publishers_.find(party); p != publishers_.end()) {
    p->second->hang_up(silently);
  } else if (Worker* w = worker(party); w != nullptr && w->line()) {
    const LinePtr line = w->line();
    wire_.hang_up(line, silently);
    w->broken(line);
    tick_at(schedule_.now() + 16s);
  }
}

void World::feel(const Incident& incident) {
  const std::string& party = incident.words.of("party");
  Mood& mood = worker(party) != nullptr ? worker(party)->desk().mood : mailbox(party).desk().mood;
  const Mood before = mood;
  const std::string& how = incident.words.of("mood");
  if (how == "never") mood.never_answers = 1;
  if (how == "slow") mood.answer_least = 2h, mood.answer_most = 50h;
  if (how == "no_receipts") mood.no_receipt = 0.7;
  if (how == "twice") mood.twice = 1;
  if (how == "declines") mood.declines = 0.7;
  if (how == "stingy") mood.credit = 1;
  later(incident, [&mood, before] { mood = before; });
}

void World::sicken(const Incident& incident) {
  Sickness& sickness = mailbox(incident.words.of("party")).sickness;
  const Sickness before = sickness;
  const std::string& how = incident.words.of("kind");
  if (how == "gone") sickness.gone = true;
  if (how == "refuses") sickness.refused = 0.7;
  if (how == "unknown") sickness.unknown = 0.7;
  if (how == "slow") sickness.takes_least = 2s, sickness.takes_most = 30s;
  if (how == "asks") sickness.deferred = 0.5, sickness.asks_for = 90s;
  later(incident, [&sickness, before] { sickness = before; });
}

void World::stranger(const Incident& incident) {
  Worker* w = worker(incident.words.of("party"));
  if (w == nullptr) return;
  for (const auto number : judge_.book().open()) {
    const auto id = core::NotificationId::of(number);
    if (judge_.book().note(id)->recipient == w->recipient()) continue;
    const std::int64_t times = incident.what() == "pest" ? incident.words.number("times") : 1;
    for (std::int64_t i = 0; i < times; ++i) w->claim(core::to_reference(id));
    return;
  }
}

/// For the simulator's own test, and in no plan: the judge is shown a delivery that told never made.
void World::forge(const Incident& incident) {
  v1::Delivery delivery;
  delivery.set_notification(core::to_reference(core::NotificationId{1'000'000, 0}));
  delivery.set_attempt(1);
  judge_.delivered(incident.words.of("party"), delivery);
}

// --- the machine ---

void World::step_wall(const Incident& incident) {
  const Micros by = incident.words.time("by");
  machine_.step_wall(by);
  judge_.clocks_disagree = true;
  later(incident, [this, by] { machine_.step_wall(-by); });
}

void World::freeze(const Incident& incident) {
  const Micros time = incident.words.time("for");
  const bool suspended = incident.words.has("suspended");
  machine_.freeze(time, suspended);
  judge_.clocks_disagree = judge_.clocks_disagree || !suspended;
  judge_.excuse(schedule_.now() + time + 5s);
}

void World::fill_disk(const Incident& incident) {
  const bool suddenly = incident.words.has("suddenly");
  disk_->fill_up_to(suddenly ? 0 : Disk::reserve_bytes / 2, suddenly);
  judge_.storage_may_be_low = true;
  machine_.touch();
  later(incident, [this] {
    disk_->fill_up_to(Disk::plenty, false);
    machine_.touch();
  });
}

void World::fail_disk(const Incident& incident) {
  disk_->trouble.until = incident.words.number("writes");
  disk_->trouble.fails = true;
}

void World::fail_reads(const Incident& incident) { disk_->trouble.reads = incident.words.number("reads"); }

void World::slow_disk(const Incident& incident) {
  quicken_disk();  // it may have been slower still
  disk_slow_ = incident.words.time("by");
  later(incident, [this] { quicken_disk(); });
}

/// What it has under way still takes its time.
void World::quicken_disk() {
  if (disk_slow_ == Micros{0}) return;
  judge_.excuse(schedule_.now() + 3 * disk_slow_ + 1s);
  disk_slow_ = Micros{0};
}

void World::rot(const Incident& incident) { disk_->rot_projection(dice_.of("rot", incident.number)); }

void World::take_export(const Incident& incident) {
  if (!serves()) return;
  try {
    readers_.push_back(told_->ledger().reader());
  } catch (const ledger::StoreFailed&) {  // the export fails, and nothing else
  }
  later(incident, [this] {
    if (!readers_.empty()) readers_.erase(readers_.begin());
  });
}

}  // namespace told::sim
