#pragma once
// What OpenSSL says about a peer while libcurl shakes hands with it: libcurl itself says only that it failed.
#include <cstdint>
#include <memory>
#include <string>

namespace told::carriers {

/// Of one connection; it lives as long as the connection does, for errands that use it again.
struct TlsSeen {
  std::string version;                ///< "TLSv1.3"; empty before the handshake is done
  std::string names;                  ///< that the peer's certificate is for: "a.test, b.test"
  std::int64_t certificate_ends = 0;  ///< seconds of UTC
  int fault = 0;                      ///< the first X509_V_ERR_...; 0: none
  bool fault_is_of_issuer = false;    ///< it is of a certificate above the peer's own
  int alert = -1;                     ///< the fatal alert (RFC 8446, 6) that the peer sent; -1: none
};

/// Watches the connections of this SSL_CTX. Called before its handshake.
std::shared_ptr<const TlsSeen> watch_tls(void* ssl_ctx);
/// What was seen of this SSL's connection, with its version; nullptr where nobody watches it.
std::shared_ptr<const TlsSeen> tls_seen(void* ssl);

}  // namespace told::carriers
