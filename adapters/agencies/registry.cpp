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

std::vector<std::string> Registry::names() const {
  std::vector<std::string> all;
  for (const auto& agency : agencies_) all.emplace_back(agency->name());
  return all;
}

}  // namespace told::agencies
