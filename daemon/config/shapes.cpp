#include "config/shapes.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <regex>

#include "config/nearest.hpp"

namespace told::config {
namespace {

constexpr std::string_view z85_alphabet =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
constexpr std::size_t z85_key_length = 40;
constexpr std::size_t name_length_max = 64;
constexpr std::size_t origin_length_max = 255;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_in_host(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '.' || c == '-' || c == '_';
}

bool is_host(std::string_view host) {
  if (host == "*") return true;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    return std::all_of(host.begin(), host.end(), [](char c) { return is_in_host(c) || c == ':' || c == '%'; });
  }
  return !host.empty() && std::all_of(host.begin(), host.end(), is_in_host);
}

bool is_port(std::string_view port) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  return error == std::errc{} && end == port.data() + port.size() && number >= 1 && number <= 65535;
}

}  // namespace

std::string problem_of_name(std::string_view name) {
  const bool good = !name.empty() && name.size() <= name_length_max && is_lower(name.front()) &&
                    std::all_of(name.begin(), name.end(),
                                [](char c) { return is_lower(c) || is_digit(c) || c == '.' || c == '_' || c == '-'; });
  if (good) return {};
  return in_quotes(name) + " is not a name: write 1 to 64 of a-z 0-9 . _ -, beginning with a letter";
}

std::string problem_of_endpoint(std::string_view endpoint) {
  constexpr std::string_view scheme = "tcp://";
  const std::string mend = ": write tcp://host:port, such as \"tcp://127.0.0.1:7710\"";
  if (!endpoint.starts_with(scheme)) return in_quotes(endpoint) + " is not a TCP endpoint" + mend;
  const std::string_view rest = endpoint.substr(scheme.size());
  const auto colon = rest.rfind(':');
  if (colon == std::string_view::npos) return in_quotes(endpoint) + " has no port" + mend;
  if (!is_host(rest.substr(0, colon))) {
    return in_quotes(endpoint) + " has no host that is an address, a name, an [IPv6 address] or *" + mend;
  }
  if (!is_port(rest.substr(colon + 1))) return in_quotes(endpoint) + " has no port from 1 to 65535" + mend;
  return {};
}

std::string problem_of_public_key(std::string_view key) {
  const std::string mend = ": give the 40 characters of the party's CURVE public key in Z85";
  if (key.size() != z85_key_length) return "the key has " + std::to_string(key.size()) + " characters" + mend;
  for (std::size_t group = 0; group < key.size(); group += 5) {
    std::uint64_t value = 0;
    for (const char c : key.substr(group, 5)) {
      const auto digit = z85_alphabet.find(c);
      if (digit == std::string_view::npos) return "the key has a character that Z85 does not use" + mend;
      value = value * 85 + digit;
    }
    // Five characters can say more than four bytes hold; libzmq would answer only that the key is unusable.
    if (value > UINT32_MAX) return "the key is no Z85 text of 32 bytes" + mend;
  }
  return {};
}

std::string problem_of_origin(std::string_view origin) {
  const bool good = origin.size() <= origin_length_max && origin.find("://") == std::string_view::npos &&
                    std::all_of(origin.begin(), origin.end(), [](char c) { return c > ' ' && c < 0x7F && c != '+'; });
  if (good) return {};
  return in_quotes(origin) +
         " is not an origin: write a domain and a path of your own, without scheme, spaces or \"+\", "
         "such as \"told.example.gov.uk/ledger\"";
}

std::string problem_of_watcher_url(std::string_view url) {
  // "https://" and something after it; what stands before an "@" would only look like the host.
  static const std::regex good{R"((https://[^/@\s]|http://(127\.0\.0\.1|\[::1\]|localhost)[:/])[^@\s]*)"};
  if (std::regex_match(url.begin(), url.end(), good)) return {};
  return "the watcher's address, which stands on the first line of its file, must begin with https:// (http:// only to "
         "this machine itself) and have no spaces and no @";
}

std::string problem_of_public_url(std::string_view url) {
  static const std::regex good{
      R"((https://[^/@\s?#]+|http://(127\.0\.0\.1|\[::1\]|localhost)(:[0-9]+)?)(/[^@\s?#]*[^@\s?#/])?)"};
  if (std::regex_match(url.begin(), url.end(), good)) return {};
  return "must be https:// and the host that people reach told's door by, perhaps with a path, without a / at its end "
         "(http:// only for this machine itself): \"https://told.council.example\"";
}

}  // namespace told::config
