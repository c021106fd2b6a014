// The agencies' conversation on real sockets.
#include "rig.hpp"

namespace told::gateway::testing {
namespace {

v1::AgencyFrame frame_with_credit(std::uint32_t credit) {
  v1::AgencyFrame frame;
  frame.set_credit(credit);
  return frame;
}

void give_credit(Rig& rig, Peer& peer, std::uint32_t credit) {
  const auto before = rig.all<core::Offer>().size();
  peer.send(frame_with_credit(credit));
  ASSERT_TRUE(rig.wait_for<core::Offer>(before + 1));
}

Options fast_options(milliseconds heartbeat, milliseconds receipt = milliseconds{30000}) {
  Options o = quiet_options();
  o.worker_heartbeat = heartbeat;
  o.receipt_patience = receipt;
  return o;
}

TEST(Agencies, HelloOpensASessionAndCreditIsHandedIn) {
  Rig rig;
  Peer police = rig.worker(rig.police_keys);
  v1::AgencyFrame frame;
  frame.mutable_hello()->set_worker("test");
  frame.set_credit(10);
  police.send(frame);
  const auto welcome = rig.hear_frame(police).welcome();
  EXPECT_EQ(welcome.recipient(), "police");
  EXPECT_EQ(welcome.session(), 1U);
  EXPECT_EQ(welcome.heartbeat_ms(), 5000U);
  ASSERT_EQ(rig.all<core::OpenSession>().size(), 1U);
  EXPECT_EQ(rig.all<core::OpenSession>()[0].recipient, "police");
  ASSERT_EQ(rig.all<core::Offer>().size(), 1U);
  EXPECT_EQ(rig.all<core::Offer>()[0].credit, 10U);
}

TEST(Agencies, AWorkerThatMeansToServeAnotherTakesNobodysSession) {
  Rig rig;
  Peer police = rig.worker(rig.police_keys);
  const auto session = rig.hello(police);
  Peer mistaken = rig.worker(rig.police_keys);
  v1::AgencyFrame frame;
  frame.mutable_hello()->set_worker("test");
  frame.mutable_hello()->set_recipient("mash");
  mistaken.send(frame);
  EXPECT_EQ(rig.hear_frame(mistaken).problem().code(), "not_yours");
  EXPECT_EQ(rig.all<core::OpenSession>().size(), 1U);
  frame.mutable_hello()->set_recipient("police");
  mistaken.send(frame);
  EXPECT_EQ(rig.hear_frame(mistaken).welcome().session(), session + 1);
}

TEST(Agencies, WithoutHelloNothingIsTaken) {
  Rig rig;
  Peer police = rig.worker(rig.police_keys);
  police.send(frame_with_credit(5));
  EXPECT_EQ(rig.hear_frame(police).problem().code(), "say_hello");
  EXPECT_TRUE(rig.all<core::Offer>().empty());
  EXPECT_EQ(rig.hello(police), 1U);
}

TEST(Agencies, AHeartbeatWithoutASessionIsAnsweredAndNotHeldAgainstTheWorker) {
  Rig rig;
  Peer police = rig.worker(rig.police_keys);
  police.send(v1::AgencyFrame{});
  EXPECT_EQ(rig.hear_frame(police).problem().code(), "say_hello");
  EXPECT_TRUE(rig.all<core::RecordRefusal>().empty());
  police.send(frame_with_credit(5));
  EXPECT_EQ(rig.hear_frame(police).problem().code(), "say_hello");
  EXPECT_EQ(rig.all<core::RecordRefusal>().size(), 1U);
}

TEST(Agencies, DeliveriesArriveInOrderWithTheCheckpointAndReceiptsAreReported) {
  Rig rig;
  Peer police = rig.worker(rig.police_keys);
  const auto session = rig.hello(police);
  give_credit(rig, police, 3);
  rig.gateway->checkpoint("told.example/1\n3\nroot\n");
  for (std::uint64_t n = 1; n <= 3; ++n) rig.send(parcel(session, n));
  rig.gateway->flush();
  const auto frame = rig.hear_frame(police);
  ASSERT_EQ(frame.deliveries_size(), 3);
  EXPECT_EQ(frame.checkpoint(), "told.example/1\n3\nroot\n");
  v1::AgencyFrame receipts;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(frame.deliveries(i).notification(),
              core::to_reference(core::NotificationId{static_cast<std::uint64_t>(i + 1), 0}));
    auto& r = *receipts.add_receipts();
    r.set_notification(frame.deliveries(i).notification());
    r.set_attempt(1);
  }
  receipts.add_receipts()->set_notification("N-0000");  // never sent
  *receipts.add_receipts() = receipts.receipts(0);      // twice
  police.send(receipts);
  ASSERT_TRUE(rig.until([&] { return rig.reports.size() == 3; }));
  EXPECT_EQ(rig.reports[0].outcome, v1::OUTCOME_DELIVERED);
  EXPECT_EQ(rig.reports[0].code, "receipt");
  EXPECT_EQ(rig.reports[2].notification, (core::NotificationId{3, 0}));
  EXPECT_EQ(rig.gateway->figures().ignored_receipts, 2U);
}

TEST(Agencies, NothingIsSentWithoutCreditAndNoMoreThanWasOffered) {
  Rig rig;
  Peer police = rig.worker(rig.police_keys);
  const auto session = rig.hello(police);
  rig.send(parcel(session, 1));
  ASSERT_TRUE(rig.until([&] { return rig.reports.size() == 1; }));
  EXPECT_EQ(rig.reports[0].outcome, v1::OUTCOME_DEFERRED);
  EXPECT_EQ(rig.reports[0].code, "no_credit");
  give_credit(rig, police, 10'000);
  EXPECT_EQ(rig.all<core::Offer>()[0].credit, 4096U) << "at most so many may be outstanding";
}

TEST(Agencies, AnotherRecipientsSessionIsNotUsed) {
  Rig rig;
  Peer police = rig.worker(rig.police_keys);
  const auto session = rig.hello(police);
  give_credit(rig, police, 1);
  rig.send(parcel(session, 1, 1, "mash"));
  ASSERT_TRUE(rig.until([&] { return rig.reports.size() == 1; }));
  EXPECT_EQ(rig.reports[0].code, "no_session");
}

TEST(Agencies, AParcelThatFitsInNoFrameIsRefused) {
  Rig rig;
  Peer police = rig.worker(rig.police_keys);
  const auto session = rig.hello(police);
  give_credit(rig, police, 2);
  auto large = parcel(session, 1);
  large.delivery.mutable_generic();
  large.delivery.set_marking(std::string(61 * 1024, 'x'));
  rig.send(std::move(large));
  ASSERT_TRUE(rig.until([&] { return rig.reports.size() == 1; }));
  EXPECT_EQ(rig.reports[0].outcome, v1::OUTCOME_REFUSED);
  EXPECT_EQ(rig.reports[0].code, "too_large");
}

TEST(Agencies, ThousandsToASlowReaderAllArriveInOrder) {
  Rig rig;
  Peer police = rig.worker(rig.police_keys);
  const auto session = rig.hello(police);
  give_credit(rig, police, 4096);
  for (std::uint64_t n = 1; n <= 4096; ++n) {
    auto p = parcel(session, n);
    p.delivery.set_marking(std::string(1500, 'x'));
    rig.send(std::move(p));
  }
  rig.gateway->flush();  // far more than SNDHWM allows at once
  std::uint64_t next = 1;
  while (next <= 4096) {
    const auto frame = rig.hear_frame(police);
    ASSERT_GT(frame.deliveries_size(), 0);
    EXPECT_LE(frame.ByteSizeLong(), 64U * 1024U);
    for (const auto& d : frame.deliveries())
      EXPECT_EQ(d.notification(), core::to_reference(core::NotificationId{next++, 0}));
  }
}

TEST(Agencies, TheNewestWorkerWinsAndTheOlderIsTold) {
  Rig rig;
  Peer old_worker = rig.worker(rig.police_keys);
  const auto old_session = rig.hello(old_worker);
  give_credit(rig, old_worker, 1);
  rig.send(parcel(old_session, 1));
  rig.gateway->flush();
  EXPECT_EQ(rig.hear_frame(old_worker).deliveries_size(), 1);
  Peer new_worker = rig.worker(rig.police_keys);
  const auto new_session = rig.hello(new_worker);
  EXPECT_GT(new_session, old_session);
  rig.gateway->drop({"police", old_session});
  EXPECT_EQ(rig.hear_frame(old_worker).problem().code(), "superseded");
  ASSERT_TRUE(rig.until([&] { return rig.reports.size() == 1; }));
  EXPECT_EQ(rig.reports[0].code, "session_lost");
  old_worker.send(frame_with_credit(1));
  EXPECT_EQ(rig.hear_frame(old_worker).problem().code(), "say_hello");
  give_credit(rig, new_worker, 1);
  EXPECT_EQ(rig.all<core::Offer>().back().session, new_session);
}

TEST(Agencies, HelloTwiceOnOneConnectionKeepsTheNewer) {
  Rig rig;
  Peer police = rig.worker(rig.police_keys);
  const auto first = rig.hello(police);
  const auto second = rig.hello(police);
  rig.gateway->drop({"police", first});
  give_credit(rig, police, 1);
  EXPECT_EQ(rig.all<core::Offer>().back().session, second);
}

TEST(Agencies, AcknowledgementsAreHandedInAndAnsweredInOrder) {
  Rig rig;
  Peer police = rig.worker(rig.police_keys);
  rig.hello(police);
  v1::AgencyFrame frame;
  for (std::uint64_t n = 1; n <= 2; ++n) {
    auto& a = *frame.add_acknowledgements();
    a.set_notification(core::to_reference(core::NotificationId{n, 0}));
    a.set_person("PC 1234");
    a.set_role("Missing desk");
  }
  frame.mutable_acknowledgements(0)->set_notification("N-7K3-M9Q5");  // mistyped
  auto& r = *frame.add_refusals();
  r.set_notification(core::to_reference(core::NotificationId{3, 0}));
  r.set_person("PC 1234");
  r.set_role("Missing desk");
  r.set_reason("another force's");
  police.send(frame);
  ASSERT_TRUE(rig.wait_for<core::Decline>());
  const auto said = rig.all<core::Acknowledge>();
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].by.means, v1::MEANS_QUEUE);
  EXPECT_EQ(said[0].by.via, "police");
  EXPECT_EQ(said[0].by.recipient, "police");
  EXPECT_EQ(said[0].said, rig.now);
  EXPECT_TRUE(Gateway::owns(said[0].reply_to));
  const auto answer = [&](core::ReplyToken token, std::uint64_t n) {
    v1::AcknowledgementResult result;
    result.set_notification(core::to_reference(core::NotificationId{n, 0}));
    result.set_recorded(true);
    rig.gateway->reply(core::ReplyActed{token, result});
  };
  answer(rig.all<core::Decline>()[0].reply_to, 3);
  answer(said[0].reply_to, 2);
  rig.gateway->flush();
  const auto heard = rig.hear_frame(police);
  ASSERT_EQ(heard.results_size(), 3);
  EXPECT_EQ(heard.results(0).problem().code(), "bad_reference");
  EXPECT_FALSE(heard.results(0).recorded());
  EXPECT_EQ(heard.results(1).notification(), core::to_reference(core::NotificationId{2, 0}));
  EXPECT_EQ(heard.results(2).notification(), core::to_reference(core::NotificationId{3, 0}));
  EXPECT_TRUE(heard.results(2).recorded());
}

