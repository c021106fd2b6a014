#include "rehearse/event_said.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <vector>

#include "config/nearest.hpp"
#include "config/words.hpp"
#include "core/event_rules.hpp"
#include "core/event_types.hpp"
#include "rehearse/enum_words.hpp"
#include "rehearse/moment.hpp"

namespace told::rehearse {
namespace {

using config::Entry;
using config::Kind;
using config::Node;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

constexpr const char* default_source = "rehearsal";

void set_time(Timestamp& to, core::Instant at) {
  to.set_seconds(core::to_us(at) / 1'000'000);
  to.set_nanos(static_cast<std::int32_t>(core::to_us(at) % 1'000'000) * 1000);
}

bool is_time(const FieldDescriptor& field) { return field.message_type() == Timestamp::descriptor(); }

/// Fills a message in from a table.
class Filling {
 public:
  Filling(const EventDefaults& defaults, const core::Calendar& calendar, config::Findings& findings)
      : defaults_(defaults), calendar_(calendar), findings_(findings) {}

  void fill(const Entry& said, Message& into, const std::string& below) {
    const FieldDescriptor* field = into.GetDescriptor()->FindFieldByName(said.key);
    const std::string name = below + said.key;
    if (field == nullptr) {
      std::vector<std::string> known;
      for (int i = 0; i < into.GetDescriptor()->field_count(); ++i)
        known.push_back(into.GetDescriptor()->field(i)->name());
      findings_.add(said.at, "unknown field " + config::in_quotes(name) + ": " + config::suggestion(said.key, known));
      return;
    }
    const Reflection& set = *into.GetReflection();
    const Node& value = said.value;
    if (field->is_repeated()) {
      for (const Node& item : list_of(value))
        if (is(item, Kind::text, name)) set.AddString(&into, field, item.text);
      return;
    }
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (is_time(*field))
          time(value, name, *static_cast<Timestamp*>(set.MutableMessage(&into, field)));
        else if (is(value, Kind::table, name))
          for (const Entry& entry : value.entries) fill(entry, *set.MutableMessage(&into, field), name + ".");
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        if (is(value, Kind::text, name)) set.SetString(&into, field, value.text);
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        if (is(value, Kind::truth, name)) set.SetBool(&into, field, value.truth);
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        if (is(value, Kind::whole, name)) set.SetInt32(&into, field, static_cast<std::int32_t>(value.whole));
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        if (is(value, Kind::text, name)) word(value, name, *field, into);
        break;
      default:
        findings_.add(value.at, name + " cannot be said in a scenario: leave it out");
    }
  }

  void time(const Node& value, const std::string& name, Timestamp& into) {
    if (value.kind != Kind::text && value.kind != Kind::moment) {
      (void)is(value, Kind::text, name);
      return;
    }
    const Moment moment = moment_from(value.text, defaults_.begins, calendar_);
    if (!moment.problem.empty()) findings_.add(value.at, name + ": " + moment.problem);
    set_time(into, moment.at);
  }

 private:
  static std::vector<Node> list_of(const Node& value) {
    return value.kind == Kind::array ? value.items : std::vector<Node>{value};
  }

  bool is(const Node& value, Kind kind, const std::string& name) {
    if (value.kind == kind) return true;
    findings_.add(value.at, name + " must be " + config::in_words(kind) + ", not " + config::in_words(value.kind) +
                                ": proto/told/v1/event.proto has a sentence for each field");
    return false;
  }

  void word(const Node& value, const std::string& name, const FieldDescriptor& field, Message& into) {
    if (const auto* known = value_of(*field.enum_type(), value.text)) {
      into.GetReflection()->SetEnumValue(&into, &field, known->number());
      return;
    }
    findings_.add(value.at, name + " is no " + config::in_quotes(value.text) + ": " +
                                config::suggestion(value.text, words_of(*field.enum_type())));
  }

