// What a single string may look like: a subject, a day, a telephone number.
#include "core/text_rules.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/event_rules.hpp"

namespace told::core {
namespace {

std::string said_of_subject(std::string_view subject) {
  const char* why = why_subject_is_personal(subject);
  return why == nullptr ? "" : why;
}

TEST(ASubject, WithADateInItIsPersonalWhateverPartsTheDate) {
  for (const char* subject : {"2009-05-17", "K/17.05.2009", "k_2009_05_17", "20090517", "17052009-K"})
    EXPECT_NE(said_of_subject(subject).find("date of birth"), std::string::npos) << subject;
}

TEST(ASubject, ThatOnlyLooksLikeADateUntilOneReadsItIsNone) {
  for (const char* subject :
       {"2009-xx-17", "2009-05-xx", "2009-0517K1", "1a-05-2009", "17-ab-2009", "17-05/2009", "17-05-20xx", "2009-13-40",
        "17:05:2009", "1-05-2009K", "20090539", "20091317", "39052009", "17132009", "2009-05-39", "39-05-2009"})
    EXPECT_EQ(said_of_subject(subject), "") << subject;
}

TEST(ASubject, WithADateWithinALongerNumberIsANumber) {
  for (const char* subject : {"120090517", "TIL/120090517", "200905171"})
    EXPECT_EQ(said_of_subject(subject), "") << subject;
}

TEST(ASubject, WithAMobilesNumberInItIsPersonalWhateverStandsAroundIt) {
  for (const char* subject : {"07700900123", "447700900123", "00447700900123", "07700900123/K7", "K7-00447700900123-2"})
    EXPECT_NE(said_of_subject(subject).find("telephone"), std::string::npos) << subject;
  for (const char* subject : {"077009001234", "0770090012", "08700900123", "004477009001234", "107700900123"})
    EXPECT_EQ(said_of_subject(subject), "") << subject;
}

TEST(ASubject, WithASpaceOrATabLooksLikeAName) {
  for (const char* subject : {"K 7", "K\t7"})
    EXPECT_NE(said_of_subject(subject).find("space"), std::string::npos) << subject;
}

TEST(ASubject, CountsAsAWordOnlyLettersThatFollowEachOther) {
  EXPECT_EQ(said_of_subject("abcdefghijkl{abcdefghijkl7"), "");
  EXPECT_NE(said_of_subject("abcdefghijklm7"), "");
}

TEST(ASubject, ThatIsEmptySaysNothingOfAnybody) { EXPECT_EQ(said_of_subject(""), ""); }

TEST(ADayInText, IsFourTwoAndTwoDigitsOfADayThatThereWas) {
  EXPECT_EQ(day_of("2010-03-05"), std::chrono::sys_days{std::chrono::year{2010} / 3 / 5});
  for (const char* text : {"2010-3-05", "x010-03-05", "2010/03-05", "2010-x3-05", "2010-03/05", "2010-03-0x",
                           "2010-02-30", "2010-03-05 ", ""})
    EXPECT_FALSE(day_of(text)) << text;
}

TEST(ATelephoneNumber, IsAPlusAndSevenToFifteenDigitsOfWhichTheFirstIsNotNought) {
  for (const char* text : {"+4416329", "+441632960001", "+123456789012345"}) EXPECT_TRUE(is_e164(text)) << text;
  for (const char* text : {"+441632", "+1234567890123456", "+0441632960001", "441632960001", "+44 1632 96", ""})
    EXPECT_FALSE(is_e164(text)) << text;
}

TEST(AText, SaysNothingWhereNothingOfItCanBeSeen) {
  for (const char* text : {"", " ", "\x1F", "\x7F", "\u0080", "\u009F", "\u00A0", "\u2000", "\u200A", "\uFE00",
                           "\uFE0F", "\u3000", " \t\u200A "})
    EXPECT_TRUE(says_nothing(text)) << text;
  for (const char* text : {"!", "~", "\u00A1", "\u2010", "\uFDFF", "\uFE10", " \u200A."})
    EXPECT_FALSE(says_nothing(text)) << text;
}

}  // namespace
}  // namespace told::core
