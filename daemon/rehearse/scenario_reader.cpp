// The words of a scenario (tests/scenario/README.md). Above 400 lines: one table of words, read in one place, so that
// the file stays the list of them.
#include <algorithm>
#include <array>
#include <filesystem>

#include "config/file_text.hpp"
#include "config/nearest.hpp"
#include "config/quantity.hpp"
#include "config/reader.hpp"
#include "config/words.hpp"
#include "rehearse/enum_words.hpp"
#include "rehearse/event_said.hpp"
#include "rehearse/scenario.hpp"

namespace told::rehearse {
namespace {

using config::Entry;
using config::Findings;
using config::Kind;
using config::Need;
using config::Node;
using config::Place;
using config::Reader;
using config::Text;

using namespace std::chrono_literals;

constexpr std::int64_t repeats_max = 1000;

/// The same with every {n} of its texts replaced.
// NOLINTNEXTLINE(misc-no-recursion): as deep as the file nests
Node with_number(Node node, std::int64_t n) {
  constexpr std::string_view mark = "{n}";
  for (auto at = node.text.find(mark); at != std::string::npos; at = node.text.find(mark))
    node.text.replace(at, mark.size(), std::to_string(n));
  for (Node& item : node.items) item = with_number(std::move(item), n);
  for (Entry& entry : node.entries) entry.value = with_number(std::move(entry.value), n);
  return node;
}

class ScenarioReader {
 public:
  ScenarioReader(std::string file, Findings& findings)
      : directory_(std::filesystem::path(file).parent_path()), findings_(findings) {
    scenario_.file = std::move(file);
  }

  Scenario read(const Node& root_node, const std::string& policy_file) {
    Reader root{root_node, "", findings_};
    scenario_.title = root.text("title", Need::optional).value;
    const Text policy = root.text("policy", policy_file.empty() ? Need::required : Need::optional);
    scenario_.policy_file = policy_file.empty() ? beside(policy.value) : policy_file;
    if (policy.given || !policy_file.empty()) scenario_.policy = policy_at(scenario_.policy_file, policy.at);
    if (!scenario_.policy) return std::move(scenario_);  // nothing else can be read without its calendar and its names
    calendar_ = scenario_.policy->calendar;
    policies_.push_back(scenario_.policy);

    if (const Entry* begins = root.either("begins", Need::required))
      if (const auto said = moment_text(begins->value, "begins")) {
        const Moment moment = absolute_moment_from(*said, calendar_);
        if (!moment.problem.empty()) findings_.add(begins->value.at, "begins: " + moment.problem);
        scenario_.begins = moment.at;
      }
    const auto delivery = root.duration("delivery", Need::optional, 0ms);
    scenario_.delivery = delivery.given ? delivery.value : core::Duration{1s};
    if (const auto answers = root.duration("answers", Need::optional, 0ms); answers.given)
      scenario_.answers = answers.value;
    if (const auto until = moment(root, "until", Need::optional)) scenario_.until = until->at;

    for (Reader& step : root.tables("step", Need::required)) read_steps(step);
    std::stable_sort(scenario_.steps.begin(), scenario_.steps.end(),
                     [](const Step& a, const Step& b) { return a.at < b.at; });
    for (Reader& expect : root.tables("expect", Need::optional)) read_expectation(expect);
    root.finish();
    return std::move(scenario_);
  }

 private:
  [[nodiscard]] std::string beside(const std::string& path) const {
    return (directory_ / path).lexically_normal().string();
  }

  std::shared_ptr<core::Policy> policy_at(const std::string& path, Place at) {
    auto loaded = config::load_policy(path);
    for (const auto& problem : loaded.problems) findings_.add(at, "the policy cannot be used: " + problem.to_string());
    return loaded.ok() ? std::make_shared<core::Policy>(std::move(loaded.value)) : nullptr;
  }

  std::optional<std::string> moment_text(const Node& value, const std::string& name) {
    if (value.kind == Kind::text || value.kind == Kind::moment) return value.text;
    findings_.add(value.at, name + " must be a moment, not " + config::in_words(value.kind) +
                                ": write it like \"15 min\", \"Sat 08:30\" or 2026-03-07T08:30:00Z");
    return std::nullopt;
  }

