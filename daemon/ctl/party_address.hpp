#pragma once
// Where told's queues are, and who calls: for publish and queue.
#include <string>

#include "ctl/session.hpp"
#include "gateway/client.hpp"

namespace told::ctl {

struct PartyAddress {
  std::string endpoint;
  std::string server_key_file;
  std::string key_file;
};

/// --to, --server-key, --key.
void takes_address(Command& command, PartyAddress& party);
/// Reads the keys. Failure names the file and the mend; a secret key that others may read is refused.
[[nodiscard]] gateway::Address resolved(const PartyAddress& party);

[[nodiscard]] std::string standard_input();

}  // namespace told::ctl
