// toldctl explain: who would be told of one event, and why; and who would not. Nothing is sent.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <ostream>

#include "audit/kinds.hpp"
#include "core/event_types.hpp"
#include "ctl/exit.hpp"
#include "ctl/party_address.hpp"
#include "ctl/policy_file.hpp"
#include "ctl/private_file.hpp"
#include "ctl/rehearsal_words.hpp"
#include "ctl/session.hpp"
#include "ctl/terminal.hpp"
#include "ctl/when.hpp"
#include "ledger/event_prints.hpp"
#include "rehearse/event_said.hpp"
#include "rehearse/fields_seen.hpp"

namespace told::ctl {
namespace {

/// What one event made, as the engine decided it and dispatch worded it.
class Seen final : public rehearse::Witness {
 public:
  void decided(core::Instant, const core::Entry& entry) override {
    if (entry.head.has_event_accepted()) {
      accepted = entry.head.event_accepted();
      index = entry.head.index();
    }
  }
  void delivered(core::Instant, const core::Transmit& t, const v1::Delivery& delivery) override {
    fields[t.notification.slot] = rehearse::fields_seen(delivery);
  }

  v1::EventAccepted accepted;
  core::EntryIndex index = 0;
  std::map<std::uint32_t, std::vector<std::string>> fields;  ///< by slot
};

bool names(const std::vector<std::string>& all, const std::string& name) {
  return std::find(all.begin(), all.end(), name) != all.end();
}

bool applies_at(const std::vector<std::string>& sites, const std::string& site) {
  return sites.empty() || names(sites, site);
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

class Explanation {
 public:
  Explanation(const PolicySeen& looked_at, v1::Event event, const Seen& seen, Session& session)
      : looked_at_(looked_at), policy_(looked_at.policy), event_(std::move(event)), seen_(seen), session_(session) {
    type_ = core::published_type(event_.type());
    happened_ = instant(event_.time());
  }

  void tell() {
    tell_heading();
    int number = 0;
    for (const v1::Duty& duty : seen_.accepted.duties())
      if (duty.kind() != v1::NOTIFICATION_KIND_OBLIGATION) tell_duty(duty, ++number);
    tell_clocks();
    tell_what_ends();
    tell_the_end();
    tell_who_is_not();
  }

  /// Who was told of the earlier event is in told's ledger: not here.
  void tell_of_amendment() {
    const bool withdraws = event_.has_event_withdrawn();
    const std::string& earlier =
        withdraws ? event_.event_withdrawn().supersedes() : event_.event_corrected().supersedes();
    tell_heading();
    session_.out
        << "\nIt goes to exactly those who were told of the earlier event (" << earlier << "),\n"
        << (withdraws ? "each being asked to delete what it had; whoever was not told yet is told of neither.\n"
                      : "each with what it may see of that event, and nothing else. Whoever it concerns only as it\n"
                        "is corrected is told of it as of the event itself, by the rules in force, and what it makes\n"
                        "owed is owed.\n")
        << "Whoever was only called because somebody did not answer learns the fact alone.\n"
        << "Who that is, the case says (toldctl case), or a rehearsal in which both happen (toldctl "
           "rehearse).\n";
  }

 private:
  void tell_heading() {
    session_.out << toned(title_line(), Tone::strong, session_.out_terminal)
                 << "\nNothing was sent. Policy: " << policy_.name << " (" << looked_at_.source()
                 << "). Times are local (" << policy_.calendar.zone << ").\n";
  }

  [[nodiscard]] std::string title_line() const {
    std::string text = event_.status() == v1::STATUS_ACTUAL ? "" : "NOT REAL: ";
    return text + audit::event_words(event_.type()) + " at " + event_.site() + ", " +
           policy_.calendar.in_words(happened_);
  }

  [[nodiscard]] std::string title(const std::string& name) const {
    const core::Recipient* r = policy_.recipient(name);
    return r == nullptr || r->title.empty() ? name : r->title + " (" + name + ")";
  }

  void row(const char* label, const std::string& text) {
    if (text.empty()) return;
    std::string head = std::string("   ") + label;
    head.resize(std::max<std::size_t>(head.size() + 1, 18), ' ');
    session_.out << head << text << "\n";
  }

  void tell_duty(const v1::Duty& duty, int number) {
    session_.out << "\n"
                 << number << "  " << toned(title(duty.recipient()), Tone::strong, session_.out_terminal) << "\n";
    const core::Rule* rule = policy_.rule(duty.rule());
    const auto fields = seen_.fields.find(duty.slot());
    if (duty.nobody_there())
      row("told", "NOBODY is on duty, so the first rung is called at once");
    else
      row("sees", fields == seen_.fields.end() ? "nothing was worded for it" : rehearse::in_groups(fields->second));
    const core::Instant deadline = core::from_us(duty.deadline_us());
    if (rule == nullptr) return row("answers by", policy_.calendar.in_words(deadline));
    const auto pace = static_cast<std::size_t>(this->pace());
    row("why", why(*rule, duty.recipient()));
    row("basis", rule->basis);
    row("purpose", rule->purpose);
    row("agreement", agreement(*rule));
    row("source", rule->source);
    row("answers by", core::reckoning_in_words(rule->within[pace], happened_, policy_.calendar));
    tell_ladder(policy_.ladder(rule->ladder[pace]), duty.recipient(),
                {core::from_us(duty.from_us()), deadline, rule->within[pace]});
  }

  [[nodiscard]] core::Pace pace() const {
    return seen_.accepted.grade() == v1::RISK_GRADE_HIGH ? core::Pace::high : core::Pace::other;
  }

  [[nodiscard]] std::string why(const core::Rule& rule, const std::string& told) const {
    std::string text = looked_at_.place(rule.line) + ": of every " + rule.when;
    if (rule.who != told) text += ", as the one who is on duty as " + rule.who;
    if (!rule.sites.empty()) text += " from " + listed(rule.sites);
    if (!rule.only_if.always()) text += ", only if " + rule.only_if.text() + ", which holds";
    return text;
  }

  static std::string agreement(const core::Rule& rule) {
    if (rule.agreement.empty() || !rule.review_by) return rule.agreement;
    const auto& day = *rule.review_by;
    return rule.agreement + ", to be reviewed by " + core::date_in_words(day) + " " + std::to_string(int{day.year()});
  }

  struct Allowed {
    core::Instant from, deadline;
    core::Due within;
  };

  void tell_ladder(const core::Ladder* ladder, const std::string& silent, const Allowed& allowed,
                   const char* label = "nobody answers", const char* alarm = "nobody was told") {
    if (ladder == nullptr) return;
    const core::Recipient* recipient = policy_.recipient(silent);
    for (const core::Rung& rung : ladder->rungs) {
      const core::Instant at = rung.after.at(allowed.from, allowed.deadline, allowed.within, policy_.calendar);
      std::string who;
      const auto add = [&](const std::string& words) { who += (who.empty() ? "" : ", ") + words; };
      if (rung.again)
        add("told again" + (recipient != nullptr && recipient->second ? ", by " + recipient->second->carrier : ""));
      for (const std::string& name : rung.who) add(on_duty(name, at));
      if (rung.deputy && recipient != nullptr && !recipient->deputy.empty()) add(title(recipient->deputy));
      if (rung.quorum > 0) who += " (" + std::to_string(rung.quorum) + " of these taking it hold the ladder)";
      row(label, rehearse::near_words(at, happened_, policy_.calendar) + "  " + who);
      label = "";
    }
    // What an exercise comes to is for those who exercise, and a reminder is no duty: no alarm is raised about either.
    row("", "then again " + core::interval_in_words(ladder->repeat_last) +
                (is_real() && alarm != nullptr ? std::string(", and \"") + alarm + "\" is raised" : ""));
  }

  /// A rota's name with the people it gives for that hour.
  [[nodiscard]] std::string on_duty(const std::string& name, core::Instant at) const {
    if (policy_.rota(name) == nullptr) return title(name);
    const std::vector<std::string> people = policy_.on_duty(name, at);
    if (people.empty()) return name + ": NOBODY is on duty, so the next rung is called at once";
    std::string text;
    for (const std::string& person : people) text += (text.empty() ? "" : ", ") + title(person);
    return name + ": " + text;
  }

  void tell_clocks() {
    bool first = true;
    for (const v1::Duty& duty : seen_.accepted.duties()) {
      const core::Clock* clock = duty.kind() == v1::NOTIFICATION_KIND_OBLIGATION ? policy_.clock(duty.rule()) : nullptr;
      if (clock == nullptr) continue;
      if (first) session_.out << "\n" << toned("Clocks that start", Tone::strong, session_.out_terminal) << "\n";
      first = false;
      const core::Instant due = core::from_us(duty.deadline_us());
      session_.out << "\n   " << clock->duty << ", owed by " << on_duty(clock->who, happened_) << "\n";
      row("due", core::reckoning_in_words(clock->due, happened_, policy_.calendar));
      row("reminded", policy_.calendar.in_words(clock->warn.at(happened_, due, clock->due, policy_.calendar)));
      row("stopped by", clock->stopped_by.empty() ? "a person who says that it is done" : listed(clock->stopped_by));
      if (clock->every)
        row("then again", "every " + core::counted_in_words(*clock->every) + ", until " +
                              (clock->until.empty() ? "a person says that it is done for good" : listed(clock->until)));
      if (clock->once_a_stay) row("once", "while the child stays, however often it is reported");
      if (clock->reminder) row("no duty", "a reminder: nobody is told that it was not done, and no report counts it");
      row("why", looked_at_.place(clock->line) + (clock->only_if.always() ? "" : ", since " + clock->only_if.text()));
      row("basis", clock->basis);
      row("source", clock->source);
      tell_ladder(policy_.ladder(clock->ladder), clock->who, {happened_, due, clock->due}, "not done",
                  clock->reminder ? nullptr : "duty not done");
    }
  }

  [[nodiscard]] bool is_real() const { return event_.status() == v1::STATUS_ACTUAL; }

  void tell_list(const char* heading, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    session_.out << "\n" << toned(heading, Tone::strong, session_.out_terminal) << "\n";
    for (const std::string& line : lines) session_.out << "   " << line << "\n";
  }

  /// What was owed or counted before, and is not after this.
  void tell_what_ends() {
    std::vector<std::string> lines;
    if (type_ == "child.located")
      lines.emplace_back("the search: nobody is called any more because they were silent about it");
    if (type_ == "case.closed") lines.emplace_back("whatever else is owed in the case: owed no longer");
    for (const core::Clock& clock : policy_.clocks) {
      const bool stops = names(clock.stopped_by, type_), ends = names(clock.until, type_);
      // One duty may have a clock for each event that starts it.
      if (std::any_of(lines.begin(), lines.end(), [&](const auto& each) { return each.starts_with(clock.duty + ":"); }))
        continue;
      if (stops)
        lines.push_back(clock.duty + ": done, where it is owed" + (clock.every && !ends ? ", and then again" : ""));
      else if (ends && type_ != "case.closed")
        lines.push_back(clock.duty + ": owed no longer");
    }
    for (const core::Quota& quota : policy_.quotas)
      if (names(quota.until, type_)) lines.push_back("quota " + quota.name + ": this child counts no more");
    tell_list("What this ends", lines);
  }

  /// Whom a rule tells that a child is missing, or of a new grade, and not of this.
  [[nodiscard]] bool is_told_of_the_end(const core::Recipient& r) const {
    const auto& duties = seen_.accepted.duties();
    if (type_ != "child.located" || std::any_of(duties.begin(), duties.end(), [&](const v1::Duty& duty) {
          return duty.kind() != v1::NOTIFICATION_KIND_OBLIGATION && duty.recipient() == r.name;
        }))
      return false;
    return std::any_of(policy_.rules.begin(), policy_.rules.end(), [&](const core::Rule& rule) {
      return (rule.when == "child.missing" || rule.when == "child.missing_risk_changed") &&
             policy_.exercise_only(rule.who) != is_real() && policy_.may_tell(rule, r.name);
    });
  }

  void tell_the_end() {
    std::string who;
    for (const core::Recipient& r : policy_.recipients)
      if (is_told_of_the_end(r)) who += (who.empty() ? "" : ", ") + r.name;
    if (who.empty()) return;
    tell_list("Told of the end as well: everybody who was told that this child is missing, and these where they were",
              {who + (is_real() ? ": to answer within " + core::in_words(policy_.stand_down_within) + ", by ladder " +
                                      policy_.stand_down_ladder + " (stand_down)"
                                : "")});
  }

  void tell_who_is_not() {
    std::vector<std::string> lines;
    for (const core::Rule& rule : policy_.rules) {
      if (rule.when != type_) continue;
      const bool told = std::any_of(
          seen_.accepted.duties().begin(), seen_.accepted.duties().end(),
          [&](const v1::Duty& d) { return d.kind() != v1::NOTIFICATION_KIND_OBLIGATION && d.rule() == rule.number; });
      if (!told)
        lines.push_back(title(rule.who) + ": " +
                        why_not(rule.sites, rule.only_if, rule.who, rule.line, rule.only_if_told));
    }
    for (const core::Clock& clock : policy_.clocks) {
      if (clock.starts != type_) continue;
      const bool started = std::any_of(
          seen_.accepted.duties().begin(), seen_.accepted.duties().end(),
          [&](const v1::Duty& d) { return d.kind() == v1::NOTIFICATION_KIND_OBLIGATION && d.rule() == clock.number; });
      if (!started && !clock.after.empty())
        lines.push_back("clock " + clock.name + ": it begins each time that " + clock.after + " is done (" +
                        looked_at_.place(clock.line) + ")");
      else if (!started)
        lines.push_back("clock " + clock.name + ": " + why_not(clock.sites, clock.only_if, clock.who, clock.line));
    }
    std::string no_rule;
    for (const core::Recipient& r : policy_.recipients) {
      const bool any = std::any_of(policy_.rules.begin(), policy_.rules.end(), [&](const core::Rule& rule) {
        return rule.when == type_ && policy_.may_tell(rule, r.name);
      });
      if (!any && !is_told_of_the_end(r)) no_rule += (no_rule.empty() ? "" : ", ") + r.name;
    }
    if (!no_rule.empty()) lines.push_back("no rule tells these of " + type_ + ": " + no_rule);
    tell_list("Not told", lines);
  }

  [[nodiscard]] std::string why_not(const std::vector<std::string>& sites, const core::Condition& only_if,
                                    const std::string& who, int line, bool only_if_told = false) const {
    const bool real = is_real();
    std::string why = "another rule has told it already";
    if (!applies_at(sites, event_.site()))
      why = "only of events from " + listed(sites) + ", and this is from " + event_.site();
    else if (!only_if.holds(event_))
      why = "only if " + only_if.text() + ", which does not hold";
    else if (policy_.exercise_only(who) == real)
      why = real ? "it is told of exercises and tests only" : "it is told of real events only";
    else if (only_if_told)
      why = "only where it was told that the child is missing, and here nobody was told of anything before";
    return why + " (" + looked_at_.place(line) + ")";
  }

  const PolicySeen& looked_at_;
  const core::Policy& policy_;
  v1::Event event_;
  const Seen& seen_;
  Session& session_;
  std::string type_;
  core::Instant happened_{};
};

v1::Event read_event(const std::string& path, core::Instant at) {
  config::Findings findings{path};
  const std::string text = path == "-" ? standard_input() : read_file(path);
  v1::Event event = rehearse::event_from_json(text, path, {}, {at, at, "explained"}, findings);
  for (const auto& problem : findings.take()) throw Failure(exit_data, problem.text);
  return event;
}

}  // namespace

void add_explain(Command& app, Session& session) {
  struct Wish {
    std::string policy;
    std::string event;
  };
  Command& made = command(app, "explain", "Say who would be told of an event, and why; nothing is sent",
                          "  toldctl explain missing.json\n"
                          "  toldctl explain --policy council.toml missing.json\n"
                          "  toldctl explain --policy council.toml - < missing.json");
  auto wish = std::make_shared<Wish>();
  made.option("EVENT", wish->event, "The event (told.v1.Event in JSON), or - for standard input").required();
  made.option("--policy", wish->policy, "The policy; the one that told has in force if not given");
  made.runs([&session, wish] {
    const PolicySeen looked_at = look_at_policy(wish->policy, session);
    const v1::Event event = read_event(wish->event, now());
    Seen seen;
    if (core::is_about_an_earlier(core::published_type(event.type())))
      return Explanation(looked_at, event, seen, session).tell_of_amendment();
    static constexpr std::array<unsigned char, 32> key{};
    rehearse::World world(
        instant(event.time()), [](const v1::Event& e) { return ledger::event_prints(key.data(), e); }, seen,
        core::Duration::zero());
    world.adopt(std::make_shared<core::Policy>(looked_at.policy));
    const auto result = world.publish(std::make_shared<v1::Event>(event));
    if (result.has_problem())
      throw Failure(exit_data, "told would refuse this event (" + result.problem().code() +
                                   "): " + result.problem().reason() + "; " + result.problem().mend());
    world.advance(world.now());
    Explanation(looked_at, event, seen, session).tell();
  });
}

}  // namespace told::ctl
