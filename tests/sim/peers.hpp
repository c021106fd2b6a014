#pragma once
// Those who talk with told over its two sockets: publishers' systems, which say a thing until they have an answer, and
// agencies' workers, which take what they are told, and whose people acknowledge it.
#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "desk.hpp"
#include "dice.hpp"
#include "schedule.hpp"
#include "told/v1/gateway.pb.h"
#include "wire.hpp"

namespace told::sim {

/// What is seen at the edge; the judge hears it.
struct Sight {
  std::function<void(const std::string& publisher, const v1::Event&)> published;
  /// `event`: what was asked, and is answered by this.
  std::function<void(const std::string& publisher, const v1::PublishResult&, const v1::Event& event)> answered;
  std::function<void(const std::string& recipient, const v1::Delivery&)> delivered;
  std::function<void(const std::string& recipient, const std::string& note)> checkpoint;
  /// Acknowledgements and refusals that are on their way.
  std::function<void(const std::string& recipient, const v1::AgencyFrame&)> says;
  /// `stranger`: it was not the recipient's own to say.
  std::function<void(const std::string& recipient, const v1::AcknowledgementResult&, bool stranger)> settled;
  std::function<void(const std::string& party, const v1::Problem&)> problem;
  /// Something was delivered, and no receipt will be sent.
  std::function<void()> no_receipt;
};

/// How long a peer waits before it dials again.
class Rest {
 public:
  [[nodiscard]] Micros next(const Dice& dice, std::uint64_t dialled) {
    using namespace std::chrono_literals;
    most_ = std::min<Micros>(most_ * 2, 60s);
    return dice.time(20ms, most_, "redial", dialled);
  }
  void over() { most_ = first; }

 private:
  static constexpr Micros first{250'000};
  Micros most_ = first;
};

class Publisher final : public Peer {
 public:
  Publisher(Schedule& schedule, Wire& wire, const Dice& dice, const Sight& sight, std::string name);

  /// From now on it says this until it has an answer. A second one with the same id says it again.
  void publish(std::shared_ptr<const v1::Event> event);
  /// Its system dies: what was not answered is forgotten, as far as `loses` says; it comes back after a while.
  void die(Micros away, bool loses);
  [[nodiscard]] bool alive() const { return alive_; }
  void hang_up(bool silently);
  /// Its connection, where no request is under way on it; else null.
  [[nodiscard]] LinePtr idle_line() const { return line_ && line_->up && request_ == 0 ? line_ : nullptr; }

  void connected(const LinePtr& line) override;
  void hear(const LinePtr& line, const std::string& bytes) override;
  void broken(const LinePtr& line) override;

 private:
  void dial();
  void ask_again_in(Micros time);
  void ask();

  Schedule& schedule_;
  Wire& wire_;
  Dice dice_;
  const Sight& sight_;
  std::string name_;
  LinePtr line_;
  std::deque<std::shared_ptr<const v1::Event>> queue_;
  std::vector<std::shared_ptr<const v1::Event>> asked_;  ///< in the request under way
  std::uint64_t request_ = 0;                            ///< 0: none is under way
  std::uint64_t last_request_ = 0;
  std::uint64_t dialled_ = 0;
  Rest rest_;
  std::uint64_t asking_ = 0;  ///< which wait is the present one
  bool alive_ = true;
};

class Worker final : public Peer {
 public:
  Worker(Schedule& schedule, Wire& wire, const Dice& dice, const Sight& sight, std::string recipient);

  /// Its system is away until `comeback`.
  void go_away(bool silently);
  void come_back();
  /// It hangs: connected, and neither reads nor speaks.
  void hang(bool hangs);
  /// A second worker of the same recipient says hello, on another connection; and goes again.
  void second_worker();
  /// Says that it has `reference`, which is not its own.
  void claim(const std::string& reference);
  [[nodiscard]] bool well() const { return line_ && line_->up && welcomed_ && !hangs_ && !away_; }
  [[nodiscard]] const std::string& recipient() const { return recipient_; }
  [[nodiscard]] const LinePtr& line() const { return line_; }
  [[nodiscard]] Desk& desk() { return desk_; }

  void connected(const LinePtr& line) override;
  void hear(const LinePtr& line, const std::string& bytes) override;
  void broken(const LinePtr& line) override;

 private:
  void dial();
  void take(const LinePtr& line, const v1::Delivery& delivery);
  [[nodiscard]] bool say(const v1::AgencyFrame& frame);

  Schedule& schedule_;
  Wire& wire_;
  Dice dice_;
  const Sight& sight_;
  std::string recipient_;
  LinePtr line_;
  LinePtr second_;
  bool welcomed_ = false;
  bool away_ = false;
  bool hangs_ = false;
  std::uint64_t dialled_ = 0;
  Rest rest_;
  std::uint64_t frames_ = 0;
  Desk desk_;
  std::set<std::string> strangers_;  ///< references that it claimed and that are not its own
};

}  // namespace told::sim
