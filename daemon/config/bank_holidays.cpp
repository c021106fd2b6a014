#include "config/bank_holidays.hpp"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "config/nearest.hpp"

namespace told::config {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

constexpr const char* division = "england-and-wales";

/// Where `part` stands in the text, for the first time; nowhere where it is not in it.
Place place_of(std::string_view text, std::string_view part) {
  const auto at = part.empty() ? std::string_view::npos : text.find(part);
  if (at == std::string_view::npos) return {};
  const auto before = text.substr(0, at);
  const auto line_begins = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')), 1 + static_cast<int>(at - line_begins)};
}

/// The parser says "what is wrong\nthe text around it\n   ^".
struct Complaint {
  std::string what;
  std::string around;
};

Complaint complaint(std::string_view said) {
  const auto first = said.find('\n');
  if (first == std::string_view::npos) return {std::string{said}, {}};
  const auto rest = said.substr(first + 1);
  return {std::string{said.substr(0, first)}, std::string{rest.substr(0, rest.find('\n'))}};
}

const Value* member(const Struct& object, const std::string& key, Value::KindCase kind) {
  const auto found = object.fields().find(key);
  return found == object.fields().end() || found->second.kind_case() != kind ? nullptr : &found->second;
}

std::string text_member(const Struct& object, const std::string& key) {
  const Value* value = member(object, key, Value::kStringValue);
  return value == nullptr ? std::string{} : value->string_value();
}

std::optional<Struct> parsed(const std::string& json, const std::string& file, Findings& findings) {
  Struct all;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &all);
  if (status.ok()) return all;
  const Complaint said = complaint(status.message().as_string());
  findings.add_in(file, place_of(json, said.around),
                  "this is not JSON: " + said.what + "; fetch it again from www.gov.uk/bank-holidays.json");
  return std::nullopt;
}

}  // namespace

core::Day day_from(std::string_view text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  const auto number = [&](std::size_t at, std::size_t length, auto& value) {
    const auto* end = text.data() + at + length;
    return std::from_chars(text.data() + at, end, value).ptr == end;
  };
  const bool shaped = text.size() == 10 && text[4] == '-' && text[7] == '-' && number(0, 4, year) &&
                      number(5, 2, month) && number(8, 2, day);
  return shaped ? core::Day{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}} : core::Day{};
}

std::map<core::Day, std::string> read_bank_holidays(const std::string& json, const std::string& file,
                                                    Findings& findings) {
  std::map<core::Day, std::string> days;
  const auto all = parsed(json, file, findings);
  if (!all) return days;
  const Value* ours = member(*all, division, Value::kStructValue);
  const Value* events = ours == nullptr ? nullptr : member(ours->struct_value(), "events", Value::kListValue);
  if (events == nullptr || events->list_value().values().empty()) {
    findings.add_in(file, {1, 1},
                    "has no \"england-and-wales\" with events in it: fetch it from www.gov.uk/bank-holidays.json");
    return days;
  }
  for (const Value& event : events->list_value().values()) {
    const std::string date = text_member(event.struct_value(), "date");
    const std::string title = text_member(event.struct_value(), "title");
    const core::Day day = day_from(date);
    if (!day.ok()) {
      findings.add_in(file, place_of(json, in_quotes(date)),
                      in_quotes(date) + " is no day: write a bank holiday's date like \"2026-12-28\"");
    } else if (title.empty()) {
      findings.add_in(file, place_of(json, in_quotes(date)), "the bank holiday on " + date + " has no title: name it");
    } else if (!days.emplace(day, title).second) {
      findings.add_in(file, place_of(json, in_quotes(date)), date + " is a bank holiday twice: take one out");
    }
  }
  return days;
}

std::vector<std::string> unlike_bank_holidays(const std::string& json) {
  // From the last Monday of August until Christmas Day are not four months.
  constexpr std::chrono::days longest_gap{150};
  Findings aside{""};
  const auto all = parsed(json, "", aside);
  const Value* ours = all ? member(*all, division, Value::kStructValue) : nullptr;
  const Value* events = ours == nullptr ? nullptr : member(ours->struct_value(), "events", Value::kListValue);
  if (events == nullptr) return {};
  std::vector<std::string> ways;
  if (text_member(ours->struct_value(), "division") != division)
    ways.emplace_back("does not say that its days are those of division \"england-and-wales\"");
  std::optional<std::chrono::sys_days> before;
  for (const Value& event : events->list_value().values()) {
    const Struct& each = event.struct_value();
    const std::string date = text_member(each, "date");
    const core::Day day = day_from(date);
    if (!day.ok()) continue;  // said where the file is read
    if (member(each, "notes", Value::kStringValue) == nullptr || member(each, "bunting", Value::kBoolValue) == nullptr)
      ways.push_back("has no notes or no bunting for " + date);
    const std::chrono::sys_days at{day};
    const std::chrono::weekday weekday{at};
    if (weekday == std::chrono::Saturday || weekday == std::chrono::Sunday)
      ways.push_back("has " + date + ", which is on a weekend, and of such a day the substitute is the bank holiday");
    if (before && at < *before) ways.push_back("has " + date + " after a later day");
    if (before && at - *before > longest_gap)
      ways.push_back("has no bank holiday from " + core::to_text(core::Day{*before}) + " to " + date +
                     ", so that some are missing");
    before = at;
  }
  return ways;
}

}  // namespace told::config
