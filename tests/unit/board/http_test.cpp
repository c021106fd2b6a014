#include "board/http.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "raw_client.hpp"

namespace told::board {
namespace {

using namespace std::chrono_literals;
using testing::RawClient;

class Http : public ::testing::Test {
 protected:
  Http() : directory_("/tmp/told-http-" + std::to_string(::getpid())) {
    std::filesystem::create_directories(directory_);
    path_ = directory_ + "/s";
  }
  ~Http() override {
    if (thread_.joinable()) {
      boost::asio::io_context* loop = &loop_;
      loop->stop();
      thread_.join();
    }
    server_.reset();
    std::filesystem::remove_all(directory_);
  }
  void serve(HttpServer::Handler handler, HttpServer::Limits limits = {5s, 5s, 5s, 16}) {
    server_ = std::make_unique<HttpServer>(loop_, path_, limits, std::move(handler));
    server_->start();
    thread_ = std::thread([this] { loop_.run(); });
  }
  static void say_hello(const Request& request, const ExchangePtr& exchange) {
    exchange->answer({200, "text/plain", "hello " + request.method + " " + request.path + " " + request.body, {}});
  }
  std::string directory_, path_;
  boost::asio::io_context loop_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

TEST_F(Http, TheSocketIsForItsOwnerAndGroupOnly) {
  serve(say_hello);
  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0660U);
}

TEST_F(Http, OneConnectionCarriesManyRequests) {
  serve(say_hello);
  RawClient client(path_);
  client.say("GET /a HTTP/1.1\r\nHost: told\r\n\r\n");
  EXPECT_NE(client.until("hello GET /a").find("200 OK"), std::string::npos);
  client.say("POST /b HTTP/1.1\r\nHost: told\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_NE(client.until("hello POST /b hi").find("hello POST /b hi"), std::string::npos);
}

// Monitors ask with HEAD; a body would be taken for the next answer on the connection.
TEST_F(Http, HeadIsAnsweredAsGetWithoutTheBody) {
  serve(say_hello);
  RawClient client(path_);
  client.say("HEAD /a HTTP/1.1\r\nHost: told\r\n\r\n");
  const std::string answer = client.until("\r\n\r\n");
  EXPECT_NE(answer.find("HTTP/1.1 200"), std::string::npos);
  EXPECT_NE(answer.find("Content-Length: 13"), std::string::npos) << answer;  // "hello GET /a "
  client.forget();
  client.say("GET /b HTTP/1.1\r\nHost: told\r\nConnection: close\r\n\r\n");
  const std::string next = client.rest();
  EXPECT_TRUE(next.starts_with("HTTP/1.1 200")) << next;
}

TEST_F(Http, HeadOfALongAnswerIsItsHeadAlone) {
  std::promise<void> gone;
  serve([&](const Request&, const ExchangePtr& exchange) {
    exchange->on_gone([&] { gone.set_value(); });
    exchange->begin(200, "text/plain");
    exchange->piece("a piece", nullptr);
  });
  RawClient client(path_);
  client.say("HEAD /a HTTP/1.1\r\nHost: told\r\n\r\n");
  const std::string answer = client.rest();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
  EXPECT_EQ(gone.get_future().wait_for(5s), std::future_status::ready);
}

TEST_F(Http, WhatIsNotHttpIsToldSo) {
  serve(say_hello);
  RawClient client(path_);
  client.say("nonsense\r\n\r\n");
  EXPECT_NE(client.rest().find("HTTP/1.1 400"), std::string::npos);
}

TEST_F(Http, ABodyOfMoreThan64KibIsRefused) {
  serve(say_hello);
  RawClient client(path_);
  client.say("POST / HTTP/1.1\r\nHost: told\r\nContent-Length: 70000\r\n\r\n");
  EXPECT_NE(client.rest().find("HTTP/1.1 413"), std::string::npos);
}

TEST_F(Http, ATricklingHeadIsCutOffAtTheDeadlineAllTheSame) {
  serve(say_hello, {300ms, 5s, 5s, 16});
  RawClient client(path_);
  const auto begun = std::chrono::steady_clock::now();
  std::thread trickle([&] {
    for (int i = 0; i < 20; ++i) {
      client.say("G");
      std::this_thread::sleep_for(50ms);  // the trickle's own pace
    }
  });
  EXPECT_EQ(client.rest(), "");
  const auto took = std::chrono::steady_clock::now() - begun;
  trickle.join();
  EXPECT_LT(took, 900ms);
}

TEST_F(Http, ConnectionsBeyondTheLimitAreClosedAtOnce) {
  serve(say_hello, {5s, 5s, 5s, 2});
  RawClient first(path_), second(path_);
  first.say("GET /1 HTTP/1.1\r\nHost: told\r\n\r\n");
  second.say("GET /2 HTTP/1.1\r\nHost: told\r\n\r\n");
  EXPECT_NE(first.until("/1").find("/1"), std::string::npos);
  EXPECT_NE(second.until("/2").find("/2"), std::string::npos);
  RawClient third(path_);
  third.say(testing::get("/3"));
  EXPECT_EQ(third.rest(), "");
}

TEST_F(Http, AParameterGivenTwiceIsRefused) {
  serve(say_hello);
  RawClient client(path_);
  client.say(testing::get("/?a=1&a=2"));
  EXPECT_NE(client.rest().find("HTTP/1.1 400"), std::string::npos);
}

TEST_F(Http, TheHandlerLearnsWhoAsks) {
  std::uint32_t uid = 12345;
  serve([&uid](const Request& request, const ExchangePtr& exchange) {
    uid = request.uid;
    exchange->answer({200, "text/plain", "x", {}});
  });
  RawClient client(path_);
  client.say(testing::get("/"));
  (void)client.rest();
  EXPECT_EQ(uid, ::getuid());
}

TEST_F(Http, AChunkedAnswerEndsOnlyWhenItIsWhole) {
  serve([](const Request& request, const ExchangePtr& exchange) {
    exchange->begin(200, "text/plain");
    exchange->piece("some", {});
    request.path == "/whole" ? exchange->finish() : exchange->abort();
  });
  RawClient whole(path_), broken(path_);
  whole.say(testing::get("/whole"));
  EXPECT_NE(whole.rest().find("\r\n0\r\n\r\n"), std::string::npos);
  broken.say(testing::get("/broken"));
  EXPECT_EQ(broken.rest().find("\r\n0\r\n\r\n"), std::string::npos);
}

TEST_F(Http, ASocketOnWhichSomebodyAnswersIsNotTakenAway) {
  serve(say_hello);
  boost::asio::io_context other;
  EXPECT_THROW(HttpServer(other, path_, {5s, 5s, 5s, 16}, say_hello), std::runtime_error);
}

TEST_F(Http, AFileThatIsNoSocketIsLeftAlone) {
  std::ofstream(path_) << "precious";
  EXPECT_THROW(HttpServer(loop_, path_, {5s, 5s, 5s, 16}, say_hello), std::runtime_error);
  EXPECT_TRUE(std::filesystem::is_regular_file(path_));
}

}  // namespace
}  // namespace told::board
