#include "door/page.hpp"

namespace told::door {
namespace {

// Black on white, one column, large enough for a telephone at night; after the GOV.UK design system's measures.
constexpr const char* style =
    "body{font-family:arial,sans-serif;font-size:1.1875rem;line-height:1.4;color:#0b0c0c;background:#fff;margin:0}"
    "header{background:#0b0c0c;color:#fff;padding:.6rem 1rem;font-weight:bold}"
    "main{max-width:40rem;margin:0 auto;padding:1.5rem 1rem}"
    "h1{font-size:1.7rem;line-height:1.2;margin:0 0 1rem}"
    "dl{margin:0 0 1.5rem}dt{font-weight:bold}dd{margin:0 0 .7rem}"
    "label,legend{display:block;font-weight:bold;margin-bottom:.25rem}"
    "fieldset{border:0;padding:0;margin:0 0 1.2rem}fieldset label{font-weight:normal;padding:.4rem 0}"
    ".hint{color:#505a5f;margin:0 0 .4rem}"
    "input[type=text],textarea{font:inherit;width:100%;box-sizing:border-box;border:2px solid #0b0c0c;padding:.4rem;"
    "margin-bottom:1.2rem}"
    "input[type=radio]{width:1.4rem;height:1.4rem;vertical-align:middle;margin-right:.6rem}"
    "button{font:inherit;font-weight:bold;background:#00703c;color:#fff;border:0;box-shadow:0 2px 0 #002d18;"
    "padding:.6rem 1.2rem;cursor:pointer}"
    ":focus{outline:3px solid #fd0;outline-offset:0;box-shadow:inset 0 0 0 2px #0b0c0c}"
    ".exercise,.problem{border:4px solid #d4351c;padding:.8rem 1rem;margin-bottom:1.5rem;font-weight:bold}"
    ".exercise{border-color:#1d70b8}";

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  return out;
}

board::Response page(int status, const std::string& title, const std::string& body) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" "
      "content=\"noindex\"><title>" +
      title +
      " - told</title><link rel=\"stylesheet\" href=\"../style.css\"></head>\n<body><header>told</header><main>" +
      body + "</main></body></html>\n";
  return {status,
          "text/html; charset=utf-8",
          std::move(html),
          {},
          {{"content-security-policy",
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"},
           {"referrer-policy", "no-referrer"},
           {"x-content-type-options", "nosniff"},
           {"x-frame-options", "DENY"},
           {"x-robots-tag", "noindex"}}};
}

std::string text_field(const std::string& name, const std::string& label, const std::string& hint,
                       const std::string& value) {
  return "<label for=\"" + name + "\">" + label + "</label><p class=\"hint\" id=\"" + name + "-hint\">" + hint +
         "</p><input type=\"text\" id=\"" + name + "\" name=\"" + name + "\" aria-describedby=\"" + name +
         "-hint\" autocomplete=\"off\" required maxlength=\"128\" value=\"" + escaped(value) + "\">";
}

std::string choice(const std::string& value, const std::string& label, bool chosen) {
  return "<label><input type=\"radio\" name=\"answer\" value=\"" + value + "\"" + (chosen ? " checked" : "") +
         " required>" + label + "</label>";
}

std::string row(const std::string& term, const std::string& text) {
  return text.empty() ? "" : "<dt>" + term + "</dt><dd>" + escaped(text) + "</dd>";
}

}  // namespace

board::Response form_page(const Shown& shown, const FilledIn& filled) {
  const std::string title = shown.answered ? "This was answered already" : "Say that you have it";
  std::string body;
  if (shown.exercise) body += "<p class=\"exercise\">EXERCISE. This is not about a real child.</p>";
  if (!filled.problem.empty())
    body += "<p class=\"problem\" role=\"alert\">Not sent yet: " + escaped(filled.problem) + "</p>";
  body += "<h1>" + title + "</h1><dl>" + row("Reference", shown.reference) + row("For", shown.recipient) +
          row("What", shown.what) + row("A named person must answer by", shown.deadline) +
          row("Time", shown.time_left) + "</dl>";
  if (shown.answered)
    body +=
        "<p>Nobody needs to do anything here. What you send all the same is kept on the record, and changes "
        "nothing.</p>";
  const std::string whose = shown.recipient.empty() ? "" : " You answer for " + escaped(shown.recipient) + ".";
  body +=
      "<form method=\"post\" action=\"\"><p>Nothing is recorded until you press the button." + whose + "</p>" +
      text_field("person", "Your name", "As it should stand on the record.", filled.name) +
      text_field("role", "Your role there", "For example: duty social worker.", filled.role) +
      "<fieldset><legend>Your answer</legend>" + choice("have", "I have it and see to it", filled.answer == "have") +
      choice("not_ours", "It is not for us (say why below); others are called at once", filled.answer == "not_ours") +
      "</fieldset><label for=\"note\">Note</label><p class=\"hint\" id=\"note-hint\">Leave out names and anything "
      "about "
      "the child. Needed only if it is not for you.</p><textarea id=\"note\" name=\"note\" rows=\"3\" "
      "maxlength=\"1000\" aria-describedby=\"note-hint\">" +
      escaped(filled.note) + "</textarea><button type=\"submit\">Put it on the record</button></form>";
  return page(filled.problem.empty() ? 200 : 400, title, body);
}

board::Response message_page(int status, const std::string& title, const std::string& text) {
  return page(status, title, "<h1>" + title + "</h1><p>" + text + "</p>");
}

board::Response style_sheet() {
  return {200, "text/css; charset=utf-8", style, {}, {{"x-content-type-options", "nosniff"}}};
}

}  // namespace told::door
