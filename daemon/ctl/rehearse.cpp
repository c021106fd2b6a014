// toldctl rehearse: plays a night through the real engine, on a virtual clock. Nothing is sent, no told is needed.
#include <algorithm>
#include <array>
#include <memory>
#include <ostream>

#include "ctl/exit.hpp"
#include "ctl/policy_file.hpp"
#include "ctl/private_file.hpp"
#include "ctl/rehearsal_story.hpp"
#include "ctl/session.hpp"
#include "ledger/event_prints.hpp"
#include "rehearse/picture.hpp"

namespace told::ctl {
namespace {

struct Wish {
  std::vector<std::string> scenarios;
  std::string policy;
  std::string until;
  std::string svg;
  bool show_values = false;
  bool quiet = false;
};

/// Nothing where it is not well written, which is said on `err`.
std::optional<rehearse::Scenario> load(const std::string& path, const Wish& wish, Session& session) {
  (void)read_file(path);  // a missing file is said as such, with its own exit code
  if (!wish.policy.empty()) (void)read_file(wish.policy);
  auto loaded = rehearse::load_scenario(path, wish.policy);
  for (const auto& problem : loaded.problems) session.err << problem.to_string() << "\n";
  if (loaded.ok()) return std::move(loaded.value);
  session.err << "toldctl: " << path << " cannot be played: mend what is named above\n";
  return std::nullopt;
}

/// The last of the night, from its beginning.
std::optional<core::Instant> end_of(const rehearse::Scenario& scenario, const std::string& until) {
  if (until.empty()) return std::nullopt;
  const auto moment = rehearse::moment_from(until, scenario.begins, scenario.policy->calendar);
  if (!moment.problem.empty()) throw Failure(exit_usage, "--until: " + moment.problem);
  return moment.at;
}

int play(const std::string& path, const Wish& wish, Session& session) {
  const auto loaded = load(path, wish, session);
  if (!loaded) return exit_config;
  const rehearse::Scenario& scenario = *loaded;
  // Any key will do: nobody sees these hashes, and nothing keeps them.
  static constexpr std::array<unsigned char, 32> key{};
  rehearse::Play played(scenario, [](const v1::Event& event) { return ledger::event_prints(key.data(), event); });
  played.run(end_of(scenario, wish.until));
  if (session.json)
    tell_json(played, wish.show_values, session.out);
  else if (!wish.quiet)
    tell_story(played, {session.out_terminal, wish.show_values}, session.out);
  if (!session.json) tell_expectations(played, session.out_terminal, session.out);
  if (!wish.svg.empty()) write_whole(wish.svg, rehearse::picture(played));
  return played.failures().empty() ? exit_good : exit_data;
}

}  // namespace

void add_rehearse(Command& app, Session& session) {
  Command& made = command(app, "rehearse", "Play a night through a policy, on a virtual clock; nothing is sent",
                          "  toldctl rehearse night.toml\n"
                          "  toldctl rehearse --policy council.toml --until \"2 days\" night.toml\n"
                          "  toldctl rehearse --quiet tests/scenario/*.toml\n"
                          "  toldctl rehearse --svg night.svg night.toml");
  takes_json(made, session);
  auto wish = std::make_shared<Wish>();
  made.option("SCENARIO", wish->scenarios, "What happens that night, and what is expected of the policy").required();
  made.option("--policy", wish->policy, "This policy, instead of the one that the scenario names");
  made.option("--until", wish->until,
              "How far: \"2 days\" from the beginning, \"Mon 17:00\", or a moment; otherwise a day after the "
              "scenario's last moment");
  made.option("--svg", wish->svg, "Write the picture there too (of one scenario)");
  made.flag("--show-values", wish->show_values, "Show the whole messages: what is in the fields too");
  made.flag("--quiet", wish->quiet, "Say only whether each expectation is met");
  made.runs([&session, wish] {
    if (!wish->svg.empty() && wish->scenarios.size() > 1)
      throw Failure(exit_usage, "--svg is for one scenario: give one, or leave --svg out");
    // All of them are played; the gravest end is the command's.
    for (const std::string& path : wish->scenarios)
      session.exit_code = std::max(session.exit_code, play(path, *wish, session));
  });
}

}  // namespace told::ctl
