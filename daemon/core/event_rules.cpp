#include "core/event_rules.hpp"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/condition.hpp"
#include "core/event_types.hpp"
#include "core/event_walk.hpp"
#include "core/problem.hpp"

namespace told::core {
namespace {

using Found = std::optional<v1::Problem>;

v1::Problem missing(std::string field, std::string mend) {
  return make_problem("missing_field", std::move(field), "this field is needed and is empty", std::move(mend));
}

bool one_of(char c, std::string_view extra) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         extra.find(c) != std::string_view::npos;
}

bool keeps_to(std::string_view text, std::string_view extra) {
  return text.size() <= reference_characters_max &&
         std::all_of(text.begin(), text.end(), [&](char c) { return one_of(c, extra); });
}

std::string all_types() {
  std::string all;
  for (const EventType& type : event_types()) all += (all.empty() ? "" : ", ") + type.type;
  return all;
}

Found check_identity(const v1::Event& event) {
  if (event.id().empty()) return missing("id", "number each event; the pair of source and id names it for ever");
  if (!keeps_to(event.id(), "._:/-"))
    return make_problem("bad_form", "id", "an id is 1 to 64 characters of A-Z a-z 0-9 . _ : / -",
                        "use the publishing system's own number for the event");
  if (event.source().empty())
    return missing("source", "give the publisher's name as it stands in told's configuration");
  if (!keeps_to(event.source(), "._:/-"))
    return make_problem("bad_form", "source", "a source is 1 to 64 characters of A-Z a-z 0-9 . _ : / -",
                        "give the publisher's name as it stands in told's configuration");
  if (event.subject().empty()) return missing("subject", "give the child's case reference at the publisher");
  if (const char* why = why_subject_is_personal(event.subject()); why != nullptr)
    return make_problem("personal_subject", "subject", why,
                        "use an opaque case reference; names, dates of birth and addresses belong in the event's data");
  if (!keeps_to(event.subject(), "._/-"))
    return make_problem("bad_form", "subject", "a subject is 1 to 64 characters of A-Z a-z 0-9 . _ / -",
                        "use the case reference of the publishing system");
  return std::nullopt;
}

Found check_type(const v1::Event& event) {
  if (event.type().empty()) return missing("type", "say what happened, as told.child.missing.v1 and its like");
  const EventType* type = event_type(event.type());
  if (type == nullptr)
    return make_problem("unknown_type", "type", "told does not know this type of event",
                        "publish one of " + all_types());
  if (event.data_case() == v1::Event::DATA_NOT_SET)
    return missing(type->data->name(), "fill in the member of the event that its type names");
  if (event.data_case() != type->data->number())
    return make_problem("type_mismatch", "type", "the type names another member than the one that is filled in",
                        "fill in " + type->data->name() + ", or correct the type");
  return std::nullopt;
}

Found check_status(const v1::Event& event) {
  if (event.status() != v1::STATUS_UNSPECIFIED) return std::nullopt;
  return missing("status", "say STATUS_ACTUAL, STATUS_EXERCISE or STATUS_TEST; told never guesses that it is real");
}

/// What an event of a type is worth nothing without.
struct Need {
  const char* when;   ///< "child.missing"
  const char* needs;  ///< a condition on its data
  const char* field;  ///< the field that is said to be missing
  const char* mend;
};
constexpr std::array needs{
    Need{"child.missing", "missing.last_seen_at or missing.reported_at", "missing.last_seen_at",
         "say when the child was last seen, or at least when it was reported (reported_at)"},
    Need{"child.missing_risk_changed", "risk.grade", "risk.grade", "give the grade that police have set"},
    Need{"child.located", "located.at", "located.at", "say when the child was found or came back"},
    Need{"child.placed", "placement.county", "placement.county",
         "give the county: it decides with whom the Planning-for-Missing form is shared"},
    Need{"child.age_enquiry", "age_enquiry.outcome", "age_enquiry.outcome",
         "say what the enquiry found; any doubt is AGE_OUTCOME_IN_DOUBT"},
    Need{"child.nrm_referred", "trafficking.nrm_ref or trafficking.indicators", "trafficking.nrm_ref",
         "give the referral's reference, or at least the indicators that led to it"},
    Need{"child.nts_referred", "nts.uucr_ref or nts.receiving_la", "nts.uucr_ref",
         "say where the child's UUCR lies, or at least which council is to receive the child (receiving_la)"},
    Need{"child.transferred", "nts.receiving_la", "nts.receiving_la", "give the council that has received the child"},
    Need{"interpreter.unavailable", "child.language or child.dialect", "child.language",
         "give the language that no interpreter was found for"},
    Need{"prevent.referral", "prevent.concern", "prevent.concern", "say in words what the concern is"},
    Need{"prevent.section36", "police_case_ref", "police_case_ref", "give the police's own reference of the case"},
    Need{"case.closed", "reason", "reason", "say why the case is over"},
    Need{"case.closed", "at", "at", "say when it was over"},
};

struct Needed {
  int data = 0;  ///< the member of Event
  Condition holds;
  std::string field;
  const char* mend = nullptr;
};

const std::vector<Needed>& all_needed() {
  static const auto all = [] {
    std::vector<Needed> read;
    for (const Need& need : needs) {
      Needed one{event_type_named(need.when)->data->number(), {}, need.field, need.mend};
      if (const auto wrong = one.holds.read(need.needs, need.when); !wrong.empty()) throw std::logic_error(wrong);
      read.push_back(std::move(one));
    }
    return read;
  }();
  return all;
}

/// `data`: the member that the event fills in, or that its correction does. `at`: the path of it.
Found check_needed(const v1::Event& event, int data, const std::string& at) {
  for (const Needed& needed : all_needed())
    if (needed.data == data && !needed.holds.holds(event)) return missing(at + "." + needed.field, needed.mend);
  return std::nullopt;
}

Found check_supersedes(const std::string& id, const v1::Event& event, const std::string& at) {
  if (id.empty()) return missing(at + ".supersedes", "give the id of the earlier event, as it was published");
  if (!keeps_to(id, "._:/-"))
    return make_problem("bad_form", at + ".supersedes", "an id is 1 to 64 characters of A-Z a-z 0-9 . _ : / -",
                        "give the id of the earlier event, as it was published");
  if (id == event.id())
    return make_problem("bad_form", at + ".supersedes", "an event cannot be about itself",
                        "give this event an id of its own, and the earlier event's id here");
  return std::nullopt;
}

Found check_earlier(const v1::Event& event) {
  if (event.has_event_withdrawn()) {
    if (auto found = check_supersedes(event.event_withdrawn().supersedes(), event, "event_withdrawn")) return found;
    if (event.event_withdrawn().reason().empty())
      return missing("event_withdrawn.reason", "say why the earlier event should not have been sent");
  }
  if (!event.has_event_corrected()) return std::nullopt;
  const v1::EventCorrected& correction = event.event_corrected();
  if (auto found = check_supersedes(correction.supersedes(), event, "event_corrected")) return found;
  if (correction.reason().empty()) return missing("event_corrected.reason", "say what was wrong");
  const EventType* corrected = event_type_of_data(correction.corrected_case());
  if (corrected == nullptr)
    return missing("event_corrected.corrected",
                   "fill in the earlier event's whole data as it should have been, under its own name "
                   "(child_missing for a child.missing)");
  return check_needed(event, corrected->data->number(), "event_corrected." + corrected->data->name());
}

Found check_data(const v1::Event& event) {
  const EventType& type = *event_type_of_data(event.data_case());
  if (auto found = check_needed(event, type.data->number(), type.data->name())) return found;
  return check_earlier(event);
}

}  // namespace

std::optional<v1::Problem> check_event(const v1::Event& event, Instant now) {
  if (event.ByteSizeLong() > event_bytes_max)
    return make_problem("too_large", "", "an event may take at most 32 KiB",
                        "shorten its texts; pictures and forms travel by reference only");
  if (auto found = check_type(event)) return found;
  if (auto found = check_identity(event)) return found;
  if (!event.has_time()) return missing("time", "say when it happened, in UTC: every clock starts there");
  if (auto found = check_status(event)) return found;
  if (auto found = walk_event(event, now)) return found;
  return check_data(event);
}

}  // namespace told::core
