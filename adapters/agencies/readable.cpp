#include "agencies/readable.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>

#include <map>
#include <string_view>

#include "core/event_types.hpp"
#include "core/london.hpp"

namespace told::agencies {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

std::string clock_time(const Timestamp& t) {
  return core::in_london(core::Instant{std::chrono::seconds{t.seconds()}}, core::ShownTo::the_second);
}

std::string label(const std::string& field) {
  std::string text = field;
  for (char& c : text)
    if (c == '_') c = ' ';
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

// RISK_GRADE_HIGH of RiskGrade -> "high".
std::string enum_word(const google::protobuf::EnumValueDescriptor& value) {
  const std::string& prefix_of = value.type()->value(0)->name();
  std::string text = value.name().substr(prefix_of.size() - std::string("UNSPECIFIED").size());
  for (char& c : text) c = c == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

void write(const Message& message, const std::string& indent, std::string& out) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string head = indent + label(field->name()) + ":";
    if (field->is_repeated() && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const Reflection& get = *message.GetReflection();
      for (int i = 0; i < get.FieldSize(message, field); ++i) {
        out += head + "\n";
        write(get.GetRepeatedMessage(message, field, i), indent + "  ", out);
      }
      continue;
    }
    const bool group = !field->is_repeated() && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
                       field->message_type() != Timestamp::descriptor();
    if (!group) {
      out += head + " " + value_in_words(message, *field) + "\n";
      continue;
    }
    out += head + "\n";
    write(message.GetReflection()->GetMessage(message, field), indent + "  ", out);
  }
}

/// What has happened, for a desk and for a pager: nothing personal.
const std::map<std::string_view, std::string>& headlines() {
  static const std::map<std::string_view, std::string> all{
      {"child.arrived", "AN UNACCOMPANIED CHILD HAS ARRIVED"},
      {"child.placed", "A CHILD IS PLACED"},
      {"child.age_enquiry", "A BRIEF ENQUIRY ABOUT AGE WAS DONE (no age assessment)"},
      {"child.missing", "A CHILD IS MISSING"},
      {"child.missing_risk_changed", "A MISSING CHILD'S RISK HAS A NEW GRADE"},
      {"child.located", "A CHILD IS LOCATED"},
      {"child.nrm_referred", "A REFERRAL TO THE NATIONAL REFERRAL MECHANISM WAS MADE"},
      {"child.nts_referred", "A TRANSFER TO ANOTHER COUNCIL IS ASKED FOR"},
      {"child.transferred", "A TRANSFER TO ANOTHER COUNCIL IS DONE"},
      {"interpreter.unavailable", "NO INTERPRETER CAN BE FOUND"},
      {"prevent.referral", "A PREVENT CONCERN IS REFERRED"},
      {"prevent.section36", "A SECTION 36 REFERRAL TO THE CHANNEL PANEL"},
      {"event.corrected", "CORRECTION: what you were told before was wrong"},
      {"event.withdrawn", "WITHDRAWN: what you were told before should not have been sent"},
      {"case.closed", "A CASE IS CLOSED"},
      {"drill", "a weekly drill: acknowledge it as you would the real thing"},
  };
  return all;
}

std::string unanswered(const told::agency::v1::EscalationNotice& call, bool still) {
  if (!call.duty().empty()) return (still ? " has still not done it: " : " has not done it yet: ") + call.duty();
  return still ? " has still not been told" : " has not answered";
}

std::string subject_of(const v1::Delivery& d) {
  switch (d.kind()) {
    case v1::NOTIFICATION_KIND_STAND_DOWN:
      return d.event_type() == "told.child.located.v1" ? "STAND DOWN: the child is located"
                                                       : "STAND DOWN: the need to act has ended";
    case v1::NOTIFICATION_KIND_ESCALATION:
      return d.escalation().exhausted()
                 ? "NOBODY HAS ANSWERED: " + d.escalation().recipient() + unanswered(d.escalation(), true)
                 : "YOU ARE CALLED: " + d.escalation().recipient() + unanswered(d.escalation(), false);
    case v1::NOTIFICATION_KIND_OBLIGATION:
      return "A DUTY FALLS DUE: " + d.duty().duty();
    case v1::NOTIFICATION_KIND_CORRECTION:
      return "CORRECTION: what you were told before was wrong";
    case v1::NOTIFICATION_KIND_WITHDRAWAL:
      return "WITHDRAWN: what you were told before should not have been sent. Delete it";
    case v1::NOTIFICATION_KIND_SAME_CHILD:
      return "THE SAME CHILD: two references that you have belong together";
    case v1::NOTIFICATION_KIND_ANOTHER_CHILD:
      return "ANOTHER CHILD: what you were told before was about another child";
    case v1::NOTIFICATION_KIND_ANSWERED:
      return "ANSWERED: " + d.answered().recipient() + " has acknowledged now";
    case v1::NOTIFICATION_KIND_ALARM:
      return d.alarm().cleared() ? "OVER: " + d.alarm().text() : "told NEEDS ATTENTION: " + d.alarm().text();
    default:
      break;
  }
  const auto headline = headlines().find(core::published_type(d.event_type()));
  return headline == headlines().end() ? d.event_type() : headline->second;
}

}  // namespace

