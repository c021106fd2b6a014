#include "core/text_rules.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "core/event_rules.hpp"

namespace told::core {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

int number(std::string_view digits) {
  int n = 0;
  for (const char c : digits) n = n * 10 + (c - '0');
  return n;
}

bool real_day(int y, int m, int d) {
  return std::chrono::year_month_day{std::chrono::year{y}, std::chrono::month{static_cast<unsigned>(m)},
                                     std::chrono::day{static_cast<unsigned>(d)}}
      .ok();
}

// Of a day on which somebody now a child, or lately one, could have been born or met.
bool telling_day(int y, int m, int d) { return y >= 1990 && y <= 2099 && real_day(y, m, d); }

bool digits_at(std::string_view s, std::size_t from, std::size_t count) {
  return from + count <= s.size() && std::all_of(s.begin() + static_cast<std::ptrdiff_t>(from),
                                                 s.begin() + static_cast<std::ptrdiff_t>(from + count), is_digit);
}

bool separator(char c) { return c == '-' || c == '/' || c == '.' || c == '_'; }

// Eight digits that stand alone, or three groups with one separator: a longer run of digits is a number, not a day.
bool date_at(std::string_view s, std::size_t i) {
  const auto ends_at = [&](std::size_t end) { return end == s.size() || !is_digit(s[end]); };
  if (digits_at(s, i, 8) && ends_at(i + 8)) {
    const auto t = s.substr(i, 8);
    return telling_day(number(t.substr(0, 4)), number(t.substr(4, 2)), number(t.substr(6, 2))) ||
           telling_day(number(t.substr(4, 4)), number(t.substr(2, 2)), number(t.substr(0, 2)));
  }
  if (i + 10 > s.size() || !ends_at(i + 10)) return false;
  const auto t = s.substr(i, 10);
  if (digits_at(t, 0, 4) && separator(t[4]) && digits_at(t, 5, 2) && t[7] == t[4] && digits_at(t, 8, 2))
    return telling_day(number(t.substr(0, 4)), number(t.substr(5, 2)), number(t.substr(8, 2)));
  if (digits_at(t, 0, 2) && separator(t[2]) && digits_at(t, 3, 2) && t[5] == t[2] && digits_at(t, 6, 4))
    return telling_day(number(t.substr(6, 4)), number(t.substr(3, 2)), number(t.substr(0, 2)));
  return false;
}

// A mobile telephone of the United Kingdom, 07… or 447…, in one run of digits: somebody's own. A landline, or one with
// something between its digits, cannot be told from a register's number (07/2024/00123).
bool mobile_at(std::string_view s, std::size_t i) {
  const auto is = [&](std::string_view start, std::size_t length) {
    return digits_at(s, i, length) && (i + length == s.size() || !is_digit(s[i + length])) &&
           s.substr(i).starts_with(start);
  };
  return is("07", 11) || is("447", 12) || is("00447", 14);
}

// Marks that change the direction of what follows, or show nothing at all: a reader sees another text than the record.
bool hidden(std::uint32_t c) {
  struct Range {
    std::uint32_t first, last;
  };
  static constexpr std::array<Range, 11> ranges{{{0x00AD, 0x00AD},      // soft hyphen
                                                 {0x061C, 0x061C},      // Arabic letter mark
                                                 {0x180E, 0x180E},      // Mongolian vowel separator
                                                 {0x200B, 0x200F},      // zero-width space, joiners, direction marks
                                                 {0x2028, 0x2029},      // line and paragraph separators
                                                 {0x202A, 0x202E},      // embeddings and overrides
                                                 {0x2060, 0x2064},      // word joiner, invisible operators
                                                 {0x2066, 0x206F},      // isolates, deprecated format characters
                                                 {0xFEFF, 0xFEFF},      // zero-width no-break space
                                                 {0xFFF9, 0xFFFB},      // interlinear annotation
                                                 {0xE0000, 0xE007F}}};  // tags
  return std::any_of(ranges.begin(), ranges.end(), [c](const Range& r) { return c >= r.first && c <= r.last; });
}

// One code point of valid UTF-8.
std::uint32_t next_character(std::string_view text, std::size_t& i) {
  const auto byte = [&](std::size_t at) -> std::uint32_t {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
  };
  const std::uint32_t first = byte(i);
  const std::size_t length = first < 0x80U ? 1 : first < 0xE0U ? 2 : first < 0xF0U ? 3 : 4;
  std::uint32_t c = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (std::size_t k = 1; k < length; ++k) c = (c << 6U) | (byte(i + k) & 0x3FU);
  i += length;
  return c;
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80U) {
      ++i;
      continue;
    }
    const std::size_t length = lead < 0xC2U ? 0 : lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : lead < 0xF5U ? 4 : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0U) != 0x80U) return false;
    const std::uint32_t c = next_character(text, i);
    const bool overlong = (length == 3 && c < 0x800U) || (length == 4 && c < 0x10000U);
    if (overlong || (c >= 0xD800U && c <= 0xDFFFU) || c > 0x10FFFFU) return false;
  }
  return true;
}

