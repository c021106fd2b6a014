#include "policies.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>

#include "config/config.hpp"

namespace told::sim {
namespace {

/// The place of a recipient's table in the text, from its name to the next table.
std::pair<std::size_t, std::size_t> table_of(const std::string& text, const std::string& recipient) {
  const auto begin = text.find("[[recipient]]\nname = \"" + recipient + "\"");
  if (begin == std::string::npos) throw std::runtime_error("council.toml has no recipient " + recipient);
  return {begin, text.find("\n[", begin + 1)};
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// A simulated council has second channels of its own.
std::string without_second_channels(const std::string& text) {
  std::istringstream in(text);
  std::string rest;
  for (std::string line; std::getline(in, line);)
    if (!line.starts_with("second_channel = ") && !line.starts_with("form_by_mail = ")) rest += line + "\n";
  return rest;
}

std::string problems_of(const std::vector<config::Problem>& problems) {
  std::string all;
  for (const auto& problem : problems) all += problem.to_string() + "\n";
  return all;
}

}  // namespace

std::string PolicyVariant::key() const {
  std::string key = std::to_string(pace) + (night_drill ? "n" : "-") + (rota_gap ? "g" : "-") + (quorum ? "q" : "-") +
                    (few_places ? "f" : "-");
  for (const auto& [recipient, way] : carrier) key += ";" + recipient + "=" + way;
  for (const auto& [recipient, line] : second) key += ";" + recipient + "+" + line;
  return key;
}

std::vector<carriers::Way> PolicyVariant::ways() const {
  std::vector<carriers::Way> all;
  for (const auto& [recipient, way] : carrier) all.push_back({recipient, way, 0, {}});
  for (const auto& [recipient, line] : second) all.push_back({recipient, line.substr(0, line.find(' ')), 0, {}});
  return all;
}

Policies::Policies(const std::string& path) {
  auto loaded = config::load_policy(path);
  if (!loaded.ok()) throw std::runtime_error(problems_of(loaded.problems));
  council_ = without_second_channels(loaded.value.text);
  attachments_ = loaded.value.attachments;
}

std::string Policies::text_of(const PolicyVariant& variant) const {
  std::string text = council_;
  for (const auto& [recipient, carrier] : variant.carrier) {
    const auto [begin, end] = table_of(text, recipient);
    const auto at = text.find("carrier = \"zmq_queue\"", begin);
    if (at == std::string::npos || at > end) throw std::runtime_error(recipient + " has another carrier");
    text.replace(at, 21, "carrier = \"" + carrier + "\"");
  }
  for (const auto& [recipient, line] : variant.second) {
    const auto [begin, end] = table_of(text, recipient);
    const auto space = line.find(' ');
    text.insert(end,
                "\nsecond_channel = { carrier = \"" + line.substr(0, space) + "\", " + line.substr(space + 1) + " }");
  }
  if (variant.pace != 0) {
    replace_all(text, "after = \"15 min\"", "after = \"" + std::to_string(15 - variant.pace % 7) + " min\"");
    replace_all(text, "after = \"4 h\"", "after = \"" + std::to_string(3 + variant.pace % 3) + " h\"");
  }
  if (variant.night_drill) {
    replace_all(text, "days = \"wed\"\nat = \"10:30\"\nonly_on = \"working days\"", "days = \"sun\"\nat = \"01:30\"");
  }
  if (variant.rota_gap) replace_all(text, "otherwise = [\"edt.manager\"]\n", "");
  if (variant.quorum)
    replace_all(text, "who = [\"manager_on_duty\"]\n[[ladder.rung]]",
                "who = [\"manager_on_duty\", \"service_manager\"]\nquorum = 2\n[[ladder.rung]]");
  if (variant.few_places) replace_all(text, "figure = 44", "figure = 2");
  return text;
}

core::Policy Policies::of(const PolicyVariant& variant) {
  std::string& text = variants_[variant.key()];
  if (text.empty()) text = text_of(variant);
  return by_text(text);
}

const core::Policy& Policies::by_text(const std::string& text) {
  const auto found = read_.find(text);
  if (found != read_.end()) return found->second;
  auto loaded = config::parse_policy(text, "a simulated council's policy", attachments_);
  if (!loaded.ok()) throw std::runtime_error(problems_of(loaded.problems));
  return read_.emplace(text, std::move(loaded.value)).first->second;
}

std::shared_ptr<core::Policy> Policies::read(const v1::PolicyAdopted& adopted) {
  auto policy = std::make_shared<core::Policy>(by_text(adopted.text()));
  policy->version = adopted.version();
  return policy;
}

PolicyVariant variant_for(const Dice& dice, std::uint32_t reloads) {
  PolicyVariant v;
  // What a reload changes, it changes alone; what a council is by nature stays.
  const Dice council = dice.of("council");
  const Dice now = dice.of("reload", reloads);
  v.pace = reloads == 0 ? 0 : static_cast<std::uint32_t>(now.between(0, 5, "pace"));
  v.night_drill = council.chance(0.4, "night drill") != (reloads > 0 && now.chance(0.2, "drill"));
  v.rota_gap = council.chance(0.3, "rota gap") != (reloads > 0 && now.chance(0.2, "gap"));
  v.quorum = council.chance(0.3, "quorum");
  v.few_places = council.chance(0.3, "few places") != (reloads > 0 && now.chance(0.3, "places"));
  if (!council.chance(0.7, "ways")) return v;
  constexpr std::array carriers{"webhook", "smtp", "notify"};
  const auto any = [&](const Dice& d, const char* who) {
    return std::string{carriers.at(static_cast<std::size_t>(d.between(0, 2, who)))};
  };
  for (const char* who : {"home_office.asylum", "barnardos.itg", "virtual_school", "service_manager", "health.iha"})
    if (council.chance(0.5, std::string{"goes out "} + who)) v.carrier[who] = any(council, who);
  for (const char* who : {"police.control_room", "duty_manager", "team_manager", "home_office.asylum"})
    if (council.chance(0.4, std::string{"second "} + who)) {
      const std::string by = any(council, who);
      if (v.carrier.contains(who) && v.carrier[who] == by) continue;
      v.second[who] =
          by + (council.chance(0.5, std::string{"second by "} + who) ? " after_failures = 2" : " after = \"5 min\"");
    }
  if (reloads > 0 && now.chance(0.3, "another way")) {
    if (v.carrier.contains("virtual_school"))
      v.carrier.erase("virtual_school");
    else
      v.carrier["virtual_school"] = "smtp";
  }
  return v;
}

}  // namespace told::sim
