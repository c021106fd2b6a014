#include "carriers/courier/address_rule.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>

namespace told::carriers {
namespace {

constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned mapped_bits = 96;

bool is_mapped(const Address& address) { return std::equal(mapped.begin(), mapped.end(), address.begin()); }

Address map(const std::uint8_t* four) {
  Address address{};
  std::copy(mapped.begin(), mapped.end(), address.begin());
  std::copy_n(four, 4, address.begin() + mapped.size());
  return address;
}

// IANA's special-purpose registries (RFC 6890 and its updates): what is not for the public internet.
const std::vector<Network>& not_public() {
  static const std::vector<Network> all = [] {
    std::vector<Network> networks;
    for (const char* text :
         {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
          "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "::/96", "64:ff9b:1::/48", "2001::/32",
          "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"})
      networks.push_back(*read_network(text));
    return networks;
  }();
  return all;
}

// NAT64 (RFC 6052) reaches the IPv4 address that stands in the last four bytes.
Address reached(const Address& address) {
  static const Network nat64 = *read_network("64:ff9b::/96");
  return nat64.holds(address) ? map(address.data() + mapped.size()) : address;
}

bool any_holds(const std::vector<Network>& networks, const Address& address) {
  return std::any_of(networks.begin(), networks.end(), [&](const Network& network) { return network.holds(address); });
}

}  // namespace

std::optional<Address> read_address(std::string_view text) {
  const std::string terminated(text);
  std::array<std::uint8_t, 4> four{};
  if (inet_pton(AF_INET, terminated.c_str(), four.data()) == 1) return map(four.data());
  Address address{};
  if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
  return std::nullopt;
}

std::optional<Address> address_of(const sockaddr& at) {
  if (at.sa_family == AF_INET)
    return map(reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<const sockaddr_in&>(at).sin_addr));
  if (at.sa_family != AF_INET6) return std::nullopt;
  Address address{};
  std::copy_n(reinterpret_cast<const sockaddr_in6&>(at).sin6_addr.s6_addr, address.size(), address.begin());
  return address;
}

std::string text_of(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_mapped(address))
    inet_ntop(AF_INET, address.data() + mapped.size(), text.data(), text.size());
  else
    inet_ntop(AF_INET6, address.data(), text.data(), text.size());
  return text.data();
}

bool is_loopback(const Address& address) {
  static const Network four = *read_network("127.0.0.0/8");
  static const Network six = *read_network("::1");
  return four.holds(address) || six.holds(address);
}

bool Network::holds(const Address& address) const {
  for (unsigned bit = 0; bit < bits; bit += 8) {
    const unsigned counted = std::min(8U, bits - bit);
    const auto mask = static_cast<std::uint8_t>(0xFF00U >> counted);
    if (((address[bit / 8] ^ base[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

std::optional<Network> read_network(std::string_view text) {
  const auto slash = text.find('/');
  const auto base = read_address(text.substr(0, slash));
  if (!base) return std::nullopt;
  const bool four = text.find(':') == std::string_view::npos;
  unsigned bits = four ? 32 : 128;
  if (slash != std::string_view::npos) {
    const std::string_view length = text.substr(slash + 1);
    unsigned said = 0;
    const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), said);
    if (error != std::errc{} || end != length.data() + length.size() || said > bits) return std::nullopt;
    bits = said;
  }
  const Network network{*base, four ? mapped_bits + bits : bits};
  Address first = *base;
  for (unsigned bit = network.bits; bit < 128; ++bit)
    first[bit / 8] = static_cast<std::uint8_t>(first[bit / 8] & ~(0x80U >> (bit % 8)));
  return first == *base ? std::optional(network) : std::nullopt;
}

AddressRule::AddressRule(const std::vector<std::string>& allow) {
  for (const std::string& text : allow)
    if (const auto network = read_network(text)) allowed_.push_back(*network);
}

bool AddressRule::allows(const Address& address) const {
  const Address peer = reached(address);
  return !any_holds(not_public(), peer) || any_holds(allowed_, peer);
}

}  // namespace told::carriers
