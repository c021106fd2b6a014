#include "config/shapes.hpp"

#include <gtest/gtest.h>

#include "loading.hpp"

namespace told::config {
namespace {

TEST(Endpoint, IsTcpHostAndPort) {
  for (const char* right : {"tcp://127.0.0.1:7710", "tcp://*:1", "tcp://told.example.gov.uk:65535", "tcp://[::1]:7710",
                            "tcp://eth0:7710"}) {
    EXPECT_EQ(problem_of_endpoint(right), "") << right;
  }
  for (const char* wrong : {"", "127.0.0.1:7710", "ipc://told", "tcp://", "tcp://127.0.0.1", "tcp://:7710",
                            "tcp://127.0.0.1:", "tcp://127.0.0.1:0", "tcp://127.0.0.1:65536", "tcp://127.0.0.1:*",
                            "tcp://127.0.0.1:77x", "tcp://a b:7710", "tcp://[]:7710"}) {
    EXPECT_NE(problem_of_endpoint(wrong), "") << wrong;
  }
}

TEST(PublicKey, IsFortyCharactersThatSayThirtyTwoBytes) {
  // The example of ZeroMQ's own curve tutorial.
  EXPECT_EQ(problem_of_public_key("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"), "");
  EXPECT_EQ(problem_of_public_key(test::public_key(1)), "");
  EXPECT_NE(problem_of_public_key("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI"), "");
  EXPECT_NE(problem_of_public_key("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{h~~"), "");
  EXPECT_NE(problem_of_public_key(std::string(40, '#')), "") << "each group says more than four bytes hold";
}

TEST(Name, HasNoRoomForAPersonsNameOrAnAddress) {
  EXPECT_EQ(problem_of_name("police.control_room"), "");
  for (const char* wrong : {"", "Police", "9police", "a b", "somebody@example", "caf\xC3\xA9"}) {
    EXPECT_NE(problem_of_name(wrong), "") << wrong;
  }
  EXPECT_NE(problem_of_name(std::string(65, 'a')), "");
}

TEST(Origin, IsWithoutSchemeSpacesAndPlus) {
  EXPECT_EQ(problem_of_origin("told.example.gov.uk/ledger"), "");
  for (const char* wrong : {"https://told.example/ledger", "told ledger", "told+ledger"}) {
    EXPECT_NE(problem_of_origin(wrong), "") << wrong;
  }
}

TEST(WatcherUrl, IsHttpsOrOfThisMachineItself) {
  for (const char* right : {"https://watcher.example/ping/1", "http://127.0.0.1:8080/x", "http://[::1]/x"})
    EXPECT_EQ(problem_of_watcher_url(right), "") << right;
  for (const char* wrong : {"", "https://", "http://watcher.example/x", "http://127.0.0.1.example/x", "ftp://x/y",
                            "http://localhost:80@watcher.example/x", "https://watcher.example/a b"})
    EXPECT_NE(problem_of_watcher_url(wrong), "") << wrong;
}

}  // namespace
}  // namespace told::config