  /// What falls due may have been due before the night began; nothing else happens before it.
  std::optional<Moment> moment(Reader& table, const char* key, Need need, bool in_the_play = true) {
    const Entry* entry = table.either(key, need);
    if (entry == nullptr) return std::nullopt;
    const auto said = moment_text(entry->value, key);
    if (!said) return std::nullopt;
    Moment found = moment_from(*said, scenario_.begins, calendar_);
    if (!found.problem.empty()) {
      findings_.add(entry->value.at, std::string(key) + ": " + found.problem);
      return std::nullopt;
    }
    if (in_the_play && found.at < scenario_.begins)
      findings_.add(entry->value.at, std::string(key) + " is before the scenario begins: say a later moment");
    return found;
  }

  // --- names: of any policy that the scenario brings into force ---

  void check_recipient(const Text& name) {
    if (!name.given) return;
    std::vector<std::string> known;
    for (const auto& policy : policies_) {
      for (const auto& r : policy->recipients) known.push_back(r.name);
      for (const auto& r : policy->rotas) known.push_back(r.name);
    }
    if (!config::is_one_of(name.value, known))
      findings_.add(name.at, "the policy has no recipient " + config::in_quotes(name.value) + ": " +
                                 config::suggestion(name.value, known));
  }

  void check_event_type(const Text& type) {
    if (!type.given) return;
    // Corrections and withdrawals are told by no rule, and happen all the same.
    std::vector<std::string> known = config::event_types();
    known.insert(known.end(), config::alarm_types().begin(), config::alarm_types().end());
    known.insert(known.end(), {"stand_down", "same_child", "another_child", "drill"});
    if (!config::is_one_of(type.value, known))
      findings_.add(
          type.at, "there is no event " + config::in_quotes(type.value) + ": " + config::suggestion(type.value, known));
  }

  std::string recipient(Reader& table, const char* key, Need need) {
    const Text name = table.text(key, need);
    check_recipient(name);
    return name.value;
  }

  /// What narrows down which notification is meant; `who` is read by the caller.
  Which which(Reader& table) {
    Which which;
    const Text of = table.text("of", Need::optional);
    check_event_type(of);
    which.of = of.value;
    which.subject = table.text("subject", Need::optional).value;
    const Text clock = table.text("clock", Need::optional);
    if (clock.given) {
      std::vector<std::string> known;
      for (const auto& policy : policies_)
        for (const auto& each : policy->clocks) known.push_back(each.name);
      if (!config::is_one_of(clock.value, known))
        findings_.add(clock.at, "the policy has no clock " + config::in_quotes(clock.value) + ": " +
                                    config::suggestion(clock.value, known));
    }
    which.clock = clock.value;
    return which;
  }

  static Speaker speaker(Reader& table) {
    const Text person = table.text("person", Need::optional);
    const Text role = table.text("role", Need::optional);
    return {person.given ? person.value : any_person, role.given ? role.value : any_role};
  }

  // --- steps ---

  /// One step, or, where it says `times` and `every`, as many: {n} is 1 in the first, 2 in the second.
  void read_steps(Reader& table) {
    const auto times = table.whole("times", Need::optional, 2, repeats_max);
    const auto every = table.duration("every", times.given ? Need::required : Need::optional, 1us);
    if (every.given && !times.given)
      findings_.add(every.at, "step.every says how far apart, and step.times is missing: say how often");
    if (!times.given) return read_step(table, {});
    for (std::int64_t n = 1; n <= times.value; ++n) {
      const Node numbered = with_number(table.node(), n);
      Reader one{numbered, "step[]", findings_};
      static_cast<void>(one.either("times", Need::optional));
      static_cast<void>(one.either("every", Need::optional));
      read_step(one, every.value * (n - 1));
      if (!findings_.none()) return;  // each of the others would say the same
    }
  }

