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
  for (const std::string& path : paths) add(nodes_, *data_->message_type(), path, 0);
}

void FieldList::add(std::vector<Node>& nodes, const Descriptor& in, const std::string& path, std::size_t from) {
  const std::size_t dot = path.find('.', from);
  const FieldDescriptor* field = in.FindFieldByName(path.substr(from, dot - from));
  if (field == nullptr) throw std::invalid_argument("no such field: " + path);
  auto node = std::find_if(nodes.begin(), nodes.end(), [&](const Node& n) { return n.field == field; });
  if (node == nodes.end()) node = nodes.insert(nodes.end(), Node{field, false, {}});
  if (dot == std::string::npos) {
    node->whole = true;
    return;
  }
  if (field->message_type() == nullptr || field->is_repeated())
    throw std::invalid_argument("nothing can be named below this field: " + path);
  add(node->children, *field->message_type(), path, dot + 1);
}

namespace {

void copy_whole(const Message& from, Message& to, const FieldDescriptor* field) {
  const Reflection& get = *from.GetReflection();
  const Reflection& set = *to.GetReflection();
  if (field->is_repeated()) {
    // The two repeated types in use; the policy's loader and a test hold the words to them.
    for (int i = 0; i < get.FieldSize(from, field); ++i)
      set.AddString(&to, field, get.GetRepeatedString(from, field, i));
    return;
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      // `to` has nothing there yet. CopyFrom would first look through all of `from` for the group it copies to.
      set.MutableMessage(&to, field)->MergeFrom(get.GetMessage(from, field));
      return;
    case FieldDescriptor::CPPTYPE_STRING:
      set.SetString(&to, field, get.GetString(from, field));
      return;
    case FieldDescriptor::CPPTYPE_BOOL:
      set.SetBool(&to, field, get.GetBool(from, field));
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      set.SetEnumValue(&to, field, get.GetEnumValue(from, field));
      return;
    case FieldDescriptor::CPPTYPE_INT32:
      set.SetInt32(&to, field, get.GetInt32(from, field));
      return;
    default:
      throw std::logic_error("a field of a type that no event had: " + field->full_name());
  }
}

}  // namespace

void FieldList::copy(const Message& from, Message& to, const std::vector<Node>& nodes) {
  const Reflection& get = *from.GetReflection();
  for (const Node& node : nodes) {
    const bool present =
        node.field->is_repeated() ? get.FieldSize(from, node.field) > 0 : get.HasField(from, node.field);
    if (!present) continue;
    if (node.whole)
      copy_whole(from, to, node.field);
    else
      copy(get.GetMessage(from, node.field), *to.GetReflection()->MutableMessage(&to, node.field), node.children);
  }
}

v1::Event FieldList::allowed(const v1::Event& event) const {
  v1::Event out;
  if (data_ == nullptr) return out;
  const Reflection& reflection = *event.GetReflection();
  if (!reflection.HasField(event, data_)) return out;
  copy(reflection.GetMessage(event, data_), *out.GetReflection()->MutableMessage(&out, data_), nodes_);
  return out;
}

}  // namespace told::agencies
