#include "signs_of_life.hpp"

#include <systemd/sd-daemon.h>

#include <algorithm>

#include "service_manager.hpp"
#include "upkeep.hpp"

namespace told {

using namespace std::chrono_literals;

SignsOfLife::SignsOfLife(loop::Loop& loop, path::OnePath& path, std::function<bool()> listening,
                         std::string watcher_url, std::chrono::milliseconds watcher_every)
    : path_(path),
      listening_(std::move(listening)),
      watchdog_timer_(loop.timer()),
      watcher_timer_(loop.timer()),
      watcher_every_(watcher_every) {
  if (!watcher_url.empty())
    watcher_ =
        std::make_unique<Watcher>(std::move(watcher_url), std::min<std::chrono::milliseconds>(watcher_every, 10s));
}

void SignsOfLife::start() {
  std::uint64_t limit_us = 0;
  if (::sd_watchdog_enabled(0, &limit_us) > 0)
    // With READY=1 each time: where the one of the start was lost, systemd would end a told that serves, and again and
    // again, when TimeoutStartSec= is over.
    watchdog_timer_->every(std::chrono::milliseconds(limit_us / 3000),
                           [this] { when_well([] { tell_service_manager("READY=1\nWATCHDOG=1"); }); });
  if (!watcher_) return;
  const auto say = [this] { when_well([this] { watcher_->say(); }); };
  say();
  watcher_timer_->every(watcher_every_, say);
}

void SignsOfLife::when_well(std::function<void()> say) {
  if (listening_() && path_.committing_for() <= commit_may_take) path_.probe(std::move(say));
}

}  // namespace told
