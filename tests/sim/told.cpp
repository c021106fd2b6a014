#include "told.hpp"

#include <algorithm>
#include <array>

#include "answers/answers.hpp"
#include "digest/digest.hpp"
#include "parties.hpp"

namespace told::sim {
namespace {

using namespace std::chrono_literals;

constexpr auto sends_may_finish_in = 2s;  // as daemon/house.cpp has it
constexpr auto version = "sim";

}  // namespace

std::string key_of(std::string_view party) {
  static constexpr std::string_view alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::string key(40, '0');
  const Dice dice{std::hash<std::string_view>{}(party)};
  for (std::size_t i = 0; i < key.size(); ++i)
    key[i] = alphabet[static_cast<std::size_t>(dice.between(0, 35, "key", i))];
  return key;
}

std::vector<gateway::Agency> agencies_of(const core::Policy& policy) {
  std::vector<gateway::Agency> all;
  for (const core::Recipient& r : policy.recipients)
    if (r.carrier == "zmq_queue") all.push_back({r.name, key_of(r.name)});
  return all;
}

ledger::Options ledger_options(const ledger::SigningKey& key) {
  ledger::Options options;
  options.origin = origin;
  options.signing_key = key;
  // Every world's: of many keys some would give two parties of a world the same references (ledger/case_names.hpp).
  options.master_key = ledger::MasterKey::from_hex(std::string(64, '7'));
  return options;
}

/// A carrier that goes out: the world says what becomes of a parcel.
class Told::SimCarrier final : public carriers::Carrier {
 public:
  SimCarrier(Told& told, const char* name) : told_{told}, name_{name} {}
  [[nodiscard]] const char* name() const override { return name_; }
  [[nodiscard]] bool goes_out() const override { return true; }
  void replace_ways(const std::vector<carriers::Way>& ways) override {
    recipients_.clear();
    for (const auto& way : ways)
      if (way.carrier == name_) recipients_.push_back(way.recipient);
  }
  void send(carriers::Parcel parcel) override {
    if (told_.house_.machine.dead()) return;
    if (std::find(recipients_.begin(), recipients_.end(), parcel.recipient) == recipients_.end()) {
      told_.house_.machine.loop().post([this, report = carriers::no_way(parcel, name_)] { report_(report); });
      return;
    }
    told_.watch_.sent(std::move(parcel), name_, [this](carriers::Report report) { report_(report); });
  }

 private:
  Told& told_;
  const char* name_;
  std::vector<std::string> recipients_;
};

Told::Told(House& house, Watch watch)
    : house_{house},
      watch_{std::move(watch)},
      ledger_{std::make_unique<ledger::Ledger>(ledger_options(house.signing_key), house.disk.ground(),
                                               house.machine.backstage())},
      interior_{std::make_unique<Interior>(
          house.machine.loop(), house.machine.clocks(), *ledger_, path::Progress{},
          [&policies = house.policies](const v1::PolicyAdopted& adopted) { return policies.read(adopted); },
          house.closed_kept)},
      publishers_socket_{house.wire, Door::publishers},
      agencies_socket_{house.wire, Door::agencies} {}

Told::~Told() = default;

gateway::Parties Told::parties() const {
  return {house_.publishers, agencies_of(*interior_->engine().state().policy())};
}

v1::Parties Told::parties_on_record() const {
  return on_record({house_.publishers, agencies_of(house_.policies.of(house_.variant))});
}

void Told::begin() {
  Outside out;
  out.published = [this](const core::ReplyPublished& reply) {
    if (publishers_) publishers_->reply(reply);
  };
  out.acted = [this](const core::ReplyActed& reply) {
    if ((reply.reply_to >> 63U) != 0)
      watch_.acted(reply);
    else if (agencies_)
      agencies_->reply(reply);
  };
  out.drop = [this](const core::DropSession& drop) {
    if (agencies_) agencies_->drop(drop);
  };
  out.committed = [this](std::span<const core::Entry> entries) { watch_.committed(entries); };
  out.checkpoint = [this](const std::string& note) {
    if (agencies_) agencies_->checkpoint(note);
  };
  out.flush = [this] {
    if (!agencies_) return;
    publishers_->flush();
    agencies_->flush(now());
  };
  out.failed = [this](std::exception_ptr failure) {
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& e) {
      watch_.ended_by_itself(e.what());
    }
  };
  interior_->give_out(std::move(out));
  const v1::Parties record = parties_on_record();
  on_record_ = record.sha256();
  interior_->begin(core::Start{version, origin, record}, house_.policies.of(house_.variant));
  interior_->path().when_idle([this] { open(); });
}

