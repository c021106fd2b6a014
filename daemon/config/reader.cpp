#include "config/reader.hpp"

#include <algorithm>

#include "config/due_words.hpp"
#include "config/nearest.hpp"
#include "config/quantity.hpp"
#include "config/shapes.hpp"
#include "config/time_of_day.hpp"

namespace told::config {
namespace {

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

constexpr std::string_view duration_example = "\"15 min\"";
constexpr std::string_view due_example = "\"30 min\" or \"close of next working day\"";
constexpr std::string_view local_time_example = "2026-12-24T09:00:00";
constexpr std::string_view day_example = "2026-04-01";

}  // namespace

std::vector<std::string> plain(const Texts& texts) {
  std::vector<std::string> values;
  for (const Text& text : texts.value) values.push_back(text.value);
  return values;
}

Reader::Reader(const Node& table, std::string path, Findings& findings)
    : table_(&table), path_(std::move(path)), findings_(&findings) {}

std::string Reader::name() const {
  std::string plain;
  for (const char c : path_) {
    if (c != '[' && c != ']') plain += c;
  }
  return plain;
}

std::string Reader::name_of(std::string_view key) const {
  return path_.empty() ? std::string{key} : name() + "." + std::string{key};
}

std::string Reader::path_of(std::string_view key) const {
  return path_.empty() ? std::string{key} : path_ + "." + std::string{key};
}

const Entry* Reader::either(std::string_view key, Need need) {
  asked_.emplace_back(key);
  findings_->asked(path_of(key));
  for (const auto& entry : table_->entries) {
    if (entry.key == key) return &entry;
  }
  if (need == Need::required) findings_->add(at(), name_of(key) + " is missing: it has no default, so say it");
  return nullptr;
}

bool Reader::is(const Node& value, Kind kind, const std::string& name, std::string_view example) {
  if (value.kind == kind) return true;
  std::string text = name + " must be " + in_words(kind) + ", not " + in_words(value.kind);
  if (!example.empty()) text += ": write it like " + std::string{example};
  findings_->add(value.at, text);
  return false;
}

const Node* Reader::find(std::string_view key, Need need, Kind kind, std::string_view example) {
  const Entry* entry = either(key, need);
  if (entry == nullptr || !is(entry->value, kind, name_of(key), example)) return nullptr;
  return &entry->value;
}

Text Reader::text(std::string_view key, Need need) {
  const Entry* entry = either(key, need);
  return entry == nullptr ? Text{} : text_of(entry->value, name_of(key));
}

Text Reader::a_name(std::string_view key) {
  Text name = text(key, Need::required);
  if (!name.given) return name;
  if (const auto problem = problem_of_name(name.value); !problem.empty()) {
    findings_->add(name.at, name_of(key) + ": " + problem);
    name.given = false;
  }
  return name;
}

Text Reader::one_alone(std::string_view key) {
  const Entry* entry = either(key, Need::required);
  if (entry == nullptr) return {};
  if (entry->value.kind != Kind::array) return text_of(entry->value, name_of(key));
  findings_->add(entry->value.at,
                 name_of(key) + " is one name and not a list: write a [[" + name() + "]] of its own for each of them");
  return {};
}

Text Reader::text_of(const Node& value, const std::string& name) {
  if (!is(value, Kind::text, name, "\"...\"")) return {};
  if (value.text.find_first_not_of(' ') == std::string::npos) {
    findings_->add(value.at, name + " is empty: say it, or leave the key out where it has a default");
    return {};
  }
  if (has_control_characters(value.text)) {
    findings_->add(value.at, name + " has a line break or another control character in it: write it on one line");
    return {};
  }
  return {value.text, value.at, true};
}

Said<bool> Reader::truth(std::string_view key, Need need) {
  const Node* value = find(key, need, Kind::truth, "true");
  return value == nullptr ? Said<bool>{} : Said<bool>{value->truth, value->at, true};
}

Said<std::int64_t> Reader::whole(std::string_view key, Need need, std::int64_t least, std::int64_t most) {
  const Node* value = find(key, need, Kind::whole, "5");
  if (value == nullptr) return {};
  if (value->whole < least || value->whole > most) {
    findings_->add(value->at, name_of(key) + " is " + std::to_string(value->whole) + ", outside " +
                                  std::to_string(least) + " to " + std::to_string(most) + ": choose a number within");
    return {};
  }
  return {value->whole, value->at, true};
}

Said<core::Duration> Reader::duration(std::string_view key, Need need, core::Duration least) {
  const Entry* entry = either(key, need);
  return entry == nullptr ? Said<core::Duration>{} : duration_of(entry->value, name_of(key), least);
}

Said<core::Duration> Reader::duration_of(const Node& value, const std::string& name, core::Duration least) {
  if (!is(value, Kind::text, name, duration_example)) return {};
  const auto duration = duration_from(value.text);
  if (!duration.problem.empty()) {
    findings_->add(value.at, name + ": " + duration.problem);
    return {};
  }
  if (duration.value < least) {
    findings_->add(value.at, name + " (" + core::in_words(duration.value) + ") must be " + core::in_words(least) +
                                 " or more: choose a longer time");
    return {};
  }
  return {duration.value, value.at, true};
}

Said<core::Due> Reader::due(std::string_view key, Need need) {
  const Entry* entry = either(key, need);
  return entry == nullptr ? Said<core::Due>{} : due_of(entry->value, name_of(key));
}

Said<core::Due> Reader::due_of(const Node& value, const std::string& name) {
  if (!is(value, Kind::text, name, due_example)) return {};
  const auto due = due_from(value.text);
  if (!due.problem.empty()) {
    findings_->add(value.at, name + ": " + due.problem);
    return {};
  }
  if (due.value == core::Due{}) {
    findings_->add(value.at, name + " is no time at all: choose a longer one");
    return {};
  }
  return {due.value, value.at, true};
}

Said<core::RungTime> Reader::rung_time(std::string_view key, Need need) {
  const Node* value = find(key, need, Kind::text, "\"15 min\" or \"50 %\"");
  if (value == nullptr) return {};
  const auto time = rung_time_from(value->text);
  if (!time.problem.empty()) {
    findings_->add(value->at, name_of(key) + ": " + time.problem);
    return {};
  }
  if (time.value == core::RungTime{}) {
    findings_->add(value->at, name_of(key) + " is no time at all: choose a longer one");
    return {};
  }
  return {time.value, value->at, true};
}

Said<std::chrono::minutes> Reader::time_of_day(std::string_view key, Need need) {
  const Node* value = find(key, need, Kind::text, "\"17:00\"");
  if (value == nullptr) return {};
  const auto time = time_of_day_from(value->text);
  if (!time.problem.empty()) {
    findings_->add(value->at, name_of(key) + ": " + time.problem);
    return {};
  }
  return {time.value, value->at, true};
}

Said<core::LocalTime> Reader::local_time(std::string_view key, Need need) {
  const Node* value = find(key, need, Kind::moment, local_time_example);
  if (value == nullptr) return {};
  if (value->moment.form != Moment::Form::local) {
    findings_->add(value->at, name_of(key) + " is a date and a time on the wall, without an offset: write it like " +
                                  std::string{local_time_example});
    return {};
  }
  return {value->moment.local, value->at, true};
}

Said<core::Day> Reader::day(std::string_view key, Need need) {
  const Entry* entry = either(key, need);
  return entry == nullptr ? Said<core::Day>{} : day_of(entry->value, name_of(key));
}

Said<core::Day> Reader::day_of(const Node& value, const std::string& name) {
  if (!is(value, Kind::moment, name, day_example)) return {};
  if (value.moment.form != Moment::Form::day) {
    findings_->add(value.at, name + " is a day: write the date alone, like " + std::string{day_example});
    return {};
  }
  return {value.moment.local.day, value.at, true};
}

Said<std::uint64_t> Reader::bytes(std::string_view key, Need need, std::uint64_t least) {
  const Node* value = find(key, need, Kind::text, "\"16 MiB\"");
  if (value == nullptr) return {};
  const auto bytes = bytes_from(value->text);
  if (!bytes.problem.empty()) {
    findings_->add(value->at, name_of(key) + ": " + bytes.problem);
    return {};
  }
  if (bytes.value < least) {
    findings_->add(value->at, name_of(key) + " must be " + std::to_string(least) + " B or more: give it more room");
    return {};
  }
  return {bytes.value, value->at, true};
}

Texts Reader::texts(std::string_view key, Need need) {
  const Entry* entry = either(key, need);
  return entry == nullptr ? Texts{} : texts_of(entry->value, name_of(key));
}

Texts Reader::one_or_more(std::string_view key, Need need) {
  const Entry* entry = either(key, need);
  if (entry == nullptr) return {};
  if (entry->value.kind != Kind::text) return texts_of(entry->value, name_of(key));
  const Text one = text_of(entry->value, name_of(key));
  return one.given ? Texts{{one}, one.at, true} : Texts{};
}

Texts Reader::texts_of(const Node& value, const std::string& name) {
  if (!is(value, Kind::array, name, "[\"...\", \"...\"]")) return {};
  Texts texts{{}, value.at, true};
  std::set<std::string> seen;
  for (const Node& item : value.items) {
    Text text = text_of(item, name);
    if (!text.given) continue;
    if (!seen.insert(text.value).second) {
      findings_->add(text.at, name + " has " + in_quotes(text.value) + " twice: take one out");
      continue;
    }
    texts.value.push_back(std::move(text));
  }
  return texts;
}

std::optional<Reader> Reader::table(std::string_view key, Need need) {
  const Node* value = find(key, need, Kind::table, "[" + name_of(key) + "]");
  if (value == nullptr) return std::nullopt;
  return Reader{*value, path_of(key), *findings_};
}

std::vector<Reader> Reader::tables(std::string_view key, Need need) {
  const std::string example = "[[" + name_of(key) + "]]";
  const Node* value = find(key, need, Kind::array, example);
  std::vector<Reader> readers;
  if (value == nullptr) return readers;
  for (const Node& item : value->items) {
    if (is(item, Kind::table, name_of(key), example)) readers.emplace_back(item, path_of(key) + "[]", *findings_);
  }
  return readers;
}

const std::vector<Entry>& Reader::every() {
  findings_->asked(path_of("*"));
  for (const auto& entry : table_->entries) asked_.push_back(entry.key);
  return table_->entries;
}

void Reader::finish() {
  for (const auto& entry : table_->entries) {
    if (std::find(asked_.begin(), asked_.end(), entry.key) != asked_.end()) continue;
    findings_->add(entry.at, "unknown key " + in_quotes(name_of(entry.key)) + ": " + suggestion(entry.key, asked_));
  }
}

}  // namespace told::config
