// What parties see.
#include "judge.hpp"

#include "core/reference.hpp"
#include "promises.hpp"

namespace told::sim {

Judge::Judge(Schedule& schedule, Machine& machine, Policies& policies, Trace& trace, ledger::SigningKey key)
    : schedule_{schedule}, machine_{machine}, policies_{policies}, trace_{trace}, key_{std::move(key)} {}

void Judge::broken(const char* promise, const std::string& sentence) const { throw Broken(promise, sentence); }

void Judge::need(bool good, const char* promise, const std::function<std::string()>& sentence) const {
  ++checks_;
  if (!good) broken(promise, sentence());
}

const core::Policy* Judge::policy(std::uint32_t version) const {
  const auto found = policies_seen_.find(version);
  return found == policies_seen_.end() ? nullptr : found->second;
}

std::string Judge::key_of(core::NotificationId id, const std::string& party) {
  return std::to_string(id.number()) + "@" + party;
}

// --- what parties see ---

void Judge::published(const std::string& publisher, const v1::Event& event) {
  Said& said = said_[{publisher, event.id()}];
  if (said.content.empty()) {
    said.content = event.SerializeAsString();
    unanswered_.emplace(publisher, event.id());
  } else if (const std::string other = event.SerializeAsString(); other != said.content) {
    said.other_contents.insert(other);
  }
}

bool Judge::is_about_another(const std::string& publisher, const v1::Event& event, const std::string& code) const {
  const auto found = said_.find({publisher, event.has_event_corrected() ? event.event_corrected().supersedes()
                                                                        : event.event_withdrawn().supersedes()});
  v1::Event earlier;
  if (found == said_.end() || !earlier.ParseFromString(found->second.accepted_content)) return false;
  return (code == "another_subject" && earlier.subject() != event.subject()) ||
         (code == "another_status" && earlier.status() != event.status());
}

void Judge::answered(const std::string& publisher, const v1::PublishResult& result, const v1::Event& event) {
  const std::string name = "event " + result.id() + " of " + publisher;
  const auto found = said_.find({publisher, result.id()});
  need(found != said_.end(), said_no, [&] { return name + " was answered, and was never published"; });
  Said& said = found->second;
  const auto entry = book_.accepted(publisher, result.id());
  const auto why = [&] { return result.problem().code() + " (" + result.problem().field() + ")"; };
  switch (result.verdict()) {
    case v1::VERDICT_ACCEPTED:
      need(!said.accepted, I1, [&] { return name + " was answered ACCEPTED twice"; });
      [[fallthrough]];
    case v1::VERDICT_DUPLICATE: {
      if (!entry && said.erased) break;
      said.accepted = true;
      if (const std::string content = event.SerializeAsString(); said.accepted_content.empty())
        said.accepted_content = content;
      else
        need(content == said.accepted_content || said.erased, said_no,
             [&] { return name + " was taken for the one of before under this id, which said something else"; });
      need(entry.has_value(), I1, [&] { return name + " was answered as accepted and is not in the ledger"; });
      const auto number = core::from_reference(core::Named::event, result.receipt());
      need(number && (*number == *entry || said.erased), I1,
           [&] { return name + " was answered " + result.receipt() + ", and is entry " + std::to_string(*entry); });
      need(said.receipt.empty() || said.erased || said.receipt == result.receipt(), I1,
           [&] { return name + " has two receipts: " + said.receipt + " and " + result.receipt(); });
      said.receipt = result.receipt();
      break;
    }
    case v1::VERDICT_REFUSED: {
      const std::string& code = result.problem().code();
      if (code == "id_reused") {
        need(!said.other_contents.empty() &&
                 (said.accepted_content.empty() || said.erased || event.SerializeAsString() != said.accepted_content),
             said_no, [&] { return name + " was refused as id_reused, and is not"; });
        break;
      }
      need(!entry || !said.other_contents.empty(), I1,
           [&] { return name + " was refused (" + why() + ") and is in the ledger"; });
      const bool about_earlier = code == "unknown_event" || code == "too_old" || code == "not_an_original" ||
                                 code == "withdrawn_already" || code == "type_mismatch" || code == "would_fall_silent";
      const bool amends = event.has_event_corrected() || event.has_event_withdrawn();
      const bool may_be = (about_earlier && amends) || is_about_another(publisher, event, code) ||
                          (code == "no_exercise_recipient" && event.status() != v1::STATUS_ACTUAL) ||
                          (code == "time_in_future" && clocks_disagree) || code == "not_allowed_type" ||
                          code == "not_allowed_site" || code == "nobody_to_tell";
      need(may_be, said_no, [&] { return name + ", a good one, was refused: " + why(); });
      break;
    }
    case v1::VERDICT_RETRY:
      return;  // it is said again
    default:
      broken(said_no, name + " was answered without a verdict");
  }
  unanswered_.erase({publisher, result.id()});
}

void Judge::delivered(const std::string& recipient, const v1::Delivery& d) {
  ++deliveries_;
  const auto number = core::from_reference(core::Named::notification, d.notification());
  if (!number) broken(said_no, recipient + " was given " + d.notification() + ", which is no reference");
  const auto id = core::NotificationId::of(*number);
  const Note* note = book_.note(id);
  need(note != nullptr, I2, [&] { return recipient + " was given " + d.notification() + ", which nothing made"; });
  // What was sent earlier may come later, on a connection of its own; it does not come twice.
  auto& attempts = seen_[key_of(id, recipient)];
  const bool first = attempts.empty();
  need(attempts.insert(d.attempt()).second, marked, [&] {
    return recipient + " was given " + note->name() + " as attempt " + std::to_string(d.attempt()) + " twice";
  });
  const Fact& fact = *book_.fact(id.event);
  if (!first || fact.recorded_case == 0) return;
  // A request that was under way when told died may come at any time: what it tells was withdrawn since, and did not go
  // again, and nothing could hold it back.
  if (note->dropped && note->attempts == note->orphaned && d.attempt() == note->orphaned) return;
  // What was moved to another child is of another case now: it comes in no order with what stayed.
  const std::string of = book_.moved(fact) ? "moved to " + std::to_string(book_.case_of(fact)) + " from " : "";
  core::EntryIndex& latest = latest_[of + std::to_string(fact.recorded_case) + "@" + recipient];
  // It may have been made again since: what arrives is what was sent.
  const core::EntryIndex made_by = note->sent_for.at(d.attempt() - 1);
  need(made_by >= latest, order, [&] {
    return recipient + " first saw " + note->name() + " of case " + std::to_string(fact.recorded_case) +
           " (made by entry " + std::to_string(made_by) + ") after what entry " + std::to_string(latest) + " made";
  });
  latest = made_by;
}

void Judge::checkpoint(const std::string&, const std::string& note) {
  if (notes_seen_.insert(note).second) new_notes_.push_back(note);
}

void Judge::acknowledges(const std::string& who, core::NotificationId id) { ++answers_[key_of(id, who)]; }

void Judge::says(const std::string& recipient, const v1::AgencyFrame& frame) {
  for (const v1::Acknowledgement& ack : frame.acknowledgements())
    if (const auto number = core::from_reference(core::Named::notification, ack.notification()))
      acknowledges(recipient, core::NotificationId::of(*number));
  for (const v1::Refusal& refusal : frame.refusals())
    if (const auto number = core::from_reference(core::Named::notification, refusal.notification()))
      ++refusals_said_[key_of(core::NotificationId::of(*number), recipient)];
}

void Judge::settled(const std::string& recipient, const v1::AcknowledgementResult& result, bool stranger) {
  const auto number = core::from_reference(core::Named::notification, result.notification());
  if (stranger) {
    need(!result.recorded(), entitled,
         [&] { return recipient + " acknowledged " + result.notification() + ", not its own, and it was recorded"; });
    return;
  }
  if (!number) return;
  const Note* note = book_.note(core::NotificationId::of(*number));
  need(note != nullptr, entitled, [&] { return result.notification() + " was settled, and nothing made it"; });
  // A projection may be spoilt, and what is closed may have been forgotten: then told cannot say more.
  const Fact& of = *book_.fact(note->id.event);
  const bool over = !of.episode_open && std::none_of(of.notes.begin(), of.notes.end(),
                                                     [](const Note& each) { return each.open || each.to_deliver(); });
  const bool cannot_know = result.problem().code() == "not_at_hand" && over && rows_spoilt && rows_spoilt();
  need(result.recorded() || result.problem().code() == "busy" || cannot_know, said_no, [&] {
    return recipient + " acknowledged " + note->name() + ", its own, and was answered " + result.problem().code();
  });
}

void Judge::problem(const std::string& party, const v1::Problem& problem) {
  static const std::set<std::string> usual{"say_hello", "superseded", "revoked", "busy"};
  need(usual.contains(problem.code()), said_no,
       [&] { return "a good frame of " + party + " was refused: " + problem.code() + ": " + problem.reason(); });
}

}  // namespace told::sim