void Told::open() {
  interior_->upkeep().reconcile();
  listener_ = {interior_->door(), interior_->latest(),
               [this](const v1::Event& event) { return ledger_->seal().prints(event); }};
  directory_ = std::make_shared<const gateway::Directory>(parties());
  publishers_ = std::make_unique<gateway::Publishers>(publishers_socket_, listener_, directory_);
  agencies_ = std::make_unique<gateway::Agencies>(house_.machine.loop(), agencies_socket_, listener_, directory_,
                                                  gateway::Agencies::Patience{house_.worker_heartbeat, 30s});
  interior_->dispatch().add_carrier(*agencies_);
  for (const char* name : {"webhook", "smtp", "notify"}) {
    carriers_.push_back(std::make_unique<SimCarrier>(*this, name));
    interior_->dispatch().add_carrier(*carriers_.back());
  }
  ways_out_ = std::make_unique<dispatch::WaysOut>(house_.machine.loop(), interior_->door(),
                                                  house_.dice.roll("backoff", house_.machine.run_number()));
  interior_->dispatch().on_ended(
      [this](const std::string& carrier, const carriers::Report& report) { ways_out_->ended(carrier, report); });
  make_ways();
  interior_->serve();
  publishers_->parties_replaced(now());
  agencies_->parties_replaced(now());
  serving_ = true;
  house_.wire.listen();
  watch_.serving();
}

void Told::make_ways() {
  const auto ways = house_.variant.ways();
  for (const auto& carrier : carriers_) carrier->replace_ways(ways);
  ways_out_->replace(*interior_->engine().state().policy(), ways);
}

void Told::hear(Door door, const gateway::Message& message) {
  if (!serving_) return;
  if (door == Door::publishers) {
    publishers_->hear(message, now());
    publishers_->flush();
  } else {
    agencies_->hear(message, now());
    agencies_->flush(now());
  }
}

void Told::peer_gone(Door door, const std::string& peer) {
  if (serving_ && door == Door::agencies) agencies_->peer_gone(peer);
}

void Told::tick() {
  if (!serving_) return;
  publishers_->tick(now());
  agencies_->tick(now());
}

void Told::reload() {
  if (!serving_ || closing_) return;
  const core::Policy policy = house_.policies.of(house_.variant);
  directory_ = std::make_shared<const gateway::Directory>(gateway::Parties{house_.publishers, agencies_of(policy)});
  publishers_->parties_replaced(now());
  agencies_->parties_replaced(now());
  const v1::Parties after = parties_on_record();
  if (after.sha256() != on_record_) interior_->submit(core::ReplaceParties{after});
  on_record_ = after.sha256();
  interior_->adopt(policy);
  make_ways();
}

std::size_t Told::in_flight() const {
  std::size_t n = 0;
  const core::Engine& engine = interior_->engine();
  for (std::size_t r = 0; r < engine.state().recipients(); ++r)
    if (const core::Lane* lane = engine.lanes().find(static_cast<core::RecipientId>(r)); lane != nullptr)
      n += lane->in_flight().size();
  return n;
}

void Told::stop() {
  if (!serving_ || stop_deadline_) return;
  publishers_->stop_intake();
  ways_out_->stop();
  stop_deadline_ = now() + sends_may_finish_in;
  stop_timer_ = house_.machine.loop().timer();
  close_soon();
}

void Told::close_soon() {
  stop_timer_->after(20ms, [this] {
    if (in_flight() > 0 && now() < *stop_deadline_)
      close_soon();
    else
      close();
  });
}

void Told::close() {
  if (std::exchange(closing_, true)) return;
  interior_->close([this] {
    interior_->path().project();
    ledger_->settle_projection();
    watch_.ended_by_itself("");
  });
}

}  // namespace told::sim
