#include "ctl/party_address.hpp"

#include <iostream>
#include <iterator>

#include "ctl/exit.hpp"
#include "ctl/private_file.hpp"
#include "ledger/secret_file.hpp"

namespace told::ctl {
namespace {

std::string z85(const std::string& file, const std::string& key) {
  if (key.size() != 40)
    throw Failure(exit_data, file +
                                 " does not hold a CURVE key (40 characters on one line): make one with `toldctl keys "
                                 "new curve NAME`");
  return key;
}

std::string secret(const std::string& file) {
  (void)read_file(file);  // a missing file is a missing file, not a lack of permission
  try {
    return ledger::read_secret_line(file, "the secret key");
  } catch (const std::exception& e) {
    throw Failure(exit_no_permission, e.what());
  }
}

}  // namespace

void takes_address(Command& command, PartyAddress& party) {
  command.option("--to", party.endpoint, "Where told's queue is").shows_default();
  command.option("--server-key", party.server_key_file, "The file with told's public key")
      .required()
      .from_environment("TOLD_SERVER_KEY");
  command.option("--key", party.key_file, "The file with your secret key").required().from_environment("TOLD_KEY");
}

gateway::Address resolved(const PartyAddress& party) {
  if (!party.endpoint.starts_with("tcp://") && !party.endpoint.starts_with("ipc://"))
    throw Failure(exit_usage, "--to " + party.endpoint + " is no address: write tcp://HOST:PORT");
  return {party.endpoint, z85(party.server_key_file, read_line(party.server_key_file)),
          z85(party.key_file, secret(party.key_file))};
}

std::string standard_input() { return {std::istreambuf_iterator<char>(std::cin), {}}; }

}  // namespace told::ctl
