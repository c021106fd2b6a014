// A condition's text becomes its tree, or the first mistake in it: what, where, and the mend.
// Above 400 lines: a grammar of nine rules, and the sentence for each way to break one.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include "core/condition.hpp"
#include "core/condition_tree.hpp"
#include "core/event_types.hpp"
#include "core/nearest.hpp"

namespace told::core {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using Tree = Condition::Tree;
using Node = Tree::Node;

/// A condition that needs more than these is a program, and nobody would read it right at night.
constexpr std::size_t text_bytes_max = 1'000;
constexpr int nesting_max = 16;

struct Mistake {
  std::size_t at = 0;  ///< a byte of the text
  std::string what;
};

struct Token {
  enum class Kind : std::uint8_t { word, text, number, sign, end };
  Kind kind = Kind::end;
  std::string_view text;  ///< of a text, without its quotes
  std::size_t at = 0;
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// One token at a time.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) { next(); }

  [[nodiscard]] const Token& now() const { return now_; }
  [[nodiscard]] bool is(std::string_view sign_or_word) const {
    return (now_.kind == Token::Kind::sign || now_.kind == Token::Kind::word) && now_.text == sign_or_word;
  }
  bool take(std::string_view sign_or_word) {
    if (!is(sign_or_word)) return false;
    next();
    return true;
  }
  Token take() {
    Token taken = now_;
    next();
    return taken;
  }

 private:
  void next() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    if (at_ == text_.size()) {
      now_ = {Token::Kind::end, {}, at_};
      return;
    }
    const char c = text_[at_];
    if (is_letter(c))
      return span(Token::Kind::word,
                  [](char d) { return is_letter(d) || is_digit(d) || d == '_' || d == '.' || d == '-'; });
    if (is_digit(c) || (c == '-' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])))
      return span(Token::Kind::number, is_digit);
    if (c == '"' || c == '\'') return quoted(c);
    sign();
  }

  template <class Belongs>
  void span(Token::Kind kind, Belongs belongs) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && belongs(text_[end])) ++end;
    now_ = {kind, text_.substr(at_, end - at_), at_};
    at_ = end;
  }

  void quoted(char quote) {
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) throw Mistake{at_, "this text has no closing quote: add one"};
    now_ = {Token::Kind::text, text_.substr(at_ + 1, end - at_ - 1), at_};
    at_ = end + 1;
  }

  void sign() {
    struct Other {
      std::string_view said, meant;
    };
    static constexpr Other others[]{{"&&", "and"}, {"||", "or"}, {"<>", "!="}, {"&", "and"}, {"|", "or"}};
    const std::string_view rest = text_.substr(at_);
    for (const std::string_view known : {"==", "!=", "<=", ">=", "<", ">", "(", ")", "[", "]", ","}) {
      if (!rest.starts_with(known) || rest.starts_with("<>")) continue;
      now_ = {Token::Kind::sign, rest.substr(0, known.size()), at_};
      at_ += known.size();
      return;
    }
    for (const Other& other : others)
      if (rest.starts_with(other.said)) throw Mistake{at_, "this is written \"" + std::string{other.meant} + "\" here"};
    if (rest.starts_with('=')) throw Mistake{at_, "one = compares nothing: write =="};
    if (rest.starts_with('!')) throw Mistake{at_, "this is written \"not\" here"};
    throw Mistake{at_,
                  "this character means nothing in a condition: write fields, ==, !=, <, in, and, or, not, "
                  "parentheses, and texts in quotes"};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Token now_;
};

/// RISK_GRADE_HIGH of RiskGrade is "high".
std::string word_of(const EnumDescriptor& type, int index) {
  const std::string& none = type.value(0)->name();  // RISK_GRADE_UNSPECIFIED
  std::string word = type.value(index)->name().substr(none.size() - std::string_view{"UNSPECIFIED"}.size());
  return folded(word);
}

