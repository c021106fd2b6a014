// Through each of the board's doors one stream is seen, and the other is as if it were not there.
#include "audit/sight.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "../until.hpp"
#include "audit/verify.hpp"
#include "core/reference.hpp"
#include "served.hpp"
#include "told/v1/api.pb.h"

namespace told::board {
namespace {

using namespace std::chrono_literals;
using audit::Sees;
using path::test::Daemon;
using ::testing::AllOf;
using testing::body_of;
using ::testing::ElementsAre;
using testing::get;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::post;
using testing::unchunked;

/// A child is missing, and police refer another person to the Channel panel.
class TwoStreams : public ::testing::Test {
 protected:
  explicit TwoStreams(std::size_t closed_kept = core::closed_events_kept)
      : house_({Sees::safeguarding, Sees::prevent, Sees::everything}, closed_kept) {
    missing_ = published(run_.missing("1", "T-1"));
    referral_ = published(run_.section36("2", "T-1"));
    house_.serve();
  }

  core::EntryIndex published(core::Publish publish) {
    run_.path.submit(std::move(publish));
    run_.settle();
    return run_.engine.state().next_index() - 1;
  }
  std::string desk(const std::string& request) { return house_.answer(Sees::safeguarding, request); }
  std::string lead(const std::string& request) { return house_.answer(Sees::prevent, request); }
  std::string auditor(const std::string& request) { return house_.answer(Sees::everything, request); }

  static std::string case_ref(core::EntryIndex c) { return core::to_reference(core::Named::case_, c); }
  static std::string first_of(core::EntryIndex event) { return core::to_reference(core::NotificationId{event, 0}); }
  std::vector<std::string> open(Sees sees) {
    std::vector<std::string> who;
    const auto report = body_of<v1::OpenReport>(house_.answer(sees, get("/v1/open")));
    for (const auto& n : report.notifications()) who.push_back(n.recipient());
    return who;
  }
  /// What the desk is answered about `hidden`, and about `absent`, which has never been, with the references made one.
  void expect_alike(const std::string& request, const std::string& hidden, const std::string& absent) {
    const auto answered = [&](const std::string& of) {
      std::string asked = request;
      for (std::size_t at; (at = asked.find("REF")) != std::string::npos;) asked.replace(at, 3, of);
      const std::string body = asked.substr(asked.find('\n') + 1);
      const std::string line = asked.substr(0, asked.find('\n'));
      std::string text = desk(body.empty() ? get(line) : post(line, body));
      for (std::size_t at; (at = text.find(of)) != std::string::npos;) text.replace(at, of.size(), "REF");
      return text;
    };
    const std::string text = answered(hidden);
    EXPECT_EQ(text, answered(absent)) << request;
    EXPECT_THAT(text, HasSubstr("HTTP/1.1 404")) << request;
  }

