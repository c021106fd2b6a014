#pragma once
// A directory with a small policy in it, in which scenarios are written and played.
#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "ledger/event_prints.hpp"
#include "rehearse/play.hpp"

namespace told::rehearse::test {

[[nodiscard]] inline core::EventPrints prints(const v1::Event& event) {
  static constexpr std::array<unsigned char, 32> key{};
  return ledger::event_prints(key.data(), event);
}

class Stage {
 public:
  Stage() {
    std::string name = (std::filesystem::temp_directory_path() / "told-stage-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~Stage() { std::filesystem::remove_all(directory_); }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// What is wrong with a scenario, without the path of its file.
  std::vector<std::string> problems(const std::string& text) {
    std::vector<std::string> lines;
    for (const auto& problem : load("until = \"5 min\"\n" + text).problems) {
      const std::string line = problem.to_string();
      lines.push_back(line.substr(line.find("night.toml")));
    }
    return lines;
  }

  /// The play of a scenario that is well written.
  const Play& play(const std::string& text) { return played("until = \"5 min\"\n" + text); }
  /// Of one that does not say when it ends.
  const Play& play_openly(const std::string& text) { return played(text); }

 private:
  const Play& played(const std::string& text) {
    auto loaded = load(text);
    for (const auto& problem : loaded.problems) throw std::runtime_error(problem.to_string());
    scenario_ = std::make_unique<Scenario>(std::move(loaded.value));
    play_ = std::make_unique<Play>(*scenario_, prints);
    play_->run(std::nullopt);
    return *play_;
  }

  config::Loaded<Scenario> load(const std::string& text) {
    const std::string path = directory_ + "/night.toml";
    std::ofstream(path) << "begins = 2026-03-06T23:50:00\n" << text;
    return load_scenario(path, TOLD_ROOT "/config/demo/policy.toml");
  }

  std::string directory_;
  std::unique_ptr<Scenario> scenario_;
  std::unique_ptr<Play> play_;
};

inline const std::string a_child_is_missing = R"(
[[step]]
at = "0 min"
event = { type = "child.missing", subject = "ref-17", site = "tilbury", risk = { grade = "high" } }
)";

}  // namespace told::rehearse::test
