// Which addresses a courier may connect to, whatever spelling they come in.
#include "carriers/courier/address_rule.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include "carriers/courier/url.hpp"

namespace told::carriers {
namespace {

bool allowed(const char* address, const std::vector<std::string>& allow = {}) {
  const auto read = read_address(address);
  EXPECT_TRUE(read) << address;
  return read && AddressRule(allow).allows(*read);
}

TEST(AddressRule, PublicAddressesAreAllowed) {
  for (const char* address : {"8.8.8.8", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0",
                              "223.255.255.255", "2a00:1450::1", "64:ff9b::808:808"})
    EXPECT_TRUE(allowed(address)) << address;
}

TEST(AddressRule, WhatIsNotPublicIsRefused) {
  for (const char* address : {"0.0.0.0",         "10.0.0.1",        "100.64.0.1",      "127.0.0.1",   "127.255.255.254",
                              "169.254.169.254", "172.16.0.1",      "172.31.255.255",  "192.168.1.1", "198.18.0.1",
                              "224.0.0.1",       "239.255.255.255", "255.255.255.255", "::",          "::1",
                              "fc00::1",         "fdff::1",         "fe80::1",         "febf::1",     "fec0::1",
                              "ff02::1",         "2002:7f00:1::",   "2001::1"})
    EXPECT_FALSE(allowed(address)) << address;
}

TEST(AddressRule, AnIPv4AddressInIPv6ClothesIsTheSame) {
  for (const char* address : {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "64:ff9b::a00:1"})
    EXPECT_FALSE(allowed(address)) << address;
  EXPECT_TRUE(allowed("::ffff:8.8.8.8"));
}

TEST(AddressRule, WhatTheOperatorListedIsAllowedAndNothingBesides) {
  EXPECT_TRUE(allowed("10.20.3.4", {"10.20.0.0/16"}));
  EXPECT_FALSE(allowed("10.21.0.0", {"10.20.0.0/16"}));
  EXPECT_TRUE(allowed("127.0.0.1", {"127.0.0.1"}));
  EXPECT_FALSE(allowed("127.0.0.2", {"127.0.0.1"}));
  EXPECT_TRUE(allowed("::ffff:10.20.3.4", {"10.20.0.0/16"}));
  EXPECT_TRUE(allowed("fd12::1", {"10.0.0.0/8", "fd12::/16"}));
  EXPECT_FALSE(allowed("fd13::1", {"fd12::/16"}));
  EXPECT_TRUE(allowed("192.168.1.1", {"0.0.0.0/0"}));
  EXPECT_FALSE(allowed("fe80::1", {"0.0.0.0/0"}));
}

TEST(AddressRule, ASocketsAddressIsReadAsItsText) {
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(address_of(reinterpret_cast<const sockaddr&>(four)), read_address("127.0.0.1"));
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  six.sin6_addr = in6addr_loopback;
  EXPECT_EQ(address_of(reinterpret_cast<const sockaddr&>(six)), read_address("::1"));
  sockaddr other{};
  other.sa_family = AF_UNIX;
  EXPECT_FALSE(address_of(other));
}

TEST(Network, IsReadOnlyWhereItsBitsMakeSense) {
  for (const char* good : {"10.0.0.0/8", "10.1.2.3", "::/0", "fe80::/10", "2001:db8::7/128", "0.0.0.0/0"})
    EXPECT_TRUE(read_network(good)) << good;
  for (const char* bad : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/-1", "10.0.0/8", "10.1.0.0/8",
                          "fe80::1/10", "::/129", "localhost", "[::1]"})
    EXPECT_FALSE(read_network(bad)) << bad;
}

TEST(Url, IsReadAsTheLibraryThatConnectsReadsIt) {
  const auto url = read_url("https://Hooks.Council.test:8443/told?x=1");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->port, 8443);
  EXPECT_FALSE(url->has_user);
  EXPECT_EQ(read_url("https://hooks.council.test")->port, 443);
  EXPECT_TRUE(read_url("https://a:b@hooks.council.test")->has_user);
  EXPECT_FALSE(read_url("https://a@127.0.0.1@hooks.council.test"));
  EXPECT_TRUE(read_url("http://[::1]:80/")->loopback_literal());
  EXPECT_TRUE(read_url("http://127.1.2.3/")->loopback_literal());
  EXPECT_FALSE(read_url("http://localhost/")->loopback_literal());
  for (const char* bad : {"", "hooks", "https://", "https://x:0/", "https://x:99999/", "/told"})
    EXPECT_FALSE(read_url(bad)) << bad;
}

}  // namespace
}  // namespace told::carriers
