#include "board/route.hpp"

#include <charconv>
#include <vector>

#include "board/problem.hpp"
#include "core/reference.hpp"

namespace told::board {
namespace {

using core::Named;

struct Pattern {
  const char* method;
  const char* before;  ///< the path, or what stands before the reference
  const char* after;   ///< what stands after it; null where there is no reference
  Named named;
  Asked what;
};

constexpr Pattern patterns[] = {
    {"GET", "/healthz", nullptr, Named::case_, Asked::health},
    {"GET", "/readyz", nullptr, Named::case_, Asked::ready},
    {"GET", "/metrics", nullptr, Named::case_, Asked::metrics},
    {"GET", "/v1/checkpoint", nullptr, Named::case_, Asked::checkpoint},
    {"GET", "/v1/policy", nullptr, Named::case_, Asked::policy},
    {"GET", "/v1/open", nullptr, Named::case_, Asked::open},
    {"GET", "/v1/ways", nullptr, Named::case_, Asked::ways},
    {"GET", "/v1/watch", nullptr, Named::case_, Asked::watch},
    {"GET", "/v1/export", nullptr, Named::case_, Asked::export_},
    {"GET", "/v1/cases/", "", Named::case_, Asked::case_},
    {"POST", "/v1/cases/", "/stand-down", Named::case_, Asked::stand_down},
    {"POST", "/v1/cases/", "/screen", Named::case_, Asked::screen},
    {"POST", "/v1/cases/", "/hold", Named::case_, Asked::hold},
    {"POST", "/v1/cases/", "/erase", Named::case_, Asked::erase},
    {"POST", "/v1/cases/", "/disclosures", Named::case_, Asked::disclosures},
    {"POST", "/v1/cases/", "/same-child", Named::case_, Asked::same_child},
    {"POST", "/v1/events/", "/another-child", Named::event, Asked::another_child},
    {"POST", "/v1/notifications/", "/acknowledge", Named::notification, Asked::acknowledge},
    {"POST", "/v1/notifications/", "/call", Named::notification, Asked::call},
    {"POST", "/v1/alarms/", "/close", Named::alarm, Asked::close_alarm},
};

/// What stands in the place of the reference; nullopt where the path is not of the pattern.
std::optional<std::string> matched(const Pattern& pattern, const std::string& path) {
  if (!pattern.after) return path == pattern.before ? std::optional<std::string>("") : std::nullopt;
  const std::string before = pattern.before, after = pattern.after;
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after))
    return std::nullopt;
  auto reference = path.substr(before.size(), path.size() - before.size() - after.size());
  if (reference.find('/') != std::string::npos) return std::nullopt;
  return reference;
}

/// How the case is named that is to be shown: the number, and whether it is that of something in the case.
std::optional<core::CaseNumber> case_shown(const std::string& reference, const ledger::CaseNames& names, bool* by_entry,
                                           core::ReferenceProblem* wrong) {
  const auto first = reference.find_first_not_of(" -");
  const char letter = first == std::string::npos ? ' ' : reference[first];
  *by_entry = letter == 'E' || letter == 'e' || letter == 'N' || letter == 'n';
  if (!*by_entry) return names.read(reference, wrong);
  if (letter == 'E' || letter == 'e') return core::from_reference(Named::event, reference, wrong);
  const auto notification = core::from_reference(Named::notification, reference, wrong);
  return notification ? std::optional(core::NotificationId::of(*notification).event) : std::nullopt;
}

}  // namespace

std::variant<Route, Response> route_of(const Request& request, const ledger::CaseNames& names) {
  std::string other_methods;
  for (const auto& pattern : patterns) {
    const auto reference = matched(pattern, request.path);
    if (!reference) continue;
    if (request.method != pattern.method) {
      other_methods = pattern.method;
      continue;
    }
    Route route{pattern.what, 0, {}};
    if (!pattern.after) return route;
    core::ReferenceProblem wrong;
    const auto number = pattern.what == Asked::case_    ? case_shown(*reference, names, &route.by_entry, &wrong)
                        : pattern.named == Named::case_ ? names.read(*reference, &wrong)
                                                        : core::from_reference(pattern.named, *reference, &wrong);
    if (!number) return problem(400, wrong.sentence);
    route.number = *number;
    const bool of_the_house = reference->front() == 'C' || reference->front() == 'c';
    route.reference =
        pattern.named == Named::case_ && !of_the_house ? *reference : core::to_reference(pattern.named, *number);
    return route;
  }
  if (!other_methods.empty()) return wrong_method(other_methods);
  return problem(404, "there is no such address: daemon/board/openapi.yaml lists those that there are");
}

std::optional<std::size_t> small_number(const std::string& text, std::size_t max) {
  std::size_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size() || number < 1 || number > max) return std::nullopt;
  return number;
}

}  // namespace told::board
