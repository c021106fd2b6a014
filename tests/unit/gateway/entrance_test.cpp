// A door that is shut for a while, to all or to some, and when it is.
#include "gateway/entrance.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <memory>
#include <vector>

#include "gateway/headroom.hpp"
#include "knock.hpp"

namespace told::gateway::testing {
namespace {

TEST(Doors, AreShutAtFourFifthsOfTheDescriptorsAndOpenedAgainAtAHalf) {
  Headroom headroom;
  EXPECT_FALSE(headroom.shut({7999, 10000}));
  EXPECT_TRUE(headroom.shut({8000, 10000}));
  EXPECT_TRUE(headroom.shut({5001, 10000})) << "not opened and shut again with each connection";
  EXPECT_FALSE(headroom.shut({5000, 10000}));
  EXPECT_FALSE(headroom.shut({7999, 10000}));
}

TEST(Doors, LeaveTheStoreItsReserveWhereThereAreFewDescriptors) {
  Headroom headroom;
  EXPECT_FALSE(headroom.shut({543, 800}));
  EXPECT_TRUE(headroom.shut({544, 800})) << "256 are left";
}

TEST(Doors, LetNoMoreWaitThanFitIntoHalfOfWhatIsLeftWhenTheyAreShut) {
  EXPECT_EQ(Headroom::waiting_max(512), 64);
  EXPECT_EQ(Headroom::waiting_max(800), 64);
  EXPECT_EQ(Headroom::waiting_max(65536), 3278) << "a crowd of honest ones after a restart comes in at once";
}

TEST(Doors, CountWhatThisProcessHasOpen) {
  Headroom headroom;
  const auto now = std::chrono::steady_clock::now();
  const std::size_t before = headroom.look(now).in_use;
  std::vector<std::unique_ptr<Entrance>> some;
  for (int i = 0; i < 8; ++i) some.push_back(std::make_unique<Entrance>("tcp://127.0.0.1:*"));
  EXPECT_GE(headroom.look(now).in_use, before + 8);
  EXPECT_GT(headroom.look(now).limit, before);
}

TEST(Doors, ThatAreShutKeepWhoIsInAndTakeInWhoKnockedWhenTheyAreOpenedAgain) {
  Doorway door;
  const Knock first{door.port};
  ASSERT_TRUE(first.is_in(milliseconds{5000}));
  const int taken_in = door.take_in();

  EXPECT_TRUE(door.entrance.shut());
  const Knock second{door.port};
  EXPECT_FALSE(second.is_in(milliseconds{50}));
  char heard = 0;
  EXPECT_TRUE(first.says('x'));
  EXPECT_EQ(::recv(taken_in, &heard, 1, 0), 1);

  EXPECT_TRUE(door.entrance.let_in_all_but({}));
  EXPECT_TRUE(second.is_in(milliseconds{10000})) << "its system knocks again after a second";
}

TEST(Doors, ThatAreShutToSomeAddressesKeepWhoIsInFromThereAndLetInTheOthers) {
  Doorway door;
  const Knock first{door.port, crowding};
  ASSERT_TRUE(first.is_in(milliseconds{5000}));
  const int taken_in = door.take_in();

  std::vector<std::uint32_t> many(Entrance::kept_out_max, 0x0A000001);
  many.back() = crowding;
  EXPECT_TRUE(door.entrance.let_in_all_but(many));
  const Knock second{door.port, crowding};
  const Knock other{door.port};
  EXPECT_TRUE(other.is_in(milliseconds{5000}));
  EXPECT_FALSE(second.is_in(milliseconds{50}));
  char heard = 0;
  const int other_in = door.take_in();
  EXPECT_TRUE(other.says('x'));
  pollfd asked{other_in, POLLIN, 0};
  ASSERT_EQ(::poll(&asked, 1, 5000), 1) << "who came in while some were kept out is heard";
  EXPECT_TRUE(first.says('x'));
  EXPECT_EQ(::recv(taken_in, &heard, 1, 0), 1);

  EXPECT_TRUE(door.entrance.let_in_all_but({}));
  EXPECT_TRUE(second.is_in(milliseconds{10000})) << "its system knocks again after a second";
}

// The socket of a connection has the filter that the entrance had when it was made, and that may be a moment newer than
// the one that let it in.
TEST(Doors, HearWhomTheyHaveLetInThoughTheirAddressIsKeptOutSince) {
  Doorway door;
  const Knock first{door.port, crowding};
  ASSERT_TRUE(first.is_in(milliseconds{5000}));
  const int taken_in = door.take_in();
  ASSERT_TRUE(keep_out(taken_in, {crowding}));
  EXPECT_TRUE(first.says('x'));
  pollfd asked{taken_in, POLLIN, 0};
  EXPECT_EQ(::poll(&asked, 1, 2000), 1);
}

}  // namespace
}  // namespace told::gateway::testing