/// Every value's word but "unspecified": a field that is not there is asked for with `not`.
std::vector<std::string> words_of(const EnumDescriptor& type) {
  std::vector<std::string> words;
  for (int i = 1; i < type.value_count(); ++i) words.push_back(word_of(type, i));
  return words;
}

Tree::Value value_of(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return field.is_repeated() ? Tree::Value::texts : Tree::Value::text;
    case FieldDescriptor::CPPTYPE_ENUM:
      return Tree::Value::choice;
    case FieldDescriptor::CPPTYPE_BOOL:
      return Tree::Value::truth;
    case FieldDescriptor::CPPTYPE_INT32:
      return Tree::Value::number;
    default:
      return group_of(field) == nullptr ? Tree::Value::time : Tree::Value::group;
  }
}

Tree::Step step_to(const FieldDescriptor* field) {
  if (field == nullptr) return {};
  const auto* message = google::protobuf::MessageFactory::generated_factory()->GetPrototype(field->containing_type());
  return {field, message->GetReflection()};
}

void add_paths(const Descriptor& in, const std::string& above, std::vector<std::string>& paths) {
  for (int i = 0; i < in.field_count(); ++i) {
    const FieldDescriptor& field = *in.field(i);
    paths.push_back(above + field.name());
    if (const Descriptor* group = group_of(field); group != nullptr) add_paths(*group, paths.back() + ".", paths);
  }
}

std::vector<std::string> names_in(const Descriptor& group) {
  std::vector<std::string> names;
  for (int i = 0; i < group.field_count(); ++i) names.push_back(group.field(i)->name());
  return names;
}

std::string said(const Token& token) {
  if (token.kind == Token::Kind::end) return "the end";
  return in_quotes(token.text);
}

class Reading {
 public:
  Reading(std::string_view text, const EventType& type) : words_(text), type_(type) {}

  Node expression() {
    Node root = any();
    if (words_.now().kind == Token::Kind::end) return root;
    if (words_.is(")")) throw Mistake{words_.now().at, "this parenthesis closes nothing: take it out"};
    throw Mistake{words_.now().at, said(words_.now()) + " cannot follow here: join tests with and, or"};
  }
  [[nodiscard]] const std::vector<Condition::Site>& sites() const { return sites_; }

 private:
  Node any() {
    return joined("or", Tree::Kind::any, [this] { return all(); });
  }
  Node all() {
    return joined("and", Tree::Kind::all, [this] { return negation(); });
  }

  template <class Part>
  Node joined(std::string_view by, Tree::Kind kind, Part part) {
    Node first = part();
    if (!words_.is(by)) return first;
    Node node;
    node.kind = kind;
    node.parts.push_back(std::move(first));
    while (words_.take(by)) node.parts.push_back(part());
    return node;
  }

  Node negation() {
    const std::size_t at = words_.now().at;
    if (++nesting_ > nesting_max)
      throw Mistake{at, "this is nested too deep: split the rule in two, each with a condition of its own"};
    Node node;
    if (words_.take("not")) {
      node.kind = Tree::Kind::negated;
      node.parts.push_back(negation());
    } else if (words_.take("(")) {
      node = any();
      if (!words_.take(")"))
        throw Mistake{words_.now().at, "here is " + said(words_.now()) + ": close the parenthesis"};
    } else {
      node = test();
    }
    --nesting_;
    return node;
  }

  Node test() {
    const Token name = words_.take();
    if (name.kind != Token::Kind::word)
      throw Mistake{name.at, "here is " + said(name) + " and a field is needed, as in risk.grade == high"};
    Node node;
    const FieldDescriptor& field = resolve(name, node);
    if (words_.take("==")) {
      value(field, node);
    } else if (words_.take("!=")) {
      value(field, node);
      node = negated(std::move(node));
    } else if (words_.take("in")) {
      values(field, node);
    } else if (words_.is("<") || words_.is("<=") || words_.is(">") || words_.is(">=")) {
      order(field, node);
    } else {
      alone(field, node);
    }
    return node;
  }

