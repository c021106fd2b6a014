#include "core/says_any.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>

#include "core/condition.hpp"

namespace told::core {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool says(const Message& in, const std::string& path) {
  const std::size_t dot = path.find('.');
  const FieldDescriptor* field = in.GetDescriptor()->FindFieldByName(path.substr(0, dot));
  if (field == nullptr) return false;
  if (field->is_repeated()) return in.GetReflection()->FieldSize(in, field) > 0;
  if (!in.GetReflection()->HasField(in, field)) return false;
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return true;
  const Message& group = in.GetReflection()->GetMessage(in, field);
  return dot == std::string::npos ? group.ByteSizeLong() > 0 : says(group, path.substr(dot + 1));
}

}  // namespace

bool says_any(const v1::Event& event, const std::vector<std::string>& fields) {
  const Asked asked{event};
  return asked.data != nullptr &&
         std::any_of(fields.begin(), fields.end(), [&](const std::string& path) { return says(*asked.data, path); });
}

}  // namespace told::core
