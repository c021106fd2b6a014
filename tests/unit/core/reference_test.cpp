#include "core/reference.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

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
  std::replace(sloppy.begin(), sloppy.end(), 'l', 'I');
  EXPECT_EQ(from_reference(Named::case_, " " + sloppy + " "), 1025U);
}

/// With any other character in any one place.
void is_refused_mistyped(const std::string& right) {
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

TEST(AReference, WithAnyOneCharacterWrongIsRefused) {
  for (std::uint64_t n = 1; n < 5'000'000'000ULL; n = n * 7 + 3)
    is_refused_mistyped(to_reference(Named::notification, n));
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

TEST(AReference, ThatIsNoneOfWhatItIsReadAsIsRefusedByThatName) {
  const auto said_of = [](Named what) {
    ReferenceProblem problem;
    EXPECT_FALSE(from_reference(what, "~-7K3-M9Q4", &problem));
    EXPECT_EQ(problem.code, ReferenceProblem::Code::wrong_letter);
    return problem.sentence.substr(0, problem.sentence.find(" begins"));
  };
  EXPECT_EQ(said_of(Named::case_), "the reference of a case");
  EXPECT_EQ(said_of(Named::event), "the reference of an event");
  EXPECT_EQ(said_of(Named::notification), "the reference of a notification");
  EXPECT_EQ(said_of(Named::alarm), "the reference of an alarm");
  EXPECT_EQ(said_of(Named::partys_case), "the reference of a case as an agency has it");
}

TEST(AReference, WithASignThatIsNoLetterIsRefused) {
  ReferenceProblem problem;
  EXPECT_FALSE(from_reference(Named::case_, "C-7K3-M9Q{", &problem));
  EXPECT_EQ(problem.code, ReferenceProblem::Code::wrong_character);
}

// Thirteen digits of five bits are one bit more than a number has.
TEST(AReference, OfALargerNumberThanThereIsIsRefusedWithWhateverCheckCharacter) {
  int too_large = 0;
  for (const char check : alphabet) {
    ReferenceProblem problem;
    EXPECT_FALSE(from_reference(Named::case_, std::string("C-G000000000000") + check, &problem));
    too_large += problem.code == ReferenceProblem::Code::too_long ? 1 : 0;
  }
  EXPECT_EQ(too_large, 1) << "the one whose check character fits";
}

constexpr EntryIndex last_event = (1ULL << 46U) - 1;

TEST(ANotificationsNumber, IsOfOneByteForTheFirst256OfAnEventAndNeverThatOfAnother) {
  std::set<std::uint64_t> numbers;
  for (const EntryIndex event : {EntryIndex{0}, EntryIndex{1}, EntryIndex{255}, EntryIndex{256}, EntryIndex{257},
                                 EntryIndex{65'535}, EntryIndex{65'536}, EntryIndex{1} << 38U, last_event}) {
    for (unsigned slot = 0; slot <= 65'535; slot += slot < 600 ? 1 : 5) {
      const NotificationId id{event, static_cast<Slot>(slot)};
      const std::uint64_t number = id.number();
      if (slot < 256) {
        ASSERT_EQ(number, event * 256 + slot) << "as it stands in ledgers and in people's hands";
      }
      ASSERT_EQ(NotificationId::of(number), id) << event << "/" << slot;
      ASSERT_TRUE(numbers.insert(number).second) << event << "/" << slot;
    }
  }
}

TEST(ANotificationsNumber, InAFormThatIsNeverGivenNamesNobodysNotification) {
  for (const Slot low : {Slot{0}, Slot{5}, Slot{255}}) {
    const std::uint64_t number = (1ULL << 62U) | (7U << 16U) | low;
    EXPECT_EQ(NotificationId::of(number), NotificationId{}) << low;
  }
  EXPECT_EQ(NotificationId::of((1ULL << 62U) | (7U << 16U) | 256U), (NotificationId{7, 256}));
}

TEST(AReference, OfANotificationBeyondTheFirst256IsReadBackAndRefusedWhereItIsMistyped) {
  EXPECT_EQ(to_reference(NotificationId{7, 255}), to_reference(Named::notification, 7 * 256 + 255));
  for (const NotificationId id : {NotificationId{1, 256}, NotificationId{7, 300}, NotificationId{123'456, 4094},
                                  NotificationId{last_event, 65'535}}) {
    const std::string right = to_reference(id);
    const auto number = from_reference(Named::notification, right);
    ASSERT_TRUE(number) << right;
    EXPECT_EQ(NotificationId::of(*number), id) << right;
    is_refused_mistyped(right);
  }
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