  const EventDefaults& defaults_;
  const core::Calendar& calendar_;
  config::Findings& findings_;
};

/// A sample that the rules for events let pass.
std::string sample(const FieldDescriptor& field) {
  const std::string& name = field.name();
  if (name == "phone" || name == "carer_mobile") return "+441632960000";
  if (name == "nationality") return "AF";
  if (name == "language") return "ps";
  if (name == "value") return "2010-01-01";
  return "sample of " + name;
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the words nest
void fill_the_rest(Message& message, core::Instant time) {
  const Descriptor& all = *message.GetDescriptor();
  const Reflection& set = *message.GetReflection();
  for (int i = 0; i < all.field_count(); ++i) {
    const FieldDescriptor& field = *all.field(i);
    if (field.containing_oneof() != nullptr) continue;  // saying one member would unsay another
    if (field.is_repeated()) {
      if (set.FieldSize(message, &field) == 0) set.AddString(&message, &field, sample(field));
      continue;
    }
    const bool said = set.HasField(message, &field);
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (!is_time(field))
          fill_the_rest(*set.MutableMessage(&message, &field), time);
        else if (!said)
          set_time(*static_cast<Timestamp*>(set.MutableMessage(&message, &field)), time);
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        if (!said) set.SetString(&message, &field, sample(field));
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        if (!said) set.SetBool(&message, &field, true);
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        if (!said) set.SetInt32(&message, &field, 1);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        if (!said) set.SetEnumValue(&message, &field, field.enum_type()->value(1)->number());
        break;
      default:
        break;
    }
  }
}

/// What told asks of every event, where the scenario does not care.
void fill_what_is_needed(v1::Event& event, const EventDefaults& defaults) {
  if (event.id().empty()) event.set_id(defaults.id);
  if (event.source().empty()) event.set_source(default_source);
  if (event.status() == v1::STATUS_UNSPECIFIED) event.set_status(v1::STATUS_ACTUAL);
  if (!event.has_time()) set_time(*event.mutable_time(), defaults.time);
  if (event.has_child_missing() && !event.child_missing().missing().has_last_seen_at() &&
      !event.child_missing().missing().has_reported_at())
    *event.mutable_child_missing()->mutable_missing()->mutable_last_seen_at() = event.time();
  if (event.has_child_located() && !event.child_located().located().has_at())
    *event.mutable_child_located()->mutable_located()->mutable_at() = event.time();
  if (event.has_prevent_referral() && event.prevent_referral().prevent().concern().empty())
    event.mutable_prevent_referral()->mutable_prevent()->set_concern("a sample of a concern");
  if (event.has_prevent_section36() && event.prevent_section36().police_case_ref().empty())
    event.mutable_prevent_section36()->set_police_case_ref("REHEARSAL-1");
}

void check(const v1::Event& event, config::Place at, const EventDefaults& defaults, config::Findings& findings) {
  if (!findings.none()) return;  // the first mistake would be told twice
  const core::Instant happened{std::chrono::seconds{event.time().seconds()}};
  if (const auto problem = core::check_event(event, std::max(defaults.time, happened)))
    findings.add(at, "told would refuse this event: " + problem->field() + (problem->field().empty() ? "" : ": ") +
                         problem->reason() + "; " + problem->mend());
}

}  // namespace

v1::Event event_said(const Node& table, const EventDefaults& defaults, const core::Calendar& calendar,
                     config::Findings& findings) {
  static const std::vector<std::string> attributes{"id",      "source",       "subject",     "status",
                                                   "marking", "time",         "correlation", "causation",
                                                   "site",    "reportedtime", "purpose",     "lawfulbasis"};
  v1::Event event;
  const auto type =
      std::find_if(table.entries.begin(), table.entries.end(), [](const Entry& e) { return e.key == "type"; });
  const core::EventType* known = type == table.entries.end() ? nullptr : core::event_type_named(type->value.text);
  if (known == nullptr) {
    findings.add(type == table.entries.end() ? table.at : type->value.at,
                 "event.type says what happened: " +
                     config::suggestion(type == table.entries.end() ? "" : type->value.text, config::event_types()));
    return event;
  }
  event.set_type(known->type);
  Message& inner = *event.GetReflection()->MutableMessage(&event, known->data);
  Filling filling(defaults, calendar, findings);
  bool every_field = false;
  for (const Entry& said : table.entries) {
    if (said.key == "type") continue;
    if (said.key == "every_field")
      every_field = said.value.truth;
    else if (said.key == "time")
      filling.time(said.value, "event.time", *event.mutable_time());
    else if (said.key == "corrected_time" && event.has_event_corrected())
      filling.time(said.value, "event.corrected_time", *event.mutable_event_corrected()->mutable_time());
    else if (std::find(attributes.begin(), attributes.end(), said.key) != attributes.end())
      filling.fill(said, event, "event.");
    else
      filling.fill(said, inner, "event.");
  }
  if (event.subject().empty())
    findings.add(table.at, "event.subject is missing: say which child it is about, as a reference such as \"ref-17\"");
  fill_what_is_needed(event, defaults);
  if (every_field) fill_the_rest(inner, defaults.time);
  check(event, table.at, defaults, findings);
  return event;
}

v1::Event event_from_json(const std::string& text, const std::string& file, config::Place at,
                          const EventDefaults& defaults, config::Findings& findings) {
  v1::Event event;
  const google::protobuf::LogSilencer quiet;
  const auto status = google::protobuf::util::JsonStringToMessage(text, &event);
  if (!status.ok())
    findings.add(
        at, file + " is no event: " + std::string(status.message()) + "; proto/told/v1/event.proto lists the fields");
  fill_what_is_needed(event, defaults);
  check(event, at, defaults, findings);
  return event;
}

}  // namespace told::rehearse
