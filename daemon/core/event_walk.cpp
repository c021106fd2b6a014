#include "core/event_walk.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/event_rules.hpp"
#include "core/problem.hpp"
#include "core/text_rules.hpp"

namespace told::core {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// Where the walk is: links to the levels above live on the stack, and a path is only written down for a problem.
struct Place {
  const Place* above;
  const FieldDescriptor* field;
  int index;  ///< in a list; -1 where it is none
};

std::string path(const Place* place) {
  if (place == nullptr) return {};
  std::string text = path(place->above);
  if (!text.empty()) text += '.';
  text += place->field->name();
  if (place->index >= 0) text += "[" + std::to_string(place->index) + "]";
  return text;
}

template <std::size_t N>
bool is_named(const FieldDescriptor& field, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), std::string_view{field.name()}) != names.end();
}

// Fields in which people write sentences, and fields that hold an address of something. Everything else is a name,
// a code or a reference, and 200 characters are plenty.
std::size_t characters_max(const FieldDescriptor& field) {
  static constexpr auto sentences = std::to_array<std::string_view>(
      {"circumstances", "health_concerns", "reason_if_not", "travel", "clothing", "associates", "condition", "concern",
       "threat_check", "place", "indicators", "reason"});
  static constexpr auto addresses =
      std::to_array<std::string_view>({"ref", "planning_form_ref", "rationale_ref", "uucr_ref"});
  static constexpr auto references =
      std::to_array<std::string_view>({"id", "source", "type", "subject", "correlation", "causation", "site"});
  if (is_named(field, sentences)) return free_text_characters_max;
  if (is_named(field, addresses)) return uri_characters_max;
  if (field.containing_type() == v1::Event::descriptor() && is_named(field, references))
    return reference_characters_max;
  return name_characters_max;
}

/// What a text must look like besides, by the field that it stands in. A form is checked wherever the field occurs: in
/// an event's own data and in a correction's.
enum class Form : std::uint8_t { free, telephone, nationality, day_of_birth };

Form form_of(const FieldDescriptor& field) {
  static constexpr auto telephones = std::to_array<std::string_view>({"phone", "carer_mobile"});
  if (is_named(field, telephones)) return Form::telephone;
  if (field.name() == "nationality") return Form::nationality;
  return field.containing_type() == v1::DateOfBirth::descriptor() ? Form::day_of_birth : Form::free;
}

bool is_country(const std::string& code) {
  return code.size() == 2 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// A message type with what the walk asks of it again and again: an event costs a third of what it does by asking each
/// message for its reflection and its fields.
struct Shape {
  struct Field {
    const FieldDescriptor* field;
    FieldDescriptor::CppType type;
    bool repeated;
    const Shape* below;  ///< where it is a message
  };
  const Reflection* reflection = nullptr;
  bool is_timestamp = false;
  std::vector<Field> fields;  ///< those that the walk looks at
};

using Shapes = std::map<const Descriptor*, Shape>;

const Shape* shape_of(const Descriptor& message, Shapes& known) {
  const auto [at, is_new] = known.try_emplace(&message);
  Shape& shape = at->second;  // a map's elements stay where they are
  if (!is_new) return &shape;
  shape.reflection = google::protobuf::MessageFactory::generated_factory()->GetPrototype(&message)->GetReflection();
  shape.is_timestamp = &message == google::protobuf::Timestamp::descriptor();
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& f = *message.field(i);
    const FieldDescriptor::CppType type = f.cpp_type();
    const bool looked_at = type == FieldDescriptor::CPPTYPE_STRING || type == FieldDescriptor::CPPTYPE_MESSAGE ||
                           type == FieldDescriptor::CPPTYPE_ENUM;
    if (looked_at || f.is_repeated())
      shape.fields.push_back(
          {&f, type, f.is_repeated(), f.message_type() == nullptr ? nullptr : shape_of(*f.message_type(), known)});
  }
  return &shape;
}

const Shape& shape_of_an_event() {
  static Shapes known;
  static const Shape* const event = shape_of(*v1::Event::descriptor(), known);
  return *event;
}

class Walk {
 public:
  explicit Walk(Instant now) : now_{now} {}

  std::optional<v1::Problem> message(const Message& m, const Shape& shape, const Place* place) {
    const Reflection& r = *shape.reflection;
    if (const auto& unknown = r.GetUnknownFields(m); !unknown.empty())
      return make_problem("unknown_field", path(place),
                          "field number " + std::to_string(unknown.field(0).number()) + " is not one that told knows",
                          "publish by the .proto files of this version of told");
    if (shape.is_timestamp) return time(static_cast<const google::protobuf::Timestamp&>(m), place);
    for (const Shape::Field& f : shape.fields)
      if (auto found = f.repeated ? list(m, r, f, place) : field(m, r, f, place)) return found;
    return std::nullopt;
  }

 private:
  std::optional<v1::Problem> field(const Message& m, const Reflection& r, const Shape::Field& f, const Place* above) {
    const Place here{above, f.field, -1};
    switch (f.type) {
      case FieldDescriptor::CPPTYPE_STRING:
        return text(r.GetStringReference(m, f.field, &scratch_), *f.field, here);
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return r.HasField(m, f.field) ? message(r.GetMessage(m, f.field), *f.below, &here) : std::nullopt;
      case FieldDescriptor::CPPTYPE_ENUM:
        return choice(r.GetEnumValue(m, f.field), *f.field, here);
      default:
        return std::nullopt;
    }
  }