const char* why_text_is_refused(std::string_view text, std::size_t characters_max) {
  if (!is_utf8(text)) return "not_utf8";
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++characters) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80U) {  // nearly everything
      if (lead < 0x20U || lead == 0x7FU) return "control_character";
      ++i;
      continue;
    }
    const std::uint32_t c = next_character(text, i);
    if (c >= 0x80U && c < 0xA0U) return "control_character";
    if (hidden(c)) return "hidden_character";
  }
  return characters > characters_max ? "too_long" : nullptr;
}

bool says_nothing(std::string_view text) {
  static constexpr std::array blanks{0x0020U, 0x00A0U, 0x034FU, 0x115FU, 0x1160U, 0x1680U, 0x17B4U,
                                     0x17B5U, 0x202FU, 0x205FU, 0x2800U, 0x3000U, 0x3164U, 0xFFA0U};
  for (std::size_t i = 0; i < text.size();) {
    const std::uint32_t c = next_character(text, i);
    const bool blank = c < 0x20U || (c >= 0x7FU && c < 0xA0U) || (c >= 0x2000U && c <= 0x200AU) ||
                       (c >= 0xFE00U && c <= 0xFE0FU) || hidden(c) ||
                       std::find(blanks.begin(), blanks.end(), c) != blanks.end();
    if (!blank) return false;
  }
  return true;
}

const char* why_subject_is_personal(std::string_view subject) {
  bool any_digit = false;
  std::size_t word = 0;
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const char c = subject[i];
    if (c == ' ' || c == '\t') return "a subject with a space in it looks like a name";
    if (c == '@') return "a subject with @ in it looks like an address";
    any_digit = any_digit || is_digit(c);
    word = is_letter(c) ? word + 1 : 0;
    if (word > 12) return "a subject with so long a word in it looks like a name";
    if (is_digit(c) && (i == 0 || !is_digit(subject[i - 1])) && date_at(subject, i))
      return "a subject with a date in it looks like a date of birth";
    if (is_digit(c) && (i == 0 || !is_digit(subject[i - 1])) && mobile_at(subject, i))
      return "a subject with a mobile's number in it looks like somebody's telephone";
  }
  return any_digit || subject.empty() ? nullptr : "a subject without any digit looks like a name";
}

std::optional<std::chrono::sys_days> day_of(std::string_view t) {
  if (t.size() != 10 || !digits_at(t, 0, 4) || t[4] != '-' || !digits_at(t, 5, 2) || t[7] != '-' || !digits_at(t, 8, 2))
    return std::nullopt;
  const int y = number(t.substr(0, 4));
  const int m = number(t.substr(5, 2));
  const int d = number(t.substr(8, 2));
  if (!real_day(y, m, d)) return std::nullopt;
  return std::chrono::sys_days{std::chrono::year{y} / m / d};
}

bool is_e164(std::string_view t) {
  return t.size() >= 8 && t.size() <= 16 && t[0] == '+' && t[1] != '0' && digits_at(t, 1, t.size() - 1);
}

}  // namespace told::core