TEST(Agencies, EachBadFrameIsRefusedAndTheSessionGoesOn) {
  Rig rig;
  Peer police = rig.worker(rig.police_keys);
  rig.hello(police);
  v1::AgencyFrame unknown;
  unknown.add_receipts();
  unknown.mutable_receipts(0)->GetReflection()->MutableUnknownFields(unknown.mutable_receipts(0))->AddVarint(50, 1);
  v1::AgencyFrame many;
  for (int i = 0; i < 257; ++i) many.add_acknowledgements();
  const std::vector<std::pair<std::vector<std::string>, const char*>> bad{
      {{"\xFFjunk"}, "not_readable"},
      {{unknown.SerializeAsString()}, "unknown_field"},
      {{many.SerializeAsString()}, "too_many"},
      {{"a", "b"}, "bad_framing"}};
  for (const auto& [frames, code] : bad) {
    police.send(frames);
    const auto problem = rig.hear_frame(police).problem();
    EXPECT_EQ(problem.code(), code);
    if (problem.code() == "unknown_field") {
      EXPECT_EQ(problem.field(), "receipts[0]");
    }
    give_credit(rig, police, 1);
  }
}

TEST(Agencies, ASilentWorkerIsLostAndItsAbsenceIsAnAlarm) {
  Rig rig{fast_options(milliseconds{30})};
  Peer police = rig.worker(rig.police_keys);
  const auto session = rig.hello(police);
  give_credit(rig, police, 1);
  rig.send(parcel(session, 1));
  rig.gateway->flush();
  EXPECT_EQ(rig.hear_frame(police).deliveries_size(), 1);
  ASSERT_TRUE(rig.wait_for<core::LoseSession>());
  EXPECT_EQ(rig.all<core::LoseSession>()[0].session, session);
  ASSERT_TRUE(rig.until([&] { return rig.reports.size() == 1; }));
  EXPECT_EQ(rig.reports[0].outcome, v1::OUTCOME_UNKNOWN);
  const auto silent = [&] {
    const auto alarms = rig.all<core::RaiseAlarm>();
    return std::any_of(alarms.begin(), alarms.end(),
                       [](const auto& a) { return a.code == "worker_silent" && a.party == "police"; });
  };
  ASSERT_TRUE(rig.until(silent));
  rig.commands.clear();
  rig.hello(police);
  ASSERT_EQ(rig.all<core::ClearAlarm>().size(), 1U);
  EXPECT_EQ(rig.all<core::ClearAlarm>()[0].code, "worker_silent");
}

