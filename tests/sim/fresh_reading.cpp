#include "fresh_reading.hpp"

#include "audited.hpp"
#include "core/engine.hpp"
#include "path/recovery.hpp"

namespace told::sim {
namespace {

/// Nothing is done in the background.
class Nothing final : public ledger::Background {
 public:
  void wake() override {}
  void call(const std::function<void()>& errand) override { errand(); }
};

class Nowhere final : public ledger::Backstage {
 public:
  [[nodiscard]] ledger::Background::Time now() const override { return {}; }
  [[nodiscard]] std::unique_ptr<ledger::Background> begin(ledger::Background::Turn) override {
    return std::make_unique<Nothing>();
  }
};

/// An event that both remember.
std::string differs(const core::State& a, const core::State& b, const core::Event& event) {
  const core::Event* other = b.event(event.index);
  if (other == nullptr)
    return event.anything_open() ? "event " + std::to_string(event.index) + " is open, and a fresh reading forgot it"
                                 : "";
  const v1::EventRow one = a.row(event);
  const v1::EventRow two = b.row(*other);
  if (one.SerializeAsString() == two.SerializeAsString()) return {};
  return "event " + std::to_string(event.index) + " is {" + one.ShortDebugString() + "}, and read afresh it is {" +
         two.ShortDebugString() + "}";
}

}  // namespace

std::string differs_from_fresh_reading(const Disk& disk, const ledger::Options& options, Policies& policies,
                                       const core::State& state) {
  const auto copy = disk.copy();
  copy->lose_projection();
  Nowhere nowhere;
  ledger::Ledger ledger(options, copy->ground(), nowhere);
  // What was closed long ago cannot be recalled without a projection, so nothing is forgotten here.
  core::Engine engine(core::closed_events_kept);
  static_cast<void>(
      path::recover(engine, ledger, {}, [&](const v1::PolicyAdopted& adopted) { return policies.read(adopted); }));
  const core::State& fresh = engine.state();
  if (fresh.next_index() != state.next_index())
    return "the state is of " + std::to_string(state.next_index()) + " entries, and the ledger has " +
           std::to_string(fresh.next_index());
  if (fresh.open_notifications() != state.open_notifications())
    return std::to_string(state.open_notifications()) + " notifications are open, and read afresh " +
           std::to_string(fresh.open_notifications());
  for (const auto& [index, event] : state.events())
    if (auto sentence = differs(state, fresh, event); !sentence.empty()) return sentence;
  for (const auto& [index, event] : fresh.events())
    if (event.anything_open() && state.event(index) == nullptr)
      return "event " + std::to_string(index) + " is open, and told has forgotten it";
  return differs_from_audit(*ledger.reader(), fresh);
}

}  // namespace told::sim
