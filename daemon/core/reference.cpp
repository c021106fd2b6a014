#include "core/reference.hpp"

#include <array>

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

// Digits from the last to the first have the weights 2, 4, 8, ...: the check character itself has the weight 1.
// A 64-bit number has 13 digits and the letter is one more place, so the weights never come round.
unsigned check_of(char letter, std::string_view digits) {
  unsigned sum = 0;
  unsigned weight = 1;
  const auto add = [&](unsigned value) {
    weight = times_two(weight);
    sum ^= times(value, weight);
  };
  for (auto it = digits.rbegin(); it != digits.rend(); ++it) add(static_cast<unsigned>(alphabet.find(*it)));
  // The letter's place is fixed, so that leading zeros do not move it.
  unsigned letter_weight = 1;
  for (int i = 0; i < 20; ++i) letter_weight = times_two(letter_weight);
  sum ^= times(static_cast<unsigned>(letter - 'A'), letter_weight);
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
  std::string digits;
  do {
    digits.insert(digits.begin(), alphabet[number & 0x1FU]);
    number >>= 5U;
  } while (number != 0);
  while (digits.size() < 3) digits.insert(digits.begin(), '0');
  const char letter = static_cast<char>(what);
  digits.push_back(alphabet[check_of(letter, digits)]);

  // Groups of at most four, the last one full: 7K3-M9Q4.
  std::string text{letter, '-'};
  const std::size_t first = digits.size() % 4;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && i % 4 == first % 4) text.push_back('-');
    text.push_back(digits[i]);
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
    if (alphabet.find(c) == std::string_view::npos)
      return refuse(Code::wrong_character,
                    "a reference has only digits and letters other than U; look at the reference again");
    digits.push_back(c);
  }
  if (digits.size() < 4) return refuse(Code::too_short, "the reference is too short; part of it is missing");
  if (digits.size() > 14) return refuse(Code::too_long, "the reference is too long; it has at most 14 characters");
  const char check = digits.back();
  digits.pop_back();
  if (alphabet[check_of(letter, digits)] != check)
    return refuse(Code::wrong_check,
                  "the reference was mistyped (its check character does not fit); read it out again");
  if (digits.size() == 13 && alphabet.find(digits.front()) > 15)
    return refuse(Code::too_long, "the reference is too large a number; look at the reference again");
  std::uint64_t number = 0;
  for (const char c : digits) number = (number << 5U) | alphabet.find(c);
  return number;
}

}  // namespace told::core
