#pragma once
// The process's one ZeroMQ context. Two contexts with CURVE in one process can crash each other on libzmq 4.3.4
// (zeromq/libzmq #4242), so everybody who needs one shares this one, tests and clients included.
#include <zmq.h>

#include <cerrno>
#include <memory>
#include <mutex>
#include <stdexcept>

namespace told::gateway {

/// Shares the context; it lives until the last sharer lets go, and that release waits until closed sockets have sent
/// what their LINGER allows. Nothing static owns it: a process that must stop at once (std::exit) is never held up.
/// Any thread.
inline std::shared_ptr<void> process_context() {
  static std::mutex mutex;
  static std::weak_ptr<void> shared;
  const std::lock_guard lock{mutex};
  if (auto context = shared.lock()) return context;
  void* raw = zmq_ctx_new();
  if (raw == nullptr) throw std::runtime_error("ZeroMQ gave no context: is the process out of memory or descriptors?");
  std::shared_ptr<void> context{raw, [](void* c) {
                                  // Under the lock, so that a new one never overlaps with one that is still ending.
                                  const std::lock_guard ending{mutex};
                                  while (zmq_ctx_term(c) != 0 && errno == EINTR) {
                                  }
                                }};
  shared = context;
  return context;
}

}  // namespace told::gateway