  static Node negated(Node node) {
    Node negation;
    negation.kind = Tree::Kind::negated;
    negation.parts.push_back(std::move(node));
    return negation;
  }

  const FieldDescriptor& resolve(const Token& name, Node& node) {
    static constexpr std::pair<const char*, Tree::Envelope> attributes[]{
        {"site", Tree::Envelope::site}, {"status", Tree::Envelope::status}, {"source", Tree::Envelope::source}};
    for (const auto& [attribute, which] : attributes) {
      if (name.text != attribute) continue;
      node.envelope = which;
      node.last = step_to(v1::Event::descriptor()->FindFieldByName(attribute));
      node.value = value_of(*node.last.field);
      return *node.last.field;
    }
    const Descriptor* group = type_.data->message_type();
    for (std::string_view rest = name.text;;) {
      const auto dot = rest.find('.');
      const std::string part{rest.substr(0, dot)};
      if (group == nullptr)
        throw Mistake{name.at, in_quotes(name.text) + " goes too deep: " + in_quotes(node.above.back().field->name()) +
                                   " is a single value, so end the path there"};
      const FieldDescriptor* field = group->FindFieldByName(part);
      if (field == nullptr) throw Mistake{name.at, unknown(name.text, part, *group)};
      if (dot == std::string_view::npos) {
        node.last = step_to(field);
        node.value = value_of(*field);
        return *field;
      }
      node.above.push_back(step_to(field));
      group = group_of(*field);
      rest.remove_prefix(dot + 1);
    }
  }

  [[nodiscard]] std::string unknown(std::string_view path, const std::string& part, const Descriptor& group) const {
    const std::string what = in_quotes(path) + " is no field of " + type_.name + ": ";
    std::vector<std::string> paths{"site", "status", "source"};
    add_paths(*type_.data->message_type(), "", paths);
    if (const auto near = nearest(path, paths); !near.empty()) return what + "did you mean " + in_quotes(near) + "?";
    return what + suggestion(part, names_in(group));
  }

  /// One value for `field`, added to what the test looks for.
  void value(const FieldDescriptor& field, Node& node) {
    node.compare = Tree::Compare::one_of;
    const Token value = words_.take();
    const std::string name = in_quotes(field.name());
    if (value.kind == Token::Kind::end) throw Mistake{value.at, "a value for " + name + " is missing: add it"};
    switch (node.value) {
      case Tree::Value::choice:
        return node.numbers.push_back(choice(*field.enum_type(), value, name));
      case Tree::Value::truth:
        if (value.kind != Token::Kind::word || (value.text != "true" && value.text != "false"))
          throw Mistake{value.at, name + " is yes or no: compare it with true or false"};
        return node.numbers.push_back(value.text == "true" ? 1 : 0);
      case Tree::Value::number:
        return node.numbers.push_back(number(value, name));
      case Tree::Value::text:
      case Tree::Value::texts:
        return node.texts.push_back(text(value, field, node));
      case Tree::Value::time:
        throw Mistake{value.at, name + " is a time, and conditions compare none: ask only whether it is there"};
      case Tree::Value::group:
        break;
    }
    throw Mistake{value.at, name + " is a group of fields: name one of them (" +
                                suggestion("", names_in(*field.message_type())) + ")"};
  }

  void values(const FieldDescriptor& field, Node& node) {
    if (!words_.take("["))
      throw Mistake{words_.now().at, "after \"in\" comes a list in brackets, as in [high, medium]"};
    if (words_.is("]"))
      throw Mistake{words_.now().at, "this list is empty, so the test would never hold: name a value"};
    do {
      value(field, node);
    } while (words_.take(","));
    if (!words_.take("]"))
      throw Mistake{words_.now().at,
                    "here is " + said(words_.now()) + ": part values with a comma, and close the list with ]"};
  }

