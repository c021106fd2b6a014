#pragma once
// Reads one table by asking for its keys. What nobody has asked for by finish() is unknown and refused with the
// nearest key that was asked for: the code that reads a key is the only list of keys there is.
//
// A key that is absent, of another kind or out of bounds is a finding, and the answer is empty (`given` false):
// the caller reads on, so that one pass over a file finds everything.
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/findings.hpp"
#include "config/tree.hpp"
#include "core/policy.hpp"

namespace told::config {

/// A value and where the file says it.
template <class T>
struct Said {
  T value{};
  Place at;
  bool given = false;
};

using Text = Said<std::string>;
using Texts = Said<std::vector<Text>>;

/// The texts alone.
[[nodiscard]] std::vector<std::string> plain(const Texts& texts);

enum class Need : std::uint8_t { required, optional };

class Reader {
 public:
  /// `path` is "" for a whole file, else as in "ladder[].rung[]". `table` and `findings` must outlive the reader.
  Reader(const Node& table, std::string path, Findings& findings);

  [[nodiscard]] Place at() const { return table_->at; }
  [[nodiscard]] const Node& node() const { return *table_; }
  /// The table as messages name it: "ladder.rung".
  [[nodiscard]] std::string name() const;

  /// Not empty and without control characters.
  [[nodiscard]] Text text(std::string_view key, Need need);
  /// Needed, and of the shape that names have (shapes.hpp); not given where it is not.
  [[nodiscard]] Text a_name(std::string_view key);
  /// Needed: one name, where people write a list of several, each of which wants a table of its own.
  [[nodiscard]] Text one_alone(std::string_view key);
  [[nodiscard]] Said<bool> truth(std::string_view key, Need need);
  [[nodiscard]] Said<std::int64_t> whole(std::string_view key, Need need, std::int64_t least, std::int64_t most);
  [[nodiscard]] Said<core::Duration> duration(std::string_view key, Need need, core::Duration least);
  /// More than no time at all.
  [[nodiscard]] Said<core::Due> due(std::string_view key, Need need);
  [[nodiscard]] Said<core::RungTime> rung_time(std::string_view key, Need need);
  [[nodiscard]] Said<std::chrono::minutes> time_of_day(std::string_view key, Need need);
  /// A date and a time of day without an offset.
  [[nodiscard]] Said<core::LocalTime> local_time(std::string_view key, Need need);
  [[nodiscard]] Said<core::Day> day(std::string_view key, Need need);
  [[nodiscard]] Said<std::uint64_t> bytes(std::string_view key, Need need, std::uint64_t least);
  /// A list of texts, none of them twice.
  [[nodiscard]] Texts texts(std::string_view key, Need need);
  /// The same, where a single text may stand for a list of one.
  [[nodiscard]] Texts one_or_more(std::string_view key, Need need);

  [[nodiscard]] std::optional<Reader> table(std::string_view key, Need need);
  /// An array of tables: `[[publisher]]`.
  [[nodiscard]] std::vector<Reader> tables(std::string_view key, Need need);
  /// A key that may hold several kinds of value; the caller looks. Null where absent.
  [[nodiscard]] const Entry* either(std::string_view key, Need need);
  /// Every key of a table in which the file chooses the names.
  [[nodiscard]] const std::vector<Entry>& every();

  /// Texts out of a value that either() gave. `name` as in "tell.fields".
  [[nodiscard]] Texts texts_of(const Node& value, const std::string& name);
  [[nodiscard]] Text text_of(const Node& value, const std::string& name);
  [[nodiscard]] Said<core::Duration> duration_of(const Node& value, const std::string& name, core::Duration least);

  [[nodiscard]] Said<core::Due> due_of(const Node& value, const std::string& name);
  [[nodiscard]] Said<core::Day> day_of(const Node& value, const std::string& name);

  /// Reports every key that nobody asked for. Call once, after the last question.
  void finish();

 private:
  [[nodiscard]] const Node* find(std::string_view key, Need need, Kind kind, std::string_view example);
  [[nodiscard]] bool is(const Node& value, Kind kind, const std::string& name, std::string_view example);
  [[nodiscard]] std::string name_of(std::string_view key) const;
  [[nodiscard]] std::string path_of(std::string_view key) const;

  const Node* table_;
  std::string path_;
  Findings* findings_;
  std::vector<std::string> asked_;
};

}  // namespace told::config
