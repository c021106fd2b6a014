#pragma once
// From an event's data to an agency's message: every group that both have under one name.
namespace google::protobuf {
class Message;
}

namespace told::agencies {

/// Moves each field that is set in `from` and that `to` has under the same name and type. What `to` has no room for
/// stays behind: the policy's loader refuses a field list with such a field, so that nothing is lost unseen.
void move_same_groups(google::protobuf::Message& from, google::protobuf::Message& to);

}  // namespace told::agencies
