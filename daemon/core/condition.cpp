// A condition, asked of an event.
#include "core/condition.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>

#include "core/condition_tree.hpp"

namespace told::core {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Tree = Condition::Tree;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool same_text(std::string_view said, const std::string& folded_text) {
  said = trimmed(said);
  return said.size() == folded_text.size() &&
         std::equal(said.begin(), said.end(), folded_text.begin(), [](char a, char b) { return lower(a) == b; });
}

bool is_one_of(const Tree::Node& test, std::string_view said) {
  return std::any_of(test.texts.begin(), test.texts.end(),
                     [&](const std::string& text) { return same_text(said, text); });
}

bool compares(const Tree::Node& test, std::int64_t said) {
  switch (test.compare) {
    case Tree::Compare::there:
      return said != 0;
    case Tree::Compare::less:
      return said < test.numbers.front();
    case Tree::Compare::less_or_equal:
      return said <= test.numbers.front();
    case Tree::Compare::more:
      return said > test.numbers.front();
    case Tree::Compare::more_or_equal:
      return said >= test.numbers.front();
    default:
      return std::find(test.numbers.begin(), test.numbers.end(), said) != test.numbers.end();
  }
}

bool text_holds(const Tree::Node& test, const std::string& said) {
  return test.compare == Tree::Compare::there ? !trimmed(said).empty() : is_one_of(test, said);
}

bool envelope_holds(const Tree::Node& test, const v1::Event& event) {
  switch (test.envelope) {
    case Tree::Envelope::site:
      return text_holds(test, event.site());
    case Tree::Envelope::source:
      return text_holds(test, event.source());
    default:
      return compares(test, event.status());
  }
}

bool test_holds(const Tree::Node& test, const Message& data) {
  const Message* in = &data;
  for (const Tree::Step& step : test.above) in = &step.get->GetMessage(*in, step.field);
  const Reflection& get = *test.last.get;
  const FieldDescriptor* field = test.last.field;
  std::string scratch;  // for fields that keep no string of their own; ours all do
  switch (test.value) {
    case Tree::Value::text:
      return text_holds(test, get.GetStringReference(*in, field, &scratch));
    case Tree::Value::texts:
      for (int i = 0, count = get.FieldSize(*in, field); i < count; ++i)
        if (text_holds(test, get.GetRepeatedStringReference(*in, field, i, &scratch))) return true;
      return false;
    case Tree::Value::choice:
      return compares(test, get.GetEnumValue(*in, field));
    case Tree::Value::truth:
      return compares(test, get.GetBool(*in, field) ? 1 : 0);
    case Tree::Value::number:
      return compares(test, get.GetInt32(*in, field));
    case Tree::Value::time:
      return get.HasField(*in, field);
    case Tree::Value::group:  // with nothing in it, it is as good as not there
      return get.HasField(*in, field) && get.GetMessage(*in, field).ByteSizeLong() > 0;
  }
  return false;
}

bool node_holds(const Tree::Node& node, const Asked& asked) {
  const auto part_holds = [&](const Tree::Node& part) { return node_holds(part, asked); };
  switch (node.kind) {
    case Tree::Kind::test:
      return node.envelope != Tree::Envelope::none ? envelope_holds(node, asked.event) : test_holds(node, *asked.data);
    case Tree::Kind::any:
      return std::any_of(node.parts.begin(), node.parts.end(), part_holds);
    case Tree::Kind::all:
      return std::all_of(node.parts.begin(), node.parts.end(), part_holds);
    default:
      return !part_holds(node.parts.front());
  }
}

}  // namespace

std::string folded(std::string_view text) {
  std::string result{trimmed(text)};
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

Asked::Asked(const v1::Event& asked) : event(asked) {
  const bool corrects = event.has_event_corrected();
  const Message& in = corrects ? static_cast<const Message&>(event.event_corrected()) : event;
  const int number = corrects ? static_cast<int>(event.event_corrected().corrected_case()) : event.data_case();
  const FieldDescriptor* field = number == 0 ? nullptr : in.GetDescriptor()->FindFieldByNumber(number);
  if (field == nullptr) return;
  data = &in.GetReflection()->GetMessage(in, field);
  type = number;
}

bool Condition::tree_holds(const Asked& asked) const {
  return asked.type == tree_->type && node_holds(tree_->root, asked);
}

}  // namespace told::core
