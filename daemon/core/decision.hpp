#pragma once
// Decisions: what the engine answers. Entries first become durable; only then are the effects released.
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/command.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"
#include "told/v1/gateway.pb.h"
#include "told/v1/ledger.pb.h"

namespace told::core {

/// A ledger entry before it is sealed.
struct Entry {
  v1::LedgerEntry head;  ///< `sealed` is empty: the ledger fills it in
  std::shared_ptr<const v1::Event>
      event;                          ///< body.event, shared with the command (never copied); null where there is none
  std::unique_ptr<v1::Body> body;     ///< the rest of the body (its event is unset); null where there is none
  std::optional<EventPrints> prints;  ///< of an accepted event, for the projection
};

/// The answer to a publisher. Its `case_ref` is empty: whoever hands it over names the case as that publisher has it.
struct ReplyPublished {
  ReplyToken reply_to = 0;
  v1::PublishResult result;
  std::string publisher;
  CaseNumber case_number = 0;  ///< 0 where the event is in no case
  bool prevent = false;        ///< of the Prevent stream
};

/// The answer to an acknowledgement, a refusal, an order or a policy: to a worker or to the board.
struct ReplyActed {
  ReplyToken reply_to = 0;
  v1::AcknowledgementResult result;
};

/// Something of a case that is unanswered, for whoever is called about another thing of it.
struct UnansweredToo {
  NotificationId about;
  std::string recipient;  ///< who has not answered
  Instant deadline{};
  std::uint32_t clock = 0;  ///< where it is an obligation: the number of its clock in that policy
  std::uint32_t policy_version = 0;
};

/// Put this notification into the recipient's hands: the intent is durable.
struct Transmit {
  NotificationId notification;
  std::uint32_t attempt = 0;
  std::uint32_t call = 0;  ///< rises each time it is told again on purpose
  std::string recipient;
  SessionId session = 0;
  Channel channel = 0;
  v1::NotificationKind kind = v1::NOTIFICATION_KIND_UNSPECIFIED;
  CaseNumber case_number = 0;
  std::uint32_t policy_version = 0;
  std::uint32_t rule = 0;  ///< of that policy; 0: nothing but the fact may be told
  Instant deadline{};      ///< epoch where no acknowledgement is asked for
  NotificationId about;    ///< escalation and answered notices, and some alarms: the notification they are about
  std::string about_recipient;
  Instant about_deadline{};
  std::uint32_t about_clock = 0;    ///< where that is an obligation: the number of the policy's clock
  std::vector<UnansweredToo> also;  ///< escalation notices: what else of the case the recipient was called about
  EntryIndex amends = 0;            ///< corrections and withdrawals: the earlier event
  std::uint32_t rung = 0;
  bool exhausted = false;
  std::string alarm_code;  ///< alarms
  std::string alarm_party;
  bool alarm_kept_out = false;  ///< as the ledger's AlarmRaised says
  bool alarm_cleared = false;
  bool alarm_again = false;  ///< the recipient was told of this alarm before, and what it is about has happened again
};

/// A worker's older session is taken over by a newer one: tell it so and stop serving it.
struct DropSession {
  std::string recipient;
  SessionId session = 0;
};

using Effect = std::variant<ReplyPublished, ReplyActed, Transmit, DropSession>;

struct Decision {
  std::vector<Entry> entries;
  std::vector<Effect> effects;
};

}  // namespace told::core
