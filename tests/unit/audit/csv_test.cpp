#include "audit/csv.hpp"

#include <gtest/gtest.h>

namespace told::audit {

TEST(Csv, TextIsLeftAsItIs) { EXPECT_EQ(csv_cell("Essex Police control room"), "Essex Police control room"); }

TEST(Csv, ACellThatASpreadsheetWouldRunIsMadeText) {
  EXPECT_EQ(csv_cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
  EXPECT_EQ(csv_cell("+44 20"), "'+44 20");
  EXPECT_EQ(csv_cell("-1"), "'-1");
  EXPECT_EQ(csv_cell("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(csv_cell("\t=1"), "'\t=1");
  EXPECT_EQ(csv_cell("  =1"), "'  =1");
  EXPECT_EQ(csv_cell("\r=1"), "\"'\r=1\"");
}

TEST(Csv, CommasQuotesAndLineEndsAreQuoted) {
  EXPECT_EQ(csv_cell("a, b"), "\"a, b\"");
  EXPECT_EQ(csv_cell("said \"yes\""), "\"said \"\"yes\"\"\"");
  EXPECT_EQ(csv_cell("two\nlines"), "\"two\nlines\"");
}

TEST(Csv, AnEmptyFirstCellStillTakesItsPlace) { EXPECT_EQ(csv_line({"", "a", ""}), ",a,\r\n"); }

}  // namespace told::audit
