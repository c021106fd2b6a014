#pragma once
// A socket with many named peers, as the two conversations see it: ZeroMQ's in the daemon (socket.hpp).
#include <string>
#include <string_view>

namespace told::gateway {

/// One message. The views live until the callback returns.
struct Message {
  std::string_view peer;  ///< the connection, as the server numbered it
  std::string_view user;  ///< the party's name, from ZAP; never empty
  std::string_view key;   ///< the public key it authenticated with, Z85
  std::string_view payload;
  bool delimited = false;   ///< an empty frame came first (REQ): the answer needs one too
  bool well_framed = true;  ///< false: more frames than one payload, or a connection name that the peer chose
};

class PeerSocket {
 public:
  enum class Sent {
    queued,  ///< the library has it, or it waits here until the peer reads; no promise that it arrives
    full,    ///< the peer does not read; dropped
    gone,    ///< there is no such connection any more; dropped
  };
  virtual ~PeerSocket() = default;
  [[nodiscard]] virtual Sent send(const std::string& peer, bool delimited, std::string_view payload) = 0;
};

}  // namespace told::gateway