  void read_step(Reader& table, core::Duration later) {
    Step step;
    step.place = table.at();
    const auto at = moment(table, "at", Need::required);
    if (at) step.at = at->at + later;
    std::vector<Action> actions;
    read_events(table, step, actions);
    read_people(table, actions);
    read_troubles(table, actions);
    table.finish();
    if (actions.size() != 1) {
      if (findings_.none())
        findings_.add(step.place, "a step does one thing, and this one says " + std::to_string(actions.size()) +
                                      ": give each its own [[step]]");
      return;
    }
    step.action = std::move(actions.front());
    scenario_.steps.push_back(std::move(step));
  }

  void read_events(Reader& table, const Step& step, std::vector<Action>& actions) {
    const EventDefaults defaults{step.at, scenario_.begins, "R-" + std::to_string(++events_)};
    if (const Entry* event = table.either("event", Need::optional)) {
      if (event->value.kind != Kind::table)
        findings_.add(event->value.at,
                      "event must be a table: write it like event = { type = \"child.missing\", ... }");
      else
        actions.emplace_back(
            Publish{std::make_shared<v1::Event>(event_said(event->value, defaults, calendar_, findings_))});
    }
    if (const Text file = table.text("event_file", Need::optional); file.given) {
      const auto text = config::read_file(beside(file.value), config::toml_bytes_max);
      if (!text.problem.empty()) findings_.add(file.at, beside(file.value) + ": " + text.problem);
      actions.emplace_back(
          Publish{std::make_shared<v1::Event>(event_from_json(text.text, file.value, file.at, defaults, findings_))});
    }
    if (const Text file = table.text("adopt_policy", Need::optional); file.given) {
      auto policy = policy_at(beside(file.value), file.at);
      if (policy) policies_.push_back(policy);
      actions.emplace_back(Adopt{std::move(policy), file.value});
    }
  }

  void read_people(Reader& table, std::vector<Action>& actions) {
    if (auto said = table.table("acknowledge", Need::optional)) {
      Acknowledge act{which(*said),
                      speaker(*said),
                      said->text("note", Need::optional).value,
                      said->text("recorded_by", Need::optional).value,
                      false,
                      false};
      act.which.who = recipient(*said, "who", Need::required);
      act.which.call_about = recipient(*said, "call_about", Need::optional);
      said->finish();
      actions.emplace_back(std::move(act));
    }
    if (auto said = table.table("done", Need::optional)) {
      Acknowledge act{which(*said),
                      speaker(*said),
                      said->text("evidence", Need::optional).value,
                      said->text("recorded_by", Need::optional).value,
                      true,
                      said->truth("ends", Need::optional).value};
      act.which.who = recipient(*said, "who", Need::optional);
      if (act.which.clock.empty())
        findings_.add(said->at(), "done.clock is missing: say which of the policy's clocks the duty belongs to");
      said->finish();
      actions.emplace_back(std::move(act));
    }
    if (auto said = table.table("decline", Need::optional)) {
      Decline act{which(*said), speaker(*said), said->text("reason", Need::required).value};
      act.which.who = recipient(*said, "who", Need::required);
      act.which.call_about = recipient(*said, "call_about", Need::optional);
      said->finish();
      actions.emplace_back(std::move(act));
    }
    if (auto said = table.table("stand_down", Need::optional)) {
      StandDown act{said->text("subject", Need::required).value, speaker(*said),
                    said->text("reason", Need::required).value};
      said->finish();
      actions.emplace_back(std::move(act));
    }
    for (const auto& [key, lifted] : {std::pair{"screen", false}, std::pair{"lift_screen", true}})
      if (auto said = table.table(key, Need::optional)) {
        Screen act{of_case(*said), recipient(*said, "who", Need::required), lifted, speaker(*said),
                   said->text("reason", Need::required).value};
        said->finish();
        actions.emplace_back(std::move(act));
      }
    for (const auto& [key, lifted] : {std::pair{"hold", false}, std::pair{"lift_hold", true}})
      if (auto said = table.table(key, Need::optional)) {
        Hold act{of_case(*said), lifted, speaker(*said), said->text("reason", Need::required).value};
        said->finish();
        actions.emplace_back(std::move(act));
      }
    if (auto said = table.table("erase", Need::optional)) {
      Erase act{of_case(*said), speaker(*said), said->text("reason", Need::required).value};
      said->finish();
      actions.emplace_back(std::move(act));
    }
    read_identity(table, actions);
    if (auto said = table.table("close_alarm", Need::optional)) {
      CloseAlarm act{said->text("alarm", Need::required).value, speaker(*said),
                     said->text("note", Need::optional).value};
      said->finish();
      actions.emplace_back(std::move(act));
    }
    if (const Text who = table.text("silent", Need::optional); who.given) {
      check_recipient(who);
      actions.emplace_back(Silence{who.value});
    }
  }

