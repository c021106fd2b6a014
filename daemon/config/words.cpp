#include "config/words.hpp"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <map>

#include "config/nearest.hpp"
#include "told/agency/v1/agency.pb.h"
#include "told/v1/event.pb.h"

namespace told::config {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

/// `child_missing` in the envelope is "child.missing" in a policy; only the first part is the group.
std::string when_of(const FieldDescriptor& data_field) {
  std::string when = data_field.name();
  if (const auto gap = when.find('_'); gap != std::string::npos) when[gap] = '.';
  return when;
}

const std::map<std::string, const Descriptor*, std::less<>>& data_by_when() {
  static const auto all = [] {
    std::map<std::string, const Descriptor*, std::less<>> found;
    const auto* data = v1::Event::descriptor()->FindOneofByName("data");
    // The first four only, until the shipped policies tell of the others.
    for (int i = 0; i < 4; ++i) found[when_of(*data->field(i))] = data->field(i)->message_type();
    return found;
  }();
  return all;
}

std::vector<std::string> fields_of(const Descriptor& message) {
  std::vector<std::string> names;
  for (int i = 0; i < message.field_count(); ++i) names.push_back(message.field(i)->name());
  return names;
}

/// A group of our own fields; a Timestamp is one value to a reader of policies.
const Descriptor* group_of(const FieldDescriptor& field) {
  const Descriptor* group = field.message_type();
  return group != nullptr && group->file()->package() == "told.v1" ? group : nullptr;
}

}  // namespace

const std::vector<std::string>& event_types() {
  static const auto all = [] {
    std::vector<std::string> names;
    for (const auto& [when, data] : data_by_when()) names.push_back(when);
    return names;
  }();
  return all;
}

const std::vector<std::string>& alarm_types() {
  static const std::vector<std::string> all{
      "alarm.worker_silent",  "alarm.publisher_silent", "alarm.nobody_was_told",  "alarm.limbo",
      "alarm.storage_low",    "alarm.clock_stepped",    "alarm.delivery_failing", "alarm.duty_not_done",
      "alarm.nobody_on_duty", "alarm.calendar_horizon",
  };
  return all;
}

const std::vector<std::string>& whens() {
  static const auto all = [] {
    auto both = event_types();
    both.insert(both.end(), alarm_types().begin(), alarm_types().end());
    return both;
  }();
  return all;
}

const std::vector<std::string>& agencies() {
  static const std::vector<std::string> all{"police", "home_office", "barnardos_itg", "channel_panel", "generic"};
  return all;
}

const std::vector<std::string>& carriers() {
  static const std::vector<std::string> all{"zmq_queue"};
  return all;
}

bool is_one_of(std::string_view word, const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_alarm(std::string_view when) { return when.starts_with("alarm."); }
bool is_prevent(std::string_view when) { return when.starts_with("prevent."); }

const Descriptor* data_of(std::string_view when) {
  const auto found = data_by_when().find(when);
  return found == data_by_when().end() ? nullptr : found->second;
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
    group = group_of(*field);
    rest.remove_prefix(dot + 1);
  }
}

const Descriptor* message_for(std::string_view agency, std::string_view when) {
  namespace a = told::agency::v1;
  static const std::map<std::pair<std::string_view, std::string_view>, const Descriptor*> all{
      {{"police", "child.arrived"}, a::PoliceArrivalNotice::descriptor()},
      {{"police", "child.missing"}, a::PoliceMissingReport::descriptor()},
      {{"police", "child.located"}, a::LocatedNotice::descriptor()},
      {{"home_office", "child.arrived"}, a::HomeOfficeClaimRequest::descriptor()},
      {{"home_office", "child.missing"}, a::HomeOfficeMissingNotice::descriptor()},
      {{"home_office", "child.located"}, a::LocatedNotice::descriptor()},
      {{"barnardos_itg", "child.arrived"}, a::ItgReferral::descriptor()},
      {{"barnardos_itg", "child.missing"}, a::ItgReferral::descriptor()},
      {{"barnardos_itg", "child.located"}, a::LocatedNotice::descriptor()},
      {{"channel_panel", "prevent.section36"}, a::ChannelPanelReferral::descriptor()},
  };
  const auto found = all.find({agency, when});
  return found == all.end() ? nullptr : found->second;
}

}  // namespace told::config
