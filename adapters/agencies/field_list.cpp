#include "agencies/field_list.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <stdexcept>

#include "core/event_types.hpp"

namespace told::agencies {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

FieldList::FieldList(const std::string& type, const std::vector<std::string>& paths) {
  const core::EventType* known = core::event_type_named(type);
  if (known == nullptr) {
    if (!paths.empty()) throw std::invalid_argument("events of type " + type + " carry no fields");
    return;
  }
  data_ = known->data;
  for (const std::string& path : paths) add(allowed_, *data_->message_type(), path, 0);
}

void FieldList::add(Group& group, const Descriptor& in, const std::string& path, std::size_t from) {
  if (group.reflection == nullptr)
    group.reflection = google::protobuf::MessageFactory::generated_factory()->GetPrototype(&in)->GetReflection();
  const std::size_t dot = path.find('.', from);
  const FieldDescriptor* field = in.FindFieldByName(path.substr(from, dot - from));
  if (field == nullptr) throw std::invalid_argument("no such field: " + path);
  auto& nodes = group.nodes;
  auto node = std::find_if(nodes.begin(), nodes.end(), [&](const Node& n) { return n.field == field; });
  if (node == nodes.end()) node = nodes.insert(nodes.end(), Node{field, false, {}});
  if (dot == std::string::npos) {
    node->whole = true;
    return;
  }
  if (field->message_type() == nullptr || field->is_repeated())
    throw std::invalid_argument("nothing can be named below this field: " + path);
  add(node->below, *field->message_type(), path, dot + 1);
}

void FieldList::copy_whole(const Message& from, Message& to, const Reflection& reflection,
                           const FieldDescriptor* field) {
  std::string scratch;  // for fields that keep no string of their own; ours all do
  if (field->is_repeated()) {
    // The two repeated types in use; the policy's loader and a test hold the words to them.
    for (int i = 0; i < reflection.FieldSize(from, field); ++i)
      reflection.AddString(&to, field, reflection.GetRepeatedStringReference(from, field, i, &scratch));
    return;
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      // `to` has nothing there yet. CopyFrom would first look through all of `from` for the group it copies to.
      reflection.MutableMessage(&to, field)->MergeFrom(reflection.GetMessage(from, field));
      return;
    case FieldDescriptor::CPPTYPE_STRING:
      reflection.SetString(&to, field, reflection.GetStringReference(from, field, &scratch));
      return;
    case FieldDescriptor::CPPTYPE_BOOL:
      reflection.SetBool(&to, field, reflection.GetBool(from, field));
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      reflection.SetEnumValue(&to, field, reflection.GetEnumValue(from, field));
      return;
    case FieldDescriptor::CPPTYPE_INT32:
      reflection.SetInt32(&to, field, reflection.GetInt32(from, field));
      return;
    default:
      throw std::logic_error("a field of a type that no event had: " + field->full_name());
  }
}

void FieldList::copy(const Message& from, Message& to, const Group& group) {
  const Reflection& reflection = *group.reflection;
  for (const Node& node : group.nodes) {
    const bool present =
        node.field->is_repeated() ? reflection.FieldSize(from, node.field) > 0 : reflection.HasField(from, node.field);
    if (!present) continue;
    if (node.whole)
      copy_whole(from, to, reflection, node.field);
    else
      copy(reflection.GetMessage(from, node.field), *reflection.MutableMessage(&to, node.field), node.below);
  }
}

v1::Event FieldList::allowed(const v1::Event& event) const {
  v1::Event out;
  if (data_ == nullptr) return out;
  const Reflection& reflection = *event.GetReflection();
  if (!reflection.HasField(event, data_)) return out;
  Message& data = *reflection.MutableMessage(&out, data_);
  if (!allowed_.nodes.empty()) copy(reflection.GetMessage(event, data_), data, allowed_);
  return out;
}

}  // namespace told::agencies
