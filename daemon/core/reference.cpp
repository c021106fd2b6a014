#include "core/reference.hpp"

#include <array>
#include <cstdint>

namespace told::core {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// GF(32) with x^5 + x^2 + 1; 2 generates all 31 non-zero elements, so places 1..31 have different weights.
constexpr unsigned times_two(unsigned a) { return ((a << 1U) ^ ((a & 0x10U) != 0 ? 0x25U : 0U)) & 0x1FU; }

constexpr unsigned times(unsigned a, unsigned b) {
  unsigned product = 0;
  for (; b != 0; b >>= 1U, a = times_two(a))
    if ((b & 1U) != 0) product ^= a;
  return product;
}

constexpr std::uint8_t no_digit = 0xFF;
constexpr auto value_of = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return table;
}();
unsigned value(char c) { return value_of[static_cast<unsigned char>(c)]; }

// A 64-bit number has 13 digits; the letter is one more place, fixed so that leading zeros do not move it.
constexpr std::size_t digits_max = 13;
constexpr std::size_t letters_place = 20;

// weighed[place][v]: what value v adds at that place. Digits from the last to the first have the weights 2, 4, 8, ...:
// the check character itself has the weight 1, and the weights never come round.
constexpr auto weighed = [] {
  std::array<std::array<std::uint8_t, 32>, letters_place> table{};
  unsigned weight = 1;
  for (auto& place : table) {
    weight = times_two(weight);
    for (unsigned v = 0; v < place.size(); ++v) place[v] = static_cast<std::uint8_t>(times(v, weight));
  }
  return table;
}();

unsigned check_of(char letter, std::string_view digits) {
  unsigned sum = weighed[letters_place - 1][static_cast<unsigned>(letter - 'A')];
  for (std::size_t place = 0; place < digits.size(); ++place)
    sum ^= weighed[place][value(digits[digits.size() - 1 - place])];
  return sum;
}

// Crockford: what people write for what they heard or saw.
char normal(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') return '0';
  if (c == 'I' || c == 'L') return '1';
  return c;
}

const char* noun(Named what) {
  switch (what) {
    case Named::case_:
      return "a case";
    case Named::event:
      return "an event";
    case Named::notification:
      return "a notification";
    case Named::alarm:
      return "an alarm";
    case Named::partys_case:
      return "a case as an agency has it";
  }
  return "a thing";
}

}  // namespace

std::string to_reference(Named what, std::uint64_t number) {
  std::array<char, digits_max + 1> kept{};  // with the check character behind the digits
  std::size_t begin = digits_max;
  constexpr std::size_t digits_min = 3;
  do {
    kept[--begin] = alphabet[number & 0x1FU];
    number >>= 5U;
  } while (number != 0 || digits_max - begin < digits_min);
  const char letter = static_cast<char>(what);
  kept[digits_max] = alphabet[check_of(letter, {&kept[begin], digits_max - begin})];

  // Groups of at most four, the last one full: 7K3-M9Q4.
  std::string text{letter, '-'};
  const std::size_t size = kept.size() - begin;
  for (std::size_t i = 0; i < size; ++i) {
    if (i != 0 && (size - i) % 4 == 0) text.push_back('-');
    text.push_back(kept[begin + i]);
  }
  return text;
}

std::optional<std::uint64_t> from_reference(Named what, std::string_view text, ReferenceProblem* problem) {
  using Code = ReferenceProblem::Code;
  const auto refuse = [&](Code code, std::string sentence) -> std::optional<std::uint64_t> {
    if (problem != nullptr) *problem = {code, std::move(sentence)};
    return std::nullopt;
  };
  const char letter = static_cast<char>(what);
  std::string digits;
  bool seen_letter = false;
  for (const char raw : text) {
    if (raw == '-' || raw == ' ') continue;
    if (!seen_letter) {
      const char upper = raw >= 'a' && raw <= 'z' ? static_cast<char>(raw - 'a' + 'A') : raw;
      if (upper != letter)
        return refuse(Code::wrong_letter, std::string("the reference of ") + noun(what) + " begins with " + letter +
                                              "; look at the reference again");
      seen_letter = true;
      continue;
    }
    const char c = normal(raw);
    if (value(c) == no_digit)
      return refuse(Code::wrong_character,
                    "a reference has only digits and letters other than U; look at the reference again");
    digits.push_back(c);
  }
  if (digits.size() < 4) return refuse(Code::too_short, "the reference is too short; part of it is missing");
  if (digits.size() > digits_max + 1)
    return refuse(Code::too_long, "the reference is too long; it has at most 14 characters");
  const char check = digits.back();
  digits.pop_back();
  if (alphabet[check_of(letter, digits)] != check)
    return refuse(Code::wrong_check,
                  "the reference was mistyped (its check character does not fit); read it out again");
  if (digits.size() == digits_max && value(digits.front()) > 15)
    return refuse(Code::too_long, "the reference is too large a number; look at the reference again");
  std::uint64_t number = 0;
  for (const char c : digits) number = (number << 5U) | value(c);
  return number;
}

}  // namespace told::core
