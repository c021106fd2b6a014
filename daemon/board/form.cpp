// What a request says, decoded: header fields, queries and forms.
#include "board/http.hpp"

#include <algorithm>

namespace told::board {

const std::string& Request::header(const std::string& name) const {
  static const std::string none;
  const auto found = headers.find(name);
  return found == headers.end() ? none : found->second;
}

bool read_form(const std::string& text, std::map<std::string, std::string>& into) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('&', at), text.size());
    const std::string pair = text.substr(at, end - at);
    const auto equals = std::min(pair.find('='), pair.size());
    std::string name, value;
    if (!percent_decoded(pair.substr(0, equals), true, name) ||
        !percent_decoded(equals < pair.size() ? pair.substr(equals + 1) : "", true, value) ||
        (!name.empty() && !into.emplace(name, value).second))
      return false;
    at = end + 1;
  }
  return true;
}

bool percent_decoded(const std::string& text, bool plus_is_space, std::string& out) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  out.clear();
  if (text.find('\0') != std::string::npos) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return false;
      const int high = digit(text[i + 1]), low = digit(text[i + 2]);
      if (high < 0 || low < 0 || (high == 0 && low == 0)) return false;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return true;
}

}  // namespace told::board
