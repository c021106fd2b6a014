#include "carriers/cloud_event.hpp"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <stdexcept>

namespace told::carriers {
namespace {

// The fields are named as in the .proto files, as in the HTTP API and in the spool: one set of words for all.
std::string json(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  if (!status.ok()) throw std::runtime_error("a delivery could not be written as JSON: " + status.ToString());
  return text;
}

// NOTIFICATION_KIND_STAND_DOWN: "told.notification.stand_down.v1".
std::string type_of(v1::NotificationKind kind) {
  constexpr std::size_t prefix = sizeof("NOTIFICATION_KIND_") - 1;
  std::string word = v1::NotificationKind_Name(kind).substr(prefix);
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return "told.notification." + word + ".v1";
}

}  // namespace

std::string call_id(const v1::Delivery& delivery) {
  return delivery.notification() + ":" + std::to_string(delivery.call());
}

std::string cloud_event(const Parcel& parcel, const std::string& origin) {
  const v1::Delivery& delivery = parcel.delivery;
  google::protobuf::Struct event;
  const auto say = [&](const char* name, const std::string& text) {
    if (!text.empty()) (*event.mutable_fields())[name].set_string_value(text);
  };
  const auto count = [&](const char* name, std::uint32_t number) {
    (*event.mutable_fields())[name].set_number_value(number);
  };
  say("specversion", "1.0");
  say("id", call_id(delivery));
  say("source", "//" + origin);
  say("type", type_of(delivery.kind()));
  say("subject", delivery.case_ref());
  if (delivery.has_event_time()) say("time", google::protobuf::util::TimeUtil::ToString(delivery.event_time()));
  say("datacontenttype", "application/json");
  say("dataschema", "urn:x-told:told.v1.ServiceFrame");
  count("toldattempt", parcel.attempt);
  count("toldcall", delivery.call());
  say("toldlink", parcel.link);

  v1::ServiceFrame frame;
  *frame.add_deliveries() = delivery;
  frame.set_checkpoint(parcel.checkpoint);
  std::string text = json(event);
  text.back() = ',';  // the object goes on
  text += R"("data":)";
  text += json(frame);
  text += '}';
  return text;
}

}  // namespace told::carriers
