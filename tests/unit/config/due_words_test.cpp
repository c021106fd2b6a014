// Deadlines and rungs as a policy says them.
#include "config/due_words.hpp"

#include <gmock/gmock.h>

namespace told::config {
namespace {

using namespace std::chrono_literals;
using core::Due;
using core::RungTime;
using testing::HasSubstr;

struct Words {
  const char* text;
  Due due;
  const char* said_as;
};

TEST(DueWords, AreTheGuidancesOwn) {
  for (const auto& [text, due, said_as] : {
           Words{"500 ms", 500ms, "500 ms"},
           Words{"30 min", 30min, "30 min"},
           Words{"48 h", 48h, "48 h"},
           Words{"48h", 48h, "48 h"},
           Words{"close of next working day", {Due::Kind::working_days, 1}, "close of the next working day"},
           Words{"close of the next working day", {Due::Kind::working_days, 1}, "close of the next working day"},
           Words{"1 working day", {Due::Kind::working_days, 1}, "close of the next working day"},
           Words{"10 working days", {Due::Kind::working_days, 10}, "10 working days"},
           Words{"end of next day", {Due::Kind::days, 1}, "end of the next day"},
           Words{"1 day", {Due::Kind::days, 1}, "end of the next day"},
           Words{"7 days", {Due::Kind::days, 7}, "7 days"},
           Words{"1 week", {Due::Kind::days, 7}, "7 days"},
           Words{"1 month", {Due::Kind::months, 1}, "1 month"},
           Words{"18 months", {Due::Kind::months, 18}, "18 months"},
           Words{"12 months", {Due::Kind::months, 12}, "1 year"},
           Words{"6 years", {Due::Kind::months, 72}, "6 years"},
       }) {
    const auto read = due_from(text);
    EXPECT_EQ(read.problem, "") << text;
    EXPECT_EQ(read.value, due) << text;
    EXPECT_EQ(in_words(read.value), said_as);
    EXPECT_EQ(due_from(said_as).value, due) << "what is said can be read again";
  }
}

TEST(DueWords, ThatAreWrongNameTheNearestForm) {
  EXPECT_THAT(due_from("10 wroking days").problem, HasSubstr("did you mean \"10 working days\"?"));
  EXPECT_THAT(due_from("30 minutes").problem, HasSubstr("did you mean \"30 min\"?"));
  EXPECT_THAT(due_from("2 hours").problem, HasSubstr("did you mean \"2 h\"?"));
  EXPECT_THAT(due_from("close of next workingday").problem, HasSubstr("did you mean \"close of next working day\"?"));
  EXPECT_THAT(due_from("end of nxt day").problem, HasSubstr("did you mean \"end of next day\"?"));
  for (const char* wrong : {"", "soon", "15", "1.5 h", "-1 h", "1 h 30 min", "5 fortnights", "99999999999999 h"})
    EXPECT_THAT(due_from(wrong).problem, HasSubstr("\"close of next working day\"")) << wrong;
  EXPECT_THAT(due_from("0 working days").problem, HasSubstr("no time at all"));
  EXPECT_THAT(due_from("367 days").problem, HasSubstr("more than 366 days"));
  EXPECT_THAT(due_from("53 weeks").problem, HasSubstr("more than 366 days: say it in months or years"));
  EXPECT_THAT(due_from("101 years").problem, HasSubstr("more than 100 years"));
  EXPECT_THAT(due_from("12 moths").problem, HasSubstr("did you mean \"12 months\"?"));
  EXPECT_THAT(due_from("9000 h").problem, HasSubstr("longer or larger than is allowed"));
}

RungTime rung(RungTime::Kind kind, std::uint32_t percent, Due due) {
  RungTime time;
  time.kind = kind;
  time.percent = percent;
  time.due = due;
  return time;
}

TEST(RungTimeWords, CountFromTheStartByShareOrFromTheDeadline) {
  using Kind = RungTime::Kind;
  const Due next{Due::Kind::working_days, 1};
  EXPECT_EQ(rung_time_from("15 min").value, RungTime{15min});
  EXPECT_EQ(rung_time_from("1 working day").value, rung(Kind::elapsed, 0, next));
  EXPECT_EQ(rung_time_from("50 %").value, rung(Kind::share, 50, {}));
  EXPECT_EQ(rung_time_from("80%").value, rung(Kind::share, 80, {}));
  EXPECT_EQ(rung_time_from("at half").value, rung(Kind::share, 50, {}));
  EXPECT_EQ(rung_time_from("at the deadline").value, rung(Kind::past_deadline, 0, {}));
  EXPECT_EQ(rung_time_from("deadline + 30 min").value, rung(Kind::past_deadline, 0, 30min));
  EXPECT_EQ(rung_time_from("deadline + 1 working day").value, rung(Kind::past_deadline, 0, next));
}

TEST(RungTimeWords, AreSaidAsThePolicySaysThem) {
  for (const char* text : {"15 min", "50 %", "at the deadline", "deadline + 30 min", "deadline + 1 working day",
                           "deadline + 2 working days", "1 working day", "7 days"}) {
    EXPECT_EQ(rung_time_from(text).value.in_words(), text);
  }
}

TEST(RungTimeWords, ThatAreWrongNameTheNearestForm) {
  EXPECT_THAT(rung_time_from("0 %").problem, HasSubstr("write 1 % to 100 %"));
  EXPECT_THAT(rung_time_from("101 %").problem, HasSubstr("write 1 % to 100 %"));
  EXPECT_THAT(rung_time_from("at hlaf").problem, HasSubstr("did you mean \"at half\"?"));
  EXPECT_THAT(rung_time_from("deadline + 1 workng day").problem, HasSubstr("did you mean \"1 working day\"?"));
  EXPECT_THAT(rung_time_from("later").problem, HasSubstr("\"deadline + 1 working day\""));
}

}  // namespace
}  // namespace told::config
