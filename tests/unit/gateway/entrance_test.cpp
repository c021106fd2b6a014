// A door that is shut for a while, to all or to some, and when it is.
#include "gateway/entrance.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <utility>
#include <vector>

#include "gateway/crowd.hpp"
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

constexpr std::uint32_t peaceful = INADDR_LOOPBACK, crowding = 0x7F000101;  // 127.0.0.1, 127.0.1.1

std::uint16_t port_of(int socket) {
  sockaddr_in at{};
  socklen_t size = sizeof at;
  EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&at), &size), 0);
  return ntohs(at.sin_port);
}

/// A bare connection to the door at `port`; it is on its way when this returns.
class Knock {
 public:
  explicit Knock(std::uint16_t port, std::uint32_t address = peaceful) : fd_{comes_from(address)} {
    // Both ends are this process's here: by its own port this one could be taken for one that came in by the door.
    while (port_of(fd_) == port) ::close(std::exchange(fd_, comes_from(address)));
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
  static int comes_from(std::uint32_t address) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(address);
    EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&from), sizeof from), 0);
    return fd;
  }

  int fd_;
};

/// An entrance, and the end of it that libzmq has in told.
class Doorway {
 public:
  Doorway() : listening_{entrance.for_libzmq()} { port = port_of(listening_); }
  ~Doorway() {
    for (const int fd : in_) ::close(fd);
    ::close(listening_);
  }
  Doorway(const Doorway&) = delete;
  Doorway& operator=(const Doorway&) = delete;

  /// The connection that waits, taken in.
  int take_in() {
    in_.push_back(::accept(listening_, nullptr, nullptr));
    EXPECT_GE(in_.back(), 0);
    return in_.back();
  }
  /// So many from `address`, all taken in.
  void come(std::size_t many, std::uint32_t address) {
    for (std::size_t i = 0; i < many; ++i) {
      knocks_.push_back(std::make_unique<Knock>(port, address));
      ASSERT_TRUE(knocks_.back()->is_in(milliseconds{5000}));
      take_in();
    }
  }

  Entrance entrance{"tcp://127.0.0.1:*"};
  std::uint16_t port = 0;

 private:
  int listening_;
  std::vector<int> in_;
  std::vector<std::unique_ptr<Knock>> knocks_;
};

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

/// Somebody who looks at one door, as often as it takes to go through all descriptors.
class Watch {
 public:
  explicit Watch(std::uint16_t port) : ports_{port} {}
  /// Who is kept out as the walk ends that ends so long after the first.
  std::vector<std::uint32_t> after(milliseconds time, const Addresses& known = {}, std::size_t in_use = 1'000) {
    constexpr milliseconds between{5};
    std::vector<std::uint32_t> kept_out;
    for (std::size_t look = 1; look <= Crowd::looks_a_walk; ++look)
      kept_out = crowd_.look(begun_ + time - (Crowd::looks_a_walk - look) * between, {in_use, 65'536}, ports_, known);
    return kept_out;
  }

 private:
  std::vector<std::uint16_t> ports_;
  Crowd crowd_;
  Crowd::Time begun_{std::chrono::hours{1}};
};

constexpr std::uint32_t crowding_too = crowding + 1;
const std::vector<std::uint32_t> no_one, the_crowding{crowding};

TEST(ACrowd, IsWhoeverHasMostOfTheStrangeConnectionsUntilTheRestIsNoCrowd) {
  Doorway door;
  door.come(Crowd::strange_max - 20, crowding);
  door.come(15, crowding_too);
  door.come(5, peaceful);
  Watch watch{door.port};
  EXPECT_EQ(watch.after(milliseconds{0}), no_one) << "they are many, and not too many";
  door.come(1, peaceful);
  EXPECT_EQ(watch.after(milliseconds{0}), the_crowding);
}

TEST(ACrowd, IsNobodyWhoHasAFew) {
  Doorway door;
  for (std::uint32_t i = 0; i * Crowd::few <= Crowd::strange_max; ++i) door.come(Crowd::few, crowding + i);
  Watch watch{door.port};
  EXPECT_EQ(watch.after(milliseconds{0}), no_one);
  door.come(1, crowding);
  EXPECT_EQ(watch.after(milliseconds{0}), the_crowding);
}

TEST(ACrowd, IsNobodyFromAnAddressFromWhichSomebodyWasAdmitted) {
  Doorway door;
  door.come(Crowd::strange_max + 1, crowding);
  Watch watch{door.port};
  EXPECT_EQ(watch.after(milliseconds{0}, {crowding}), no_one) << "a region comes back through one gateway";
  EXPECT_EQ(watch.after(milliseconds{0}, {crowding_too}), the_crowding);
  EXPECT_EQ(watch.after(milliseconds{1}, {crowding}), no_one) << "nor is it any longer";
}

TEST(ACrowd, DoesNotCountWhoComesFromAPartysAddress) {
  Doorway door;
  Addresses parties;
  for (std::uint32_t i = 0; i * Crowd::few <= Crowd::strange_max; ++i) {
    door.come(Crowd::few, crowding_too + i);
    parties.insert(crowding_too + i);
  }
  door.come(Crowd::few + 1, crowding);
  Watch watch{door.port};
  EXPECT_EQ(watch.after(milliseconds{0}, parties), no_one);
  EXPECT_EQ(watch.after(milliseconds{50}), the_crowding);
}

TEST(ACrowd, IsNobodyWhoIsHereForLongerThanAHandshakeMayTake) {
  Doorway door;
  door.come(Crowd::strange_max + 1, crowding);
  Watch watch{door.port};
  EXPECT_EQ(watch.after(milliseconds{0}, {crowding}), no_one);
  EXPECT_EQ(watch.after(handshake_patience + milliseconds{1}), no_one);
}

TEST(ACrowd, IsKeptOutForTenSecondsAndLetInAgainWithinTwenty) {
  for (const std::size_t in_use : {std::size_t{100}, std::size_t{1'000}}) {
    Doorway door;
    door.come(Crowd::strange_max + 1, crowding);
    Watch watch{door.port};
    EXPECT_EQ(watch.after(milliseconds{0}), the_crowding);
    EXPECT_EQ(watch.after(milliseconds{9'999}, {}, in_use), the_crowding) << "it is quiet because they are kept out";
    EXPECT_EQ(watch.after(milliseconds{20'000}, {}, in_use), no_one);
  }
}

TEST(ACrowd, IsOfThoseWhoCameByOurDoors) {
  Doorway door;
  Doorway another;
  another.come(Crowd::strange_max + 1, crowding);
  EXPECT_EQ(Watch{door.port}.after(milliseconds{0}), no_one);
  EXPECT_EQ(Watch{another.port}.after(milliseconds{0}), the_crowding);
}

}  // namespace
}  // namespace told::gateway::testing
