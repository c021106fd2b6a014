#include "gateway/directory.hpp"

#include <array>
#include <set>
#include <stdexcept>
#include <utility>

namespace told::gateway {
namespace {

void admit(std::set<std::string>& keys, const std::string& key, const std::string& name) {
  std::array<std::uint8_t, 32> raw{};
  if (name.empty()) throw std::runtime_error("a party without a name cannot be told from a stranger: name it");
  if (key.size() != 40 || zmq_z85_decode(raw.data(), key.c_str()) == nullptr)
    throw std::runtime_error("the public key of " + name +
                             " is not 40 characters of Z85 (make a pair with `toldctl keys new curve NAME`)");
  if (!keys.insert(key).second)
    throw std::runtime_error("the public key of " + name + " is also another's: each party needs its own");
}

}  // namespace

Directory::Directory(Parties parties) {
  std::set<std::string> keys;
  for (auto& p : parties.publishers) {
    admit(keys, p.public_key, p.name);
    std::string name = p.name;
    if (!publishers_.emplace(name, std::move(p)).second) throw std::runtime_error("two publishers are called " + name);
  }
  keys.clear();
  for (auto& a : parties.agencies) {
    admit(keys, a.public_key, a.recipient);
    std::string name = a.recipient;
    if (!agencies_.emplace(name, std::move(a)).second)
      throw std::runtime_error("two workers' keys are given for " + name);
  }
}

const Publisher* Directory::publisher(std::string_view name, std::string_view key) const {
  const auto it = publishers_.find(name);
  return it != publishers_.end() && it->second.public_key == key ? &it->second : nullptr;
}

const Agency* Directory::agency(std::string_view name, std::string_view key) const {
  const auto it = agencies_.find(name);
  return it != agencies_.end() && it->second.public_key == key ? &it->second : nullptr;
}

AllowLists Directory::allow_lists() const {
  AllowLists lists;
  for (const auto& [name, p] : publishers_) lists[publishers_domain][p.public_key] = name;
  for (const auto& [name, a] : agencies_) lists[agencies_domain][a.public_key] = name;
  return lists;
}

}  // namespace told::gateway
