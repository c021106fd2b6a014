#pragma once
// The shapes that single values must have. Each gives "" where the value has it, else the rule and the mend.
#include <string>
#include <string_view>

namespace told::config {

/// A party, a recipient, a ladder, a field list or a site: 1 to 64 of a-z 0-9 . _ -, beginning with a letter. They
/// stand in the ledger's heads and in log lines, so no room for a person's name or an address.
[[nodiscard]] std::string problem_of_name(std::string_view name);

/// "tcp://host:port". The host is an address, a name or "*"; the port is 1 to 65535: one that the system chooses
/// would be one that nobody can be told of.
[[nodiscard]] std::string problem_of_endpoint(std::string_view endpoint);

/// A CURVE public key in Z85: 40 characters for 32 bytes (ZeroMQ RFC 32).
[[nodiscard]] std::string problem_of_public_key(std::string_view key);

/// The checkpoints' origin line (C2SP tlog-checkpoint): no spaces, no "+", no scheme.
[[nodiscard]] std::string problem_of_origin(std::string_view origin);

/// The address of the watcher outside, which is a secret and not repeated: https, or http to this machine itself.
[[nodiscard]] std::string problem_of_watcher_url(std::string_view url);

/// What acknowledge links begin with: https and a host, perhaps a path, without a "/" at its end.
[[nodiscard]] std::string problem_of_public_url(std::string_view url);

}  // namespace told::config
