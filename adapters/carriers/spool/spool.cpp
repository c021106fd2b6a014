#include "carriers/spool/spool.hpp"

#include "carriers/spool/desk.hpp"

namespace told::carriers {
namespace spool {
namespace {

constexpr std::chrono::milliseconds poll_default{2'000};
constexpr std::chrono::milliseconds poll_least{10};
/// So long the end of told waits for disks that hang.
constexpr std::chrono::milliseconds patience{2'000};

/// A recipient's own folder, below the directory that was said: two recipients can never be given one folder, even
/// where the directory stands once for all of them.
std::string folder_of(const Way& way) { return way.text("directory") + "/" + way.recipient; }

class Spool : public Carrier {
 public:
  Spool(const std::vector<Way>& ways, const Surroundings& surroundings)
      : door_(std::make_shared<Door>(surroundings.post, this)) {
    replace_ways(ways);
  }

  ~Spool() override {
    door_->close();
    for (const auto& [recipient, desk] : desks_) desk->stop();
    for (const auto& [recipient, desk] : desks_) (void)desk->ended_within(patience);
  }

  [[nodiscard]] const char* name() const override { return "spool"; }
  [[nodiscard]] bool goes_out() const override { return true; }

  void send(Parcel parcel) override {
    if (const auto desk = desks_.find(parcel.recipient); desk != desks_.end()) {
      desk->second->send(std::move(parcel));
      return;
    }
    door_->post([report = no_way(parcel, name())](Spool& spool) { spool.report_(report); });
  }

  void replace_ways(const std::vector<Way>& ways) override {
    std::map<std::string, std::shared_ptr<Desk>> desks;
    for (const Way& way : ways) {
      const std::chrono::milliseconds poll = way.time("poll", poll_default);
      std::shared_ptr<Desk>& desk = desks[way.recipient];
      if (const auto now = desks_.find(way.recipient); now != desks_.end() && now->second->folder() == folder_of(way)) {
        desk = now->second;
        desk->set_poll(poll);
        desks_.erase(now);
        continue;
      }
      desk = std::make_shared<Desk>(way.recipient, folder_of(way), poll, hands());
      desk->start();
    }
    for (const auto& [recipient, desk] : desks_) desk->stop();
    desks_ = std::move(desks);
  }

 private:
  /// The way from a desk's thread back to the loop. A desk that hangs on its disk outlives the carrier, and finds it
  /// shut.
  class Door : public std::enable_shared_from_this<Door> {
   public:
    Door(std::function<void(std::function<void()>)> post, Spool* spool) : post_(std::move(post)), spool_(spool) {}

    void post(std::function<void(Spool&)> what) {
      const std::lock_guard lock(mutex_);
      if (spool_ == nullptr) return;
      post_([self = weak_from_this(), what = std::move(what)] {
        const auto door = self.lock();
        if (door && door->spool_ != nullptr) what(*door->spool_);
      });
    }
    void close() {
      const std::lock_guard lock(mutex_);
      spool_ = nullptr;
    }

   private:
    std::mutex mutex_;
    std::function<void(std::function<void()>)> post_;
    Spool* spool_;  ///< written on the loop thread only, and read there without the lock
  };

  [[nodiscard]] Hands hands() {
    return {[door = door_](Report report) {
              door->post([report = std::move(report)](Spool& spool) { spool.report_(report); });
            },
            [door = door_](Answer answer) {
              door->post([answer = std::move(answer)](Spool& spool) { spool.answer_(answer); });
            }};
  }

  std::shared_ptr<Door> door_;
  std::map<std::string, std::shared_ptr<Desk>> desks_;  ///< by recipient
};

std::vector<WayProblem> problems_of(const Way& way) {
  if (way.time("poll", poll_default) >= poll_least) return {};
  return {{"poll", "must be 10 ms or more: each look reads the directory"}};
}

std::unique_ptr<Carrier> make(const std::vector<Way>& ways, const Surroundings& surroundings) {
  return std::make_unique<Spool>(ways, surroundings);
}

}  // namespace
}  // namespace spool

Kind spool_kind() {
  using Is = Setting::Is;
  Kind kind;
  kind.name = "spool";
  kind.settings = {{"directory", Is::path, true}, {"poll", Is::time}};
  kind.problems_of = spool::problems_of;
  kind.make = spool::make;
  return kind;
}

}  // namespace told::carriers
