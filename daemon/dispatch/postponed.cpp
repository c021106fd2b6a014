#include "dispatch/postponed.hpp"

#include <algorithm>
#include <utility>

#include "core/reference.hpp"
#include "log/log.hpp"

namespace told::dispatch {

Postponed::Postponed(loop::Loop& loop, const core::State& state, Dispatch& dispatch, std::function<void()> afterwards)
    : loop_(loop), state_(state), dispatch_(dispatch), afterwards_(std::move(afterwards)), timer_(loop.timer()) {}

void Postponed::perform(const core::Transmit& transmit) {
  if (!is_behind(transmit) && is_performed(transmit)) return;
  log::error("{} cannot be sent to {} yet: its event cannot be read just now; it is tried again for a minute",
             core::to_reference(transmit.notification), transmit.recipient);
  keep({transmit, loop_.now()});
}

void Postponed::keep(Waiting what) {
  waiting_.push_back(std::move(what));
  if (waiting_.size() == 1) timer_->after(again_after, [this] { try_again(); });
}

void Postponed::try_again() {
  for (Waiting& each : std::exchange(waiting_, {})) {
    if (!is_under_way(each.transmit)) continue;
    if (is_behind(each.transmit)) {
      keep(std::move(each));
    } else if (!is_performed(each.transmit)) {
      if (loop_.now() - each.since < patience)
        keep(std::move(each));
      else
        dispatch_.give_up(each.transmit);
    }
  }
  afterwards_();
}

bool Postponed::is_performed(const core::Transmit& transmit) {
  try {
    dispatch_.perform(transmit);
    return true;
  } catch (const NotNow&) {
    return false;
  }
}

bool Postponed::is_under_way(const core::Transmit& transmit) const {
  const core::Notification* n = state_.notification(transmit.notification);
  return n != nullptr && n->in_flight && n->attempts == transmit.attempt;
}

bool Postponed::is_behind(const core::Transmit& transmit) const {
  return std::any_of(waiting_.begin(), waiting_.end(),
                     [&](const Waiting& each) { return each.transmit.recipient == transmit.recipient; });
}

}  // namespace told::dispatch
