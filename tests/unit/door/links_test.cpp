#include "door/links.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>

#include "board/http.hpp"

namespace told::door {
namespace {

using namespace std::chrono_literals;
using Is = Links::Read::Is;

/// Not a secret, but no two inputs give the same.
std::string proof(const std::string& key, std::string_view bytes) {
  std::string out;
  for (int i = 0; i < 4; ++i) {
    const auto part = std::hash<std::string>{}(key + std::to_string(i) + std::string(bytes));
    out.append(reinterpret_cast<const char*>(&part), sizeof part);
  }
  return out;
}

const Links links{[](std::string_view bytes) { return proof("ours", bytes); }};
constexpr core::Instant now{1'700'000'000s};
constexpr core::NotificationId id{123'456, 7};

TEST(AnAcknowledgeLink, OpensItsNotificationUntilItExpires) {
  const std::string token = links.token(id, now + 10min);
  EXPECT_EQ(token.size(), 38U);
  EXPECT_EQ(links.read(token, now).is, Is::good);
  EXPECT_EQ(links.read(token, now).id, id);
  EXPECT_EQ(links.read(token, now + 11min).is, Is::expired);
}

TEST(AnAcknowledgeLink, IsRefusedWithAnyCharacterChanged) {
  const std::string token = links.token(id, now + 10min);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(links.read(forged, now).is, Is::no_link) << i;
    // Every other byte in its place, those above 0x7F with them: libsodium takes some of them for letters.
    for (int byte = 0; byte < 256; ++byte) {
      forged[i] = static_cast<char>(byte);
      EXPECT_EQ(links.read(forged, now).is == Is::good, forged == token) << i << ' ' << byte;
    }
  }
}

TEST(AnAcknowledgeLink, IsRefusedWhereItIsCutOffOrLongerOrAnothers) {
  const std::string token = links.token(id, now + 10min);
  EXPECT_EQ(links.read("", now).is, Is::no_link);
  EXPECT_EQ(links.read(token.substr(0, 37), now).is, Is::no_link);
  EXPECT_EQ(links.read(token + "A", now).is, Is::no_link);
  EXPECT_EQ(links.read(token + "/..", now).is, Is::no_link);
  const Links others{[](std::string_view bytes) { return proof("theirs", bytes); }};
  EXPECT_EQ(links.read(others.token(id, now + 10min), now).is, Is::no_link);
}

TEST(AForm, IsReadWithItsEscapesAndRefusedWhereItIsBroken) {
  std::map<std::string, std::string> fields;
  EXPECT_TRUE(board::read_form("person=duty+manager&note=%3Cb%3E&role=", fields));
  EXPECT_EQ(fields["person"], "duty manager");
  EXPECT_EQ(fields["note"], "<b>");
  EXPECT_EQ(fields["role"], "");
  EXPECT_FALSE(board::read_form("a=1&a=2", fields));
  fields.clear();
  EXPECT_FALSE(board::read_form("a=%zz", fields));
}

}  // namespace
}  // namespace told::door
