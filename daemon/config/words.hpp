#pragma once
// The words a policy may use: event types, alarms, agencies, carriers, and the fields of each event. Events and
// fields are read off the protocol buffers' own descriptors, so a new one needs no second list here.
#include <string>
#include <string_view>
#include <vector>

#include "core/due.hpp"

namespace google::protobuf {
class Descriptor;
}

namespace told::config {

/// "child.arrived", "child.missing", ...: without `told.` and `.v1`. What a publisher may publish.
[[nodiscard]] const std::vector<std::string>& event_types();
/// "alarm.worker_silent", ...
[[nodiscard]] const std::vector<std::string>& alarm_types();
/// What a rule's `when` may be: alarms, and events but those about an earlier event (event.corrected,
/// event.withdrawn), which go to exactly those who were told of that one.
[[nodiscard]] const std::vector<std::string>& whens();
[[nodiscard]] const std::vector<std::string>& agencies();
[[nodiscard]] const std::vector<std::string>& carriers();
/// Those by which told goes to its recipients.
[[nodiscard]] const std::vector<std::string>& ways_out();

[[nodiscard]] bool is_one_of(std::string_view word, const std::vector<std::string>& words);
[[nodiscard]] bool is_alarm(std::string_view when);
/// Of a rule that a [[drill]] made.
[[nodiscard]] bool is_drill(std::string_view when);
/// Events that every policy must tell of, from every site, whatever they carry.
[[nodiscard]] bool must_reach_somebody(std::string_view when);
/// It carries a risk grade, so its rules may have a high and another pace.
[[nodiscard]] bool is_graded(std::string_view when);

/// Whoever must answer within the hour must be told something: a message without a field is found by lint, and is told
/// to a person where it comes to that.
[[nodiscard]] bool is_urgent(const core::Due& within);

/// The data message of an event type; null where there is none.
[[nodiscard]] const google::protobuf::Descriptor* data_of(std::string_view when);

/// "" where `path` ("child.name", "child.name.given", "planning_form_ref") names a field or a group of fields of
/// `data`; else the rule and the mend.
[[nodiscard]] std::string problem_of_path(std::string_view path, const google::protobuf::Descriptor& data);

/// The message in which a typed agency is told of such an event. Null for generic, which carries the event itself,
/// and where the agency has no such message.
[[nodiscard]] const google::protobuf::Descriptor* message_for(std::string_view agency, std::string_view when);

}  // namespace told::config
