// Whoever crowds the doors waits, and the parties come in.
#include "gateway/crowd.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "knock.hpp"
#include "rig.hpp"

namespace told::gateway::testing {
namespace {

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

/// Somewhat more than are let in, from one address; they say nothing.
std::vector<std::unique_ptr<Knock>> a_crowd(const std::string& endpoint, std::uint32_t address) {
  const auto port = static_cast<std::uint16_t>(std::stoul(endpoint.substr(endpoint.rfind(':') + 1)));
  std::vector<std::unique_ptr<Knock>> all;
  while (all.size() < Crowd::strange_max + 44) all.push_back(std::make_unique<Knock>(port, address));
  return all;
}

TEST(Crowds, FromAnAddressThatNobodyKnowsAreKeptOutAndThePartiesAreServed) {
  Rig rig;
  Peer tilbury = rig.publisher();
  rig.publish(tilbury, request_of({missing_event()}));
  const auto crowd = a_crowd(rig.gateway->publishers_endpoint(), crowding);
  EXPECT_TRUE(rig.until([&] { return rig.gateway->figures().addresses_kept_out == 1; }));
  rig.publish(tilbury, request_of({missing_event()}, 2));
  Peer police = rig.worker(rig.police_keys);
  EXPECT_EQ(rig.hello(police), 1U);
}

TEST(Crowds, FromAPartysOwnAddressAreLetIn) {
  Rig rig;
  Peer tilbury = rig.publisher();
  rig.publish(tilbury, request_of({missing_event()}));
  const auto crowd = a_crowd(rig.gateway->publishers_endpoint(), peaceful);
  // Until a second crowd is seen, which comes by the other door: by then the first has been gone through as well.
  const auto other = a_crowd(rig.gateway->agencies_endpoint(), crowding);
  EXPECT_TRUE(rig.until([&] { return rig.gateway->figures().addresses_kept_out > 0; }));
  EXPECT_EQ(rig.gateway->figures().addresses_kept_out, 1U);
}

}  // namespace
}  // namespace told::gateway::testing
