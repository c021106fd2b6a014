#pragma once
// A carrier moves finished bytes and reports how it went. It never decides, retries or escalates: one send() is one
// attempt, and what follows from its report is the engine's to decide and dispatch's to pace.
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "told/v1/gateway.pb.h"
#include "told/v1/ledger.pb.h"

namespace told::carriers {

struct Way;

/// What the agency is told, in its own words, as files: for a carrier whose message says only that something waits.
struct Form {
  bool sealed = true;  ///< it may leave this machine only encrypted for the recipient; otherwise as it is
  std::string text;    ///< as a person reads it; UTF-8
  std::string json;    ///< a ServiceFrame with the one delivery and the checkpoint, as on the queue
};

/// One finished message for one recipient.
struct Parcel {
  std::string recipient;
  core::SessionId session = 0;
  core::NotificationId notification;
  std::uint32_t attempt = 0;
  v1::Delivery delivery;   ///< typed, already cut down to the recipient's fields
  std::string bytes;       ///< the same, serialised: the ledger keeps these bytes' digest
  std::string checkpoint;  ///< the ledger's newest signed note: whoever gets it is a witness; may be empty
  std::string link;        ///< where a person says that they have it; empty where there is none
  /// Where the policy says that the recipient's may have it; only for kinds that may carry one. `delivery` has then no
  /// message.
  std::optional<Form> form = {};
};

/// What was seen of the peer while sending, for people; empty where it does not apply.
struct Seen {
  std::string tls;                    ///< "TLSv1.3"
  std::int64_t certificate_ends = 0;  ///< seconds of UTC
  std::chrono::milliseconds round_trip{0};
};

/// What a carrier reports, always on the daemon's loop thread, and exactly once for an attempt that it accepted; and
/// once more, `late`, where it is told afterwards what became of one that it had reported as sent.
struct Report {
  std::string recipient;
  core::NotificationId notification;
  std::uint32_t attempt = 0;
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  std::string code;  ///< the carrier's own, for the ledger: `receipt`, `http_503`, `smtp_550`, `certificate_expired`
  /// For people: what failed and the mend, in a sentence, without content; empty where nothing did.
  std::string problem = {};
  std::chrono::milliseconds retry_after{0};  ///< the peer asks for so long a pause; 0: it does not
  bool closed = false;                       ///< the peer says never again: nothing more is sent until a reload
  bool hopeless = false;                     ///< refused, and no further attempt could end otherwise
  bool late = false;                         ///< the attempt had ended as sent; this is what came of it
  Seen seen = {};
};

/// A report on an attempt at this parcel; how it went is still to be said.
[[nodiscard]] Report report_of(const Parcel& parcel);
/// There is no [[way]] to the recipient any more: a reload took it.
[[nodiscard]] Report no_way(const Parcel& parcel, const std::string& carrier);

/// What a recipient said through a carrier, by its own authenticated means: receipts, acknowledgements, refusals. It
/// goes through the same door as what a worker says.
struct Answer {
  std::string recipient;
  v1::Means means = v1::MEANS_UNSPECIFIED;
  v1::AgencyFrame said;
  /// Called once on the loop thread, when what was said is durable, or why it was not taken; may be unset.
  std::function<void(const v1::ServiceFrame&)> answered;
  /// Set where something came by this means that cannot be read, or that is not proved: `said` is empty then. That it
  /// was not taken is recorded.
  std::optional<v1::Problem> problem = std::nullopt;
};

/// Whether what a recipient says by a carrier can be heard: where it goes wrong, it may say so for hours.
struct Hearing {
  std::string recipient;
  std::string problem;  ///< a sentence with its mend; empty: it is heard again
};

/// Something that came in at the door for a carrier: not yet proved to be anybody's.
struct Callback {
  std::string recipient;                       ///< as the address names it; "" where it names a carrier alone
  std::map<std::string, std::string> headers;  ///< names in small letters
  std::string body;                            ///< at most 64 KiB
  std::int64_t now = 0;                        ///< seconds of UTC
  /// Answers it, once, on the loop thread: the HTTP status and a JSON body ("" for none).
  std::function<void(int status, const std::string& json)> reply;
};

class Carrier {
 public:
  virtual ~Carrier() = default;
  [[nodiscard]] virtual const char* name() const = 0;
  /// Whether told goes to the recipient (true), or its worker comes to told and says how much it can take (false).
  [[nodiscard]] virtual bool goes_out() const = 0;
  /// Starts sending. Does not throw for a delivery that fails; the report says so. Where goes_out(), at most one
  /// attempt is under way for a recipient, so that nothing overtakes.
  virtual void send(Parcel parcel) = 0;
  /// The ways of this carrier as they are from now on. What is under way ends as it began.
  virtual void replace_ways(const std::vector<Way>& ways) = 0;
  /// Where the recipient's system calls back, or whoever carries for it: proves whose it is, and hands in an Answer or
  /// a Report, or refuses it.
  virtual void called_back(Callback callback) {
    callback.reply(404, R"({"title":"This recipient has no callback","status":404})");
  }
  /// They are called once, before the first send.
  void on_report(std::function<void(const Report&)> report) { report_ = std::move(report); }
  void on_answer(std::function<void(Answer)> answer) { answer_ = std::move(answer); }
  /// Called whenever that changes, and not for what mends itself in a moment. May be left unset.
  void on_hearing(std::function<void(const Hearing&)> hearing) { hearing_ = std::move(hearing); }

 protected:
  std::function<void(const Report&)> report_;
  std::function<void(Answer)> answer_;
  std::function<void(const Hearing&)> hearing_;
};

}  // namespace told::carriers
