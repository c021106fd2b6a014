#pragma once
// What happened in a rehearsal, in order.
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rehearse/scenario.hpp"
#include "rehearse/world.hpp"

namespace told::rehearse {

/// The engine decided it: a ledger entry, with its body where it has one.
struct Decided {
  core::Instant at{};
  v1::LedgerEntry head;
  std::optional<v1::Body> body;
};

/// A recipient's system got it.
struct Delivered {
  core::Instant at{};
  core::Transmit what;
  std::string event_type;  ///< "child.missing", "alarm.nobody_was_told", "stand_down"
  std::string carrier;
  std::vector<std::string> fields;
  std::string text;  ///< the whole message as its recipient reads it
};

/// An event was refused and changed nothing.
struct Refused {
  core::Instant at{};
  std::string event_type;
  v1::Problem problem;
};

/// Something that the scenario says and the engine does not see, or could not do.
struct Remark {
  core::Instant at{};
  std::string text;
};

using Line = std::variant<Decided, Delivered, Refused, Remark>;
[[nodiscard]] core::Instant time_of(const Line& line);

/// "child.missing", "alarm.nobody_was_told", "stand_down": an event in memory as scenarios name it.
[[nodiscard]] std::string type_of(const core::Event& event);
/// What a notification is about (State::type_told), named so; "" where it is not in memory.
[[nodiscard]] std::string type_told(const core::State& state, core::NotificationId id);

/// Keeps what it witnesses.
class Journal final : public Witness {
 public:
  /// `world` answers which event a delivery is about; it is set before anything happens.
  void watch(const World& world) { world_ = &world; }
  void decided(core::Instant at, const core::Entry& entry) override;
  void delivered(core::Instant at, const core::Transmit& transmit, const v1::Delivery& delivery) override;
  /// Called after each delivery.
  void when_delivered(std::function<void(core::NotificationId)> then) { then_ = std::move(then); }
  void add(Line line) { lines_.push_back(std::move(line)); }

  [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }

 private:
  const World* world_ = nullptr;
  std::vector<Line> lines_;
  std::function<void(core::NotificationId)> then_;
};

}  // namespace told::rehearse
