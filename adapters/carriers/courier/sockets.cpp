#include "carriers/courier/sockets.hpp"

#include <sys/socket.h>
#include <unistd.h>

namespace told::carriers {

int Sockets::open(int family, int type, int protocol) {
  const std::lock_guard lock{mutex_};
  if (cut_) return -1;
  const int made = ::socket(family, type | SOCK_CLOEXEC, protocol);
  if (made >= 0) open_.insert(made);
  return made;
}

void Sockets::close(int socket) {
  const std::lock_guard lock{mutex_};
  open_.erase(socket);
  ::close(socket);
}

void Sockets::cut() {
  const std::lock_guard lock{mutex_};
  cut_ = true;
  for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
}

}  // namespace told::carriers
