#pragma once
// A carrier that serves each of its recipients on a thread of its own, since what it does may wait as long as a disk or
// a peer pleases: a recipient in trouble holds up itself, and the carrier waits for none of them when it goes.
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "carriers/carrier.hpp"

namespace told::carriers {

/// Where a server's results go, from its thread. Once the carrier is gone nobody hears them.
struct Hands {
  std::function<void(Report)> report;
  std::function<void(Answer)> answer;
  std::function<void(Hearing)> hearing;
};

/// `Server`: serves one recipient. Its thread keeps it alive, so that it may outlive the carrier. On the loop thread it
/// has `void send(Parcel)`, `void stop()`, which returns at once, and `bool ended_within(std::chrono::milliseconds)`.
template <class Server>
class ServedCarrier : public Carrier {
 public:
  ServedCarrier(const ServedCarrier&) = delete;
  ServedCarrier& operator=(const ServedCarrier&) = delete;

  [[nodiscard]] bool goes_out() const override { return true; }

  void send(Parcel parcel) override {
    if (const auto server = servers_.find(parcel.recipient); server != servers_.end())
      server->second->send(std::move(parcel));
    else
      back_->post([report = no_way(parcel, name())](ServedCarrier& carrier) { carrier.report_(report); });
  }

 protected:
  explicit ServedCarrier(std::function<void(std::function<void()>)> post)
      : back_(std::make_shared<WayBack>(std::move(post), this)) {}
  ~ServedCarrier() override {
    constexpr std::chrono::milliseconds patience{2'000};  // for one that hangs where nothing can cut it short
    back_->close();
    for (const auto& [recipient, server] : servers_) server->stop();
    for (const auto& [recipient, server] : servers_) (void)server->ended_within(patience);
  }

  [[nodiscard]] Hands hands() {
    return {[back = back_](Report report) {
              back->post([report = std::move(report)](ServedCarrier& carrier) { carrier.report_(report); });
            },
            [back = back_](Answer answer) {
              back->post([answer = std::move(answer)](ServedCarrier& carrier) { carrier.answer_(answer); });
            },
            [back = back_](Hearing hearing) {
              back->post([hearing = std::move(hearing)](ServedCarrier& carrier) {
                if (carrier.hearing_) carrier.hearing_(hearing);
              });
            }};
  }

  std::map<std::string, std::shared_ptr<Server>> servers_;  ///< by recipient

 private:
  /// From the servers' threads to the loop.
  class WayBack : public std::enable_shared_from_this<WayBack> {
   public:
    WayBack(std::function<void(std::function<void()>)> post, ServedCarrier* carrier)
        : post_(std::move(post)), carrier_(carrier) {}

    void post(std::function<void(ServedCarrier&)> what) {
      const std::lock_guard lock(mutex_);
      if (carrier_ == nullptr) return;
      post_([self = this->weak_from_this(), what = std::move(what)] {
        const auto back = self.lock();
        if (back && back->carrier_ != nullptr) what(*back->carrier_);
      });
    }
    void close() {
      const std::lock_guard lock(mutex_);
      carrier_ = nullptr;
    }

   private:
    std::mutex mutex_;
    std::function<void(std::function<void()>)> post_;
    ServedCarrier* carrier_;  ///< written on the loop thread only, and read there without the lock
  };

  std::shared_ptr<WayBack> back_;
};

}  // namespace told::carriers
