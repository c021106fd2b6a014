#pragma once
// A condition as it is kept: every path and every word of it resolved, so that a test is a few look-ups.
#include <cstdint>
#include <string>
#include <vector>

#include "core/condition.hpp"

namespace google::protobuf {
class FieldDescriptor;
class Reflection;
}  // namespace google::protobuf

namespace told::core {

struct Condition::Tree {
  enum class Kind : std::uint8_t { any, all, negated, test };
  /// One field, with its message's reflection: to ask a message for that costs more than the rest of a test.
  struct Step {
    const google::protobuf::FieldDescriptor* field = nullptr;
    const google::protobuf::Reflection* get = nullptr;
  };
  enum class Envelope : std::uint8_t { none, site, status, source };
  enum class Value : std::uint8_t { text, texts, choice, truth, number, time, group };
  enum class Compare : std::uint8_t { there, one_of, less, less_or_equal, more, more_or_equal };

  struct Node {
    Kind kind = Kind::test;
    std::vector<Node> parts;  ///< any, all: two or more; negated: one

    // A test.
    Envelope envelope = Envelope::none;  ///< an attribute of the event, not of its data: `last` is set, `above` empty
    std::vector<Step> above;             ///< from the data down to the field's group
    Step last;                           ///< the field
    Value value = Value::text;
    Compare compare = Compare::there;
    std::vector<std::string> texts;     ///< folded (same_text)
    std::vector<std::int64_t> numbers;  ///< numbers, enum values, 0 and 1 for no and yes
  };

  int type = 0;  ///< the number of the member of Event.data that it asks about
  Node root;
};

/// Without outer spaces, A to Z in lower case: how texts of conditions are kept.
[[nodiscard]] std::string folded(std::string_view text);

}  // namespace told::core
