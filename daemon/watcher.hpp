#pragma once
// The watcher: somebody outside who expects a sign of life from told every so often, and calls a person when none
// comes. Only that notices a machine that is off, a network that is cut, or a daemon that is stuck.
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace told {

/// Says that told lives, by an HTTP GET of the watcher's address, on a thread of its own: a watcher that is slow or
/// gone holds up nothing.
class Watcher {
 public:
  /// `url`: the address, which is a secret (whoever knows it can say that told lives); never logged. `patience`: an
  /// answer that takes longer is none. Throws std::runtime_error with the mend where libcurl cannot be used.
  Watcher(std::string url, std::chrono::milliseconds patience);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  /// Asks for one sign of life, and returns at once. One that is still under way is not followed by a second.
  void say();

  struct Figures {
    std::uint64_t answered = 0;  ///< with a status of 2xx
    std::uint64_t failed = 0;
    std::string last_failure;  ///< why the last one failed; empty where it did not
  };
  [[nodiscard]] Figures figures() const;

 private:
  void serve(const std::stop_token& stop);
  [[nodiscard]] std::string ask(const std::stop_token& stop) const;
  void took(std::string failure);

  std::string url_;
  std::chrono::milliseconds patience_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  bool due_ = false;
  Figures figures_;
  std::jthread thread_;
};

}  // namespace told
