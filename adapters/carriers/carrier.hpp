#pragma once
// A carrier moves finished bytes and reports how it went. It never decides, retries or escalates.
#include <cstdint>
#include <functional>
#include <string>

#include "core/ids.hpp"
#include "told/v1/gateway.pb.h"
#include "told/v1/ledger.pb.h"

namespace told::carriers {

/// One finished message for one recipient.
struct Parcel {
  std::string recipient;
  core::SessionId session = 0;
  core::NotificationId notification;
  std::uint32_t attempt = 0;
  v1::Delivery delivery;  ///< typed, already cut down to the recipient's fields
};

/// What a carrier reports, always on the daemon's loop thread, at most once for an attempt.
struct Report {
  std::string recipient;
  core::NotificationId notification;
  std::uint32_t attempt = 0;
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  std::string code;  ///< the carrier's own, for the ledger: `receipt`, `no_receipt`, `550`
};

class Carrier {
 public:
  virtual ~Carrier() = default;
  [[nodiscard]] virtual const char* name() const = 0;
  /// Starts sending. Does not throw for a delivery that fails; the report says so.
  virtual void send(Parcel parcel) = 0;
  /// Called once, before the first send.
  void on_report(std::function<void(const Report&)> report) { report_ = std::move(report); }

 protected:
  std::function<void(const Report&)> report_;
};

}  // namespace told::carriers