  void read_identity(Reader& table, std::vector<Action>& actions) {
    if (auto said = table.table("same_child", Need::optional)) {
      SameChild act{said->text("subject", Need::required).value, said->text("other", Need::required).value,
                    speaker(*said), said->text("reason", Need::required).value};
      said->finish();
      actions.emplace_back(std::move(act));
    }
    if (auto said = table.table("another_child", Need::optional)) {
      const Text of = said->text("of", Need::required);
      check_event_type(of);
      AnotherChild act{of.value, said->text("subject", Need::required).value, said->text("other", Need::optional).value,
                       speaker(*said), said->text("reason", Need::required).value};
      said->finish();
      actions.emplace_back(std::move(act));
    }
  }

  static OfCase of_case(Reader& table) {
    return {table.text("subject", Need::required).value, table.truth("prevent", Need::optional).value};
  }

  void read_troubles(Reader& table, std::vector<Action>& actions) {
    if (auto said = table.table("outage", Need::optional)) {
      Outage outage{recipient(*said, "who", Need::required), 0, {}};
      if (said->truth("second_channel", Need::optional).value) outage.channel = 1;
      if (const auto until = moment(*said, "until", Need::optional)) outage.until = until->at;
      said->finish();
      actions.emplace_back(std::move(outage));
    }
    if (auto said = table.table("alarm", Need::optional)) {
      actions.emplace_back(
          RaiseAlarm{said->text("code", Need::required).value, said->text("party", Need::required).value});
      said->finish();
    }
    if (table.truth("restart", Need::optional).value) actions.emplace_back(Restart{});
    if (const Text step = table.text("clock_step", Need::optional); step.given) {
      const bool back = step.value.starts_with('-');
      const auto size = config::duration_from(std::string_view(step.value).substr(back ? 1 : 0));
      if (!size.problem.empty()) findings_.add(step.at, "clock_step: " + size.problem);
      actions.emplace_back(ClockStep{back ? -size.value : size.value});
    }
  }

  // --- expectations ---

