// A door that is shut for a while, and when it is.
#include "gateway/entrance.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "gateway/headroom.hpp"
#include "rig.hpp"

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

/// A bare connection to the door at `port`; it is on its way when this returns.
class Knock {
 public:
  explicit Knock(std::uint16_t port) : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)} {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_TRUE(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 || errno == EINPROGRESS);
  }
  ~Knock() { ::close(fd_); }
  Knock(const Knock&) = delete;
  Knock& operator=(const Knock&) = delete;

  [[nodiscard]] bool is_in(milliseconds patience) const {
    pollfd asked{fd_, POLLOUT, 0};
    return ::poll(&asked, 1, static_cast<int>(patience.count())) == 1 && (asked.revents & POLLERR) == 0;
  }
  [[nodiscard]] bool says(char byte) const { return ::send(fd_, &byte, 1, MSG_NOSIGNAL) == 1; }

 private:
  int fd_;
};

TEST(Doors, ThatAreShutKeepWhoIsInAndTakeInWhoKnockedWhenTheyAreOpenedAgain) {
  Entrance entrance{"tcp://127.0.0.1:*"};
  const int listening = entrance.for_libzmq();
  sockaddr_in at{};
  socklen_t size = sizeof at;
  ASSERT_EQ(::getsockname(listening, reinterpret_cast<sockaddr*>(&at), &size), 0);
  const Knock first{ntohs(at.sin_port)};
  ASSERT_TRUE(first.is_in(milliseconds{5000}));
  const int taken_in = ::accept(listening, nullptr, nullptr);
  ASSERT_GE(taken_in, 0);

  entrance.shut();
  const Knock second{ntohs(at.sin_port)};
  EXPECT_FALSE(second.is_in(milliseconds{50}));
  char heard = 0;
  EXPECT_TRUE(first.says('x'));
  EXPECT_EQ(::recv(taken_in, &heard, 1, 0), 1);

  entrance.reopen();
  EXPECT_TRUE(second.is_in(milliseconds{10000})) << "its system knocks again after a second";
  ::close(taken_in);
  ::close(listening);
}

}  // namespace
}  // namespace told::gateway::testing
