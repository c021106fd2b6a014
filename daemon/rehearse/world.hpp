#pragma once
// A virtual world around the real engine: a clock that jumps from one thing to the next, carriers that deliver after a
// stated time or are out, workers at every recipient. Nothing is sent, stored or waited for. It folds nothing itself:
// the engine holds the state, as in the daemon.
//
//   World world(begins, prints, witness);
//   world.adopt(policy);
//   world.publish(event);          // decided, worded and put on its way at once
//   world.advance(begins + 15min); // whatever falls due until then happens, in order, at its time
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/engine.hpp"
#include "core/horizon_watch.hpp"
#include "dispatch/wording.hpp"

namespace told::rehearse {

/// Sees everything as it happens. What it is given lives for the call only.
class Witness {
 public:
  virtual ~Witness() = default;
  /// The engine decided it (in the daemon: it is durable).
  virtual void decided(core::Instant, const core::Entry&) {}
  /// The recipient's system has it.
  virtual void delivered(core::Instant, const core::Transmit&, const v1::Delivery&) {}
};

/// The fingerprints of an event (ledger/event_prints.hpp, under any key).
using Prints = std::function<core::EventPrints(const v1::Event&)>;

class World {
 public:
  /// `delivery`: from sending until the recipient's system has it. `may_restart`: entries are kept for restart(). The
  /// witness must outlive this.
  World(core::Instant begins, Prints prints, Witness& witness, core::Duration delivery = std::chrono::seconds{1},
        bool may_restart = false);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// The policy comes into force, and every recipient that it names has a worker.
  void adopt(std::shared_ptr<core::Policy> policy);
  [[nodiscard]] v1::PublishResult publish(std::shared_ptr<const v1::Event> event);
  /// A person acts: Acknowledge, Decline, OrderStandDown or CloseAlarm. Whatever token it has is replaced.
  template <class Act>
  v1::AcknowledgementResult act(Act command) {
    command.reply_to = token;
    perform(std::move(command));
    return acted_;
  }
  /// The recipient's carrier is out: nothing arrives by it, and told raises that its worker is silent; and it is back.
  /// A second channel is out by itself, and nothing is raised.
  void cut(const std::string& recipient, core::Channel channel = 0);
  void mend(const std::string& recipient, core::Channel channel = 0);
  /// The daemon dies and starts again at once from what it has recorded. Only where `may_restart` was said.
  void restart();
  /// The machine's wall clock is stepped: waits and deadlines run on (path/clock.hpp), and told says so.
  void step_clock(core::Duration step);
  void raise(const std::string& code, const std::string& party);
  /// As told does of itself, now and then: a person is told where bank holidays are not known for long.
  void look_at_the_calendar();

  /// `what` happens at `when`, in the order of time, then in the order of these calls; before a ladder that is due at
  /// the same instant: who answers at the deadline has answered in time.
  void at(core::Instant when, std::function<void()> what);
  /// Time goes on to `until`.
  void advance(core::Instant until);

  [[nodiscard]] core::Instant now() const { return now_; }
  [[nodiscard]] const core::State& state() const { return engine_->state(); }
  [[nodiscard]] const core::Engine& engine() const { return *engine_; }
  /// An accepted event; null where there is none.
  [[nodiscard]] std::shared_ptr<const v1::Event> event(core::EntryIndex index) const;

 private:
  static constexpr core::ReplyToken token = 1;
  struct Planned {
    core::Instant at;
    std::uint64_t order;
    std::function<void()> what;
    bool operator>(const Planned& other) const { return at != other.at ? at > other.at : order > other.order; }
  };
  struct Kept {
    v1::LedgerEntry head;
    std::optional<core::EventPrints> prints;
  };

  void begin();
  void perform(core::Command command);
  void send(const core::Transmit& transmit);
  void end(const core::Transmit& transmit, v1::Outcome outcome, const char* carrier, const char* code);
  void open_session(const std::string& recipient, core::Channel channel);

  Prints prints_;
  Witness& witness_;
  core::Duration delivery_;
  core::Instant now_;
  std::unique_ptr<core::Engine> engine_;
  std::unique_ptr<dispatch::Wording> wording_;
  std::unordered_map<core::EntryIndex, std::shared_ptr<const v1::Event>> events_;
  std::priority_queue<Planned, std::vector<Planned>, std::greater<>> planned_;
  std::uint64_t order_ = 0;
  std::map<std::pair<std::string, core::Channel>, core::SessionId> sessions_;  ///< 0: it is out
  core::SessionId last_session_ = 0;
  core::HorizonWatch horizon_;
  bool may_restart_;
  std::vector<Kept> kept_;
  std::map<std::uint32_t, core::PolicyPtr> policies_;
  v1::PublishResult published_;
  v1::AcknowledgementResult acted_;
};

}  // namespace told::rehearse
