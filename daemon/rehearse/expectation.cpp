// Judging: is what was expected so, and if not, what happened instead?
#include <algorithm>
#include <set>

#include "audit/committee_report.hpp"
#include "rehearse/fields_seen.hpp"
#include "rehearse/play.hpp"

namespace told::rehearse {
namespace {

using K = Expectation::Kind;

bool is_call(const Delivered& d) {
  return d.what.kind == v1::NOTIFICATION_KIND_ESCALATION || d.what.kind == v1::NOTIFICATION_KIND_ANSWERED;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "nobody" : text;
}

std::string in_words(const ReportFigures& figures) {
  std::string text;
  const auto say = [&](const std::optional<std::uint64_t>& figure, const char* of) {
    if (figure) text += (text.empty() ? "" : ", ") + std::to_string(*figure) + " " + of;
  };
  say(figures.arrivals, "arrivals");
  say(figures.missing_episodes, "missing episodes");
  say(figures.young_people, "young people");
  say(figures.duties, "duties");
  return text;
}

class Judge {
 public:
  Judge(const Expectation& e, const Play& play) : e_(e), play_(play) {
    for (const Line& line : play.lines())
      if (const auto* d = std::get_if<Delivered>(&line)) deliveries_.push_back(d);
  }

  std::optional<std::string> instead() const {
    switch (e_.kind) {
      case K::told:
        return told(of_kind([&](const Delivered& d) { return !e_.which.kind.empty() || !is_call(d); }), "told");
      case K::called:
        return told(of_kind([](const Delivered& d) { return d.what.kind == v1::NOTIFICATION_KIND_ESCALATION; }),
                    "called");
      case K::not_told:
        return none(of_kind([&](const Delivered& d) { return !e_.which.kind.empty() || !is_call(d); }), "told");
      case K::not_called:
        return none(of_kind([](const Delivered& d) { return d.what.kind == v1::NOTIFICATION_KIND_ESCALATION; }),
                    "called");
      case K::told_only:
        return only();
      case K::order:
        return order();
      case K::due:
        return due();
      case K::state:
        return state();
      case K::nobody_was_told:
        return nobody_was_told();
      case K::refused:
        return refused();
      case K::report:
        return report();
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] std::string clock(core::Instant at) const {
    return near_words(at, play_.scenario().begins, play_.calendar());
  }

  template <class Is>
  std::vector<const Delivered*> of_kind(Is is) const {
    std::vector<const Delivered*> found;
    for (const Delivered* d : deliveries_)
      if (d->at >= e_.not_before && is(*d) && play_.agrees(e_.which, *d)) found.push_back(d);
    return found;
  }

  [[nodiscard]] std::string one(const Delivered& d) const {
    std::string text = kind_word(d.what.kind) + " of " + d.event_type;
    if (!d.what.about_recipient.empty()) text += " about " + d.what.about_recipient;
    return text + " at " + clock(d.at);
  }

  /// What reached `who`, whenever and whatever it was.
  [[nodiscard]] std::string all_that_reached(const std::string& who) const {
    std::string text;
    for (const Delivered* d : deliveries_)
      if (d->what.recipient == who) text += (text.empty() ? "" : "; ") + one(*d);
    return text.empty() ? "nothing at all has reached " + who : "what reached " + who + " was: " + text;
  }

  std::optional<std::string> told(const std::vector<const Delivered*>& found, const char* verb) const {
    if (found.size() < e_.times)
      return (e_.times == 1 ? "it was not " + std::string(verb)
                            : "it was " + std::string(verb) + " " + std::to_string(found.size()) + " times") +
             "; " + all_that_reached(e_.which.who);
    if (e_.at_most != 0 && found.size() > e_.at_most)
      return "it was " + std::string(verb) + " " + std::to_string(found.size()) + " times";
    const Delivered& last = *found.back();
    std::vector<std::string> unseen;
    for (const std::string& path : e_.fields_seen)
      if (!sees(last.fields, path)) unseen.push_back(path);
    std::vector<std::string> leaked;
    for (const Delivered* d : found)
      for (const std::string& path : e_.not_fields)
        if (sees(d->fields, path)) leaked.push_back(path);
    if (!e_.carrier.empty() && last.carrier != e_.carrier) return "it came by " + last.carrier + " (" + one(last) + ")";
    const bool begins = last.text.starts_with(e_.first_words);
    if (!begins) return "its first words are \"" + last.text.substr(0, last.text.find('\n')) + "\" (" + one(last) + ")";
    if (!leaked.empty()) return "it did see " + listed(leaked) + " (" + one(last) + ")";
    if (!unseen.empty())
      return "it did not see " + listed(unseen) + "; it saw " + in_groups(last.fields) + " (" + one(last) + ")";
    return std::nullopt;
  }

  std::optional<std::string> none(const std::vector<const Delivered*>& found, const char* verb) const {
    if (found.empty()) return std::nullopt;
    return "it was " + std::string(verb) + ": " + one(*found.front());
  }

  [[nodiscard]] std::vector<std::string> told_in_order() const {
    std::vector<std::string> names;
    for (const Delivered* d : of_kind([&](const Delivered& each) {
           return (!e_.which.kind.empty() || !is_call(each)) &&
                  (!e_.which.kind.empty() || each.what.kind != v1::NOTIFICATION_KIND_OBLIGATION);
         }))
      if (std::find(names.begin(), names.end(), d->what.recipient) == names.end()) names.push_back(d->what.recipient);
    return names;
  }

  std::optional<std::string> only() const {
    const std::vector<std::string> told = told_in_order();
    if (std::set<std::string>(told.begin(), told.end()) == std::set<std::string>(e_.names.begin(), e_.names.end()))
      return std::nullopt;
    return "those told were " + listed(told);
  }

  std::optional<std::string> order() const {
    std::vector<std::string> told = told_in_order();
    std::erase_if(told, [&](const std::string& name) {
      return std::find(e_.names.begin(), e_.names.end(), name) == e_.names.end();
    });
    if (told == e_.names) return std::nullopt;
    return "the order was " + listed(told);
  }

  std::optional<std::string> due() const {
    const auto id = play_.find(e_.which);
    if (!id) return "there is no such notification";
    const core::Instant at = play_.world().state().notification(*id)->deadline;
    if (at >= e_.due.at && at <= e_.due.end()) return std::nullopt;
    return "it is due " + play_.calendar().in_words(at);
  }

  std::optional<std::string> state() const {
    const auto id = play_.find(e_.which);
    if (!id) return "there is no such notification";
    const core::Notification& n = *play_.world().state().notification(*id);
    const std::string state = state_word(n.state);
    const bool as_said = (e_.state.empty() || state == e_.state) && (!e_.late || n.late == *e_.late);
    if (as_said) return std::nullopt;
    return "it is " + state + (n.late ? ", late" : e_.late ? ", not late" : "");
  }

  std::optional<std::string> nobody_was_told() const {
    std::vector<std::string> whose;
    for (const Line& line : play_.lines()) {
      const auto* d = std::get_if<Decided>(&line);
      if (d == nullptr || d->head.alarm_raised().code() != "nobody_was_told" || d->at < e_.not_before) continue;
      const auto* n =
          play_.world().state().notification(core::NotificationId::of(d->head.alarm_raised().notification()));
      const std::string who = n == nullptr ? "" : play_.world().state().recipient_name(n->recipient);
      if (e_.which.call_about.empty() || who == e_.which.call_about) whose.push_back(who + " (" + clock(d->at) + ")");
    }
    if (whose.empty() != e_.truth) return std::nullopt;
    return whose.empty() ? "it was not raised" : "it was raised about " + listed(whose);
  }

  std::optional<std::string> refused() const {
    std::vector<std::string> codes;
    for (const Line& line : play_.lines())
      if (const auto* r = std::get_if<Refused>(&line); r != nullptr && r->at >= e_.not_before) {
        if (!e_.which.of.empty() && r->event_type != e_.which.of) continue;
        if (r->problem.code() == e_.state) return std::nullopt;
        codes.push_back(r->problem.code());
      }
    return codes.empty() ? "no event was refused" : "the refusals were " + listed(codes);
  }

  std::optional<std::string> report() const {
    audit::CommitteeReport committee{core::Instant::min(), core::Instant::max(), play_.world().now()};
    for (const Line& line : play_.lines())
      if (const auto* d = std::get_if<Decided>(&line)) committee.add(d->head);
    const audit::CommitteeFigures is = committee.figures();
    const std::uint64_t duties = is.met + is.late + is.missed + is.running + is.no_longer_owed;
    const auto differs = [](const std::optional<std::uint64_t>& said, std::uint64_t figure) {
      return said && *said != figure;
    };
    if (!differs(e_.report.arrivals, is.arrivals) && !differs(e_.report.missing_episodes, is.episodes) &&
        !differs(e_.report.young_people, is.young_people) && !differs(e_.report.duties, duties))
      return std::nullopt;
    return "it says " + in_words(ReportFigures{is.arrivals, is.episodes, is.young_people, duties});
  }

  const Expectation& e_;
  const Play& play_;
  std::vector<const Delivered*> deliveries_;
};

}  // namespace

std::optional<std::string> what_instead(const Expectation& expectation, const Play& play) {
  return Judge(expectation, play).instead();
}

std::string in_words(const Which& which) {
  std::string text = which.call_about.empty() ? "" : "the call about " + which.call_about;
  if (!which.kind.empty()) text += (text.empty() ? "" : ", ") + ("the " + which.kind);
  if (!which.clock.empty()) text += (text.empty() ? "" : ", ") + ("the clock " + which.clock);
  if (!which.of.empty()) text += (text.empty() ? "" : " of ") + which.of;
  if (!which.subject.empty()) text += (text.empty() ? "" : " about ") + which.subject;
  return text.empty() ? "anything" : text;
}

std::string in_words(const Expectation& e, const Play& play) {
  const auto clock = [&](core::Instant at) { return near_words(at, play.scenario().begins, play.calendar()); };
  std::string what = in_words(e.which);
  std::string text;
  switch (e.kind) {
    case K::told:
      text = e.which.who + " is told of " + what;
      break;
    case K::not_told:
      text = e.which.who + " is not told of " + what;
      break;
    case K::called:
      text = e.which.who + " is called: " + what;
      break;
    case K::not_called:
      text = e.which.who + " is not called: " + what;
      break;
    case K::told_only:
      text = "only " + listed(e.names) + " told of " + what;
      break;
    case K::order:
      text = "in this order told of " + what + ": " + listed(e.names);
      break;
    case K::due:
      text = (e.which.who.empty() ? "" : e.which.who + ", ") + what + " is due " + play.calendar().in_words(e.due.at);
      break;
    case K::state:
      text = (e.which.who.empty() ? "" : e.which.who + ", ") + what + " is" + (e.state.empty() ? "" : " " + e.state) +
             (e.late ? *e.late ? " late" : " not late" : "");
      break;
    case K::nobody_was_told:
      text = std::string("the alarm \"nobody was told\" is ") + (e.truth ? "raised" : "not raised");
      if (!e.which.call_about.empty()) text += " about " + e.which.call_about;
      break;
    case K::refused:
      text = "an event is refused: " + e.state;
      break;
    case K::report:
      text = "the committee's table says " + in_words(e.report);
      break;
  }
  if (!e.fields_seen.empty()) text += ", seeing " + listed(e.fields_seen);
  if (!e.not_fields.empty()) text += ", not seeing " + listed(e.not_fields);
  if (!e.first_words.empty()) text += ", beginning with \"" + e.first_words + "\"";
  if (!e.carrier.empty()) text += ", by " + e.carrier;
  if (e.times > 1) text += ", " + std::to_string(e.times) + " times";
  if (e.at_most != 0) text += ", " + std::to_string(e.at_most) + " times at most";
  if (e.not_before > play.scenario().begins) text += ", not before " + clock(e.not_before);
  if (e.by) text += ", by " + clock(e.by->at);
  return text;
}

}  // namespace told::rehearse
