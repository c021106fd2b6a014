#include "carriers/callback.hpp"

#include <gtest/gtest.h>

#include "carriers/signature.hpp"

namespace told::carriers {
namespace {

const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr";
const std::string body = R"({"receipts":[{"notification":"N-1","attempt":1}]})";
constexpr std::int64_t now = 1'700'000'000;

std::map<std::string, std::string> call(const std::string& signature, std::int64_t at = now) {
  return {{"webhook-id", "msg_1"}, {"webhook-timestamp", std::to_string(at)}, {"webhook-signature", signature}};
}

std::string signed_by(const std::string& key, std::int64_t at = now, const std::string& what = body) {
  std::vector<SigningKey> keys;
  keys.emplace_back(key);
  return signatures(keys, "msg_1", at, what);
}

std::vector<ProvingKey> keys(std::initializer_list<std::string> texts) {
  std::vector<ProvingKey> all;
  for (const std::string& text : texts) all.emplace_back(text);
  return all;
}

TEST(ACallback, IsProvedByTheKeyThatBothSidesKnow) {
  EXPECT_EQ(why_not_proved(keys({secret}), call(signed_by(secret)), body, now), std::nullopt);
}

TEST(ACallback, IsProvedByThePublicHalfOfAnEd25519Key) {
  // RFC 8032, section 7.1, test 1: the secret seed and its public key.
  const std::string seed = "whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
  const std::string half = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
  EXPECT_EQ(why_not_proved(keys({half}), call(signed_by(seed)), body, now), std::nullopt);
  EXPECT_NE(why_not_proved(keys({half}), call(signed_by(secret)), body, now), std::nullopt);
}

TEST(ACallback, IsProvedByOneOfSeveralSignaturesWhileAKeyChanges) {
  const std::string other = "whsec_" + std::string(43, 'A') + "=";
  const std::string both = signed_by(other) + " " + signed_by(secret);
  EXPECT_EQ(why_not_proved(keys({secret}), call(both), body, now), std::nullopt);
  EXPECT_EQ(why_not_proved(keys({other, secret}), call(signed_by(secret)), body, now), std::nullopt);
}

TEST(ACallback, IsRefusedWhereAByteOfItIsAnotherOrTheKeyIsAStrangers) {
  EXPECT_NE(why_not_proved(keys({secret}), call(signed_by(secret)), body + " ", now), std::nullopt);
  EXPECT_NE(why_not_proved(keys({"whsec_" + std::string(43, 'A') + "="}), call(signed_by(secret)), body, now),
            std::nullopt);
  EXPECT_NE(why_not_proved(keys({secret}), call("v1,AAAA"), body, now), std::nullopt);
  EXPECT_NE(why_not_proved(keys({}), call(signed_by(secret)), body, now), std::nullopt);
}

TEST(ACallback, IsRefusedWhenItIsReplayedAfterFiveMinutes) {
  EXPECT_EQ(why_not_proved(keys({secret}), call(signed_by(secret)), body, now + 300), std::nullopt);
  const auto why = why_not_proved(keys({secret}), call(signed_by(secret)), body, now + 301);
  ASSERT_TRUE(why.has_value());
  EXPECT_NE(why->find("5 minutes"), std::string::npos);
  EXPECT_NE(why_not_proved(keys({secret}), call(signed_by(secret), now + 60), body, now + 301), std::nullopt)
      << "another time than the one that was signed";
}

}  // namespace
}  // namespace told::carriers
