#pragma once
// An address as a setting says it, taken apart by the library that will use it: two readers of one URL that do not
// agree are how address rules are walked around.
#include <cstdint>
#include <optional>
#include <string>

namespace told::carriers {

struct Url {
  std::string scheme;      ///< in small letters
  std::string host;        ///< a name, or an address without brackets
  std::uint16_t port = 0;  ///< the scheme's own where the text has none
  bool has_user = false;   ///< a user or a password stands in it, where everybody who reads the setting reads it

  /// The host is an address of this machine's loopback, written as such: no name that may point elsewhere tomorrow.
  [[nodiscard]] bool loopback_literal() const;
};

/// nullopt where it is no absolute URL with a scheme, a host and a port from 1 to 65535.
[[nodiscard]] std::optional<Url> read_url(const std::string& text);

}  // namespace told::carriers
