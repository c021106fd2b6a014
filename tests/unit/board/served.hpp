#pragma once
// The inside of a daemon behind the board's doors: engine, ledger, path, and a board for each of the views asked for.
#include <boost/asio/post.hpp>
#include <future>
#include <map>
#include <thread>

#include "../path/store_in_a_directory.hpp"
#include "audit/json.hpp"
#include "board/board.hpp"
#include "raw_client.hpp"

namespace told::board::testing {

using namespace std::chrono_literals;

class Served {
 public:
  /// Nothing is answered before serve(): until then `run` may be used from the test's thread.
  explicit Served(std::initializer_list<audit::Sees> views, std::size_t closed_kept = core::closed_events_kept)
      : run(directory_.path, closed_kept) {
    for (const audit::Sees sees : views) open(sees);
    run.path.release_to({[this](core::Effect&& effect) {
                           if (const auto* acted = std::get_if<core::ReplyActed>(&effect))
                             if (Board::owns(acted->reply_to))
                               for (const auto& [sees, board] : boards_) board->answered(*acted);
                         },
                         [this](std::span<const core::Entry> entries) {
                           for (const auto& [sees, board] : boards_) board->committed(entries);
                         },
                         nullptr, nullptr, nullptr});
  }
  ~Served() {
    if (!thread_.joinable()) return;
    on_loop([this] {
      for (const auto& [sees, board] : boards_) board->close();
    });
    run.loop.stop();
    thread_.join();
    boards_.clear();
  }

  void serve() {
    for (const auto& [sees, board] : boards_) board->start();
    thread_ = std::thread([this] { run.loop.run(); });
  }
  void on_loop(std::function<void()> what) {
    std::promise<void> done;
    boost::asio::post(run.loop, [&] {
      what();
      done.set_value();
    });
    done.get_future().wait();
  }
  [[nodiscard]] std::string socket(audit::Sees sees) const {
    return directory_.path + "/board" + std::to_string(static_cast<int>(sees)) + ".sock";
  }
  std::string answer(audit::Sees sees, const std::string& request) const {
    RawClient client(socket(sees));
    client.say(request);
    return client.rest();
  }
  [[nodiscard]] Board& board(audit::Sees sees) { return *boards_.at(sees); }

 private:
  void open(audit::Sees sees) {
    Options options;
    options.socket_path = socket(sees);
    options.sees = sees;
    options.verifier_key = path::test::Daemon::options(directory_.path).signing_key.verifier_text();
    options.heartbeat = 50ms;
    options.answer_limit = 300ms;
    boards_[sees] = std::make_unique<Board>(
        run.loop, options,
        House{run.engine, run.ledger,
              [this](core::Command command) {
                if (!deaf) run.path.submit(std::move(command));
              },
              [this] { return run.now; },
              [this] {
                return Readiness{{"store_writable", ready, ready ? "yes" : "make room on the disk"}};
              },
              [](audit::Sees) { return std::string("told_limbo 0\n"); },
              [this](std::function<void()> done) { run.path.when_durable(std::move(done)); }, nullptr});
  }

  path::test::Directory directory_;

 public:
  path::test::Daemon run;
  std::atomic<bool> deaf = false, ready = true;

 private:
  std::map<audit::Sees, std::unique_ptr<Board>> boards_;
  std::thread thread_;
};

template <class Message>
Message body_of(const std::string& answer) {
  Message message;
  EXPECT_EQ(audit::from_json(answer.substr(answer.find("\r\n\r\n") + 4), &message), "") << answer;
  return message;
}

inline std::string unchunked(const std::string& answer) {
  std::string out;
  for (std::size_t at = answer.find("\r\n\r\n") + 4; at < answer.size();) {
    const auto end = answer.find("\r\n", at);
    const auto size = std::stoul(answer.substr(at, end - at), nullptr, 16);
    if (size == 0) break;
    out += answer.substr(end + 2, size);
    at = end + 2 + size + 2;
  }
  return out;
}

}  // namespace told::board::testing