  std::optional<v1::Problem> list(const Message& m, const Reflection& r, const Shape::Field& f, const Place* above) {
    Place here{above, f.field, -1};
    const int length = r.FieldSize(m, f.field);
    if (length > list_length_max)
      return make_problem("too_many", path(&here),
                          "a list may have at most " + std::to_string(list_length_max) + " entries",
                          "give the ones that matter most");
    for (here.index = 0; here.index < length; ++here.index) {
      std::optional<v1::Problem> found;
      if (f.type == FieldDescriptor::CPPTYPE_STRING)
        found = text(r.GetRepeatedStringReference(m, f.field, here.index, &scratch_), *f.field, here);
      else if (f.type == FieldDescriptor::CPPTYPE_MESSAGE)
        found = message(r.GetRepeatedMessage(m, f.field, here.index), *f.below, &here);
      else if (f.type == FieldDescriptor::CPPTYPE_ENUM)
        found = choice(r.GetRepeatedEnumValue(m, f.field, here.index), *f.field, here);
      if (found) return found;
    }
    return std::nullopt;
  }

  std::optional<v1::Problem> text(const std::string& s, const FieldDescriptor& f, const Place& here) const {
    if (s.empty()) return std::nullopt;
    // The bound depends on the field's name and is looked up only where the smallest bound could be passed.
    const std::size_t bound = s.size() <= reference_characters_max ? s.size() : characters_max(f);
    const char* code = why_text_is_refused(s, bound);
    if (code == nullptr) return form(s, f, here);
    const std::string_view c = code;
    if (c == "too_long")
      return make_problem(code, path(&here), "at most " + std::to_string(bound) + " characters fit here", "shorten it");
    if (c == "not_utf8") return make_problem(code, path(&here), "this is not UTF-8", "send text as UTF-8");
    if (c == "control_character")
      return make_problem(code, path(&here), "control characters (line ends and tabs too) are not taken",
                          "replace them by spaces");
    return make_problem(code, path(&here), "an invisible or direction-changing character is in this text",
                        "leave it out: readers would see another text than the record");
  }

  std::optional<v1::Problem> form(const std::string& s, const FieldDescriptor& f, const Place& here) const {
    switch (form_of(f)) {
      case Form::telephone:
        if (is_e164(s)) return std::nullopt;
        return make_problem("bad_form", path(&here), "a telephone number is + and 7 to 15 digits (E.164)",
                            "write it with the country's code and no spaces, as +441632960001");
      case Form::nationality:
        if (is_country(s)) return std::nullopt;
        return make_problem("bad_form", path(&here), "a nationality is two capital letters (ISO 3166-1 alpha-2)",
                            "use the two-letter code, or leave it out where it is not known");
      case Form::day_of_birth:
        return day_of_birth(s, here);
      case Form::free:
        break;
    }
    return std::nullopt;
  }

  std::optional<v1::Problem> day_of_birth(const std::string& s, const Place& here) const {
    const auto day = day_of(s);
    if (!day)
      return make_problem("bad_form", path(&here), "a date of birth is a real day as YYYY-MM-DD",
                          "write the day as YYYY-MM-DD, or leave it empty where it is not known");
    // A day of grace: east of Greenwich it is tomorrow already.
    if (*day < std::chrono::sys_days{std::chrono::year{1900} / 1 / 1} || *day > now_ + std::chrono::days{1})
      return make_problem("bad_form", path(&here), "this cannot be the day of birth of anybody now alive",
                          "check the date, or leave it empty where it is not known");
    return std::nullopt;
  }

  static std::optional<v1::Problem> choice(int value, const FieldDescriptor& f, const Place& here) {
    if (value == 0 || f.enum_type()->FindValueByNumber(value) != nullptr) return std::nullopt;
    return make_problem("unknown_value", path(&here), std::to_string(value) + " is not a value that told knows here",
                        "publish by the .proto files of this version of told");
  }

  std::optional<v1::Problem> time(const google::protobuf::Timestamp& t, const Place* place) const {
    static constexpr std::int64_t start_of_1990 = 631152000;
    if (t.nanos() < 0 || t.nanos() > 999'999'999)
      return make_problem("bad_form", path(place), "a timestamp's nanos are 0 to 999,999,999",
                          "send a valid timestamp");
    if (t.seconds() < start_of_1990)
      return make_problem("time_before_1990", path(place), "this lies before 1990: a clock or a unit is wrong",
                          "send seconds of UTC since 1970, by a clock that is kept");
    const bool planned = place != nullptr && place->field->name() == "transfer_at";
    // Compared as seconds, so that no far future can overflow.
    const Instant latest = planned ? now_ + plan_ahead_max : now_ + clock_tolerance;
    if (t.seconds() <= std::chrono::floor<std::chrono::seconds>(latest).time_since_epoch().count()) return std::nullopt;
    if (planned)
      return make_problem(ahead_of_the_clock, path(place), "this lies more than a year ahead of told's clock",
                          "check the year, and that the time is in UTC");
    return make_problem(ahead_of_the_clock, path(place), "this lies more than 5 minutes ahead of told's clock",
                        "check the clock, and that the time is in UTC");
  }

  Instant now_;
  std::string scratch_;
};

}  // namespace

std::optional<v1::Problem> walk_event(const v1::Event& event, Instant now) {
  return Walk{now}.message(event, shape_of_an_event(), nullptr);
}

}  // namespace told::core
