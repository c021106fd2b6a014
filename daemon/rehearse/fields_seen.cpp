#include "rehearse/fields_seen.hpp"
#include "rehearse/scenario.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>

#include <algorithm>

namespace told::rehearse {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// NOLINTNEXTLINE(misc-no-recursion): as deep as the words nest
void collect(const Message& message, const std::string& below, std::vector<std::string>& paths) {
  std::vector<const FieldDescriptor*> set;
  message.GetReflection()->ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    const bool group = field->message_type() != nullptr && !field->is_repeated() &&
                       field->message_type() != google::protobuf::Timestamp::descriptor();
    if (group)
      collect(message.GetReflection()->GetMessage(message, field), below + field->name() + ".", paths);
    else
      paths.push_back(below + field->name());
  }
}

const Message* member(const Message& message, const char* oneof) {
  const auto* which =
      message.GetReflection()->GetOneofFieldDescriptor(message, message.GetDescriptor()->FindOneofByName(oneof));
  return which == nullptr ? nullptr : &message.GetReflection()->GetMessage(message, which);
}

}  // namespace

std::vector<std::string> fields_seen(const v1::Delivery& delivery) {
  std::vector<std::string> paths;
  const Message* told =
      delivery.has_generic() ? member(delivery.generic().event(), "data") : member(delivery, "message");
  // Notices are about a notification; what is about a child has the child's own groups, and no `recipient` or `duty`.
  const bool of_told_itself = delivery.has_escalation() || delivery.has_answered() || delivery.has_alarm() ||
                              delivery.has_withdrawal() || delivery.has_same_child() || delivery.has_another_child() ||
                              delivery.kind() == v1::NOTIFICATION_KIND_OBLIGATION;
  if (told != nullptr && !of_told_itself) collect(*told, "", paths);
  return paths;
}

bool sees(const std::vector<std::string>& seen, const std::string& path) {
  return std::any_of(seen.begin(), seen.end(),
                     [&](const std::string& each) { return each == path || each.starts_with(path + "."); });
}

std::string in_groups(const std::vector<std::string>& seen) {
  if (seen.empty()) return "no field";
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;
  for (const std::string& path : seen) {
    const auto dot = path.find('.');
    const std::string group = path.substr(0, dot);
    if (groups.empty() || groups.back().first != group) groups.push_back({group, {}});
    if (dot == std::string::npos) continue;
    std::string member = path.substr(dot + 1);
    member = member.substr(0, member.find('.'));
    auto& members = groups.back().second;
    if (std::find(members.begin(), members.end(), member) == members.end()) members.push_back(std::move(member));
  }
  std::string text;
  for (const auto& [group, members] : groups) {
    text += (text.empty() ? "" : ", ") + group;
    std::string inner;
    for (const std::string& each : members) inner += (inner.empty() ? "" : ", ") + each;
    if (!inner.empty()) text += " (" + inner + ")";
  }
  return text;
}

}  // namespace told::rehearse
