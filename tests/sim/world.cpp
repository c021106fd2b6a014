#include "world.hpp"

#include <algorithm>
#include <limits>

#include "file_disk.hpp"
#include "fresh_reading.hpp"
#include "memory_disk.hpp"
#include "random_bytes.hpp"

namespace told::sim {
namespace {

using namespace std::chrono_literals;

constexpr Micros heal_within = 10min;

ledger::SigningKey signing_key() {
  // Everybody's in every world; nothing in a trace depends on which key it is.
  static const auto key = ledger::SigningKey::from_text(
      "PRIVATE+KEY+told.example.gov.uk/ledger+ef4572e3+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f");
  return key;
}

std::vector<gateway::Publisher> publishers() {
  using namespace std::chrono_literals;
  const std::vector<std::string> later{"event.corrected", "event.withdrawn"};
  const auto with = [&](std::vector<std::string> types) {
    types.insert(types.end(), later.begin(), later.end());
    return types;
  };
  return {
      {"tilbury",
       key_of("tilbury"),
       with({"child.arrived", "child.missing", "child.located"}),
       {"tilbury", "purfleet"},
       20min},
      {"police",
       key_of("police"),
       with({"child.arrived", "child.missing", "child.located", "child.missing_risk_changed", "prevent.section36"}),
       {"police_station"},
       0ms},
      {"council",
       key_of("council"),
       with({"child.placed", "child.age_enquiry", "child.missing", "child.located", "child.nrm_referred",
             "child.nts_referred", "child.transferred", "interpreter.unavailable", "prevent.referral", "case.closed"}),
       {"council"},
       1h}};
}

std::size_t closed_kept(const Words& settings) {
  return settings.has("closed_kept") ? static_cast<std::size_t>(settings.number("closed_kept"))
                                     : core::closed_events_kept;
}

std::uint64_t number_of(const std::string& name) { return Dice{0}.roll(name); }

std::unique_ptr<Disk> disk_for(const std::string& kind, Machine& machine) {
  if (kind == "memory") return std::make_unique<MemoryDisk>(&machine);
  if (kind == "sqlite") return std::make_unique<FileDisk>(&machine);
  throw std::runtime_error("a world's disk is memory or sqlite, not " + kind);
}

}  // namespace

World::World(const History& history, Policies& policies)
    : history_{history},
      dice_{static_cast<std::uint64_t>(history.settings.number("seed"))},
      policies_{policies},
      machine_{schedule_, dice_.of("machine"), core::Instant{std::chrono::seconds{history.settings.number("begins")}},
               static_cast<double>(history.settings.number("drift"))},
      disk_{disk_for(history.settings.of("disk"), machine_)},
      wire_{schedule_, machine_, dice_.of("wire"), trace_},
      house_{schedule_,     machine_,
             wire_,         *disk_,
             policies,      dice_.of("house"),
             signing_key(), closed_kept(history.settings),
             publishers(),  variant_for(dice_.of("policy"), 0)},
      judge_{schedule_, machine_, policies, trace_, signing_key()} {
  seed_random_bytes(dice_.roll("random bytes"));
  forget_sqlites_chance();
  judge_.truly_durable = [this] { return disk_->durable(); };
  judge_.rows_spoilt = [this] {
    return disk_->harm.rotten_bits + disk_->harm.failures > 0 ||
           (told_ && told_->ledger().projected() == std::numeric_limits<core::EntryIndex>::max());
  };
  machine_.on_death = [this] { bury(); };
  machine_.on_step = [this] { look(); };
  machine_.disk_takes = [this] { return dice_.time(60us, 4ms, "disk", ++disk_ops_) + disk_slow_; };
  wire_.hear = [this](Door door, const gateway::Message& message) {
    if (told_) told_->hear(door, message);
  };
  wire_.gone = [this](Door door, const std::string& peer) {
    if (told_) told_->peer_gone(door, peer);
  };
  wire_.on_out = [this](const Line& line, std::string_view payload) { judge_.leaves(line, payload); };
  wire_.on_lost = sight_.no_receipt = [this] { tick_at(schedule_.now() + 31s); };
  sight_.published = [this](const std::string& who, const v1::Event& event) { judge_.published(who, event); };
  sight_.answered = [this](const std::string& who, const v1::PublishResult& result, const v1::Event& event) {
    judge_.answered(who, result, event);
  };
  sight_.delivered = [this](const std::string& who, const v1::Delivery& delivery) { judge_.delivered(who, delivery); };
  sight_.checkpoint = [this](const std::string& who, const std::string& note) { judge_.checkpoint(who, note); };
  sight_.says = [this](const std::string& who, const v1::AgencyFrame& frame) { judge_.says(who, frame); };
  sight_.settled = [this](const std::string& who, const v1::AcknowledgementResult& result, bool stranger) {
    judge_.settled(who, result, stranger);
  };
  sight_.problem = [this](const std::string& who, const v1::Problem& problem) { judge_.problem(who, problem); };
  make_parties();
}

World::~World() {
  machine_.end_run();
  readers_.clear();
}

void World::make_parties() {
  for (const auto& p : house_.publishers)
    publishers_[p.name] =
        std::make_unique<Publisher>(schedule_, wire_, dice_.of("publisher", number_of(p.name)), sight_, p.name);
  const core::Policy policy = policies_.of(house_.variant);
  for (const auto& r : policy.recipients) {
    if (r.carrier == "zmq_queue") make_worker(r.name);
    // Each recipient has its temper for good.
    const Dice d = dice_.of("temper", number_of(r.name));
    Mood& mood = workers_.contains(r.name) ? workers_[r.name]->desk().mood : mailbox(r.name).desk().mood;
    mood.answer_most = d.time(2min, 5h, "answers within");
    mood.never_answers = d.chance(0.1, "often never") ? 0.3 : 0.02;
    mood.no_receipt = d.chance(0.1, "sloppy") ? 0.1 : 0;
  }
}

void World::make_worker(const std::string& name) {
  workers_[name] = std::make_unique<Worker>(schedule_, wire_, dice_.of("worker", number_of(name)), sight_, name);
}

Worker* World::worker(const std::string& name) {
  const auto found = workers_.find(name);
  return found == workers_.end() ? nullptr : found->second.get();
}

Mailbox& World::mailbox(const std::string& name) {
  auto& box = mailboxes_[name];
  if (!box)
    box = std::make_unique<Mailbox>(schedule_, machine_, dice_.of("mailbox", number_of(name)), sight_, name,
                                    [this] { return serves() ? &told_->interior().answers() : nullptr; });
  return *box;
}

// --- told's life ---

void World::start_in(Micros time) {
  schedule_.in(time, [this] { start(); });
}

void World::start() {
  if (told_) return;
  if (machine_.frozen()) return start_in(machine_.frozen_until() - schedule_.now() + 1ms);
  machine_.begin_run();
  served_ = false;
  Watch watch;
  watch.committed = [this](std::span<const core::Entry> entries) { judge_.committed(entries); };
  watch.acted = [this](const core::ReplyActed& reply) {
    trace_.note(schedule_.now(), "acted", reply.result.SerializeAsString());
    trace_.say(schedule_.now(),
               [&] { return "answer to " + asked_[reply.reply_to] + ": " + reply.result.ShortDebugString(); });
  };
  watch.serving = [this] {
    trace_.say(schedule_.now(), [] { return std::string{"told serves"}; });
    judge_.serves(held_up());
    served_ = true;
    tick_at(schedule_.now() + 16s);
    tick_at(schedule_.now() + 21min);
    tick_at(schedule_.now() + 61min);
  };
  watch.ended_by_itself = [this](const std::string& why) {
    trace_.say(schedule_.now(), [&] { return "told ends: " + (why.empty() ? "stopped" : why); });
    if (!why.empty()) return machine_.die(Machine::Death::killed);
    machine_.halt();
    schedule_.in(0us, [this] { taken_down(); });
  };
  watch.sent = [this](carriers::Parcel parcel, const std::string& carrier,
                      std::function<void(carriers::Report)> report) {
    judge_.leaves(parcel.recipient, parcel.delivery);
    if (!parcel.checkpoint.empty()) judge_.leaves(parcel.recipient, parcel.checkpoint);
    trace_.note(schedule_.now(), carrier, parcel.delivery.SerializeAsString());
    const std::string recipient = parcel.recipient;
    mailbox(recipient).send(std::move(parcel), carrier, std::move(report));
  };
  trace_.say(schedule_.now(), [] { return std::string{"told starts"}; });
  try {
    told_ = std::make_unique<Told>(house_, std::move(watch));
    if (machine_.death() == Machine::Death::none) {
      judge_.recovers(told_->ledger());
      if (dice_.chance(0.15, "read afresh", machine_.run_number())) read_afresh();
      told_->begin();
    }
  } catch (const ledger::StoreFailed& failed) {
    trace_.say(schedule_.now(), [&] { return std::string{"told cannot start: "} + failed.what(); });
    machine_.die(Machine::Death::killed);
  }
  if (machine_.death() != Machine::Death::none) bury();
}

void World::bury() {
  const Machine::Death how = machine_.death();
  trace_.note(schedule_.now(), how == Machine::Death::power ? "power" : "killed");
  trace_.say(schedule_.now(),
             [&] { return std::string{how == Machine::Death::power ? "the power goes" : "told is dead"}; });
  readers_.clear();
  told_.reset();
  machine_.end_run();
  judge_.ends();
  wire_.all_break(how == Machine::Death::power);
  if (how == Machine::Death::power) disk_->cut_power(dice_.of("cut", machine_.run_number()));
  disk_->trouble.until = -1;
  disk_->trouble.fails = false;
  steps_left_ = -1;
  // systemd waits longer where it never came to serve.
  restart_after_ = served_ ? 3s : std::min<Micros>(restart_after_ * 2, 5min);
  start_in(std::exchange(comes_back_in_, Micros{0}) +
           dice_.time(200ms, restart_after_, "restart", machine_.run_number()));
}

void World::taken_down() {
  trace_.note(schedule_.now(), "stopped");
  readers_.clear();
  told_.reset();
  machine_.end_run();
  judge_.ends();
  wire_.all_break(false);
  start_in(std::exchange(comes_back_in_, Micros{0}) + 500ms);
}

void World::look() {
  if (steps_left_ > 0 && --steps_left_ == 0) {
    steps_left_ = -1;
    machine_.die(at_step_);
    return;
  }
  if (!serves()) return;
  judge_.look(told_->interior().clock().now(), held_up());
}

// The gateway looks every 250 ms for who has fallen silent and which receipts did not come. Between two moments at
// which that can be, it would find that everybody who is well has said so: they do, just before it looks.
void World::tick_at(Micros when) {
  constexpr Micros grid = 5s;
  const Micros at = (when / grid + 1) * grid;
  if (!ticks_.insert(at).second) return;
  schedule_.at(at, [this, at] {
    ticks_.erase(at);
    machine_.run(schedule_.now(), [this] { tick(); });
  });
}

void World::tick() {
  if (!serves()) return;
  const auto hear = [&](Door door, const LinePtr& line, const std::string& bytes) {
    gateway::Message message;
    message.peer = line->name;
    message.user = line->party;
    message.key = line->key;
    message.payload = bytes;
    told_->hear(door, message);
  };
  for (const auto& [name, worker] : workers_)
    if (worker->well() && worker->line()->run == machine_.run_number()) hear(Door::agencies, worker->line(), {});
  for (const auto& [name, publisher] : publishers_)
    if (const LinePtr line = publisher->idle_line(); line && publisher->alive() && line->run == machine_.run_number())
      hear(Door::publishers, line, {});
  machine_.touch();
  told_->tick();
}

// --- the end ---

void World::heal() {
  healed_ = true;
  disk_->trouble = {};
  disk_->fill_up_to(Disk::plenty, false);
  quicken_disk();
  comes_back_in_ = Micros{0};
  steps_left_ = -1;
  for (auto& [name, box] : mailboxes_) {
    box->sickness = {};
    box->sickness.deferred = box->sickness.refused = box->sickness.unknown = 0;
    box->desk().hurry();
  }
  for (auto& [name, worker] : workers_) {
    worker->desk().hurry();
    worker->come_back();
  }
  machine_.touch();
}

void World::calm() {
  // People see to alarms, and to what was declined; told is looked after.
  for (int i = 0; i < 200; ++i)
    schedule_.in(1h * i + 30min, [this, i] {
      close_alarm(static_cast<std::uint64_t>(i));
      see_to_what_nobody_answers();
    });
}

Outcome World::run() {
  Outcome out;
  const Micros length = history_.settings.time("length");
  try {
    start_in(1s);
    for (const Incident& incident : history_.incidents)
      schedule_.at(incident.at(), [this, &incident] { happen(incident); });
    while (schedule_.step(length)) {
    }
    schedule_.in(heal_within, [this] { heal(); });
    calm();
    const Micros end = length + history_.settings.time("calm");
    while (schedule_.step(end)) {
    }
    machine_.die(Machine::Death::killed);
    bury();
    while (schedule_.step(end + 10min)) {
    }
    if (!serves()) throw Broken("told lives", "it does not serve at the end, when nothing is wrong with its machine");
    judge_.at_rest(told_->interior().engine());
    judge_.check_checkpoints(told_->ledger());
    if (told_->interior().path().idle()) read_afresh();
  } catch (const Broken& broken) {
    out.broken = broken.what();
  } catch (const std::exception& thrown) {
    out.broken = std::string{"told lives: it ended by throwing "} + thrown.what();
  }
  out.lasted = schedule_.now();
  out.trace = trace_.hash();
  out.steps = schedule_.steps();
  const Harm& harm = disk_->harm;
  out.faults = {faults_, wire_.lost_frames,
                harm.lost_writes + harm.torn_writes + harm.full + harm.failures + harm.rotten_bits};
  out.entries = judge_.book().size();
  out.deliveries = judge_.deliveries();
  out.checks = judge_.checks();
  out.runs = machine_.run_number();
  return out;
}

void World::read_afresh() {
  if (const std::string differs = differs_from_fresh_reading(*disk_, ledger_options(house_.signing_key), policies_,
                                                             told_->interior().engine().state());
      !differs.empty())
    throw Broken("log and state never differ", differs);
}

}  // namespace told::sim
