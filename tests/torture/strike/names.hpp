#pragma once
// What the tracer calls the thing that a call is about: the same in every run, whatever the descriptors and ports are.
#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>

#include "strike/calls.hpp"

namespace strike {

class Names {
 public:
  /// Paths below `root` are said from there on; `ports` names TCP ports of this machine.
  Names(std::string root, std::map<std::uint16_t, std::string> ports);

  /// `store/ledger.db-wal`, `outgoing/*.json` (a part of a path with a digit in it is a star), `publishers` (a
  /// connection to the port of that name), `to publishers` (from it), `board` (a connection to the socket
  /// board.sock), `notify` (a datagram), `netlink`, `wake` (an eventfd).
  [[nodiscard]] std::string of(pid_t thread, const Call& call, const user_regs_struct& registers);

 private:
  [[nodiscard]] std::string of_descriptor(pid_t thread, int fd) const;
  [[nodiscard]] std::string of_socket(pid_t thread, int fd) const;
  [[nodiscard]] std::string of_path(pid_t thread, int directory, std::string path) const;
  [[nodiscard]] std::string shown(const std::string& path) const;

  std::string root_;
  std::map<std::uint16_t, std::string> ports_;
};

}  // namespace strike
