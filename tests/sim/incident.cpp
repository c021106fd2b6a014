#include "incident.hpp"

#include <cmath>
#include <cstdio>
#include <sstream>
#include <stdexcept>

namespace told::sim {

Words Words::read(const std::string& line, std::size_t from) {
  Words words;
  std::istringstream in(line.substr(from));
  for (std::string each; in >> each;) {
    const auto sign = each.find('=');
    if (sign == std::string::npos) throw std::runtime_error("not word=value: " + each);
    words.words_[each.substr(0, sign)] = each.substr(sign + 1);
  }
  return words;
}

std::string Words::text() const {
  std::string text;
  for (const char* first : {"seed", "at", "what"})
    if (has(first)) text += std::string{text.empty() ? "" : " "} + first + "=" + of(first);
  for (const auto& [word, value] : words_)
    if (word != "seed" && word != "at" && word != "what") text += (text.empty() ? "" : " ") + word + "=" + value;
  return text;
}

const std::string& Words::of(const std::string& word) const {
  static const std::string none;
  const auto found = words_.find(word);
  return found == words_.end() ? none : found->second;
}

std::int64_t Words::number(const std::string& word) const {
  const std::string& value = of(word);
  return value.empty() ? 0 : std::stoll(value);
}

Micros Words::time(const std::string& word) const {
  const std::string& value = of(word);
  if (value.empty()) return Micros{0};
  const auto point = value.find('.');
  const bool negative = value.front() == '-';
  const std::int64_t whole = std::stoll(value.substr(0, point));
  std::string fraction = point == std::string::npos ? "" : value.substr(point + 1, 6);
  fraction.resize(6, '0');
  const std::int64_t part = std::stoll(fraction);
  return Micros{whole * 1'000'000 + (negative ? -part : part)};
}

Words& Words::say(const std::string& word, std::string value) {
  words_[word] = std::move(value);
  return *this;
}

Words& Words::say(const std::string& word, Micros time) {
  char text[32];
  std::snprintf(text, sizeof text, "%s%lld.%06lld", time.count() < 0 ? "-" : "",
                static_cast<long long>(std::abs(time.count()) / 1'000'000),
                static_cast<long long>(std::abs(time.count()) % 1'000'000));
  return say(word, std::string{text});
}

std::string History::text() const {
  std::string text = "world " + settings.text() + "\n";
  for (const Incident& each : incidents) text += std::to_string(each.number) + " " + each.words.text() + "\n";
  return text;
}

History History::read(const std::string& text) {
  History history;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    const auto space = line.find(' ');
    const std::string first = line.substr(0, space);
    if (first == "world")
      history.settings = Words::read(line, space);
    else if (first.find_first_not_of("0123456789") != std::string::npos)
      throw std::runtime_error("a line of a history begins with `world` or with an incident's number, not so: " + line);
    else
      history.incidents.push_back({std::stoull(first), Words::read(line, space)});
  }
  if (!history.settings.has("seed")) throw std::runtime_error("a history begins with a line `world seed=...`");
  return history;
}

}  // namespace told::sim
