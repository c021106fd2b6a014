#include "carriers/mail_address.hpp"

#include <algorithm>
#include <string_view>

namespace told::carriers {
namespace {

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

}  // namespace

bool is_mail_address(const std::string& text) {
  constexpr std::size_t local_max = 64;  // RFC 5321, 4.5.3.1
  constexpr std::size_t whole_max = 254;
  constexpr std::string_view atom = "!#$%&'*+-/=?^_`{|}~.";
  const auto at = text.rfind('@');
  if (at == std::string::npos || at == 0 || at > local_max || text.size() > whole_max) return false;
  const std::string_view local{text.data(), at};
  const std::string_view domain = std::string_view{text}.substr(at + 1);
  return std::all_of(local.begin(), local.end(),
                     [&](char c) { return is_letter_or_digit(c) || atom.find(c) != std::string_view::npos; }) &&
         !domain.empty() && domain.front() != '.' && domain.back() != '.' &&
         std::all_of(domain.begin(), domain.end(),
                     [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
}

std::string domain_of(const std::string& address) {
  const auto at = address.rfind('@');
  std::string domain = at == std::string::npos ? address : address.substr(at + 1);
  for (char& c : domain)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return domain;
}

}  // namespace told::carriers
