#pragma once
// Commands: everything that can happen to the engine. Whatever is not here cannot change anything.
#include <cstdint>
#include <memory>
#include <string>
#include <variant>

#include "core/ids.hpp"
#include "core/lane.hpp"
#include "core/policy.hpp"
#include "core/time.hpp"
#include "told/v1/event.pb.h"
#include "told/v1/ledger.pb.h"
#include "told/v1/projection.pb.h"

namespace told::core {

/// The keyed hashes that the shell made of an event (ledger/seal.hpp): the core compares them and keeps nothing else.
struct EventPrints {
  Fingerprint identity{};    ///< of (source, id)
  Fingerprint subject{};     ///< of the subject, within its stream (Prevent has one of its own)
  Fingerprint content{};     ///< of the whole event
  Fingerprint supersedes{};  ///< corrections and withdrawals: of (source, the earlier event's id); else zeros
  /// Withdrawals: of the subject within the Prevent stream, since they do not say of which stream the earlier event is.
  Fingerprint subject_in_prevent{};
};

/// A publisher, authenticated, authorised and checked for form, hands in an event.
struct Publish {
  ReplyToken reply_to = 0;
  std::string publisher;
  std::shared_ptr<const v1::Event> event;
  EventPrints prints;
  /// Why it is refused unless told has it already; null for nothing. A time that lies ahead of told's clock is such a
  /// reason: the clock may have been put back since the event was recorded, and then it is a repeat and no mistake.
  std::shared_ptr<const v1::Problem> refused_if_new;
};

/// Something was refused at the edge to an authenticated party; the ledger keeps a bounded number of these.
struct RecordRefusal {
  std::string party;
  std::string code;
  std::string field;
};

/// A recipient's carrier can take deliveries: a worker began a session (a newer one takes over), or a way out of told's
/// own was opened. No two sessions of one run have the same number.
struct OpenSession {
  std::string recipient;
  SessionId session = 0;
  Channel channel = 0;
  bool worker = true;  ///< a worker's sessions are in the ledger; that told can try to go somewhere proves nothing
};

/// That many more deliveries may be in flight to the recipient.
struct Offer {
  std::string recipient;
  SessionId session = 0;
  std::uint32_t credit = 0;
  bool urgent_only = false;  ///< a rate holds the others back
};

/// The session is over: whatever was in flight may or may not have arrived.
struct LoseSession {
  std::string recipient;
  SessionId session = 0;
  bool worker = true;  ///< as it was opened
};

/// A carrier reports how an attempt ended. `content_sha256`: of the exact message, 32 bytes, or empty.
struct EndAttempt {
  NotificationId notification;
  std::uint32_t attempt = 0;
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  std::string recipient;  ///< whose carrier reports it; must be the notification's own
  std::string carrier;
  std::string code;
  std::string content_sha256;
  bool hopeless = false;  ///< refused, and no further attempt could end otherwise
  bool late = false;      ///< what came of an attempt that its carrier had taken
  bool closed = false;    ///< the peer wants nothing more by this way: nothing is offered for it until a reload
};

/// A person, and by which authenticated means they reached told.
struct Actor {
  std::string name;
  std::string role;
  std::string recorded_by;  ///< who recorded it where that was somebody else; else empty
  v1::Means means = v1::MEANS_UNSPECIFIED;
  std::string via;        ///< the party whose key or login carried it; "": the notification's own recipient (a link)
  std::string recipient;  ///< MEANS_QUEUE: acts only for this recipient's notifications; else empty
};

/// The projection's row of a closed event that the engine has forgotten, before a command that is about it.
struct Recall {
  v1::EventRow row;
};

/// A named person says the recipient has it.
struct Acknowledge {
  ReplyToken reply_to = 0;
  NotificationId notification;
  Actor by;
  Instant said{};  ///< when the person said so
  std::string note;
  bool done = false;         ///< of an obligation: the duty is done, and `note` says where the evidence lies
  bool ends = false;         ///< of one that repeats, done: for good
  bool not_at_hand = false;  ///< something that it is about may have been forgotten, and cannot be recalled
};

/// "Not ours": up one rung at once.
struct Decline {
  ReplyToken reply_to = 0;
  NotificationId notification;
  Actor by;
  std::string reason;
  bool not_at_hand = false;  ///< as above
};

/// A person ends a case's missing episode by hand.
struct OrderStandDown {
  ReplyToken reply_to = 0;
  CaseNumber case_number = 0;
  Actor by;
  std::string reason;
  bool not_at_hand = false;  ///< as above
};

/// A person keeps a recipient out of a case, or lets it in again: a named worker whom the case is about is never called
/// about it.
struct OrderScreen {
  ReplyToken reply_to = 0;
  CaseNumber case_number = 0;
  std::string recipient;
  bool lifted = false;
  Actor by;
  std::string reason;
  bool not_at_hand = false;  ///< as above
};

/// A person puts a legal hold on a case, or lifts it: while it is in force nothing of the case is purged or erased.
struct OrderHold {
  ReplyToken reply_to = 0;
  CaseNumber case_number = 0;
  bool lifted = false;
  Actor by;
  std::string reason;
  bool not_at_hand = false;  ///< as above
};

/// A person has what was said in a case destroyed, when the policy's retention has begun and nobody needs it any more.
struct EraseCase {
  ReplyToken reply_to = 0;
  CaseNumber case_number = 0;
  Actor by;
  std::string reason;
  bool not_at_hand = false;  ///< as above
};

/// Somebody looks at a case, or (0) at all of them. `by.name` and the reason are empty where none were asked for.
struct NoteReading {
  CaseNumber case_number = 0;
  v1::Reading what = v1::READING_UNSPECIFIED;
  Actor by;
  std::string reason;
};

/// A person says that two cases are the same child's: both go on in the older one.
struct JoinCases {
  ReplyToken reply_to = 0;
  CaseNumber one = 0;
  CaseNumber other = 0;
  Actor by;
  std::string reason;
  bool not_at_hand = false;  ///< as above
};

/// A person says that an event was about another child: it goes on in that child's case.
struct MoveEvent {
  ReplyToken reply_to = 0;
  EntryIndex event = 0;
  CaseNumber to = 0;  ///< 0: a new case
  Actor by;
  std::string reason;
  bool not_at_hand = false;  ///< as above
};

/// Something about told itself needs attention, or no longer does. (code, party) names the alarm; one is open at a
/// time.
struct RaiseAlarm {
  std::string code;
  std::string party;
};
struct ClearAlarm {
  std::string code;
  std::string party;
};

/// A named person closes an alarm ("nobody was told" ends in no other way).
struct CloseAlarm {
  ReplyToken reply_to = 0;
  EntryIndex alarm = 0;
  Actor by;
  std::string note;
};

/// A policy comes into force; its version is given by the engine. `policy->version` is ignored.
struct AdoptPolicy {
  ReplyToken reply_to = 0;
  std::shared_ptr<Policy> policy;
  std::string sha256;  ///< 32 bytes, of policy->text and its attachments, as ledger.proto says
};

/// The daemon starts (before any socket opens) or stops (after the last effect).
struct Start {
  std::string version;
  std::string origin;
  v1::Parties parties{};  ///< who may connect
};
struct Stop {};

/// A reload changed who may connect: their keys, or what they may publish.
struct ReplaceParties {
  v1::Parties parties;
};

/// The wall clock was stepped.
struct StepClock {
  Duration step{};
};

/// Storage runs low (true: publishers are asked to retry, everything else goes on) or has room again.
struct StorageLow {
  bool low = false;
};

/// Time has passed: whatever is due by `now` happens. Hand in at next_due(), or later.
struct Tick {};

using Command =
    std::variant<Publish, RecordRefusal, OpenSession, Offer, LoseSession, EndAttempt, Recall, Acknowledge, Decline,
                 OrderStandDown, OrderScreen, OrderHold, EraseCase, NoteReading, JoinCases, MoveEvent, RaiseAlarm,
                 ClearAlarm, CloseAlarm, AdoptPolicy, Start, Stop, ReplaceParties, StepClock, StorageLow, Tick>;

}  // namespace told::core
