#include "carriers/courier/courier.hpp"

#include <curl/curl.h>

#include <map>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <thread>

#include "carriers/courier/libcurl.hpp"
#include "carriers/courier/run.hpp"

namespace told::carriers {
namespace {

using Multi = std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)>;

Multi made() {
  ready_libcurl();
  Multi multi(curl_multi_init(), curl_multi_cleanup);
  if (!multi) throw std::runtime_error("libcurl cannot be used on this machine: it has no memory left");
  constexpr long kept_connections = 256;  // one for each recipient, and more than any council has
  curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, kept_connections);
  return multi;
}

}  // namespace

class Courier::Round {
 public:
  explicit Round(std::function<void(std::function<void()>)> post)
      : post_(std::move(post)), multi_(made()), thread_([this](const std::stop_token& stop) { serve(stop); }) {}

  ~Round() {
    thread_.request_stop();
    sockets_.cut();
    curl_multi_wakeup(multi_.get());
    thread_.join();
  }
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;

  void take(Errand errand, std::function<void(Ending)> ended) {
    {
      const std::lock_guard lock{mutex_};
      waiting_.emplace_back(std::move(errand), std::move(ended));
    }
    curl_multi_wakeup(multi_.get());
  }

 private:
  using Waiting = std::vector<std::pair<Errand, std::function<void(Ending)>>>;

  void serve(const std::stop_token& stop) {
    take_no_signals();
    while (!stop.stop_requested()) {
      begin_new();
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      end_done();
      constexpr int idle_ms = 1'000;  // only against a wake-up that never comes
      if (curl_multi_poll(multi_.get(), nullptr, 0, idle_ms, nullptr) != CURLM_OK)
        std::this_thread::sleep_for(std::chrono::milliseconds{100});  // no memory: at least do not spin
    }
    for (const auto& [handle, run] : under_way_) curl_multi_remove_handle(multi_.get(), handle);
    under_way_.clear();
  }

  void begin_new() {
    Waiting now;
    {
      const std::lock_guard lock{mutex_};
      now.swap(waiting_);
    }
    for (auto& [errand, ended] : now) {
      auto run = std::make_unique<Run>(std::move(errand), std::move(ended), sockets_);
      CURL* handle = run->handle();
      if (handle == nullptr || curl_multi_add_handle(multi_.get(), handle) != CURLM_OK)
        hand_over(*run, CURLE_OUT_OF_MEMORY);
      else
        under_way_.emplace(handle, std::move(run));
    }
  }

  void end_done() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* handle = message->easy_handle;
      const CURLcode result = message->data.result;  // the message goes with the handle
      const auto run = under_way_.extract(handle);
      hand_over(*run.mapped(), result);
      curl_multi_remove_handle(multi_.get(), handle);
    }
  }

  void hand_over(const Run& run, int result) {
    post_([alive = std::weak_ptr<bool>(alive_), ended = run.ended(), ending = run.end(result)]() mutable {
      if (!alive.expired()) ended(std::move(ending));
    });
  }

  std::function<void(std::function<void()>)> post_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  Sockets sockets_;  // outlives the connections that multi_ keeps
  Multi multi_;
  std::mutex mutex_;
  Waiting waiting_;
  std::map<CURL*, std::unique_ptr<Run>> under_way_;  // the thread's
  std::jthread thread_;
};

Courier::Courier(std::function<void(std::function<void()>)> post) : round_(std::make_unique<Round>(std::move(post))) {}
Courier::~Courier() = default;

void Courier::go(Errand errand, std::function<void(Ending)> ended) {
  round_->take(std::move(errand), std::move(ended));
}

}  // namespace told::carriers
