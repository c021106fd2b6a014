#include "rehearse/picture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/config.hpp"
#include "rehearse/policy_graph.hpp"
#include "rehearse/stage.hpp"
#include "rehearse/svg.hpp"

namespace told::rehearse::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Every element that opens is closed, in its order: what a reader of XML asks first.
::testing::AssertionResult is_well_formed(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = xml.find('<'); at != std::string::npos; at = xml.find('<', at + 1)) {
    if (xml[at + 1] == '?') continue;
    const std::size_t end = xml.find('>', at);
    if (end == std::string::npos) return ::testing::AssertionFailure() << "an element has no end";
    if (xml[end - 1] == '/') continue;
    const bool closes = xml[at + 1] == '/';
    const std::size_t name_at = at + (closes ? 2 : 1);
    const std::string name = xml.substr(name_at, xml.find_first_of(" >", name_at) - name_at);
    if (!closes) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return ::testing::AssertionFailure() << name << " closes what is not open";
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? ::testing::AssertionSuccess() : ::testing::AssertionFailure() << open.back() << " stays open";
}

TEST(Picture, WhateverATextHoldsThePictureIsWellFormed) {
  Svg svg("<title> & \"quotes\"", "a\x01z");
  svg.text(0, 0, "</text><script>alert('x')</script>");
  svg.box(0, 0, 1, 1, "box", "a < b & c");
  const std::string document = svg.document();
  EXPECT_TRUE(is_well_formed(document));
  EXPECT_THAT(document, Not(HasSubstr("<script>")));
  EXPECT_THAT(document, Not(HasSubstr("\x01")));
}

TEST(Picture, ANightHasALaneForEachAndSaysEveryCallInWords) {
  Stage stage;
  const std::string drawn = picture(stage.play("title = \"A <night>\"\n" + a_child_is_missing));
  EXPECT_TRUE(is_well_formed(drawn));
  EXPECT_THAT(drawn, HasSubstr("A &lt;night&gt;"));
  EXPECT_THAT(drawn, HasSubstr("Home Office asylum desk"));
  EXPECT_THAT(drawn, HasSubstr("called about Police control room"));
  EXPECT_THAT(drawn, HasSubstr("LATE"));
}

TEST(PolicyGraph, HasEveryEventEveryRecipientAndEveryLadderThatIsUsed) {
  const auto policy = config::load_policy(TOLD_ROOT "/config/policy.toml").value;
  const std::string svg = svg_of(policy);
  const std::string dot = dot_of(policy);
  EXPECT_TRUE(is_well_formed(svg));
  for (const auto& rule : policy.rules) {
    EXPECT_THAT(svg, HasSubstr(escaped(rule.when)));
    EXPECT_THAT(dot, HasSubstr("\"event " + rule.when + "\" -> \"recipient " + rule.who + "\""));
    EXPECT_THAT(svg, HasSubstr("ladder " + rule.ladder[0]));
  }
  EXPECT_EQ(svg, svg_of(policy));
}

}  // namespace
}  // namespace told::rehearse::test
