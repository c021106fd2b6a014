#pragma once
// A recipient that told goes to: a web server, a mail relay, a text-message service. It takes what it is sent, or does
// not, or nobody knows; its people answer by a signed callback, or by the link in the mail.
#include <functional>
#include <string>

#include "answers/answers.hpp"
#include "carriers/carrier.hpp"
#include "desk.hpp"
#include "machine.hpp"
#include "peers.hpp"

namespace told::sim {

/// What goes wrong at it, now.
struct Sickness {
  double deferred = 0.01, refused = 0.003, unknown = 0.01;
  bool gone = false;      ///< everything fails
  Micros asks_for{0};     ///< Retry-After
  double hopeless = 0.2;  ///< of what it refuses
  Micros takes_least = std::chrono::milliseconds{30}, takes_most = std::chrono::seconds{3};
};

class Mailbox {
 public:
  /// `answers`: told's, where it serves; else null.
  Mailbox(Schedule& schedule, Machine& machine, const Dice& dice, const Sight& sight, std::string recipient,
          std::function<answers::Answers*()> answers);

  void send(carriers::Parcel parcel, const std::string& carrier, std::function<void(carriers::Report)> report);
  [[nodiscard]] Desk& desk() { return desk_; }

  Sickness sickness;

 private:
  void arrives(const carriers::Parcel& parcel);
  [[nodiscard]] bool say(const v1::AgencyFrame& frame);

  Schedule& schedule_;
  Machine& machine_;
  Dice dice_;
  const Sight& sight_;
  std::string recipient_;
  std::function<answers::Answers*()> answers_;
  std::string last_carrier_ = "webhook";
  std::uint64_t number_ = 0;
  Desk desk_;
};

}  // namespace told::sim
