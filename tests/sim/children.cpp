#include "children.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <stdexcept>
#include <string_view>

#include "core/event_types.hpp"

namespace told::sim {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void set_time(google::protobuf::Timestamp& to, core::Instant t) {
  to.set_seconds(core::to_us(t) / 1'000'000);
  to.set_nanos(static_cast<std::int32_t>(core::to_us(t) % 1'000'000) * 1000);
}

std::string text_for(const std::string& path, const std::string& name, std::int64_t child) {
  if (name == "phone" || name == "carer_mobile") return "+4479000" + std::to_string(10'000 + child % 80'000);
  if (name == "nationality") return "XK";
  if (name == "value") return "2010-0" + std::to_string(1 + child % 9) + "-11";
  if (name == "county") return "Essex";
  return "zq" + path + "-" + std::to_string(child) + "qz";
}

/// Fills in every text and every truth, group by group.
void fill(Message& message, const std::string& above, std::int64_t child, core::Instant at) {
  const auto& fields = *message.GetDescriptor();
  const auto& set = *message.GetReflection();
  for (int i = 0; i < fields.field_count(); ++i) {
    const FieldDescriptor* f = fields.field(i);
    if (f->containing_oneof() != nullptr) continue;
    const std::string path = above.empty() ? f->name() : above + "." + f->name();
    switch (f->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        if (f->is_repeated())
          set.AddString(&message, f, text_for(path, f->name(), child));
        else
          set.SetString(&message, f, text_for(path, f->name(), child));
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        if (child % 2 == 0) set.SetBool(&message, f, true);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        set.SetEnumValue(&message, f, 1 + static_cast<int>(child % (f->enum_type()->value_count() - 1)));
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        set.SetInt32(&message, f, static_cast<std::int32_t>(child % 5));
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (f->message_type()->full_name() == "google.protobuf.Timestamp")
          set_time(dynamic_cast<google::protobuf::Timestamp&>(*set.MutableMessage(&message, f)), at);
        else
          fill(*set.MutableMessage(&message, f), path, child, at);
        break;
      default:
        break;
    }
  }
}

v1::RiskGrade grade_of(const std::string& word) {
  if (word == "high") return v1::RISK_GRADE_HIGH;
  if (word == "low") return v1::RISK_GRADE_LOW;
  return v1::RISK_GRADE_MEDIUM;
}

/// What a story says about the data itself.
void adjust(Message& data, const Words& say) {
  const auto grade = [&](v1::Risk& risk) { risk.set_grade(grade_of(say.of("grade"))); };
  if (auto* missing = dynamic_cast<v1::ChildMissing*>(&data)) grade(*missing->mutable_risk());
  if (auto* changed = dynamic_cast<v1::ChildMissingRiskChanged*>(&data)) grade(*changed->mutable_risk());
  if (auto* arrived = dynamic_cast<v1::ChildArrived*>(&data); arrived != nullptr && say.of("indicators") == "no")
    arrived->mutable_trafficking()->Clear();
  if (auto* placed = dynamic_cast<v1::ChildPlaced*>(&data); placed != nullptr && say.has("county"))
    placed->mutable_placement()->set_county(say.of("county"));
}

void look(const Message& message, std::vector<Place>& into) {
  const auto& get = *message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  get.ListFields(message, &set);
  const auto read = [&](const std::string& text) {
    for (auto at = text.find("zq"); at != std::string::npos; at = text.find("zq", at + 2)) {
      const auto end = text.find("qz", at);
      const auto dash = text.rfind('-', end);
      if (end == std::string::npos || dash == std::string::npos || dash < at) continue;
      into.push_back({text.substr(at + 2, dash - at - 2), text.substr(dash + 1, end - dash - 1)});
    }
  };
  for (const FieldDescriptor* f : set) {
    if (f->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      const int n = f->is_repeated() ? get.FieldSize(message, f) : 1;
      std::string scratch;
      for (int i = 0; i < n; ++i)
        read(f->is_repeated() ? get.GetRepeatedStringReference(message, f, i, &scratch)
                              : get.GetStringReference(message, f, &scratch));
    } else if (f->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const int n = f->is_repeated() ? get.FieldSize(message, f) : 1;
      for (int i = 0; i < n; ++i)
        look(f->is_repeated() ? get.GetRepeatedMessage(message, f, i) : get.GetMessage(message, f), into);
    }
  }
}

}  // namespace

std::shared_ptr<v1::Event> event_of(const Words& say, core::Instant at) {
  auto event = std::make_shared<v1::Event>();
  const std::string& type = say.of("type");
  const std::int64_t child = say.number("child");
  event->set_source(say.of("party"));
  event->set_id(say.of("id"));
  event->set_type("told." + type + ".v1");
  // Some councils give a Prevent referral a number of its own, others the child's.
  const bool own_number = type.starts_with("prevent.") && child % 2 == 0;
  event->set_subject((own_number ? "PRV/" : "TIL/") + std::to_string(100'000 + child));
  set_time(*event->mutable_time(), at - say.time("ago"));
  event->set_site(say.of("site"));
  event->set_status(say.of("status") == "exercise" ? v1::STATUS_EXERCISE : v1::STATUS_ACTUAL);
  const core::EventType* kind = core::event_type_named(type);
  if (kind == nullptr) throw std::runtime_error("no such event: " + type);
  Message& data = *event->GetReflection()->MutableMessage(event.get(), kind->data);
  // A second saying about the same child has other words in it.
  const std::int64_t words = child + 1000 * say.number("version");
  if (type == "event.corrected") {
    v1::EventCorrected& corrected = *event->mutable_event_corrected();
    corrected.set_supersedes(say.of("of"));
    corrected.set_reason("a slip of the pen");
    const core::EventType* earlier = core::event_type_named(say.of("was"));
    const FieldDescriptor* member = corrected.GetDescriptor()->FindFieldByName(earlier->data->name());
    Message& whole = *corrected.GetReflection()->MutableMessage(&corrected, member);
    fill(whole, "", words, at - say.time("ago"));
    adjust(whole, say);
    if (say.has("happened_ago")) set_time(*corrected.mutable_time(), at - say.time("happened_ago"));
  } else if (type == "event.withdrawn") {
    event->mutable_event_withdrawn()->set_supersedes(say.of("of"));
    event->mutable_event_withdrawn()->set_reason("sent in error");
  } else {
    fill(data, "", words, at - say.time("ago"));
    adjust(data, say);
  }
  return event;
}

std::vector<Place> places_in(const Message& message) {
  std::vector<Place> all;
  look(message, all);
  return all;
}

}  // namespace told::sim
