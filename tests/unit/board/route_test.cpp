#include "board/route.hpp"

#include <gtest/gtest.h>

#include "core/reference.hpp"

namespace told::board {
namespace {

const ledger::CaseNames& names() {
  static const ledger::CaseNames all(reinterpret_cast<const unsigned char*>("a key for tests."));
  return all;
}

auto routed(const Request& request) { return route_of(request, names()); }

Request asked(const std::string& method, const std::string& path) { return {method, path, {}, {}, 0}; }
const std::string reference = core::to_reference(core::NotificationId{42, 1});

TEST(Route, AnActionKnowsItsNotification) {
  const auto route = routed(asked("POST", "/v1/notifications/" + reference + "/acknowledge"));
  ASSERT_TRUE(std::holds_alternative<Route>(route));
  EXPECT_EQ(std::get<Route>(route).what, Asked::acknowledge);
  EXPECT_EQ(core::NotificationId::of(std::get<Route>(route).number), (core::NotificationId{42, 1}));
}

TEST(Route, AMistypedReferenceIsRefusedAndNeverLookedUp) {
  auto wrong = reference;
  wrong.back() = wrong.back() == '7' ? '8' : '7';
  const auto route = routed(asked("POST", "/v1/notifications/" + wrong + "/acknowledge"));
  ASSERT_TRUE(std::holds_alternative<Response>(route));
  EXPECT_EQ(std::get<Response>(route).status, 400);
}

TEST(Route, ACasesReferenceIsNotANotifications) {
  const auto route = routed(asked("POST", "/v1/notifications/" + core::to_reference(core::Named::case_, 42) + "/call"));
  ASSERT_TRUE(std::holds_alternative<Response>(route));
  EXPECT_EQ(std::get<Response>(route).status, 400);
}

TEST(Route, ACaseIsShownByTheReferenceOfWhateverIsInIt) {
  for (const std::string& named : {reference, core::to_reference(core::Named::event, 42)}) {
    const auto route = routed(asked("GET", "/v1/cases/" + named));
    ASSERT_TRUE(std::holds_alternative<Route>(route)) << named;
    EXPECT_TRUE(std::get<Route>(route).by_entry) << named;
    EXPECT_EQ(std::get<Route>(route).number, 42U) << named;
    EXPECT_EQ(std::get<Response>(routed(asked("POST", "/v1/cases/" + named + "/erase"))).status, 400) << named;
  }
  const auto its_own = routed(asked("GET", "/v1/cases/" + core::to_reference(core::Named::case_, 42)));
  ASSERT_TRUE(std::holds_alternative<Route>(its_own));
  EXPECT_FALSE(std::get<Route>(its_own).by_entry);
}

TEST(Route, APartysReferenceIsRepeatedAsItWasGivenAndNeverAsTheHouses) {
  const std::string theirs = names().name(42, "police");
  const auto route = routed(asked("POST", "/v1/cases/" + theirs + "/erase"));
  ASSERT_TRUE(std::holds_alternative<Route>(route));
  EXPECT_EQ(std::get<Route>(route).number, 42U);
  EXPECT_EQ(std::get<Route>(route).reference, theirs);
}

TEST(Route, AnotherMethodIsToldWhichOneToUse) {
  const auto route = routed(asked("DELETE", "/v1/open"));
  ASSERT_TRUE(std::holds_alternative<Response>(route));
  EXPECT_EQ(std::get<Response>(route).status, 405);
  EXPECT_EQ(std::get<Response>(route).allow, "GET, HEAD");
  EXPECT_EQ(
      std::get<Response>(routed(asked("GET", "/v1/alarms/" + core::to_reference(core::Named::alarm, 7) + "/close")))
          .allow,
      "POST");
}

TEST(Route, AnUnknownPathIsNotFound) {
  for (const auto* path : {"/", "/v1", "/v1/openn", "/v1/cases/", "/v1/cases/a/b", "/v1/notifications//call"}) {
    const auto route = routed(asked("GET", path));
    ASSERT_TRUE(std::holds_alternative<Response>(route)) << path;
    EXPECT_NE(std::get<Response>(route).status, 200) << path;
  }
}

TEST(Route, ALimitIsASmallNumber) {
  EXPECT_EQ(small_number("20", 100), 20U);
  for (const auto* text : {"", "0", "-1", "101", "2x", "0x10", " 2"}) EXPECT_FALSE(small_number(text, 100)) << text;
}

TEST(PercentDecoding, EscapesAreReadAndBrokenOnesRefused) {
  std::string out;
  EXPECT_TRUE(percent_decoded("a%20b+c", false, out));
  EXPECT_EQ(out, "a b+c");
  EXPECT_TRUE(percent_decoded("a+b%2B", true, out));
  EXPECT_EQ(out, "a b+");
  for (const auto* text : {"%", "%4", "%zz", "%00"}) EXPECT_FALSE(percent_decoded(text, false, out)) << text;
  EXPECT_FALSE(percent_decoded(std::string("a\0b", 3), false, out));
}

}  // namespace
}  // namespace told::board