TEST(Agencies, HeartbeatsGoBothWays) {
  Rig rig{fast_options(milliseconds{40})};
  Peer police = rig.worker(rig.police_keys);
  rig.hello(police);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(rig.hear<v1::ServiceFrame>(police).ByteSizeLong(), 0U);
    police.send({std::string{}});
  }
  EXPECT_TRUE(rig.all<core::LoseSession>().empty());
}

TEST(Agencies, WithoutAReceiptAnAttemptEndsUnknown) {
  Rig rig{fast_options(milliseconds{5000}, milliseconds{50})};
  Peer police = rig.worker(rig.police_keys);
  const auto session = rig.hello(police);
  give_credit(rig, police, 1);
  rig.send(parcel(session, 1));
  rig.gateway->flush();
  ASSERT_TRUE(rig.until([&] { return rig.reports.size() == 1; }));
  EXPECT_EQ(rig.reports[0].outcome, v1::OUTCOME_UNKNOWN);
  EXPECT_EQ(rig.reports[0].code, "no_receipt");
  EXPECT_TRUE(rig.all<core::LoseSession>().empty());
}

TEST(Agencies, AConnectionThatEndsLosesItsSessionAtTheNextSend) {
  Rig rig;
  std::optional<Peer> police{rig.worker(rig.police_keys)};
  const auto session = rig.hello(*police);
  give_credit(rig, *police, 4096);
  police.reset();
  std::uint64_t n = 0;
  ASSERT_TRUE(rig.until([&] {
    if (n < 4000) rig.send(parcel(session, ++n));
    rig.gateway->flush();
    return !rig.all<core::LoseSession>().empty();
  }));
  ASSERT_TRUE(rig.until([&] { return rig.reports.size() == n; })) << "each attempt's end is reported once";
  for (const auto& r : rig.reports) EXPECT_NE(r.outcome, v1::OUTCOME_DELIVERED);
}

TEST(Agencies, ARevokedWorkerIsToldAndLosesItsSession) {
  Rig rig;
  Peer police = rig.worker(rig.police_keys);
  const auto session = rig.hello(police);
  auto parties = rig.parties;
  parties.agencies[0].public_key = KeyPair{}.public_key;
  rig.gateway->replace_parties(parties);
  EXPECT_EQ(rig.hear_frame(police).problem().code(), "revoked");
  ASSERT_TRUE(rig.wait_for<core::LoseSession>());
  EXPECT_EQ(rig.all<core::LoseSession>()[0].session, session);
  police.send(frame_with_credit(1));
  EXPECT_EQ(rig.hear_frame(police).problem().code(), "revoked");
  EXPECT_TRUE(rig.all<core::Offer>().empty());
}

}  // namespace
}  // namespace told::gateway::testing
