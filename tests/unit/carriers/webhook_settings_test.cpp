// What is said of a [[way]] by webhook before anything is sent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "carriers/kind.hpp"
#include "is_refused.hpp"

namespace told::carriers {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using tests::is_refused;

Way good() {
  Way way;
  way.recipient = "mash.duty";
  way.carrier = "webhook";
  way.settings["url"].text = "https://hooks.council.test/told";
  way.settings["key_files"].texts = {"keys/webhook.key"};
  return way;
}

std::vector<WayProblem> problems(const Way& way) { return kind("webhook")->problems_of(way); }

TEST(WebhookSettings, AGoodWayHasNoProblem) {
  EXPECT_TRUE(problems(good()).empty());
  Way way = good();
  way.settings["client_certificate_file"].text = "a.pem";
  way.settings["client_key_file"].text = "credential:a.key";
  way.settings["allow"].texts = {"10.20.0.0/16", "127.0.0.1"};
  way.settings["timeout"].time = 3s;
  way.settings["url"].text = "http://127.0.0.1:8080/told";
  EXPECT_TRUE(problems(way).empty());
}

TEST(WebhookSettings, AnAddressThatIsNotSafeIsRefused) {
  const auto with_url = [](const char* url) {
    Way way = good();
    way.settings["url"].text = url;
    return way;
  };
  EXPECT_TRUE(is_refused(with_url("hooks.council.test"), "url", "must be an address such as"));
  EXPECT_TRUE(is_refused(with_url("http://hooks.council.test/"), "url", "must begin with https://"));
  EXPECT_TRUE(is_refused(with_url("http://localhost/"), "url", "must begin with https://"));
  EXPECT_TRUE(is_refused(with_url("ftp://hooks.council.test/"), "url", "must begin with https://"));
  EXPECT_TRUE(is_refused(with_url("https://user:word@hooks.council.test/"), "url", "no user"));
  EXPECT_TRUE(is_refused(with_url("https://192.168.1.7/"), "url", "192.168.1.7 is not a public address"));
}

TEST(WebhookSettings, WhatBelongsTogetherIsMissedApart) {
  Way way = good();
  way.settings["client_key_file"].text = "a.key";
  EXPECT_TRUE(is_refused(way, "client_key_file", "belong together"));
  way = good();
  way.settings["client_certificate_file"].text = "a.pem";
  EXPECT_TRUE(is_refused(way, "client_certificate_file", "belong together"));
}

TEST(WebhookSettings, KeysNetworksAndTimesAreLookedAt) {
  Way way = good();
  way.settings["key_files"].texts.clear();
  way.settings["allow"].texts = {"10.0.0.0/33"};
  way.settings["timeout"].time = 5min;
  EXPECT_TRUE(is_refused(way, "key_files", "one key at least"));
  EXPECT_TRUE(is_refused(way, "allow", "10.0.0.0/33"));
  EXPECT_TRUE(is_refused(way, "timeout", "1 min"));
}

TEST(WebhookSettings, AKeyThatCannotBeReadStopsItWithTheFileAndTheRecipientNamed) {
  Surroundings house;
  house.post = [](const std::function<void()>&) {};
  house.secret = [](const std::string&) -> std::string { return "whsec_short"; };
  try {
    const auto carrier = kind("webhook")->make({good()}, house);
    FAIL() << "a carrier was made with a key that is none";
  } catch (const std::runtime_error& e) {
    EXPECT_THAT(e.what(), HasSubstr("keys/webhook.key of mash.duty"));
  }
}

}  // namespace
}  // namespace told::carriers