  void order(const FieldDescriptor& field, Node& node) {
    const Token sign = words_.take();
    if (node.value != Tree::Value::number)
      throw Mistake{sign.at, in_quotes(field.name()) + " is no number, so " + in_quotes(sign.text) +
                                 " says nothing of it: compare it with ==, != or in [...]"};
    node.numbers.push_back(number(words_.take(), in_quotes(field.name())));
    node.compare = sign.text == "<"    ? Tree::Compare::less
                   : sign.text == "<=" ? Tree::Compare::less_or_equal
                   : sign.text == ">"  ? Tree::Compare::more
                                       : Tree::Compare::more_or_equal;
  }

  /// A field by itself. `no` and `unknown` are answers that say that it is not so.
  static void alone(const FieldDescriptor& field, Node& node) {
    if (node.value != Tree::Value::choice) return;
    node.compare = Tree::Compare::one_of;
    const EnumDescriptor& type = *field.enum_type();
    for (int i = 1; i < type.value_count(); ++i)
      if (const std::string word = word_of(type, i); word != "no" && word != "unknown")
        node.numbers.push_back(type.value(i)->number());
  }

  static std::int64_t choice(const EnumDescriptor& type, const Token& value, const std::string& name) {
    for (int i = 1; i < type.value_count() && value.kind == Token::Kind::word; ++i)
      if (word_of(type, i) == value.text) return type.value(i)->number();
    throw Mistake{value.at, said(value) + " is no value of " + name + ": " + suggestion(value.text, words_of(type))};
  }

  static std::int64_t number(const Token& value, const std::string& name) {
    std::int32_t n = 0;
    const char* const end = std::to_address(value.text.end());
    if (value.kind != Token::Kind::number || std::from_chars(value.text.data(), end, n).ec != std::errc{})
      throw Mistake{value.at, name + " is a number, and " + said(value) + " is none: write digits, up to 2147483647"};
    return n;
  }

  std::string text(const Token& value, const FieldDescriptor& field, const Node& node) {
    // Sites and publishers are names of the policy and the configuration, and stand without quotes as well.
    if (value.kind != Token::Kind::text && !(node.envelope != Tree::Envelope::none && value.kind == Token::Kind::word))
      throw Mistake{value.at, in_quotes(field.name()) + " is text: put the value in quotes, as \"" +
                                  std::string{value.text} + "\""};
    if (folded(value.text).empty())
      throw Mistake{value.at, "this text is empty: to ask whether the field is there, write it alone"};
    if (node.envelope == Tree::Envelope::site) sites_.push_back({std::string{value.text}, value.at});
    return folded(value.text);
  }

  Words words_;
  const EventType& type_;
  int nesting_ = 0;
  std::vector<Condition::Site> sites_;
};

/// Columns count characters, as editors do.
std::size_t column_of(std::string_view text, std::size_t at) {
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return 1 +
         static_cast<std::size_t>(std::count_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), starts));
}

std::string wrong(std::string_view text, const Mistake& mistake, std::size_t* column) {
  const std::size_t at = column_of(text, mistake.at);
  if (column != nullptr) *column = at;
  return "at character " + std::to_string(at) + ": " + mistake.what;
}

}  // namespace

std::string Condition::read(std::string_view text, std::string_view when, std::size_t* column) {
  const EventType* type = event_type_named(when);
  if (type == nullptr) return wrong(text, {0, in_quotes(when) + " carries nothing to ask about: take it out"}, column);
  if (text.size() > text_bytes_max)
    return wrong(text, {text_bytes_max, "the text ends after 1,000 characters here: split the rule in two"}, column);
  try {
    Reading reading{text, *type};
    auto tree = std::make_shared<Tree>();
    tree->root = reading.expression();
    tree->type = type->data->number();
    std::vector<Site> sites = reading.sites();
    for (Site& site : sites) site.column = column_of(text, site.column);
    tree_ = std::move(tree);
    text_ = text;
    sites_ = std::move(sites);
    return {};
  } catch (const Mistake& mistake) {
    return wrong(text, mistake, column);
  }
}

}  // namespace told::core
