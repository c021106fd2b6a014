#pragma once
// A small world around the engine: a clock that jumps, a ledger in memory, agencies that receive and answer.
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/engine.hpp"
#include "core/reference.hpp"

namespace told::core::test {

using namespace std::chrono_literals;
using Names = std::set<std::string>;

/// Police and the Home Office hear of a missing child, the duty manager after 15 and the team manager after 30 minutes
/// of silence, repeating every 30; alarms go to the duty manager. Everybody listed is a `generic` recipient.
[[nodiscard]] std::shared_ptr<Policy> small_policy();

/// A report is owed by the team manager within 10 h of an arrival, reminded at half; a visit within 48 h, then weekly,
/// until the child is transferred. Silence is carried to the duty manager at the deadline and to the service manager
/// an hour later.
[[nodiscard]] std::shared_ptr<Policy> policy_with_clocks();

struct Received {
  std::string recipient;
  NotificationId id;
  std::uint32_t attempt = 0;
  v1::NotificationKind kind = v1::NOTIFICATION_KIND_UNSPECIFIED;
  bool again = false;  ///< an alarm that says so
};

/// An attempt at theirs, over a carrier, came to this.
[[nodiscard]] inline EndAttempt ended(NotificationId id, std::uint32_t attempt, v1::Outcome outcome,
                                      const std::string& recipient = "police") {
  return {id, attempt, outcome, recipient, "webhook", "", ""};
}

class World {
 public:
  explicit World(std::shared_ptr<Policy> policy = small_policy(), std::size_t closed_kept = closed_events_kept);
  /// The ledger read again comes to the same, unless the engine forgets what is closed, or a test told it something by
  /// itself.
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// A worker connects and offers `credit`.
  void connect(const std::string& recipient, std::uint32_t credit = 1000);
  /// A way out of told's own, by the recipient's second channel.
  void connect_second(const std::string& recipient, std::uint32_t credit = 1000);
  void disconnect(const std::string& recipient);
  /// Workers that give no receipt: what is sent to them stays in flight.
  void no_receipts_from(const std::string& recipient) { silent_.insert(recipient); }

  v1::PublishResult publish(const v1::Event& event, const std::string& publisher = "port",
                            std::shared_ptr<const v1::Problem> refused_if_new = nullptr);
  v1::PublishResult missing(const std::string& subject, v1::RiskGrade grade = v1::RISK_GRADE_MEDIUM);
  v1::PublishResult located(const std::string& subject);
  /// An event of any type ("child.arrived"), now, with its own id; `fill` may set its data.
  v1::PublishResult happens(const std::string& type, const std::string& subject,
                            const std::function<void(v1::Event&)>& fill = {});
  /// A correction, or the withdrawal, of the event published under this id.
  v1::PublishResult correct(const std::string& id, const std::function<void(v1::EventCorrected&)>& fill,
                            const std::string& subject = "T-1");
  v1::PublishResult withdraw(const std::string& id, const std::string& subject = "T-1");
  /// The id of the event published last.
  [[nodiscard]] std::string last_id() const { return "event-" + std::to_string(next_id_ - 1); }
  /// The entry of the event accepted last.
  [[nodiscard]] EntryIndex last_event() const;

  /// Time goes on; whatever falls due in it happens at its time.
  void advance(Duration by);
  /// Time goes on without told: it is down, or suspended.
  void sleep(Duration by) { now_ += by; }
  [[nodiscard]] Instant now() const { return now_; }

  /// What arrived since the last call.
  std::vector<Received> newly_received();
  /// Who received anything since the last call.
  Names newly_told();
  /// The newest notification that `recipient` received.
  [[nodiscard]] NotificationId last_of(const std::string& recipient) const;

  v1::AcknowledgementResult acknowledge(NotificationId id, const std::string& as_recipient);
  v1::AcknowledgementResult record_call(NotificationId id);
  /// A person says that what is owed has been done.
  v1::AcknowledgementResult done(NotificationId id);
  void decline(NotificationId id, const std::string& as_recipient);
  v1::AcknowledgementResult stand_down(CaseNumber c);
  v1::AcknowledgementResult close_alarm(EntryIndex alarm);

  /// What the last order or answer came to.
  [[nodiscard]] const v1::AcknowledgementResult& acted() const { return acted_; }
  void perform(Command command);
  /// The daemon dies and starts again from what the ledger holds (through rows where `through_projection`).
  void restart(bool through_projection = false);
  /// For tests of what a restart must not change. 0: there is none; 1: from the entries; 2: through rows. Whether it
  /// was one.
  bool restart_as(int restarted) {
    if (restarted != 0) restart(restarted == 2);
    return restarted != 0;
  }

  [[nodiscard]] const std::vector<v1::LedgerEntry>& ledger() const { return ledger_; }
  [[nodiscard]] std::size_t count(v1::LedgerEntry::HeadCase kind) const;
  [[nodiscard]] Engine& engine() { return *engine_; }
  [[nodiscard]] const Notification& look(NotificationId id) const { return *engine_->state().notification(id); }

 private:
  void expect_found_again() const;
  void expect_decided_by_others(const Command& told, const Decision& decision);
  /// No timer fires for another time than it was set for, and nothing is awaited of what was delivered.
  void expect_sound();
  [[nodiscard]] std::unique_ptr<Engine> read_again(bool through_projection, bool newest_first) const;
  void take(Decision decision);
  /// The event's case was erased since, or the case that it was moved to.
  [[nodiscard]] bool erased(EntryIndex event) const;

  std::shared_ptr<Policy> policy_;
  std::size_t closed_kept_;
  std::unique_ptr<Engine> engine_;
  /// Found the same ledger at the last restart, in other ways: they go on deciding the same.
  std::vector<std::unique_ptr<Engine>> others_;
  /// When its ladder was to climb, by the notification's number and generation.
  std::map<std::pair<std::uint64_t, std::uint32_t>, Instant> climbs_;
  Instant now_{std::chrono::sys_days{std::chrono::year{2026} / 3 / 27} + 21h};
  std::vector<v1::LedgerEntry> ledger_;
  std::map<EntryIndex, EventPrints> prints_;
  std::map<std::uint32_t, PolicyPtr> policies_;
  std::map<std::string, SessionId> sessions_;
  std::set<std::string> silent_;
  SessionId next_session_ = 1;
  std::vector<Received> received_;
  std::vector<Received> fresh_;
  v1::PublishResult published_;
  v1::AcknowledgementResult acted_;
  int next_id_ = 1;
};

}  // namespace told::core::test
