// A rehearsal for programs: one JSON object on a line for each thing that happened, then each expectation that was not
// met and each thing left unsaid.
#include <cstdio>
#include <ostream>

#include "audit/clock.hpp"
#include "audit/json.hpp"
#include "ctl/rehearsal_story.hpp"
#include "ctl/rehearsal_words.hpp"
#include "rehearse/left_unsaid.hpp"

namespace told::ctl {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    char escape[8];
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

/// One object, its members in the order of these calls.
class Object {
 public:
  Object& text(const char* key, const std::string& value) { return raw(key, quoted(value)); }
  Object& raw(const char* key, const std::string& value) {
    body_ += (body_.empty() ? "" : ",") + quoted(key) + ":" + value;
    return *this;
  }
  Object& texts(const char* key, const std::vector<std::string>& values) {
    std::string list;
    for (const std::string& value : values) list += (list.empty() ? "" : ",") + quoted(value);
    return raw(key, "[" + list + "]");
  }
  [[nodiscard]] std::string line() const { return "{" + body_ + "}\n"; }

 private:
  std::string body_;
};

class Lines {
 public:
  Lines(const rehearse::Play& play, bool show_values, std::ostream& out)
      : play_(play), show_values_(show_values), words_(play), out_(out) {}

  void write(const rehearse::Decided& d) {
    if (words_.goes_without_saying(d)) return;
    // The body has names, and what people wrote.
    Object o = begin("decided", d.at, words_.of(d));
    out_ << o.texts("duties", words_.duties(d)).raw("entry", audit::to_json(d.head)).line();
  }
  void write(const rehearse::Delivered& d) {
    Object o = begin("delivered", d.at, words_.of(d));
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
  [[nodiscard]] Object begin(const char* what, core::Instant at, const std::string& words) const {
    Object o;
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
    out << Object()
               .text("what", "not_so")
               .text("file", play.scenario().file)
               .raw("line", std::to_string(f.place.line))
               .text("expected", f.expected)
               .text("instead", f.instead)
               .line();
  for (const rehearse::Unsaid& each : rehearse::left_unsaid(play))
    out << Object().text("what", "left_unsaid").text("words", each.sentence).line();
  out << Object()
             .text("what", "end")
             .text("at", audit::utc_time(play.ends()))
             .raw("expected", std::to_string(play.scenario().expectations.size()))
             .raw("failed", std::to_string(play.failures().size()))
             .line();
}

}  // namespace told::ctl
