#pragma once
// The types of events there are: one for each member of Event.data, read off the words themselves, so that nothing
// keeps a second list. `told.child.missing_risk_changed.v1` is the type of the member child_missing_risk_changed;
// policies, configurations and people write it without `told.` and `.v1`.
#include <string>
#include <string_view>
#include <vector>

#include "told/v1/event.pb.h"

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace told::core {

struct EventType {
  std::string type;                                         ///< "told.child.missing.v1"
  std::string name;                                         ///< "child.missing"
  const google::protobuf::FieldDescriptor* data = nullptr;  ///< Event.child_missing
};

/// All of them, in the order of the words.
[[nodiscard]] const std::vector<EventType>& event_types();
/// By the full type; nullptr where there is none.
[[nodiscard]] const EventType* event_type(std::string_view type);
/// By the name; nullptr where there is none.
[[nodiscard]] const EventType* event_type_named(std::string_view name);
/// By the member of Event.data (Event::data_case(), or EventCorrected::corrected_case(), whose numbers are the same);
/// nullptr where there is none.
[[nodiscard]] const EventType* event_type_of_data(int field_number);

/// `type` without `told.` and `.v1`; empty where there is no such type.
[[nodiscard]] std::string_view published_type(std::string_view type);

/// It is about an earlier event (event.corrected, event.withdrawn): told to exactly those who were told of that one,
/// by no rule.
[[nodiscard]] bool is_about_an_earlier(std::string_view name);
/// It belongs to the Prevent stream, which no other reader sees.
[[nodiscard]] bool is_prevent(std::string_view name);
/// By it a child leaves, and its stay is over (case.closed, child.transferred).
[[nodiscard]] bool is_leaving(std::string_view name);

/// What an event says that happened: a correction as an event of the type that it corrects, with the data that it
/// brings and no attribute but that type; any other event as it is.
[[nodiscard]] v1::Event as_happened(const v1::Event& event);

/// A group of our own fields below `field`; null for a single value. A time is one value to people.
[[nodiscard]] const google::protobuf::Descriptor* group_of(const google::protobuf::FieldDescriptor& field);

}  // namespace told::core
