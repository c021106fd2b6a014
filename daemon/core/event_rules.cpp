#include "core/event_rules.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/event_walk.hpp"
#include "core/text_rules.hpp"

namespace told::core {
namespace {

using Found = std::optional<v1::Problem>;

v1::Problem problem(const char* code, std::string field, std::string reason, std::string mend) {
  v1::Problem p;
  p.set_code(code);
  p.set_field(std::move(field));
  p.set_reason(std::move(reason));
  p.set_mend(std::move(mend));
  return p;
}

v1::Problem missing(std::string field, std::string mend) {
  return problem("missing_field", std::move(field), "this field is needed and is empty", std::move(mend));
}

bool one_of(char c, std::string_view extra) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         extra.find(c) != std::string_view::npos;
}

bool keeps_to(std::string_view text, std::string_view extra) {
  return text.size() <= reference_characters_max &&
         std::all_of(text.begin(), text.end(), [&](char c) { return one_of(c, extra); });
}

struct Kind {
  std::string_view type;
  v1::Event::DataCase data;
  const char* member;
};
constexpr std::array<Kind, 4> kinds{{
    {type_child_arrived, v1::Event::kChildArrived, "child_arrived"},
    {type_child_missing, v1::Event::kChildMissing, "child_missing"},
    {type_child_located, v1::Event::kChildLocated, "child_located"},
    {type_prevent_section36, v1::Event::kPreventSection36, "prevent_section36"},
}};

const Kind* kind_of(std::string_view type) {
  const auto* it = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& k) { return k.type == type; });
  return it == kinds.end() ? nullptr : it;
}

Found check_identity(const v1::Event& event) {
  if (event.id().empty()) return missing("id", "number each event; the pair of source and id names it for ever");
  if (!keeps_to(event.id(), "._:/-"))
    return problem("bad_form", "id", "an id is 1 to 64 characters of A-Z a-z 0-9 . _ : / -",
                   "use the publishing system's own number for the event");
  if (event.source().empty())
    return missing("source", "give the publisher's name as it stands in told's configuration");
  if (!keeps_to(event.source(), "._:/-"))
    return problem("bad_form", "source", "a source is 1 to 64 characters of A-Z a-z 0-9 . _ : / -",
                   "give the publisher's name as it stands in told's configuration");
  if (event.subject().empty()) return missing("subject", "give the child's case reference at the publisher");
  if (const char* why = why_subject_is_personal(event.subject()); why != nullptr)
    return problem("personal_subject", "subject", why,
                   "use an opaque case reference; names, dates of birth and addresses belong in the event's data");
  if (!keeps_to(event.subject(), "._/-"))
    return problem("bad_form", "subject", "a subject is 1 to 64 characters of A-Z a-z 0-9 . _ / -",
                   "use the case reference of the publishing system");
  return std::nullopt;
}

Found check_type(const v1::Event& event) {
  if (event.type().empty()) return missing("type", "say what happened, as told.child.missing.v1 and its like");
  const Kind* kind = kind_of(event.type());
  if (kind == nullptr)
    return problem("unknown_type", "type", "told does not know this type of event",
                   "publish told.child.arrived.v1, told.child.missing.v1, told.child.located.v1 or "
                   "told.prevent.section36.v1");
  if (event.data_case() == v1::Event::DATA_NOT_SET)
    return missing(kind->member, "fill in the member of the event that its type names");
  if (event.data_case() != kind->data)
    return problem("type_mismatch", "type", "the type names another member than the one that is filled in",
                   std::string("fill in ") + kind->member + ", or correct the type");
  return std::nullopt;
}

Found check_status(const v1::Event& event) {
  if (event.status() != v1::STATUS_UNSPECIFIED) return std::nullopt;
  return missing("status", "say STATUS_ACTUAL, STATUS_EXERCISE or STATUS_TEST; told never guesses that it is real");
}

Found check_child(const v1::Child& child, const std::string& at, Instant now) {
  if (const std::string& dob = child.dob().value(); !dob.empty()) {
    const auto day = day_of(dob);
    if (!day)
      return problem("bad_form", at + ".dob.value", "a date of birth is a real day as YYYY-MM-DD",
                     "write the day as YYYY-MM-DD, or leave it empty where it is not known");
    // A day of grace: east of Greenwich it is tomorrow already.
    if (*day < std::chrono::sys_days{std::chrono::year{1900} / 1 / 1} || *day > now + std::chrono::days{1})
      return problem("bad_form", at + ".dob.value", "this cannot be the day of birth of anybody now alive",
                     "check the date, or leave it empty where it is not known");
  }
  for (int i = 0; i < child.nationality_size(); ++i) {
    const std::string& code = child.nationality(i);
    if (code.size() != 2 || !std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
      return problem("bad_form", at + ".nationality[" + std::to_string(i) + "]",
                     "a nationality is two capital letters (ISO 3166-1 alpha-2)",
                     "use the two-letter code, or leave it out where it is not known");
  }
  if (!child.social_worker().phone().empty() && !is_e164(child.social_worker().phone()))
    return problem("bad_form", at + ".social_worker.phone", "a telephone number is + and 7 to 15 digits (E.164)",
                   "write it with the country's code and no spaces, as +441632960001");
  return std::nullopt;
}

Found check_data(const v1::Event& event, Instant now) {
  switch (event.data_case()) {
    case v1::Event::kChildArrived:
      return check_child(event.child_arrived().child(), "child_arrived.child", now);
    case v1::Event::kChildMissing: {
      const auto& data = event.child_missing();
      if (!data.missing().has_last_seen_at() && !data.missing().has_reported_at())
        return missing("child_missing.missing.last_seen_at",
                       "say when the child was last seen, or at least when it was reported (reported_at)");
      if (!data.missing().phone().empty() && !is_e164(data.missing().phone()))
        return problem("bad_form", "child_missing.missing.phone", "a telephone number is + and 7 to 15 digits (E.164)",
                       "write it with the country's code and no spaces, as +441632960001");
      return check_child(data.child(), "child_missing.child", now);
    }
    case v1::Event::kChildLocated:
      if (!event.child_located().located().has_at())
        return missing("child_located.located.at", "say when the child was found or came back");
      return check_child(event.child_located().child(), "child_located.child", now);
    case v1::Event::kPreventSection36:
      if (event.prevent_section36().police_case_ref().empty())
        return missing("prevent_section36.police_case_ref", "give the police's own reference of the case");
      return check_child(event.prevent_section36().child(), "prevent_section36.child", now);
    default:
      break;
  }
  return std::nullopt;  // check_type has refused it
}

}  // namespace

std::string_view published_type(std::string_view type) {
  if (kind_of(type) == nullptr) return {};
  type.remove_prefix(std::string_view{"told."}.size());
  type.remove_suffix(std::string_view{".v1"}.size());
  return type;
}

std::optional<v1::Problem> check_event(const v1::Event& event, Instant now) {
  if (event.ByteSizeLong() > event_bytes_max)
    return problem("too_large", "", "an event may take at most 32 KiB",
                   "shorten its texts; pictures and forms travel by reference only");
  if (auto found = check_type(event)) return found;
  if (auto found = check_identity(event)) return found;
  if (!event.has_time()) return missing("time", "say when it happened, in UTC: every clock starts there");
  if (auto found = check_status(event)) return found;
  if (auto found = walk_event(event, now)) return found;
  return check_data(event, now);
}

}  // namespace told::core
