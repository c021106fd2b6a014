#pragma once
// A policy's field list, compiled: what of an event's data may leave. Default deny: what is not named is not copied.
#include <memory>
#include <string>
#include <vector>

#include "told/v1/event.pb.h"

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
class Message;
class Reflection;
}  // namespace google::protobuf

namespace told::agencies {

class FieldList {
 public:
  FieldList() = default;  ///< nothing
  /// `paths` are relative to the data message of `type` ("child.missing"): "child.name", "missing.last_seen_at".
  /// A path that names a group lets the whole group through. Throws std::invalid_argument naming a path that is none
  /// (the policy's loader has refused it long before).
  FieldList(const std::string& type, const std::vector<std::string>& paths);

  /// The allowed part of `event`: its data, and none of the attributes around it. Of another type: nothing at all.
  [[nodiscard]] v1::Event allowed(const v1::Event& event) const;
  /// Nothing may leave but the fact.
  [[nodiscard]] bool empty() const { return allowed_.nodes.empty(); }

 private:
  struct Node;
  /// What is allowed of one message, with its reflection: to ask each message for that costs more than copying a field.
  struct Group {
    const google::protobuf::Reflection* reflection = nullptr;
    std::vector<Node> nodes;
  };
  struct Node {
    const google::protobuf::FieldDescriptor* field = nullptr;
    bool whole = false;  ///< everything below is allowed
    Group below;
  };
  static void add(Group& group, const google::protobuf::Descriptor& in, const std::string& path, std::size_t from);
  static void copy_whole(const google::protobuf::Message& from, google::protobuf::Message& to,
                         const google::protobuf::Reflection& reflection,
                         const google::protobuf::FieldDescriptor* field);
  static void copy(const google::protobuf::Message& from, google::protobuf::Message& to, const Group& group);

  const google::protobuf::FieldDescriptor* data_ = nullptr;
  Group allowed_;  ///< of the data
};

}  // namespace told::agencies
