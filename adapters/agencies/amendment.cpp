#include "agencies/amendment.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/message_differencer.h>

#include "core/event_types.hpp"

namespace told::agencies {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool same_list(const Message& a, const Message& b, const FieldDescriptor* field) {
  const Reflection& get = *a.GetReflection();
  if (get.FieldSize(a, field) != get.FieldSize(b, field)) return false;
  for (int i = 0; i < get.FieldSize(a, field); ++i)
    if (get.GetRepeatedString(a, field, i) != get.GetRepeatedString(b, field, i)) return false;
  return true;
}

bool same_value(const Message& a, const Message& b, const FieldDescriptor* field) {
  const Reflection& get = *a.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return field->is_repeated() ? same_list(a, b, field) : get.GetString(a, field) == get.GetString(b, field);
    case FieldDescriptor::CPPTYPE_BOOL:
      return get.GetBool(a, field) == get.GetBool(b, field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return get.GetEnumValue(a, field) == get.GetEnumValue(b, field);
    case FieldDescriptor::CPPTYPE_INT32:
      return get.GetInt32(a, field) == get.GetInt32(b, field);
    default:  // a time
      return google::protobuf::util::MessageDifferencer::Equals(get.GetMessage(a, field), get.GetMessage(b, field));
  }
}

void add_changed(const Message& before, const Message& now, const std::string& above, v1::CorrectionNotice& notice) {
  for (int i = 0; i < before.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = before.GetDescriptor()->field(i);
    const std::string path = above + field->name();
    if (core::group_of(*field) != nullptr) {
      const Reflection& get = *before.GetReflection();
      add_changed(get.GetMessage(before, field), get.GetMessage(now, field), path + ".", notice);
    } else if (!same_value(before, now, field)) {
      notice.add_changed(path);
    }
  }
}

}  // namespace

void word_correction(const v1::Event& earlier, const v1::Event& correcting, const std::string& notification,
                     const FieldList& fields, const Agency& agency, v1::Delivery& delivery) {
  v1::CorrectionNotice& notice = *delivery.mutable_correction();
  notice.set_notification(notification);
  if (correcting.event_corrected().has_time()) *notice.mutable_time() = correcting.event_corrected().time();
  if (fields.empty()) return;
  const v1::Event before = fields.allowed(core::as_happened(earlier));
  v1::Event now = fields.allowed(core::as_happened(correcting));
  const core::EventType* type = core::event_type_of_data(now.data_case());
  if (type == nullptr || before.data_case() != now.data_case()) return;  // the engine refuses such a correction
  const Reflection& get = *now.GetReflection();
  add_changed(get.GetMessage(before, type->data), get.GetMessage(now, type->data), "", notice);
  agency.word(std::move(now), delivery);
}

void word_withdrawal(const std::string& notification, v1::Delivery& delivery) {
  delivery.mutable_withdrawal()->set_notification(notification);
  delivery.mutable_withdrawal()->set_request(
      "Delete all that you received under this reference, and acknowledge when that is done.");
}

void word_same_child(const std::string& goes_on_as, const std::vector<std::string>& case_refs, v1::Delivery& delivery) {
  agency::v1::SameChildNotice& notice = *delivery.mutable_same_child();
  notice.set_goes_on_as(goes_on_as);
  for (const std::string& reference : case_refs) notice.add_case_refs(reference);
  notice.set_request(
      "These references are the same child's. Put together what you hold under them, and acknowledge when that is "
      "done.");
}

void word_another_child(const std::string& notification, const std::string& told_as, const std::string& goes_on_as,
                        v1::Delivery& delivery) {
  agency::v1::AnotherChildNotice& notice = *delivery.mutable_another_child();
  notice.set_notification(notification);
  notice.set_told_as(told_as);
  notice.set_goes_on_as(goes_on_as);
  notice.set_request(
      "What you were told there was about another child. Take it out of what you hold about the first, and acknowledge "
      "when that is done.");
}

}  // namespace told::agencies
