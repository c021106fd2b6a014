#include "core/reference.hpp"

#include <gtest/gtest.h>

namespace told::core {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

TEST(AReference, IsReadBackAsTheNumberItWasMadeFrom) {
  for (std::uint64_t n : {0ULL, 1ULL, 31ULL, 32ULL, 1000ULL, 123456789ULL, ~0ULL, ~0ULL >> 1U})
    for (Named what : {Named::case_, Named::event, Named::notification, Named::alarm, Named::partys_case})
      EXPECT_EQ(from_reference(what, to_reference(what, n)), n) << to_reference(what, n);
}

TEST(AReference, IsReadInLowerCaseWithoutDashesAndWithTheLettersPeopleConfuse) {
  const std::string text = to_reference(Named::case_, 1025);  // 0101 in base32
  std::string sloppy;
  for (char c : text)
    if (c != '-') sloppy += c == '1' ? 'l' : c == '0' ? 'o' : static_cast<char>(std::tolower(c));
  EXPECT_EQ(from_reference(Named::case_, sloppy), 1025U);
}

TEST(AReference, WithAnyOneCharacterWrongIsRefused) {
  for (std::uint64_t n = 1; n < 5'000'000'000ULL; n = n * 7 + 3) {
    const std::string right = to_reference(Named::notification, n);
    for (std::size_t i = 2; i < right.size(); ++i) {
      if (right[i] == '-') continue;
      for (const char other : alphabet) {
        if (other == right[i]) continue;
        std::string wrong = right;
        wrong[i] = other;
        EXPECT_FALSE(from_reference(Named::notification, wrong)) << right << " and " << wrong;
      }
    }
  }
}

TEST(AReference, WithAnyTwoCharactersExchangedIsRefused) {
  for (std::uint64_t n = 1; n < ~0ULL / 11; n = n * 11 + 5) {
    const std::string right = to_reference(Named::case_, n);
    for (std::size_t i = 2; i < right.size(); ++i)
      for (std::size_t j = i + 1; j < right.size(); ++j) {
        if (right[i] == '-' || right[j] == '-' || right[i] == right[j]) continue;
        std::string wrong = right;
        std::swap(wrong[i], wrong[j]);
        EXPECT_FALSE(from_reference(Named::case_, wrong)) << right << " and " << wrong;
      }
  }
}

TEST(AReference, OfOneKindIsRefusedAsAnother) {
  ReferenceProblem problem;
  EXPECT_FALSE(from_reference(Named::case_, to_reference(Named::notification, 77), &problem));
  EXPECT_EQ(problem.code, ReferenceProblem::Code::wrong_letter);
  std::string relabelled = to_reference(Named::notification, 77);
  relabelled[0] = 'C';
  EXPECT_FALSE(from_reference(Named::case_, relabelled, &problem));
  EXPECT_EQ(problem.code, ReferenceProblem::Code::wrong_check);
}

TEST(AReference, ThatIsEmptyOrFarTooLongIsRefusedWithASentence) {
  for (const char* text : {"", "C", "C-", "C-1", "C-11111111111111111111111111", "C-U11-1111", "hello"}) {
    ReferenceProblem problem;
    EXPECT_FALSE(from_reference(Named::case_, text, &problem));
    EXPECT_FALSE(problem.sentence.empty()) << text;
  }
}

}  // namespace
}  // namespace told::core
