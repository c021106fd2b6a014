#pragma once
// From an event's data to an agency's message: every group that both have under one name.
#include <utility>
#include <vector>

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
class Message;
class Reflection;
}  // namespace google::protobuf

namespace told::agencies {

class SameGroups {
 public:
  SameGroups(const google::protobuf::Descriptor& from, const google::protobuf::Descriptor& to);

  /// Moves each field that is set in `from` and that `to`, in which nothing is set yet, has under the same name and
  /// type. What `to` has no room for stays behind: the policy's loader refuses a field list with such a field, so that
  /// nothing is lost unseen.
  void move(google::protobuf::Message& from, google::protobuf::Message& to) const;

 private:
  using Field = const google::protobuf::FieldDescriptor*;
  const google::protobuf::Reflection* from_;
  const google::protobuf::Reflection* to_;
  std::vector<std::pair<Field, Field>> same_;
};

}  // namespace told::agencies
