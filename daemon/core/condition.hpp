#pragma once
// Conditions of rules: a small expression over an event's typed fields, checked when the policy is loaded. No loops,
// no functions, no assignment: it cannot fail, and cannot take long.
//
//   only_if = 'risk.grade == high and missing.repeat_count >= 3'
//   only_if = 'trafficking.indicators and not (site == tilbury or site in [purfleet, dover])'
//   only_if = 'placement.county == "Essex"'
//
//   expression  or-ed `and`s; `not`, parentheses; `and` binds closer than `or`
//   test        field == value | field != value | field < <= > >= number | field in [value, ...] | field
//               (a field alone: it is there and not empty, false or unknown)
//   field       a path of the event's data as in a field list, or `site`, `status`, `source`
//   value       a word (an enum's value without its prefix, in lower case), "a text", a number, true, false
#include <memory>
#include <string>
#include <string_view>

#include "told/v1/event.pb.h"

namespace told::core {

class Condition {
 public:
  Condition() = default;  ///< always holds
  /// Reads `text` for events of type `when` ("child.missing"). "" where it is good; else what is wrong, the place
  /// (column from 1) and the mend, and *this is unchanged.
  [[nodiscard]] std::string read(std::string_view text, std::string_view when);
  [[nodiscard]] bool holds(const v1::Event& event) const;
  [[nodiscard]] bool always() const { return root_ == nullptr; }
  [[nodiscard]] const std::string& text() const { return text_; }

  struct Node;

 private:
  std::shared_ptr<const Node> root_;
  std::string text_;
};

}  // namespace told::core
