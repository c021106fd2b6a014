#pragma once
// One run of told, from its start to its end or death: the daemon's own rooms (daemon/interior.hpp, both conversations
// of the gateway, the ways out), on a simulated machine, disk and wire.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "disk.hpp"
#include "dispatch/ways_out.hpp"
#include "gateway/agencies.hpp"
#include "gateway/publishers.hpp"
#include "interior.hpp"
#include "machine.hpp"
#include "policies.hpp"
#include "wire.hpp"

namespace told::sim {

inline constexpr auto origin = "told.sim.example/ledger";

/// What all runs of a world have in common.
struct House {
  Schedule& schedule;
  Machine& machine;
  Wire& wire;
  Disk& disk;
  Policies& policies;
  Dice dice;
  ledger::SigningKey signing_key;
  std::size_t closed_kept = core::closed_events_kept;
  /// As told.toml names them, now.
  std::vector<gateway::Publisher> publishers;
  PolicyVariant variant;
  std::chrono::milliseconds worker_heartbeat{5000};
};

/// Keys as Z85; nobody has the secret halves.
[[nodiscard]] std::string key_of(std::string_view party);
/// Those of the policy's recipients whose workers connect.
[[nodiscard]] std::vector<gateway::Agency> agencies_of(const core::Policy& policy);
[[nodiscard]] ledger::Options ledger_options(const ledger::SigningKey& key);

/// Whoever watches a run.
struct Watch {
  std::function<void(std::span<const core::Entry>)> committed;
  std::function<void(const core::ReplyActed&)> acted;  ///< to people: tokens with the top bit set
  std::function<void()> serving;
  std::function<void(const std::string& why)> ended_by_itself;
  /// A parcel for a recipient that told goes to. What becomes of it is reported once, by `report`.
  std::function<void(carriers::Parcel, const std::string& carrier, std::function<void(carriers::Report)> report)> sent;
};

class Told {
 public:
  /// Throws StoreFailed, as the daemon would.
  Told(House& house, Watch watch);
  ~Told();
  Told(const Told&) = delete;
  Told& operator=(const Told&) = delete;

  /// Recovers, and begins; serves when the start is durable.
  void begin();
  [[nodiscard]] bool serving() const { return serving_; }
  /// SIGTERM: refuses intake, lets sends finish, commits, ends (`ended_by_itself` with "").
  void stop();
  /// SIGHUP, with the house's present policy, publishers and ways.
  void reload();
  void hear(Door door, const gateway::Message& message);
  void peer_gone(Door door, const std::string& peer);
  /// The gateway's tick, as every 250 ms; asked for only when it can matter.
  void tick();

  [[nodiscard]] Interior& interior() { return *interior_; }
  [[nodiscard]] ledger::Ledger& ledger() { return *ledger_; }

 private:
  class SimCarrier;
  void open();
  void make_ways();
  [[nodiscard]] gateway::Parties parties() const;
  [[nodiscard]] v1::Parties parties_on_record() const;
  [[nodiscard]] std::size_t in_flight() const;
  void close_soon();
  void close();
  [[nodiscard]] gateway::Steady now() const { return house_.machine.loop().now(); }

  House& house_;
  Watch watch_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<Interior> interior_;
  gateway::Listener listener_;
  std::shared_ptr<const gateway::Directory> directory_;
  ToldsSocket publishers_socket_, agencies_socket_;
  std::unique_ptr<gateway::Publishers> publishers_;
  std::unique_ptr<gateway::Agencies> agencies_;
  std::vector<std::unique_ptr<SimCarrier>> carriers_;
  std::unique_ptr<dispatch::WaysOut> ways_out_;
  std::unique_ptr<loop::Timer> stop_timer_;
  std::optional<loop::Steady> stop_deadline_;
  std::string on_record_;  ///< the digest of who may connect
  bool serving_ = false;
  bool closing_ = false;
};

}  // namespace told::sim
