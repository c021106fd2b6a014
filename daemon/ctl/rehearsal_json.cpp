// A rehearsal for programs: one JSON object on a line for each thing that happened, then each expectation that was not
// met and each thing left unsaid.
#include <ostream>

#include "audit/clock.hpp"
#include "audit/json.hpp"
#include "ctl/json_object.hpp"
#include "ctl/rehearsal_story.hpp"
#include "ctl/rehearsal_words.hpp"
#include "rehearse/left_unsaid.hpp"

namespace told::ctl {
namespace {

class Lines {
 public:
  Lines(const rehearse::Play& play, bool show_values, std::ostream& out)
      : play_(play), show_values_(show_values), words_(play), out_(out) {}

  void write(const rehearse::Decided& d) {
    if (words_.goes_without_saying(d)) return;
    // The body has names, and what people wrote.
    JsonObject o = begin("decided", d.at, words_.of(d));
    out_ << o.texts("duties", words_.duties(d)).raw("entry", audit::to_json(d.head)).line();
  }
  void write(const rehearse::Delivered& d) {
    JsonObject o = begin("delivered", d.at, words_.of(d));
    o.text("recipient", d.what.recipient)
        .text("kind", rehearse::kind_word(d.what.kind))
        .text("event", d.event_type)
        .text("carrier", d.carrier)
        .raw("call", std::to_string(d.what.call))
        .texts("fields", d.fields);
    if (!d.what.about_recipient.empty()) o.text("about", d.what.about_recipient);
    if (const std::string duty = words_.duty_behind(d); !duty.empty()) o.text("duty", duty);
    std::vector<std::string> also;
    for (const core::UnansweredToo& each : d.what.also) also.push_back(each.recipient);
    if (!also.empty()) o.texts("also_about", also);
    if (d.what.deadline != core::Instant{}) o.text("deadline", audit::utc_time(d.what.deadline));
    if (show_values_) o.text("message", d.text);
    out_ << o.line();
  }
  void write(const rehearse::Refused& r) {
    out_ << begin("refused", r.at, words_.of(r)).raw("problem", audit::to_json(r.problem)).line();
  }
  void write(const rehearse::Remark& r) { out_ << begin("remark", r.at, r.text).line(); }

 private:
  [[nodiscard]] JsonObject begin(const char* what, core::Instant at, const std::string& words) const {
    JsonObject o;
    o.text("what", what).text("at", audit::utc_time(at));
    o.text("local", rehearse::day_words(at, play_.calendar()) + " " + rehearse::clock_words(at, play_.calendar()));
    return o.text("words", words);
  }

  const rehearse::Play& play_;
  bool show_values_;
  RehearsalWords words_;
  std::ostream& out_;
};

}  // namespace

void tell_json(const rehearse::Play& play, bool show_values, std::ostream& out) {
  Lines lines(play, show_values, out);
  for (const rehearse::Line& line : play.lines()) std::visit([&](const auto& each) { lines.write(each); }, line);
  for (const rehearse::Failure& f : play.failures())
    out << JsonObject()
               .text("what", "not_so")
               .text("file", play.scenario().file)
               .raw("line", std::to_string(f.place.line))
               .text("expected", f.expected)
               .text("instead", f.instead)
               .line();
  for (const rehearse::Unsaid& each : rehearse::left_unsaid(play))
    out << JsonObject().text("what", "left_unsaid").text("words", each.sentence).line();
  out << JsonObject()
             .text("what", "end")
             .text("at", audit::utc_time(play.ends()))
             .raw("expected", std::to_string(play.scenario().expectations.size()))
             .raw("failed", std::to_string(play.failures().size()))
             .line();
}

}  // namespace told::ctl
