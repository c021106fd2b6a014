#include "carriers/kind.hpp"

namespace told::carriers {
namespace {

const Value& value_of(const Way& way, std::string_view setting) {
  static const Value none;
  const auto found = way.settings.find(setting);
  return found == way.settings.end() ? none : found->second;
}

}  // namespace

const std::string& Way::text(std::string_view setting) const { return value_of(*this, setting).text; }
const std::vector<std::string>& Way::texts(std::string_view setting) const { return value_of(*this, setting).texts; }

std::chrono::milliseconds Way::time(std::string_view setting, std::chrono::milliseconds otherwise) const {
  return has(setting) ? value_of(*this, setting).time : otherwise;
}

}  // namespace told::carriers
