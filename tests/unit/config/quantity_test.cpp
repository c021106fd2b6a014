#include "config/quantity.hpp"

#include <gmock/gmock.h>

namespace told::config {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(Duration, IsAWholeNumberAndAUnit) {
  EXPECT_EQ(duration_from("500 ms").value, 500ms);
  EXPECT_EQ(duration_from("30 s").value, 30s);
  EXPECT_EQ(duration_from("15 min").value, 15min);
  EXPECT_EQ(duration_from("15min").value, 15min);
  EXPECT_EQ(duration_from("2 h").value, 2h);
  EXPECT_EQ(duration_from("1 day").value, 24h);
  EXPECT_EQ(duration_from("2 days").value, 48h);
  EXPECT_EQ(duration_from("0 s").value, 0s);
  EXPECT_EQ(duration_from("0 s").problem, "");
}

TEST(Duration, SaysWhatIsWrongAndHowToWriteIt) {
  for (const char* wrong : {"", "min", "15", "-1 s", "1.5 h", "1,5 h", "15 minutes", "15 m", "99999999999999999999 s",
                            "400 days", "1 h 30 min"}) {
    EXPECT_THAT(duration_from(wrong).problem, HasSubstr("\"15 min\"")) << wrong;
  }
}

TEST(Duration, IsElapsedTimeAndHasNoWorkingDays) {
  EXPECT_THAT(duration_from("1 working day").problem, HasSubstr("no unit that is known"));
}

TEST(Bytes, AreAWholeNumberAndABinaryUnit) {
  EXPECT_EQ(bytes_from("16 MiB").value, 16U << 20U);
  EXPECT_EQ(bytes_from("64 KiB").value, 64U << 10U);
  EXPECT_EQ(bytes_from("1 GiB").value, 1U << 30U);
  EXPECT_THAT(bytes_from("16 MB").problem, HasSubstr("B, KiB, MiB, GiB"));
}

}  // namespace
}  // namespace told::config
