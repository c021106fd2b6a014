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
//               (a field alone: it is there and not empty, false, no or unknown)
//   field       a path of the event's data as in a field list, or `site`, `status`, `source`
//   value       a word (an enum's value without its prefix, in lower case; a site or source), "a text", a number,
//               true, false
//
// A text agrees whatever its capitals (A to Z) and the spaces around it: a county typed in haste must not silence a
// rule. A list agrees where one of its entries does. `!=` holds exactly where `==` does not, so also where the field
// is not there. An event of another type than the condition's holds nothing; a correction is looked at as the data
// that it brings.
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "told/v1/event.pb.h"

namespace told::core {

/// An event made ready to be asked many conditions: what each of them begins with is looked up once. Lives as long as
/// the event.
struct Asked {
  explicit Asked(const v1::Event& asked);
  const v1::Event& event;
  const google::protobuf::Message* data = nullptr;  ///< what happened, or what a correction brings; null: neither
  int type = 0;                                     ///< the number of that member of Event.data; 0: none
};

class Condition {
 public:
  /// A site that the condition names, and where.
  struct Site {
    std::string name;
    std::size_t column = 0;
  };

  Condition() = default;  ///< always holds
  /// Reads `text` for events of type `when` ("child.missing"). "" where it is good; else what is wrong, the place
  /// (column from 1, in characters of the text; also in `column`) and the mend, and *this is unchanged.
  [[nodiscard]] std::string read(std::string_view text, std::string_view when, std::size_t* column = nullptr);
  [[nodiscard]] bool holds(const Asked& asked) const { return tree_ == nullptr || tree_holds(asked); }
  [[nodiscard]] bool holds(const v1::Event& event) const { return holds(Asked{event}); }
  [[nodiscard]] bool always() const { return tree_ == nullptr; }
  [[nodiscard]] const std::string& text() const { return text_; }
  /// Every site that it names: the policy knows which there are.
  [[nodiscard]] const std::vector<Site>& sites() const { return sites_; }

  struct Tree;  ///< condition_tree.hpp

 private:
  [[nodiscard]] bool tree_holds(const Asked& asked) const;

  std::shared_ptr<const Tree> tree_;
  std::string text_;
  std::vector<Site> sites_;
};

}  // namespace told::core
