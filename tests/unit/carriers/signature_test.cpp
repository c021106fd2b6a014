// Standard Webhooks' signatures, against vectors that others published.
#include "carriers/signature.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace told::carriers {
namespace {

// The id, time, body, key and signature that the libraries of standard-webhooks test themselves with.
constexpr const char* id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::int64_t at = 1614265330;
constexpr const char* body = R"({"test": 2432232314})";
constexpr const char* shared = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* of_shared = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

// RFC 8032, 7.1, test 1; OpenSSL signed the same content with it.
constexpr const char* seed = "whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
constexpr const char* pair =
    "whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2DXWpgBgrEKt9VL/tPJZAc6DuFy89qmIyWvAhpo9wdRGg==";
constexpr const char* of_seed =
    "v1a,fldxM4gAKugP6nnt1hdz3sgGfZ6d99nzrMFnZOELIxbzEHoVmAb2ADpkJK7zgPePmPsle0zV9jSeGlHFG2NVAw==";

std::string signed_with(std::initializer_list<const char*> texts) {
  std::vector<SigningKey> keys;
  for (const char* text : texts) keys.emplace_back(text);
  return signatures(keys, id, at, body);
}

std::string refusal(std::string_view text) {
  try {
    const SigningKey key(text);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return {};
}

TEST(Signature, OfASharedKeyIsTheOneThatStandardWebhooksPublished) { EXPECT_EQ(signed_with({shared}), of_shared); }

TEST(Signature, OfAnEd25519KeyIsTheOneThatOpenSslMakes) {
  EXPECT_EQ(signed_with({seed}), of_seed);
  EXPECT_EQ(signed_with({pair}), of_seed);
}

TEST(Signature, EachKeySignsWhileTheyChangeOver) {
  EXPECT_EQ(signed_with({seed, shared}), std::string(of_seed) + " " + of_shared);
}

TEST(Signature, AKeyThatIsNoneIsRefusedWithTheMendAndWithoutTheKey) {
  EXPECT_NE(refusal("whsec_c2hvcnQ=").find("24 to 64 bytes"), std::string::npos);
  EXPECT_NE(refusal("whsk_c2hvcnQ=").find("32 bytes"), std::string::npos);
  EXPECT_NE(refusal("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").find("whsec_"), std::string::npos);
  EXPECT_NE(refusal("whsec_not base64, and long enough to be one").find("24 to 64 bytes"), std::string::npos);
  EXPECT_EQ(refusal("whsec_c2hvcnQ=").find("c2hvcnQ"), std::string::npos);
}

}  // namespace
}  // namespace told::carriers
