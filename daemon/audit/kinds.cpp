#include "audit/kinds.hpp"

#include <string_view>

namespace told::audit {

std::string event_words(const std::string& type) {
  if (type == "alarm") return "alarm about told itself";
  if (type == "stand_down") return "missing episode ended by hand";
  if (type == "screen") return "somebody kept out of a case";
  if (type == "same_child") return "two cases are the same child's";
  if (type == "another_child") return "an event was about another child";
  std::string_view rest = type;
  if (rest.starts_with("told.")) rest.remove_prefix(5);
  if (const auto dot = rest.rfind(".v"); dot != std::string_view::npos) rest = rest.substr(0, dot);
  if (rest == "prevent.section36") return "Prevent referral to a Channel panel (section 36)";
  std::string text(rest);
  for (char& c : text)
    if (c == '.' || c == '_') c = ' ';
  return text.empty() ? "event" : text;
}

std::string kind_words(v1::NotificationKind kind) {
  switch (kind) {
    case v1::NOTIFICATION_KIND_TELL:
      return "to be told";
    case v1::NOTIFICATION_KIND_STAND_DOWN:
      return "to be told of the end";
    case v1::NOTIFICATION_KIND_ESCALATION:
      return "called, since somebody else has not answered";
    case v1::NOTIFICATION_KIND_ANSWERED:
      return "told that it is answered";
    case v1::NOTIFICATION_KIND_ALARM:
      return "called about told itself";
    case v1::NOTIFICATION_KIND_OBLIGATION:
      return "owes a duty";
    case v1::NOTIFICATION_KIND_CORRECTION:
      return "to be told of a correction";
    case v1::NOTIFICATION_KIND_WITHDRAWAL:
      return "to be asked to delete what was withdrawn";
    case v1::NOTIFICATION_KIND_SAME_CHILD:
      return "to be told that two cases are the same child's";
    case v1::NOTIFICATION_KIND_ANOTHER_CHILD:
      return "to be told that it was about another child";
    default:
      return "unknown";
  }
}

std::string nobody_there_words(const v1::Duty& duty) { return duty.nobody_there() ? " (NOBODY THERE)" : ""; }

std::string on_one_line(const std::string& text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto at = [&](std::size_t n) {
      return i + n < text.size() ? static_cast<unsigned char>(text[i + n]) : static_cast<unsigned char>(0);
    };
    const bool c1 = c == 0xC2 && at(1) >= 0x80 && at(1) < 0xA0;
    // U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069
    const bool turns =
        c == 0xE2 && ((at(1) == 0x80 && (at(2) == 0x8E || at(2) == 0x8F || (at(2) >= 0xA8 && at(2) <= 0xAE))) ||
                      (at(1) == 0x81 && at(2) >= 0xA6 && at(2) <= 0xA9));
    if (c < 0x20 || c == 0x7F) {
      out += c == '\n' || c == '\t' || c == '\r' ? ' ' : '?';
    } else if (c1 || turns) {
      out += '?';
      i += c1 ? 1 : 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace told::audit
