// What leaves told: each receipt, delivery, answer and checkpoint, before it is on its way.
#include "judge.hpp"

#include <algorithm>

#include "children.hpp"
#include "core/reference.hpp"
#include "promises.hpp"

namespace told::sim {
namespace {

constexpr std::uint32_t repeats_kept = 16;  // of one notification, beside the first (core/state.hpp)

}  // namespace

void Judge::leaves(const Line& line, std::string_view payload) {
  if (payload.empty()) return;
  const auto durable = truly_durable ? truly_durable() : book_.size();
  const auto need_durable = [&](core::EntryIndex index, const std::string& what) {
    need(index < durable && index < book_.size(), I2,
         [&] { return what + " left told before entry " + std::to_string(index) + " was durable"; });
  };
  if (line.door == Door::publishers) {
    v1::PublishReply reply;
    reply.ParseFromArray(payload.data(), static_cast<int>(payload.size()));
    for (const v1::PublishResult& result : reply.results()) {
      if (result.verdict() != v1::VERDICT_ACCEPTED && result.verdict() != v1::VERDICT_DUPLICATE) {
        need(result.verdict() != v1::VERDICT_RETRY || storage_may_be_low || takes_nothing_in, said_no,
             [&] { return "event " + result.id() + " of " + line.party + " was to be said again, for no reason"; });
        continue;
      }
      const auto number = core::from_reference(core::Named::event, result.receipt());
      need_durable(number.value_or(~0ULL), "the receipt " + result.receipt());
    }
    return;
  }
  v1::ServiceFrame frame;
  frame.ParseFromArray(payload.data(), static_cast<int>(payload.size()));
  if (!frame.checkpoint().empty()) leaves(line.party, frame.checkpoint());
  for (const v1::Delivery& delivery : frame.deliveries()) leaves(line.party, delivery);
  for (const v1::AcknowledgementResult& result : frame.results()) {
    const auto number = core::from_reference(core::Named::notification, result.notification());
    if (!result.recorded() || !number) continue;
    const std::string key = key_of(core::NotificationId::of(*number), line.party);
    const std::uint32_t entered = entered_[key] + refusals_entered_[key];
    need(++recorded_[key] <= entered || entered >= repeats_kept, I2, [&] {
      return line.party + " was answered that its word on " + result.notification() + " is recorded, " +
             std::to_string(recorded_[key]) + " times; it is in the ledger " + std::to_string(entered) + " times";
    });
  }
}

void Judge::leaves(const std::string& recipient, const std::string& note) {
  if (note != last_note_) {  // one checkpoint goes with many deliveries
    std::string problem;
    const auto checkpoint = ledger::verify_note(note, key_.verifier_text(), &problem);
    need(checkpoint.has_value(), whole, [&] { return recipient + " was given a checkpoint that is none: " + problem; });
    last_note_ = note;
    last_note_size_ = checkpoint->size;
  }
  const auto durable = truly_durable ? truly_durable() : book_.size();
  need(last_note_size_ <= durable, I2, [&] {
    return "a checkpoint over " + std::to_string(last_note_size_) + " entries left told, and " +
           std::to_string(durable) + " are durable";
  });
}

void Judge::leaves(const std::string& recipient, const v1::Delivery& d) {
  const auto number = core::from_reference(core::Named::notification, d.notification());
  if (!number) broken(said_no, recipient + " is sent " + d.notification() + ", which is no reference");
  const auto id = core::NotificationId::of(*number);
  const Note* note = book_.note(id);
  need(note != nullptr, I2, [&] { return d.notification() + " is sent to " + recipient + ", and nothing made it"; });
  const auto durable = truly_durable ? truly_durable() : book_.size();
  need(d.attempt() <= note->attempts && note->intent < durable, I2, [&] {
    return note->name() + " is sent as attempt " + std::to_string(d.attempt()) + ", and no durable entry intends it";
  });
  need(note->recipient == recipient, need_to_know, [&] { return note->name() + " is sent to " + recipient; });
  need(note->kind == d.kind() && d.event_index() == id.event, whole,
       [&] { return note->name() + " is sent as another thing than the ledger has"; });
  std::uint32_t& sent = sent_[key_of(id, recipient)];
  need(d.attempt() > sent, marked,
       [&] { return note->name() + " is sent as attempt " + std::to_string(d.attempt()) + " a second time"; });
  sent = d.attempt();
  const Fact& fact = *book_.fact(id.event);
  need(d.status() == fact.status, exercises,
       [&] { return note->name() + " is sent as " + v1::Status_Name(d.status()) + ", and it is not"; });
  check_fields(recipient, d, *note, fact);
}

void Judge::check_fields(const std::string& recipient, const v1::Delivery& d, const Note& note, const Fact& fact) {
  const std::vector<Place> places = places_in(d);
  if (places.empty()) return;
  need(!fact.erased, need_to_know,
       [&] { return recipient + " is told by " + note.name() + " what was erased: " + places.front().path; });
  const core::Policy* frozen = policy(note.policy);
  need(frozen != nullptr, need_to_know, [&] { return note.name() + " is of a policy that was never in force"; });
  const core::Rule* rule = note.is(v1::NOTIFICATION_KIND_OBLIGATION) ? nullptr : frozen->rule(note.rule);
  const bool says_of_it = note.is(v1::NOTIFICATION_KIND_TELL) || note.is(v1::NOTIFICATION_KIND_STAND_DOWN) ||
                          note.is(v1::NOTIFICATION_KIND_CORRECTION);
  for (const Place& place : places) {
    const bool allowed =
        says_of_it && rule != nullptr && frozen->may_tell(*rule, recipient) &&
        std::any_of(rule->fields.begin(), rule->fields.end(), [&](const std::string& field) {
          return place.path == field || (place.path.starts_with(field) && place.path[field.size()] == '.');
        });
    need(allowed, need_to_know, [&] {
      return recipient + " is told " + place.path + " by " + note.name() + " about entry " +
             std::to_string(fact.index) + ", and no rule lets it";
    });
  }
}

}  // namespace told::sim
