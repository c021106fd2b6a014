#pragma once
// Proof at every start that the door is shut: a CURVE handler that is missing or bound late admits everybody, and says
// nothing (zeromq/libzmq #2711). So told knocks at its own door as a stranger before it opens for business.
#include <string>

namespace told::gateway {

/// Connects to `endpoint` (a bound one, as RouterSocket::endpoint() gives it) with a fresh key that nobody has, then
/// without any. Throws std::runtime_error where either is let in, or where no answer comes within 2 s.
void prove_strangers_are_refused(void* context, const std::string& endpoint, const std::string& server_public_key);

}  // namespace told::gateway