std::string value_in_words(const Message& message, const FieldDescriptor& field) {
  const Reflection& get = *message.GetReflection();
  if (field.is_repeated()) {
    std::string text;
    for (int i = 0; i < get.FieldSize(message, &field); ++i)
      text += (i == 0 ? "" : ", ") + get.GetRepeatedString(message, &field, i);
    return text;
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return clock_time(static_cast<const Timestamp&>(get.GetMessage(message, &field)));
    case FieldDescriptor::CPPTYPE_STRING:
      return get.GetString(message, &field);
    case FieldDescriptor::CPPTYPE_BOOL:
      return get.GetBool(message, &field) ? "yes" : "no";
    case FieldDescriptor::CPPTYPE_ENUM:
      return enum_word(*get.GetEnum(message, &field));
    case FieldDescriptor::CPPTYPE_INT32:
      return std::to_string(get.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return std::to_string(get.GetUInt32(message, &field));
    default:
      return "";
  }
}

std::string heading(const v1::Delivery& d) {
  std::string text;
  if (d.status() == v1::STATUS_EXERCISE) text += "EXERCISE EXERCISE EXERCISE - ";
  if (d.status() == v1::STATUS_TEST) text += "TEST - ";
  text += subject_of(d);
  text += " [" + d.notification();
  if (!d.case_ref().empty()) text += ", case " + d.case_ref();
  text += "]";
  if (d.has_deadline()) text += " acknowledge by " + clock_time(d.deadline());
  if (d.call() > 0)
    text += " (told again: still nobody has answered)";
  else if (d.attempt() > 1)
    text += " (attempt " + std::to_string(d.attempt()) + ": you may have had this already)";
  return text;
}

std::string readable(const v1::Delivery& d) {
  std::string text = heading(d) + "\n";
  if (d.kind() == v1::NOTIFICATION_KIND_ALARM) return text;  // its one sentence is in the heading
  if (d.has_event_time()) text += "  When: " + clock_time(d.event_time()) + "\n";
  if (d.has_correction()) {
    text += "  Correction:\n";
    write(d.correction(), "    ", text);
  }
  const FieldDescriptor* which =
      d.GetReflection()->GetOneofFieldDescriptor(d, v1::Delivery::descriptor()->FindOneofByName("message"));
  if (which == nullptr) return text;
  const Message* message = &d.GetReflection()->GetMessage(d, which);
  if (d.has_generic()) {
    const v1::Event& event = d.generic().event();
    const FieldDescriptor* data =
        event.GetReflection()->GetOneofFieldDescriptor(event, v1::Event::descriptor()->FindOneofByName("data"));
    if (data == nullptr) return text;
    message = &event.GetReflection()->GetMessage(event, data);
  }
  write(*message, "  ", text);
  return text;
}

}  // namespace told::agencies
