#include "agencies/agency.hpp"

namespace told::agencies {

Registry::Registry() {
  agencies_.push_back(make_police());
  agencies_.push_back(make_home_office());
  agencies_.push_back(make_barnardos_itg());
  agencies_.push_back(make_channel_panel());
  agencies_.push_back(make_generic());
}

const Agency* Registry::find(std::string_view name) const {
  for (const auto& agency : agencies_)
    if (agency->name() == name) return agency.get();
  return nullptr;
}

void word_generically(v1::Event&& allowed, v1::Delivery& delivery) {
  *delivery.mutable_generic()->mutable_event() = std::move(allowed);
}

}  // namespace told::agencies
