// What councils write: the settings, the policy, its conditions, a scenario. Not a stranger's, but a mistake in them
// must end in a sentence with a line, and never in a crash at a reload.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "config/config.hpp"
#include "core/condition.hpp"
#include "core/event_types.hpp"
#include "rehearse/scenario.hpp"
#include "target.hpp"

namespace told::fuzz {
namespace {

template <class T>
bool holds_a_value(const config::Loaded<T>& loaded) {
  for (const config::Problem& problem : loaded.problems) {
    hold(!problem.text.empty(), "a problem has a sentence");
    hold(problem.line >= 0 && problem.column >= 0, "a problem has a place");
    hold(problem.to_string().size() < 16384, "a problem is short, whatever was written");
  }
  return loaded.ok();
}

void policy(std::string_view bytes) {
  const auto loaded = config::parse_policy(bytes, "policy.toml");
  if (!holds_a_value(loaded)) return;
  for (const core::Rule& rule : loaded.value.rules)
    for (const std::string& who : loaded.value.everyone(rule.who))
      hold(loaded.value.recipient(who) != nullptr, "whoever a good policy tells is a recipient of it");
}

/// A file of its own, since told.toml is read by its path.
std::string written(std::string_view bytes, const char* name) {
  static const std::string directory = [] {
    const std::string made = "/dev/shm/told-fuzz-" + std::to_string(::getpid());
    std::filesystem::create_directories(made);
    return made;
  }();
  const std::string path = directory + "/" + name;
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return path;
}

void service(std::string_view bytes) { (void)holds_a_value(config::load_service(written(bytes, "told.toml"))); }

void scenario(std::string_view bytes) {
  (void)holds_a_value(
      rehearse::load_scenario(written(bytes, "scenario.toml"), TOLD_TREE "/tests/scenario/policies/small.toml"));
}

/// The first byte chooses the type of event.
void condition(std::string_view bytes) {
  if (bytes.empty()) return;
  const auto& types = core::event_types();
  const core::EventType& type = types[static_cast<unsigned char>(bytes.front()) % types.size()];
  const std::string text{bytes.substr(1)};
  core::Condition read;
  std::size_t column = 0;
  const std::string wrong = read.read(text, type.name, &column);
  if (!wrong.empty()) {
    hold(column >= 1 && column <= text.size() + 2, "a condition's mistake has its place in it");
    return;
  }
  v1::Event event;
  event.set_type(type.type);
  (void)read.holds(event);
  core::Condition again;
  hold(again.read(read.text(), type.name).empty(), "a condition that was taken is taken again");
}

}  // namespace

std::vector<Target> settings_targets() {
  return {{"policy", "a policy", policy},
          {"service", "told.toml", service},
          {"scenario", "a scenario", scenario},
          {"condition", "the condition of a rule", condition}};
}

}  // namespace told::fuzz
