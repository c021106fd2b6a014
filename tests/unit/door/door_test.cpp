// The door over its socket: what a link does when it is late, expired, or about something long forgotten.
#include "door/door.hpp"

#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <thread>

#include "../board/raw_client.hpp"
#include "core/engine.hpp"
#include "core/reference.hpp"

namespace told::door {
namespace {

using namespace std::chrono_literals;
using board::testing::get;
using board::testing::RawClient;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string form = "person=A.+Person&role=desk&answer=have&note=";

std::string post_form(const std::string& path, const std::string& headers = "", const std::string& filled = form) {
  return "POST " + path + " HTTP/1.1\r\nHost: told\r\nConnection: close\r\n" + headers +
         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + std::to_string(filled.size()) +
         "\r\n\r\n" + filled;
}

struct ADoor : testing::Test {
  ADoor() : directory("/tmp/told-door-" + std::to_string(::getpid())) {
    std::filesystem::create_directories(directory);
    door =
        std::make_unique<Door>(loop, Options{directory + "/s", "https://told.council.example", 72h},
                               House{engine, [this] { return now; },
                                     [](std::string_view bytes) { return std::string(32, bytes.empty() ? 'a' : 'b'); },
                                     [this](carriers::Answer answer) { take(std::move(answer)); },
                                     [](const std::string&, carriers::Callback) { return false; }});
  }
  ~ADoor() override {
    loop.stop();
    if (thread.joinable()) thread.join();
    door.reset();
    std::filesystem::remove_all(directory);
  }
  /// The path of a link to a notification that the engine does not know (any more), due at `deadline`.
  std::string link(core::Instant deadline) {
    core::Transmit transmit;
    transmit.notification = {123'456, 7};
    transmit.deadline = deadline;
    const std::string url = door->link(transmit);
    return url.substr(std::string("https://told.council.example").size());
  }
  std::string ask(const std::string& request) {
    if (!thread.joinable()) {
      door->start();
      thread = std::thread([this] { loop.run(); });
    }
    RawClient client(directory + "/s");
    client.say(request);
    return client.rest();
  }
  void take(carriers::Answer answer) {
    v1::ServiceFrame results;
    v1::AcknowledgementResult& result = *results.add_results();
    result.set_recorded(true);
    result.set_repeated(true);
    said.push_back(answer);
    answer.answered(results);
  }

  std::string directory;
  boost::asio::io_context loop;
  core::Engine engine;
  core::Instant now{1'790'000'000s};
  std::vector<carriers::Answer> said;
  std::unique_ptr<Door> door;
  std::thread thread;
};

TEST_F(ADoor, TakesALinkLongAfterTheDeadlineAndNotAfterItsTime) {
  const std::string path = link(now + 1h);
  now += 1h + 71h + 59min;
  EXPECT_THAT(ask(get(path)), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(ask(post_form(path)), StartsWith("HTTP/1.1 200"));
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].means, v1::MEANS_LINK);
  now += 1min;
  for (const std::string& request : {get(path), post_form(path)}) {
    const std::string answer = ask(request);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 410"));
    EXPECT_THAT(answer, HasSubstr("Telephone the duty desk and give them the reference N-"));
  }
  EXPECT_EQ(said.size(), 1U) << "an expired link says nothing";
}

TEST_F(ADoor, MakesALinkThatLivesFromWhenItIsSentWhereThatIsLate) {
  const std::string path = link(now - 1'000h);
  now += 71h;
  EXPECT_THAT(ask(get(path)), StartsWith("HTTP/1.1 200"));
}

TEST_F(ADoor, ShowsThatSomethingLongForgottenWasAnsweredAndLetsWhoeverHasItSaySo) {
  const std::string path = link(now + 1h);
  const std::string page = ask(get(path));
  EXPECT_THAT(page, HasSubstr("This was answered already"));
  EXPECT_THAT(page, HasSubstr(core::to_reference(core::NotificationId{123'456, 7})));
  EXPECT_THAT(page, Not(HasSubstr("You answer for")));
  EXPECT_THAT(ask(post_form(path)), HasSubstr("It was answered before you"));
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].recipient, "") << "whose it is the engine knows when it is recalled";
}

TEST_F(ADoor, TakesNoFormThatWasFilledInElsewhere) {
  const std::string path = link(now + 1h);
  for (const char* from :
       {"Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n", "Origin: https://elsewhere.example\r\n"})
    EXPECT_THAT(ask(post_form(path, from)), StartsWith("HTTP/1.1 403")) << from;
  EXPECT_TRUE(said.empty());
  EXPECT_THAT(ask(post_form(path, "Sec-Fetch-Site: same-origin\r\nOrigin: null\r\n")), StartsWith("HTTP/1.1 200"));
}

TEST_F(ADoor, TakesNothingThatIsNotUtf8) {
  EXPECT_THAT(ask(post_form(link(now + 1h), "", "person=caf%E9&role=officer&answer=have&note=")),
              StartsWith("HTTP/1.1 400"));
  EXPECT_TRUE(said.empty());
}

TEST_F(ADoor, AsksBrowsersNotToTellWhereTheyWere) {
  const std::string page = ask(get(link(now + 1h)));
  for (const char* header : {"referrer-policy: no-referrer", "frame-ancestors 'none'", "Cache-Control: no-store",
                             "x-content-type-options: nosniff"})
    EXPECT_THAT(page, HasSubstr(header));
}

}  // namespace
}  // namespace told::door
