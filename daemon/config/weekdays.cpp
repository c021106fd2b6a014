#include "config/weekdays.hpp"

#include <algorithm>
#include <map>

#include "config/nearest.hpp"

namespace told::config {
namespace {

const std::vector<std::string>& day_words() {
  static const std::vector<std::string> all{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  return all;
}

const std::map<std::string, std::vector<int>>& runs_of_days() {
  static const std::map<std::string, std::vector<int>> all{
      {"weekdays", {0, 1, 2, 3, 4}}, {"weekends", {5, 6}}, {"every day", {0, 1, 2, 3, 4, 5, 6}}};
  return all;
}

}  // namespace

std::vector<int> days_of(const Text& word, const std::string& setting, const std::vector<std::string>& also,
                         Findings& findings) {
  if (const auto run = runs_of_days().find(word.value); run != runs_of_days().end()) return run->second;
  const auto found = std::find(day_words().begin(), day_words().end(), word.value);
  if (found != day_words().end()) return {static_cast<int>(found - day_words().begin())};
  auto known = day_words();
  for (const auto& [name, days] : runs_of_days()) known.push_back(name);
  known.insert(known.end(), also.begin(), also.end());
  findings.add(word.at, setting + ": " + in_quotes(word.value) + " is no day: " + suggestion(word.value, known));
  return {};
}

}  // namespace told::config
