#include "rehearse/journal.hpp"

#include "agencies/readable.hpp"
#include "carriers/kind.hpp"
#include "core/event_types.hpp"
#include "rehearse/fields_seen.hpp"

namespace told::rehearse {

core::Instant time_of(const Line& line) {
  return std::visit([](const auto& each) { return each.at; }, line);
}

namespace {

std::string name_of(const core::Event& event, std::string_view type) {
  if (event.type == "alarm") return "alarm." + event.id;
  const std::string_view published = core::published_type(type);
  return std::string(published.empty() ? type : published);
}

}  // namespace

std::string type_of(const core::Event& event) { return name_of(event, event.type); }

std::string type_told(const core::State& state, core::NotificationId id) {
  const core::Event* event = state.event(id.event);
  const core::Notification* n = state.notification(id);
  return event == nullptr ? "" : name_of(*event, n == nullptr ? event->type : state.type_told(*event, *n));
}

void Journal::decided(core::Instant at, const core::Entry& entry) {
  std::optional<v1::Body> body;
  if (entry.body) body = *entry.body;
  lines_.emplace_back(Decided{at, entry.head, std::move(body)});
}

void Journal::delivered(core::Instant at, const core::Transmit& t, const v1::Delivery& delivery) {
  const core::Recipient* recipient = world_->state().policy()->recipient(t.recipient);
  const std::string carrier = recipient == nullptr                  ? ""
                              : t.channel == 1 && recipient->second ? recipient->second->carrier
                                                                    : recipient->carrier;
  // A mail says only that something waits, unless the policy lets it have the agency's form.
  const carriers::Kind* kind = carriers::kind(carrier);
  const bool has_form = kind != nullptr && kind->may_carry_form && recipient->form_by_mail;
  const bool whole = kind == nullptr || kind->carries_content || has_form;
  lines_.emplace_back(Delivered{at, t, type_told(world_->state(), t.notification), carrier,
                                whole ? fields_seen(delivery) : std::vector<std::string>{},
                                whole ? agencies::readable(delivery) : "something waits: " + delivery.notification()});
  if (then_) then_(t.notification);
}

}  // namespace told::rehearse
