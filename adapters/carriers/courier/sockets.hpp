#pragma once
// The sockets that a courier holds open, so that all of them can be cut from another thread: libcurl may be waiting in
// one of them for a peer's word.
#include <mutex>
#include <set>

namespace told::carriers {

class Sockets {
 public:
  /// A new socket, or -1: after cut(), and where the machine gives none.
  [[nodiscard]] int open(int family, int type, int protocol);
  void close(int socket);
  /// Whatever is being waited for in any of them ends now, and no new one is opened.
  void cut();

 private:
  std::mutex mutex_;
  std::set<int> open_;
  bool cut_ = false;
};

}  // namespace told::carriers
