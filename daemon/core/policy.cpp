#include "core/policy.hpp"

namespace told::core {

const Recipient* Policy::recipient(const std::string& recipient_name) const {
  for (const Recipient& r : recipients)
    if (r.name == recipient_name) return &r;
  return nullptr;
}

const Ladder* Policy::ladder(const std::string& ladder_name) const {
  const auto found = ladders.find(ladder_name);
  return found == ladders.end() ? nullptr : &found->second;
}

const Rule* Policy::rule(std::uint32_t number) const {
  return number == 0 || number > rules.size() ? nullptr : &rules[number - 1];
}

}  // namespace told::core
