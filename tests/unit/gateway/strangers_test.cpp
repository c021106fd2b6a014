// The door: who is not on the list does not come in, and what is too large does not stay.
#include <netinet/in.h>

#include "../until.hpp"
#include "gateway/self_test.hpp"
#include "gateway/socket.hpp"
#include "gateway/zap.hpp"
#include "rig.hpp"

namespace told::gateway::testing {
namespace {

/// Nothing of `peer`'s reaches anybody, while somebody else is served meanwhile.
void expect_unheard(Rig& rig, Peer& stranger) {
  Peer tilbury = rig.publisher();
  stranger.send(request_of({missing_event("e-stranger")}));
  for (std::uint64_t n = 1; n <= 20; ++n)
    EXPECT_EQ(rig.publish(tilbury, request_of({missing_event()}, n)).results_size(), 1);
  EXPECT_FALSE(stranger.try_receive().has_value());
  for (const auto& p : rig.all<core::Publish>()) EXPECT_EQ(p.event->id(), "e-1");
}

TEST(Strangers, AKeyThatNobodyHasIsRefusedAndCounted) {
  Rig rig;
  const KeyPair unknown;
  Peer stranger{ZMQ_DEALER, rig.gateway->publishers_endpoint(), rig.server.public_key, &unknown};
  ASSERT_TRUE(rig.until([&] { return rig.gateway->figures().refused_strangers > 0; }));
  expect_unheard(rig, stranger);
}

TEST(Strangers, MakeNoAddressKnown) {
  const std::shared_ptr<void> context = process_context();
  Zap zap{context};
  const KeyPair server;
  const KeyPair known;
  const KeyPair unknown;
  zap.allow({{publishers_domain, {{known.public_key, "tilbury"}}}});
  boost::asio::io_context loop;
  const RouterSocket socket{loop, context, {"tcp://127.0.0.1:*", publishers_domain, server.secret_key}};
  const Peer stranger{ZMQ_DEALER, socket.endpoint(), server.public_key, &unknown};
  EXPECT_TRUE(test::until([&] { return zap.refused() == 1; }));
  EXPECT_TRUE(zap.known()->empty());
  const Peer tilbury{ZMQ_DEALER, socket.endpoint(), server.public_key, &known};
  EXPECT_TRUE(test::until([&] { return zap.known()->contains(INADDR_LOOPBACK); })) << "whoever has a key does";
}

TEST(Strangers, APeerWithoutAKeyIsRefused) {
  Rig rig;
  Peer stranger{ZMQ_DEALER, rig.gateway->publishers_endpoint(), {}, nullptr};
  expect_unheard(rig, stranger);
}

TEST(Strangers, APublishersKeyIsAStrangersAtTheAgenciesSocket) {
  Rig rig;
  Peer stranger = rig.worker(rig.tilbury_keys);
  ASSERT_TRUE(rig.until([&] { return rig.gateway->figures().refused_strangers > 0; }));
  v1::AgencyFrame frame;
  frame.mutable_hello();
  stranger.send(frame);
  Peer police = rig.worker(rig.police_keys);
  EXPECT_EQ(rig.hello(police), 1U);
  EXPECT_FALSE(stranger.try_receive().has_value());
  EXPECT_EQ(rig.all<core::OpenSession>().size(), 1U);
}

TEST(Strangers, AFrameOverTheLimitEndsItsConnectionAndTheNextIsServed) {
  Rig rig;
  Peer tilbury = rig.publisher();
  rig.publish(tilbury, request_of({missing_event()}));
  tilbury.send({std::string((64U * 1024U) + 1, 'x')});
  // The connection is dropped; the client reconnects by itself and what it sends afterwards is served.
  std::optional<std::string> bytes;
  ASSERT_TRUE(rig.until([&] {
    tilbury.send(request_of({missing_event()}, 2));
    bytes = tilbury.try_receive();
    return bytes.has_value();
  }));
  v1::PublishReply reply;
  ASSERT_TRUE(reply.ParseFromString(*bytes));
  EXPECT_EQ(reply.request(), 2U) << "the oversized frame itself was answered";
}

TEST(Strangers, AConnectionThatNamesItselfIsRefused) {
  Rig rig;
  auto context = process_context();
  Peer tilbury{ZMQ_DEALER, "inproc://nobody", rig.server.public_key, &rig.tilbury_keys};
  set_option(tilbury.raw(), ZMQ_ROUTING_ID, std::string{"me"});
  zmq_connect(tilbury.raw(), rig.gateway->publishers_endpoint().c_str());
  zmq_disconnect(tilbury.raw(), "inproc://nobody");
  EXPECT_EQ(rig.publish(tilbury, request_of({missing_event()})).problem().code(), "bad_framing");
}

TEST(Strangers, TheSelfTestFindsAnOpenDoor) {
  // A CURVE server without a handler of ZAP's questions admits everybody: that is what the test at the start is for.
  const auto context = process_context();
  const KeyPair server;
  const SocketHandle open = open_socket(context.get(), ZMQ_ROUTER);
  set_option(open.get(), ZMQ_LINGER, 0);
  set_option(open.get(), ZMQ_CURVE_SERVER, 1);
  set_key(open.get(), ZMQ_CURVE_SECRETKEY, server.secret_key);
  ASSERT_EQ(zmq_bind(open.get(), "tcp://127.0.0.1:*"), 0);
  std::array<char, 256> endpoint{};
  std::size_t size = endpoint.size();
  zmq_getsockopt(open.get(), ZMQ_LAST_ENDPOINT, endpoint.data(), &size);
  EXPECT_THROW(prove_strangers_are_refused(context.get(), endpoint.data(), server.public_key), std::runtime_error);
}

TEST(Strangers, TheWholeStartIsQuick) {
  const auto begin = std::chrono::steady_clock::now();
  Rig rig;
  const auto took = std::chrono::steady_clock::now() - begin;
  RecordProperty("start_ms", std::to_string(std::chrono::duration_cast<milliseconds>(took).count()));
  EXPECT_LT(took, milliseconds{1500}) << "the self-test waits for something that does not come";
  EXPECT_TRUE(rig.gateway->listening());
  rig.gateway->close(milliseconds{0});
  EXPECT_FALSE(rig.gateway->listening());
}

TEST(Strangers, KeysThatDoNotBelongTogetherStopTheStart) {
  boost::asio::io_context loop;
  Options options = quiet_options();
  options.server_secret_key = KeyPair{}.secret_key;
  options.server_public_key = KeyPair{}.public_key;
  EXPECT_THROW((Gateway{loop, options, Listener{}}), std::runtime_error);
}

}  // namespace
}  // namespace told::gateway::testing
