#pragma once
// Signs of life, given by the full loop only: its timer fired, the sockets are bound, and the ledger's thread answered.
// One goes to systemd's watchdog, which restarts a daemon that is stuck; one to a watcher outside, who calls a person.
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "loop/loop.hpp"
#include "path/one_path.hpp"
#include "watcher.hpp"

namespace told {

class SignsOfLife {
 public:
  /// `listening`: the sockets are bound. `watcher_url` empty: there is no watcher outside.
  SignsOfLife(loop::Loop& loop, path::OnePath& path, std::function<bool()> listening, std::string watcher_url,
              std::chrono::milliseconds watcher_every);

  /// From now on, by itself; the watcher hears the first one at once.
  void start();
  /// Null where there is none.
  [[nodiscard]] const Watcher* watcher() const { return watcher_.get(); }

 private:
  void when_well(std::function<void()> say);

  path::OnePath& path_;
  std::function<bool()> listening_;
  std::unique_ptr<loop::Timer> watchdog_timer_, watcher_timer_;
  std::chrono::milliseconds watcher_every_;
  std::unique_ptr<Watcher> watcher_;
};

}  // namespace told