  testing::Served house_;
  Daemon& run_ = house_.run;
  core::EntryIndex missing_ = 0;
  core::EntryIndex referral_ = 0;
};

const std::string said_by = R"("person":"B. Manager","role":"service manager","reason":"the same fingerprints")";

TEST_F(TwoStreams, AreOpenToTheirOwnReaders) {
  EXPECT_THAT(open(Sees::safeguarding), ElementsAre("police"));
  EXPECT_THAT(open(Sees::prevent), ElementsAre("panel"));
  EXPECT_THAT(open(Sees::everything), ElementsAre("police", "panel"));
  EXPECT_EQ(body_of<v1::OpenReport>(desk(get("/v1/open"))).total(), 1U);
}

TEST_F(TwoStreams, AnswerOfTheOtherAsOfWhatIsNotThere) {
  const std::string absent = case_ref(run_.engine.state().next_index() + 5);
  const std::string hidden = case_ref(referral_);
  expect_alike("/v1/cases/REF\n", hidden, absent);
  expect_alike("/v1/export?case=REF\n", hidden, absent);
  expect_alike("/v1/export?format=csv&case=REF\n", hidden, absent);
  expect_alike("/v1/cases/REF/stand-down\n{" + said_by + "}", hidden, absent);
  expect_alike("/v1/cases/REF/screen\n{\"recipient\":\"police\",\"lifted\":true," + said_by + "}", hidden, absent);
  expect_alike("/v1/cases/REF/same-child\n{\"other_case\":\"" + case_ref(missing_) + "\"," + said_by + "}", hidden,
               absent);
  expect_alike("/v1/cases/" + case_ref(missing_) + "/same-child\n{\"other_case\":\"REF\"," + said_by + "}", hidden,
               absent);
  expect_alike("/v1/events/" + core::to_reference(core::Named::event, missing_) +
                   "/another-child\n{\"case_ref\":\"REF\"," + said_by + "}",
               hidden, absent);
  expect_alike("/v1/events/REF/another-child\n{" + said_by + "}", core::to_reference(core::Named::event, referral_),
               core::to_reference(core::Named::event, referral_ + 50));
  const std::string answering = "\n{\"person\":\"A. Sergeant\",\"role\":\"desk\"}";
  expect_alike("/v1/notifications/REF/acknowledge" + answering, first_of(referral_), first_of(referral_ + 50));
  expect_alike("/v1/notifications/REF/call\n{\"told_person\":\"A\",\"told_role\":\"desk\",\"by\":\"B\"}",
               first_of(referral_), first_of(referral_ + 50));
  EXPECT_THAT(open(Sees::prevent), ElementsAre("panel"));  // nothing of all that was done
}

TEST_F(TwoStreams, AreActedInByTheirOwnReaders) {
  const std::string answering = "{\"person\":\"Chair A\",\"role\":\"panel chair\"}";
  EXPECT_THAT(lead(post("/v1/notifications/" + first_of(referral_) + "/acknowledge", answering)), HasSubstr("200"));
  EXPECT_THAT(lead(get("/v1/cases/" + case_ref(referral_))), HasSubstr("Panel acknowledged"));
  EXPECT_THAT(lead(get("/v1/cases/" + case_ref(missing_))), HasSubstr("404"));
  EXPECT_THAT(auditor(get("/v1/cases/" + case_ref(missing_))), HasSubstr("HTTP/1.1 200"));
}

TEST_F(TwoStreams, AreExportedApartAndEachIsProvedWhole) {
  const auto verdict = [&](Sees sees) {
    std::istringstream text(unchunked(house_.answer(sees, get("/v1/export"))));
    auto found = audit::verify(text, {Daemon::options("").signing_key.verifier_text(), {}, {}});
    EXPECT_TRUE(found.verified()) << found.sentence;
    EXPECT_EQ(found.entries, run_.ledger.size());
    return found;
  };
  EXPECT_EQ(verdict(Sees::everything).withheld, 0U);
  EXPECT_EQ(verdict(Sees::safeguarding).withheld, 1U);
  EXPECT_EQ(verdict(Sees::prevent).withheld, 1U);
  const auto shown = [&](const std::string& where) {
    std::istringstream lines(unchunked(desk(get(where))));
    std::string text;
    for (std::string line; std::getline(lines, line);)
      if (line.find("policyAdopted") == std::string::npos && line.find("policy_adopted") == std::string::npos)
        text += line;
    return text;
  };
  for (const char* where : {"/v1/export", "/v1/export?format=csv", "/v1/export?since=2020-01-01T00:00:00Z"})
    EXPECT_THAT(shown(where),
                AllOf(HasSubstr("told.child.missing.v1"), Not(HasSubstr("prevent.section36")), Not(HasSubstr("panel"))))
        << where;
}

TEST_F(TwoStreams, AnExportThatHidesMoreThanItSaysIsNotVerified) {
  std::string text = unchunked(desk(get("/v1/export")));
  const auto at = text.find("\"withheld\":\"") + 12;
  text[at] = text[at] == 'A' ? 'B' : 'A';
  std::istringstream changed(text);
  const audit::VerifyOptions options{Daemon::options("").signing_key.verifier_text(), {}, {}};
  EXPECT_FALSE(audit::verify(changed, options).verified());
  std::string everybodys = unchunked(desk(get("/v1/export")));
  everybodys.replace(everybodys.find("\"view\":\"safeguarding\""), 21, "\"view\":\"\"");
  std::istringstream unsaid(everybodys);
  EXPECT_THAT(audit::verify(unsaid, options).sentence, HasSubstr("is not shown"));
}

TEST_F(TwoStreams, AreWatchedApart) {
  testing::RawClient at_the_desk(house_.socket(Sees::safeguarding));
  testing::RawClient at_the_leads(house_.socket(Sees::prevent));
  for (auto* watcher : {&at_the_desk, &at_the_leads}) {
    watcher->say(get("/v1/watch"));
    (void)watcher->until("told is watching");
  }
  const std::string answering = "{\"person\":\"A\",\"role\":\"desk\"}";
  (void)auditor(post("/v1/notifications/" + first_of(referral_) + "/acknowledge", answering));
  (void)auditor(post("/v1/notifications/" + first_of(missing_) + "/acknowledge", answering));
  EXPECT_THAT(at_the_desk.until("Police acknowledged"), Not(HasSubstr("Panel")));
  EXPECT_THAT(at_the_leads.until("Panel acknowledged"), Not(HasSubstr("Police")));
}

TEST_F(TwoStreams, HaveWaysThatDoNotSayWhetherAnythingGoesThere) {
  EXPECT_THAT(desk(get("/v1/ways")), AllOf(HasSubstr("police"), Not(HasSubstr("panel"))));
  EXPECT_THAT(lead(get("/v1/ways")), AllOf(HasSubstr("panel"), Not(HasSubstr("police"))));
}

TEST_F(TwoStreams, HaveAlarmsOfTheirOwn) {
  const auto alarms = [&](Sees sees) {
    std::vector<std::string> codes;
    const auto report = body_of<v1::OpenReport>(house_.answer(sees, get("/v1/open")));
    for (const auto& alarm : report.alarms()) codes.push_back(alarm.code());
    return codes;
  };
  house_.on_loop([&] {
    run_.now += 24h;
    for (int climbs = 0; climbs < 200; ++climbs) {  // until each ladder is at its end
      run_.now += 30min;
      run_.path.submit(core::Tick{});
    }
  });
  EXPECT_THAT(alarms(Sees::everything), ElementsAre("nobody_was_told", "nobody_was_told"));
  EXPECT_THAT(alarms(Sees::safeguarding), ElementsAre("nobody_was_told"));
  EXPECT_THAT(alarms(Sees::prevent), ElementsAre("nobody_was_told"));
}

/// Nothing that is closed stays in memory.
class Forgotten : public TwoStreams {
 protected:
  Forgotten() : TwoStreams(0) {}
};

TEST_F(Forgotten, CasesAreHiddenFromTheOtherStreamToo) {
  const std::string answering = "{\"person\":\"A\",\"role\":\"desk\"}";
  house_.on_loop([&] {
    run_.path.submit(core::OpenSession{"panel", 1});
    run_.path.submit(core::Offer{"panel", 1, 1});
    run_.path.submit(core::EndAttempt{{referral_, 0}, 1, v1::OUTCOME_DELIVERED, "panel", "zmq_queue", "receipt", ""});
  });
  (void)auditor(post("/v1/notifications/" + first_of(referral_) + "/acknowledge", answering));
  // A step of the projection waits for its group, and what is closed is forgotten with the step after it.
  ASSERT_TRUE(told::test::until([&] {
    bool forgotten = false;
    house_.on_loop([&] { run_.path.project(); });
    run_.ledger.settle_projection();
    house_.on_loop([&] { forgotten = run_.engine.state().event(referral_) == nullptr; });
    return forgotten;
  }));
  EXPECT_THAT(lead(get("/v1/cases/" + case_ref(referral_))), HasSubstr("HTTP/1.1 200"));
  EXPECT_THAT(desk(get("/v1/cases/" + case_ref(referral_))), HasSubstr("HTTP/1.1 404"));
  EXPECT_THAT(desk(post("/v1/notifications/" + first_of(referral_) + "/acknowledge", answering)), HasSubstr("404"));
}

}  // namespace
}  // namespace told::board
