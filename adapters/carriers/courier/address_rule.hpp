#pragma once
// Which addresses told may connect to. A name in a setting is somebody else's to point at: without this rule whoever
// holds the recipient's DNS could make told talk to what only this machine's network reaches.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr;

namespace told::carriers {

/// An IPv6 address, or an IPv4 one as IPv6 maps it (::ffff:a.b.c.d), so that the two spellings of one are one.
using Address = std::array<std::uint8_t, 16>;

/// nullopt where the text is no address ("192.0.2.7", "2001:db8::7"; no names, no brackets).
[[nodiscard]] std::optional<Address> read_address(std::string_view text);
/// nullopt where it is neither IPv4 nor IPv6.
[[nodiscard]] std::optional<Address> address_of(const sockaddr& at);
/// As people write it: "192.0.2.7" for what IPv6 only maps.
[[nodiscard]] std::string text_of(const Address& address);
[[nodiscard]] bool is_loopback(const Address& address);

struct Network {
  Address base{};
  unsigned bits = 128;  ///< how many of the 128 count

  [[nodiscard]] bool holds(const Address& address) const;
};

/// "10.1.0.0/16", "fd00::/8", or one address. nullopt where it is none, or bits stand beyond its length.
[[nodiscard]] std::optional<Network> read_network(std::string_view text);

/// Public addresses, and those that the operator listed.
class AddressRule {
 public:
  AddressRule() = default;
  /// What is no network is left out: problems_of says so before anything is sent.
  explicit AddressRule(const std::vector<std::string>& allow);

  /// False for loopback, private, link-local, shared, multicast, reserved and unspecified addresses that are not
  /// listed.
  [[nodiscard]] bool allows(const Address& address) const;

 private:
  std::vector<Network> allowed_;
};

}  // namespace told::carriers
