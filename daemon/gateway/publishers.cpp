#include "gateway/publishers.hpp"

#include <google/protobuf/arena.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/event_rules.hpp"
#include "core/event_types.hpp"
#include "gateway/wire.hpp"
#include "log/log.hpp"

namespace told::gateway {
namespace {

// Long enough that a busy store empties its group, short enough that nobody waits for nothing.
constexpr std::uint32_t retry_busy_ms = 200;
// Whoever comes next (a restart, the other machine) needs about this long to open.
constexpr std::uint32_t retry_stopping_ms = 1'000;

bool listed(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// May this publisher say this at all? Asked before the event's own rules: what is not yours is not discussed.
std::optional<v1::Problem> check_authority(const v1::Event& event, const Publisher& publisher) {
  if (event.source() != publisher.name)
    return make_problem("not_yours", "source", "the source is not the name that goes with this connection's key",
                        "publish under " + publisher.name + " or connect with the other source's key");
  const std::string_view type = core::published_type(event.type());
  if (type.empty()) return std::nullopt;  // check_event says which types there are
  if (!listed(publisher.may_publish, type))
    return make_problem("not_allowed_type", "type", "the configuration does not let this publisher report this",
                        "ask told's administrator to add the type to the publisher's may_publish");
  // A correction brings an event's data anew: whoever may not report that may not correct it either.
  if (const auto* corrected = core::event_type_of_data(event.event_corrected().corrected_case());
      corrected != nullptr && !listed(publisher.may_publish, corrected->name))
    return make_problem("not_allowed_type", "event_corrected." + corrected->data->name(),
                        "the configuration does not let this publisher report what the correction brings",
                        "let whoever reported the earlier event correct it, or ask told's administrator to add its "
                        "type to the publisher's may_publish");
  if (!listed(publisher.sites, "*") && !listed(publisher.sites, event.site()))
    return make_problem("not_allowed_site", "site", "the configuration does not let this publisher report from there",
                        "give one of the publisher's sites, or ask told's administrator to add this one");
  return std::nullopt;
}

/// An id in a reply: whole or not at all, since the place in the reply says which event is meant.
std::string echo(const std::string& id) { return id.size() <= core::reference_characters_max ? id : std::string{}; }

}  // namespace

/// A request and the memory that its events lie in; events share it, so none is copied.
struct Publishers::Request {
  google::protobuf::Arena arena;
  v1::PublishRequest* words = google::protobuf::Arena::CreateMessage<v1::PublishRequest>(&arena);
};

Publishers::Publishers(PeerSocket& socket, const Listener& listener, std::shared_ptr<const Directory>& directory)
    : socket_{socket}, listener_{listener}, directory_{directory} {}

void Publishers::hear(const Message& message, Steady now) {
  const Publisher* publisher = directory_->publisher(message.user, message.key);
  if (publisher == nullptr)
    return refuse_frame(message, 0,
                        make_problem("revoked", "", "this key may not publish any more",
                                     "ask told's administrator whether the key was replaced"));
  Presence& presence = presence_[publisher->name];
  heard(publisher->name, presence, now);
  if (!message.well_framed) return refuse_frame(message, 0, bad_framing());
  auto request = std::make_shared<Request>();
  if (auto problem = read(message.payload, *request->words)) return refuse_frame(message, 0, std::move(*problem));
  const v1::PublishRequest& words = *request->words;
  // Only the request's own: each event answers for itself.
  if (const auto& unknown = words.GetReflection()->GetUnknownFields(words); !unknown.empty())
    return refuse_frame(message, words.request(), unknown_field({}, unknown.field(0).number()));
  if (words.events_size() > Owed<v1::PublishReply>::batch_max)
    return refuse_frame(message, words.request(),
                        make_problem("too_many", "events", "a request may have at most 256 events",
                                     "send the rest in a further request"));
  // One request may always be outstanding, so a publisher with a REQ socket never meets the bound.
  const auto events = static_cast<std::size_t>(words.events_size());
  const bool busy = presence.requests >= unanswered_requests_max ||
                    (presence.events > 0 && presence.events + events > unanswered_events_max);
  if (busy || (events > 0 && !intake_))
    return give(std::string{message.peer}, message.delimited,
                retry_all(words, intake_ ? retry_busy_ms : retry_stopping_ms));
  take(message, *publisher, presence, std::move(request));
}

void Publishers::take(const Message& message, const Publisher& publisher, Presence& presence,
                      std::shared_ptr<Request> request) {
  const v1::PublishRequest& words = *request->words;
  const core::Instant now = listener_.now();
  std::vector<core::Publish> good;
  std::vector<int> places;
  good.reserve(static_cast<std::size_t>(words.events_size()));
  places.reserve(good.capacity());
  Owed<v1::PublishReply>::Batch batch;
  batch.peer = message.peer;
  batch.delimited = message.delimited;
  batch.party = publisher.name;
  batch.frame.set_request(words.request());
  for (int i = 0; i < words.events_size(); ++i) {
    const v1::Event& event = words.events(i);
    v1::PublishResult& result = *batch.frame.add_results();
    auto problem = check_authority(event, publisher);
    if (!problem) problem = core::check_event(event, now);
    // Whether told has it already only the engine knows.
    std::shared_ptr<const v1::Problem> refused_if_new;
    if (problem && problem->code() == core::ahead_of_the_clock) {
      refused_if_new = std::make_shared<const v1::Problem>(std::move(*problem));
      problem.reset();
    }
    if (!problem) {
      good.push_back({0, publisher.name, std::shared_ptr<const v1::Event>{request, &event}, listener_.prints(event),
                      std::move(refused_if_new)});
      places.push_back(i);
      continue;
    }
    record(publisher.name, *problem);
    result.set_id(echo(event.id()));
    result.set_verdict(v1::VERDICT_REFUSED);
    *result.mutable_problem() = std::move(*problem);
  }
  batch.missing = good.size();
  presence.events += good.size();
  ++presence.requests;
  const std::uint64_t number = owed_.open(std::move(batch));
  for (std::size_t k = 0; k < good.size(); ++k) {
    good[k].reply_to = owed_.token(number, places[k]);
    listener_.submit(std::move(good[k]));
  }
}

void Publishers::reply(const core::ReplyPublished& reply) {
  if (reply.result.verdict() == v1::VERDICT_REFUSED) ++refused_;
  const auto* batch = owed_.answer(reply.reply_to, reply.result);
  if (batch == nullptr) return;
  if (const auto it = presence_.find(batch->party); it != presence_.end() && it->second.events > 0) --it->second.events;
}

void Publishers::flush() {
  owed_.release([this](const Owed<v1::PublishReply>::Batch& batch) {
    if (const auto it = presence_.find(batch.party); it != presence_.end() && it->second.requests > 0)
      --it->second.requests;
    give(batch.peer, batch.delimited, batch.frame);
  });
}

// A reply that cannot be sent is not kept: the publisher publishes again and is answered DUPLICATE with the receipt.
void Publishers::give(const std::string& peer, bool delimited, const v1::PublishReply& reply) {
  reply.SerializeToString(&scratch_);
  (void)socket_.send(peer, delimited, scratch_);
}

v1::PublishReply Publishers::retry_all(const v1::PublishRequest& request, std::uint32_t after_ms) {
  v1::PublishReply reply;
  reply.set_request(request.request());
  for (const auto& event : request.events()) {
    auto& result = *reply.add_results();
    result.set_id(echo(event.id()));
    result.set_verdict(v1::VERDICT_RETRY);
    result.set_retry_after_ms(after_ms);
  }
  return reply;
}

void Publishers::refuse_frame(const Message& message, std::uint64_t request, v1::Problem problem) {
  record(std::string{message.user}, problem);
  v1::PublishReply reply;
  reply.set_request(request);
  *reply.mutable_problem() = std::move(problem);
  give(std::string{message.peer}, message.delimited, reply);
}

void Publishers::record(const std::string& party, const v1::Problem& problem) {
  ++refused_;
  listener_.submit(core::RecordRefusal{party, problem.code(), problem.field()});
}

// The first word after a start clears whatever an earlier run of the daemon left open.
void Publishers::heard(const std::string& name, Presence& presence, Steady now) {
  presence.heard = now;
  if (presence.ever && !presence.silent) return;
  if (presence.silent) log::info("publisher {} is heard again", name);
  presence.ever = true;
  presence.silent = false;
  listener_.submit(core::ClearAlarm{"publisher_silent", name});
}

void Publishers::parties_replaced(Steady now) {
  for (auto it = presence_.begin(); it != presence_.end();) {
    if (directory_->publishers().contains(it->first)) {
      ++it;
      continue;
    }
    if (it->second.silent) listener_.submit(core::ClearAlarm{"publisher_silent", it->first});
    it = presence_.erase(it);
  }
  for (const auto& [name, publisher] : directory_->publishers()) presence_.try_emplace(name, Presence{.heard = now});
}

void Publishers::tick(Steady now) {
  for (auto& [name, presence] : presence_) {
    const auto publisher = directory_->publishers().find(name);
    if (publisher == directory_->publishers().end() || presence.silent) continue;
    const auto patience = publisher->second.heartbeat;
    if (patience.count() == 0 || now - presence.heard <= patience) continue;
    presence.silent = true;
    log::warn("publisher {} has been silent for longer than its heartbeat of {} ms", name, patience.count());
    listener_.submit(core::RaiseAlarm{"publisher_silent", name});
  }
}

void Publishers::connected(std::map<std::string, std::int64_t>& into, Steady now) const {
  for (const auto& [name, presence] : presence_)
    if (presence.ever) into[name] = std::chrono::duration_cast<std::chrono::milliseconds>(now - presence.heard).count();
}

}  // namespace told::gateway