  void read_expectation(Reader& table) {
    using Asked = Expectation::Kind;
    static constexpr std::array<std::pair<const char*, Asked>, 4> about_one{{{"told", Asked::told},
                                                                             {"not_told", Asked::not_told},
                                                                             {"called", Asked::called},
                                                                             {"not_called", Asked::not_called}}};
    static constexpr std::array<std::pair<const char*, Asked>, 2> about_many{
        {{"told_only", Asked::told_only}, {"order", Asked::order}}};
    Expectation expect;
    expect.place = table.at();
    expect.not_before = scenario_.begins;
    if (const auto from = moment(table, "not_before", Need::optional)) expect.not_before = from->at;
    expect.by = moment(table, "by", Need::optional);
    expect.which = which(table);
    int kinds = 0;
    const auto is = [&](Asked kind) {
      expect.kind = kind;
      ++kinds;
    };
    for (const auto& [key, kind] : about_one)
      if (const Text name = table.text(key, Need::optional); name.given) {
        check_recipient(name);
        expect.which.who = name.value;
        is(kind);
      }
    for (const auto& [key, kind] : about_many)
      if (const auto names = table.texts(key, Need::optional); names.given) {
        for (const Text& name : names.value) {
          check_recipient(name);
          expect.names.push_back(name.value);
        }
        is(kind);
      }
    if (const Text who = table.text("who", Need::optional); who.given) {
      check_recipient(who);
      expect.which.who = who.value;
    }
    expect.which.call_about = recipient(table, "about", Need::optional);
    read_kind(table, expect);
    for (const Text& path : table.texts("fields_seen", Need::optional).value) expect.fields_seen.push_back(path.value);
    for (const Text& path : table.texts("not_fields", Need::optional).value) expect.not_fields.push_back(path.value);
    expect.first_words = table.text("first_words", Need::optional).value;
    expect.carrier = table.text("carrier", Need::optional).value;
    if (const auto times = table.whole("times", Need::optional, 1, 1000); times.given)
      expect.times = static_cast<std::uint32_t>(times.value);
    if (const auto most = table.whole("at_most", Need::optional, 1, 1000); most.given)
      expect.at_most = static_cast<std::uint32_t>(most.value);
    if (const auto due = moment(table, "due", Need::optional, false)) {
      expect.due = *due;
      is(Asked::due);
    }
    if (const Text state = table.text("state", Need::optional); state.given) {
      check_word(state, *v1::NotificationState_descriptor(), "state");
      expect.state = state.value;
      is(Asked::state);
    }
    if (const auto late = table.truth("late", Need::optional); late.given) {
      expect.late = late.value;
      if (expect.state.empty()) is(Asked::state);
    }
    if (const auto raised = table.truth("nobody_was_told", Need::optional); raised.given) {
      expect.truth = raised.value;
      is(Asked::nobody_was_told);
    }
    if (const Text code = table.text("refused", Need::optional); code.given) {
      expect.state = code.value;
      is(Asked::refused);
    }
    if (auto said = table.table("report", Need::optional)) {
      expect.report = read_report(*said);
      is(Asked::report);
    }
    table.finish();
    if (kinds == 1) {
      scenario_.expectations.push_back(std::move(expect));
    } else if (findings_.none()) {
      findings_.add(expect.place,
                    "an expectation says one thing: told, not_told, told_only, order, called, not_called, due, state "
                    "(or late), nobody_was_told, refused or report, and this one says " +
                        std::to_string(kinds));
    }
  }

  static ReportFigures read_report(Reader& table) {
    const auto figure = [&](const char* key) -> std::optional<std::uint64_t> {
      const auto said = table.whole(key, Need::optional, 0, 1'000'000);
      return said.given ? std::optional{static_cast<std::uint64_t>(said.value)} : std::nullopt;
    };
    const ReportFigures figures{figure("arrivals"), figure("missing_episodes"), figure("young_people"),
                                figure("duties")};
    table.finish();
    return figures;
  }

  void read_kind(Reader& table, Expectation& expect) {
    const Text kind = table.text("kind", Need::optional);
    if (!kind.given) return;
    check_word(kind, *v1::NotificationKind_descriptor(), "kind");
    expect.which.kind = kind.value;
  }

  void check_word(const Text& said, const google::protobuf::EnumDescriptor& all, const char* key) {
    const std::vector<std::string> known = words_of(all);
    if (!config::is_one_of(said.value, known))
      findings_.add(said.at, std::string(key) + " cannot be " + config::in_quotes(said.value) + ": " +
                                 config::suggestion(said.value, known));
  }

  std::filesystem::path directory_;
  Findings& findings_;
  Scenario scenario_;
  core::Calendar calendar_;
  std::vector<std::shared_ptr<const core::Policy>> policies_;
  int events_ = 0;
};

}  // namespace

std::string kind_word(v1::NotificationKind kind) {
  const auto* value = v1::NotificationKind_descriptor()->FindValueByNumber(kind);
  return value == nullptr ? std::to_string(kind) : word_of(*value);
}

std::string state_word(v1::NotificationState state) {
  const auto* value = v1::NotificationState_descriptor()->FindValueByNumber(state);
  return value == nullptr ? std::to_string(state) : word_of(*value);
}

config::Loaded<Scenario> load_scenario(const std::string& path, const std::string& policy_file) {
  Findings findings{path};
  const auto file = config::read_file(path, config::toml_bytes_max);
  if (!file.problem.empty()) {
    findings.add({}, file.problem);
    return {{}, findings.take()};
  }
  const Node root = config::parse_tree(file.text, findings);
  if (!findings.none()) return {{}, findings.take()};
  Scenario scenario = ScenarioReader(path, findings).read(root, policy_file);
  return {std::move(scenario), findings.take()};
}

}  // namespace told::rehearse
