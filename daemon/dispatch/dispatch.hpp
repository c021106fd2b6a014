#pragma once
// Dispatch: performs what the engine decided to send. Has it worded (wording.hpp), hands it to the recipient's carrier,
// and carries the outcome back as a Command. When a recipient that told goes to is tried: ways_out.hpp.
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "carriers/carrier.hpp"
#include "core/command.hpp"
#include "core/decision.hpp"
#include "core/state.hpp"
#include "dispatch/wording.hpp"

namespace told::dispatch {

class Dispatch {
 public:
  Dispatch(const core::State& state, EventReader read_event, CaseNamer name_case,
           std::function<void(core::Command)> submit);
  ~Dispatch();

  void add_carrier(carriers::Carrier& carrier);
  /// The event of a fresh entry, so that it need not be read back. Kept while there is room (8 MiB).
  void remember(core::EntryIndex index, std::shared_ptr<const v1::Event> event);
  /// An event was withdrawn: its content must not stay in memory.
  void forget_all();
  /// Throws NotNow, having done nothing (postponed.hpp).
  void perform(const core::Transmit& transmit);
  /// It is not performed: its event cannot be read.
  void give_up(const core::Transmit& transmit);

  /// The ledger's newest signed note: it goes with what is sent from now on.
  void checkpoint(std::string note);
  /// Makes the link by which a person says that they have it; "" where there is none. Unset: there are no links.
  void link_by(std::function<std::string(const core::Transmit&)> link);
  /// Hears of every attempt that ended, after the engine has: what is offered then is for what goes next. Of a late
  /// end it hears first, so that the way can rest before the engine sends again.
  void on_ended(std::function<void(const std::string& carrier, const carriers::Report&)> ended);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace told::dispatch
