#include "rehearse/world.hpp"

#include <algorithm>
#include <limits>

#include "core/reference.hpp"

namespace told::rehearse {
namespace {

constexpr auto any_number = std::numeric_limits<std::uint32_t>::max() / 2;

/// There is no key here to name a case for each party: all have the house's reference.
std::string house_name(core::CaseNumber c, const std::string&) {
  return c == 0 ? std::string() : core::to_reference(core::Named::case_, c);
}

}  // namespace

World::World(core::Instant begins, Prints prints, Witness& witness, core::Duration delivery, bool may_restart)
    : prints_(std::move(prints)), witness_(witness), delivery_(delivery), now_(begins), may_restart_(may_restart) {
  engine_ = std::make_unique<core::Engine>();
  engine_->finish_replay();
  begin();
}

World::~World() = default;

void World::begin() {
  wording_ = std::make_unique<dispatch::Wording>(
      engine_->state(), [this](core::EntryIndex index) { return event(index); }, house_name);
  perform(core::Start{"rehearsal", "rehearsal"});
}

std::shared_ptr<const v1::Event> World::event(core::EntryIndex index) const {
  const auto found = events_.find(index);
  return found == events_.end() ? nullptr : found->second;
}

void World::adopt(std::shared_ptr<core::Policy> policy) {
  core::AdoptPolicy adopt;
  adopt.policy = std::move(policy);
  adopt.sha256 = std::string(32, '\0');  // of no consequence here: nothing verifies a rehearsal's entries
  perform(std::move(adopt));
  for (const core::Recipient& r : state().policy()->recipients)
    for (core::Channel channel = 0; channel < (r.second ? 2 : 1); ++channel)
      if (!sessions_.contains({r.name, channel})) open_session(r.name, channel);
}

v1::PublishResult World::publish(std::shared_ptr<const v1::Event> event) {
  core::Publish publish;
  publish.reply_to = token;
  publish.publisher = event->source();
  publish.prints = prints_(*event);
  publish.event = std::move(event);
  perform(std::move(publish));
  return published_;
}

void World::open_session(const std::string& recipient, core::Channel channel) {
  const core::SessionId session = ++last_session_;
  sessions_[{recipient, channel}] = session;
  const bool worker = channel == 0;
  perform(core::OpenSession{recipient, session, channel, worker});
  perform(core::Offer{recipient, session, any_number});
}

void World::cut(const std::string& recipient, core::Channel channel) {
  const core::SessionId session = std::exchange(sessions_[{recipient, channel}], 0);
  if (session == 0) return;
  const bool worker = channel == 0;
  perform(core::LoseSession{recipient, session, worker});
  if (worker) perform(core::RaiseAlarm{"worker_silent", recipient});
}

void World::mend(const std::string& recipient, core::Channel channel) {
  const auto found = sessions_.find({recipient, channel});
  if (found == sessions_.end() || found->second != 0) return;
  if (channel == 0) perform(core::ClearAlarm{"worker_silent", recipient});
  open_session(recipient, channel);
}

void World::restart() {
  engine_ = std::make_unique<core::Engine>();
  for (const Kept& kept : kept_)
    engine_->replay(kept.head, kept.prints ? &*kept.prints : nullptr,
                    kept.head.has_policy_adopted() ? policies_.at(kept.head.policy_adopted().version()) : nullptr);
  engine_->finish_replay();
  horizon_ = {};
  begin();
  for (auto& [way, session] : sessions_)
    if (session != 0) open_session(way.first, way.second);
}

void World::step_clock(core::Duration step) { perform(core::StepClock{step}); }

void World::raise(const std::string& code, const std::string& party) { perform(core::RaiseAlarm{code, party}); }

void World::look_at_the_calendar() {
  if (std::optional<core::Command> command = horizon_.look(state().policy(), now_)) perform(std::move(*command));
}

void World::at(core::Instant when, std::function<void()> what) { planned_.push({when, ++order_, std::move(what)}); }

void World::advance(core::Instant until) {
  for (;;) {
    const core::Instant due = engine_->next_due();
    const bool something_planned = !planned_.empty() && planned_.top().at <= std::min(due, until);
    if (!something_planned && due > until) break;
    if (something_planned) {
      // priority_queue gives no way to move out of its top; the function is small and copied once.
      const Planned next = planned_.top();
      planned_.pop();
      now_ = std::max(now_, next.at);
      next.what();
    } else {
      now_ = std::max(now_, due);
      perform(core::Tick{});
    }
  }
  now_ = std::max(now_, until);
}

void World::perform(core::Command command) {
  core::Decision decision = engine_->decide(std::move(command), now_);
  for (core::Entry& e : decision.entries) {
    if (e.event) events_[e.head.index()] = e.event;
    if (e.head.has_policy_adopted()) policies_[e.head.policy_adopted().version()] = state().policy();
    witness_.decided(now_, e);
    if (may_restart_) kept_.push_back({e.head, e.prints});
  }
  for (core::Effect& effect : decision.effects) {
    if (auto* reply = std::get_if<core::ReplyPublished>(&effect)) {
      published_ = std::move(reply->result);
      published_.set_case_ref(house_name(reply->case_number, reply->publisher));
    }
    if (auto* reply = std::get_if<core::ReplyActed>(&effect)) acted_ = std::move(reply->result);
    if (const auto* transmit = std::get_if<core::Transmit>(&effect)) send(*transmit);
  }
  (void)engine_->state_for_restore().take_changes();  // there is no projection to write them to
}

void World::send(const core::Transmit& t) {
  const core::PolicyPtr frozen = state().policy(t.policy_version);
  const core::Recipient* recipient = state().policy()->recipient(t.recipient);
  const auto delivery = std::make_shared<v1::Delivery>();
  if (!frozen || recipient == nullptr || !wording_->word(t, *frozen, *recipient, *delivery)) {
    at(now_, [this, t] { end(t, v1::OUTCOME_REFUSED, "", "no_such_recipient"); });
    return;
  }
  const bool second = t.channel == 1 && recipient->second;
  at(now_ + delivery_, [this, t, delivery, carrier = second ? recipient->second->carrier : recipient->carrier] {
    if (sessions_[{t.recipient, t.channel}] != t.session) return;  // its worker went away with it: the engine knows
    witness_.delivered(now_, t, *delivery);
    end(t, v1::OUTCOME_DELIVERED, carrier.c_str(), "receipt");
  });
}

void World::end(const core::Transmit& t, v1::Outcome outcome, const char* carrier, const char* code) {
  perform(core::EndAttempt{t.notification, t.attempt, outcome, t.recipient, carrier, code, ""});
}

}  // namespace told::rehearse
