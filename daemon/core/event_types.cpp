#include "core/event_types.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>

namespace told::core {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

/// `child_missing_risk_changed` is child.missing_risk_changed: only the first part is the group.
std::string name_of(const FieldDescriptor& data) {
  std::string name = data.name();
  if (const auto gap = name.find('_'); gap != std::string::npos) name[gap] = '.';
  return name;
}

template <class Holds>
const EventType* first(Holds holds) {
  const auto& all = event_types();
  const auto found = std::find_if(all.begin(), all.end(), holds);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

const std::vector<EventType>& event_types() {
  static const auto all = [] {
    std::vector<EventType> types;
    const auto* data = v1::Event::descriptor()->FindOneofByName("data");
    for (int i = 0; i < data->field_count(); ++i) {
      const std::string name = name_of(*data->field(i));
      types.push_back({"told." + name + ".v1", name, data->field(i)});
    }
    return types;
  }();
  return all;
}

const EventType* event_type(std::string_view type) {
  return first([&](const EventType& t) { return t.type == type; });
}

const EventType* event_type_named(std::string_view name) {
  return first([&](const EventType& t) { return t.name == name; });
}

const EventType* event_type_of_data(int field_number) {
  return first([&](const EventType& t) { return t.data->number() == field_number; });
}

std::string_view published_type(std::string_view type) {
  const EventType* found = event_type(type);
  return found == nullptr ? std::string_view{} : std::string_view{found->name};
}

bool is_about_an_earlier(std::string_view name) { return name.starts_with("event."); }
bool is_prevent(std::string_view name) { return name.starts_with("prevent."); }
bool is_leaving(std::string_view name) { return name == "case.closed" || name == "child.transferred"; }

v1::Event as_happened(const v1::Event& event) {
  if (!event.has_event_corrected()) return event;
  const v1::EventCorrected& correction = event.event_corrected();
  v1::Event happened;
  const EventType* type = event_type_of_data(correction.corrected_case());
  if (type == nullptr) return happened;
  happened.set_type(type->type);
  const FieldDescriptor* brought = v1::EventCorrected::descriptor()->FindFieldByNumber(type->data->number());
  happened.GetReflection()
      ->MutableMessage(&happened, type->data)
      ->CopyFrom(correction.GetReflection()->GetMessage(correction, brought));
  return happened;
}

const Descriptor* group_of(const FieldDescriptor& field) {
  const Descriptor* group = field.message_type();
  return group != nullptr && group->file()->package() == "told.v1" ? group : nullptr;
}

}  // namespace told::core
