#include "ctl/rehearsal_story.hpp"

#include <ostream>
#include <set>

#include "audit/kinds.hpp"
#include "audit/words.hpp"
#include "config/quantity.hpp"
#include "ctl/rehearsal_words.hpp"
#include "ctl/terminal.hpp"
#include "rehearse/fields_seen.hpp"
#include "rehearse/left_unsaid.hpp"

namespace told::ctl {
namespace {

using rehearse::Decided;
using rehearse::Delivered;
using rehearse::Play;
using rehearse::Refused;
using rehearse::Remark;

constexpr std::size_t width = 110;

/// Broken at spaces; every line but the first begins `indent` further in.
std::string wrapped(const std::string& text, std::size_t indent) {
  std::string out;
  std::size_t column = indent;
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t space = std::min(text.find(' ', from), text.size());
    const std::size_t word = space - from;
    if (column > indent && column + 1 + word > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += text.substr(from, word);
    column += word;
    from = space + 1;
  }
  return out;
}

class Story {
 public:
  Story(const Play& play, const StoryStyle& style, std::ostream& out)
      : play_(play), style_(style), out_(out), words_(play) {}

  void tell() {
    const auto& scenario = play_.scenario();
    out_ << toned(scenario.title.empty() ? scenario.file : scenario.title, Tone::strong, style_.colour) << "\n"
         << "Policy: " << play_.world().state().policy()->name << " (" << scenario.policy_file << ")\n"
         << "Nothing was sent. Times are local (" << play_.calendar().zone << ").\n";
    for (const rehearse::Line& line : play_.lines()) std::visit([&](const auto& each) { tell(each); }, line);
    out_ << "\nPlayed until " << play_.calendar().in_words(play_.ends()) << ".\n";
    tell_unsaid();
  }

 private:
  void line(core::Instant at, const std::string& text, Tone tone = Tone::plain, std::size_t indent = 0) {
    const std::string day = rehearse::day_words(at, play_.calendar());
    if (day != day_) out_ << "\n" << toned(day, Tone::strong, style_.colour) << "\n";
    day_ = day;
    const std::string clock = rehearse::clock_words(at, play_.calendar());
    const std::size_t left = clock.size() + 2 + indent;
    out_ << (clock == clock_ ? std::string(clock.size(), ' ') : clock) << std::string(2 + indent, ' ')
         << toned(wrapped(text, left + (indent > 0 ? 2 : 0)), tone, style_.colour) << "\n";
    clock_ = clock;
  }

  void tell(const Decided& d) {
    if (words_.goes_without_saying(d)) return;
    const bool grave = d.head.has_escalated() || d.head.has_alarm_raised();
    std::string text = words_.of(d);
    if (words_.repeats(d)) {
      if (!repeated_.insert({d.head.event(), d.head.escalated().slot()}).second) return;
      text += ", and so on until somebody acknowledges";
    }
    line(d.at, text, grave ? Tone::warning : d.head.has_acknowledged() ? Tone::good : Tone::plain);
    for (const std::string& duty : words_.duties(d)) line(d.at, duty, Tone::plain, 2);
  }

  void tell(const Delivered& d) {
    if (d.what.call > 1) return;  // the line that said "and so on" stands for it
    line(d.at, words_.of(d), Tone::plain, 2);
    if (style_.show_values) out_ << d.text;
  }

  void tell(const Refused& r) { line(r.at, words_.of(r), Tone::warning); }
  void tell(const Remark& r) { line(r.at, r.text, Tone::faint); }

  void tell_unsaid() {
    const auto all = rehearse::left_unsaid(play_);
    if (all.empty()) {
      out_ << "Nothing is left unsaid: everybody who was to be told was told and has answered, and no clock runs.\n";
      return;
    }
    out_ << "\n" << toned("Left unsaid", Tone::strong, style_.colour) << "\n";
    for (const auto& each : all) out_ << "  " << wrapped(each.sentence, 4) << "\n";
  }

  const Play& play_;
  const StoryStyle& style_;
  std::ostream& out_;
  RehearsalWords words_;
  std::string day_;
  std::string clock_;
  std::set<std::pair<std::uint64_t, std::uint32_t>> repeated_;
};

}  // namespace

void tell_story(const Play& play, const StoryStyle& style, std::ostream& out) { Story(play, style, out).tell(); }

void tell_expectations(const Play& play, bool colour, std::ostream& out) {
  const auto& scenario = play.scenario();
  for (const rehearse::Failure& failure : play.failures())
    out << scenario.file << ":" << failure.place.line << ":" << failure.place.column << ": "
        << toned("NOT SO", Tone::warning, colour) << "  expected: " << failure.expected
        << "\n  instead: " << failure.instead << "\n";
  if (play.failures().empty() && !scenario.expectations.empty())
    out << scenario.file << ": " << toned("AS EXPECTED", Tone::good, colour) << "  " << scenario.expectations.size()
        << (scenario.expectations.size() == 1 ? " expectation is met\n" : " expectations are met\n");
}

}  // namespace told::ctl
