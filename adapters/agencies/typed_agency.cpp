#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <map>
#include <stdexcept>

#include "agencies/agency.hpp"
#include "agencies/same_groups.hpp"
#include "core/event_types.hpp"

namespace told::agencies {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

class TypedAgency final : public Agency {
 public:
  TypedAgency(std::string_view name, const std::vector<std::pair<std::string_view, std::string_view>>& messages,
              Otherwise otherwise)
      : name_(name), otherwise_(otherwise) {
    for (const auto& [when, member] : messages) {
      const core::EventType* type = core::event_type_named(when);
      const FieldDescriptor* message = v1::Delivery::descriptor()->FindFieldByName(std::string{member});
      if (type == nullptr || message == nullptr)
        throw std::logic_error("agency " + name_ + ": " + std::string{when} + " and " + std::string{member} +
                               " are not both in the words");
      messages_.emplace(type->data->number(),
                        Own{type->data, message, {*type->data->message_type(), *message->message_type()}});
    }
  }

  [[nodiscard]] std::string_view name() const override { return name_; }

  void word(v1::Event&& allowed, v1::Delivery& delivery) const override {
    const auto own = messages_.find(allowed.data_case());
    if (own == messages_.end()) {
      if (otherwise_ == Otherwise::generic) *delivery.mutable_generic()->mutable_event() = std::move(allowed);
      return;
    }
    const auto& [data, message, groups] = own->second;
    groups.move(*allowed.GetReflection()->MutableMessage(&allowed, data),
                *delivery.GetReflection()->MutableMessage(&delivery, message));
  }

  [[nodiscard]] const Descriptor* message_for(std::string_view when) const override {
    const core::EventType* type = core::event_type_named(when);
    const auto own = type == nullptr ? messages_.end() : messages_.find(type->data->number());
    return own == messages_.end() ? nullptr : own->second.message->message_type();
  }

 private:
  struct Own {
    const FieldDescriptor* data;     ///< of Event
    const FieldDescriptor* message;  ///< of Delivery
    SameGroups groups;
  };
  std::string name_;
  Otherwise otherwise_;
  std::map<int, Own> messages_;  ///< by the member of Event.data
};

}  // namespace

std::unique_ptr<Agency> typed_agency(std::string_view name,
                                     std::vector<std::pair<std::string_view, std::string_view>> messages,
                                     Otherwise otherwise) {
  return std::make_unique<TypedAgency>(name, messages, otherwise);
}

}  // namespace told::agencies
