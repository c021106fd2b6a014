#include "config/words.hpp"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "agencies/agency.hpp"
#include "carriers/kind.hpp"
#include "config/nearest.hpp"
#include "core/event_types.hpp"
#include "told/v1/event.pb.h"

namespace told::config {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

std::vector<std::string> fields_of(const Descriptor& message) {
  std::vector<std::string> names;
  for (int i = 0; i < message.field_count(); ++i) names.push_back(message.field(i)->name());
  return names;
}

const agencies::Registry& registry() {
  static const agencies::Registry all;
  return all;
}

}  // namespace

const std::vector<std::string>& event_types() {
  static const auto all = [] {
    std::vector<std::string> names;
    for (const auto& type : core::event_types()) names.push_back(type.name);
    return names;
  }();
  return all;
}

const std::vector<std::string>& alarm_types() {
  static const std::vector<std::string> all{
      "alarm.worker_silent",   "alarm.publisher_silent", "alarm.nobody_was_told",  "alarm.limbo",
      "alarm.storage_low",     "alarm.ledger_damaged",   "alarm.clock_stepped",    "alarm.delivery_failing",
      "alarm.duty_not_done",   "alarm.nobody_on_duty",   "alarm.calendar_horizon", "alarm.quota",
      "alarm.wrong_recipient", "alarm.nothing_said",
  };
  return all;
}

const std::vector<std::string>& whens() {
  static const auto all = [] {
    std::vector<std::string> names;
    for (const auto& type : event_types())
      if (!core::is_about_an_earlier(type)) names.push_back(type);
    names.insert(names.end(), alarm_types().begin(), alarm_types().end());
    return names;
  }();
  return all;
}

const std::vector<std::string>& agencies() {
  static const std::vector<std::string> all = registry().names();
  return all;
}

const std::vector<std::string>& carriers() {
  static const auto all = [] {
    std::vector<std::string> names{"zmq_queue"};
    names.insert(names.end(), ways_out().begin(), ways_out().end());
    return names;
  }();
  return all;
}

const std::vector<std::string>& ways_out() {
  static const auto all = [] {
    std::vector<std::string> names;
    for (const carriers::Kind& kind : carriers::kinds()) names.emplace_back(kind.name);
    return names;
  }();
  return all;
}

bool is_one_of(std::string_view word, const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_alarm(std::string_view when) { return when.starts_with("alarm."); }
bool is_drill(std::string_view when) { return when.starts_with("drill."); }
bool must_reach_somebody(std::string_view when) {
  return when == "child.arrived" || when == "child.missing" || when == "child.located";
}

const Descriptor* data_of(std::string_view when) {
  const core::EventType* type = core::event_type_named(when);
  return type == nullptr ? nullptr : type->data->message_type();
}

bool is_urgent(const core::Due& within) {
  return within.kind == core::Due::Kind::elapsed && within.elapsed <= std::chrono::hours{1};
}

bool is_graded(std::string_view when) {
  const Descriptor* data = data_of(when);
  return data != nullptr && data->FindFieldByName("risk") != nullptr;
}

std::string problem_of_path(std::string_view path, const Descriptor& data) {
  const Descriptor* group = &data;
  std::string so_far;
  for (std::string_view rest = path;;) {
    const auto dot = rest.find('.');
    const std::string name{rest.substr(0, dot)};
    if (group == nullptr) {
      return in_quotes(path) + " goes too deep: " + in_quotes(so_far) + " is a single value, so end the path there";
    }
    const FieldDescriptor* field = group->FindFieldByName(name);
    if (field == nullptr) {
      return in_quotes(path) + " is no field of " + data.name() + " (" + group->name() + " has no " + in_quotes(name) +
             "): " + suggestion(name, fields_of(*group));
    }
    so_far += (so_far.empty() ? "" : ".") + name;
    if (dot == std::string_view::npos) return {};
    group = core::group_of(*field);
    rest.remove_prefix(dot + 1);
  }
}

const Descriptor* message_for(std::string_view agency, std::string_view when) {
  const agencies::Agency* found = registry().find(agency);
  return found == nullptr ? nullptr : found->message_for(when);
}

}  // namespace told::config
