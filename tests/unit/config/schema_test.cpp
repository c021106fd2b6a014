// The JSON Schemas for editors offer the keys that the loader knows: no more, and no fewer.
#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <fstream>

#include "config/policy_draft.hpp"
#include "config/service_reader.hpp"
#include "config/words.hpp"
#include "loading.hpp"

namespace told::config::test {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

Struct schema(const std::string& name) {
  std::ifstream in{std::string{TOLD_SHIPPED_CONFIG} + "/" + name};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  Struct json;
  const auto status = google::protobuf::util::JsonStringToMessage(text, &json);
  if (!status.ok()) throw std::runtime_error(name + ": " + status.ToString());
  return json;
}

/// The paths of a schema's properties, named as the reader names the keys that it asks for.
class Offered {
 public:
  explicit Offered(Struct root) : root_(std::move(root)) { walk(root_, ""); }
  [[nodiscard]] const std::set<std::string>& paths() const { return paths_; }
  /// Objects that would let an unknown key pass.
  [[nodiscard]] const std::vector<std::string>& open() const { return open_; }

 private:
  static std::string join(const std::string& path, const std::string& key) {
    return path.empty() ? key : path + "." + key;
  }
  const Struct& resolved(const Struct& node) const {
    const auto ref = node.fields().find("$ref");
    if (ref == node.fields().end()) return node;
    const std::string& name = ref->second.string_value();  // "#/$defs/name"
    return root_.fields().at("$defs").struct_value().fields().at(name.substr(name.rfind('/') + 1)).struct_value();
  }
  void walk(const Struct& at, const std::string& path) {
    const Struct& node = resolved(at);
    if (node.fields().contains("properties")) {
      const auto closed = node.fields().find("additionalProperties");
      if (closed == node.fields().end() || closed->second.bool_value()) open_.push_back(path);
      for (const auto& [key, value] : node.fields().at("properties").struct_value().fields()) {
        paths_.insert(join(path, key));
        walk(value.struct_value(), join(path, key));
      }
    } else if (node.fields().contains("additionalProperties")) {
      paths_.insert(join(path, "*"));
    }
    if (node.fields().contains("items")) walk(node.fields().at("items").struct_value(), path + "[]");
    if (node.fields().contains("oneOf")) {
      for (const auto& each : node.fields().at("oneOf").list_value().values()) walk(each.struct_value(), path);
    }
  }

  Struct root_;
  std::set<std::string> paths_;
  std::vector<std::string> open_;
};

std::vector<std::string> allowed(const Struct& root, const std::string& definition) {
  std::vector<std::string> found;
  const auto& node = root.fields().at("$defs").struct_value().fields().at(definition).struct_value();
  for (const Value& each : node.fields().at("enum").list_value().values()) found.push_back(each.string_value());
  return found;
}

TEST(Schema, OfToldOffersTheKeysThatTheLoaderKnows) {
  Findings findings{"told.toml"};
  const Node root = parse_tree(whole_service(), findings);
  (void)read_service(root, "/", findings);
  const Offered offered{schema("told.schema.json")};
  EXPECT_EQ(offered.paths(), findings.keys_asked());
  EXPECT_THAT(offered.open(), testing::IsEmpty());
}

TEST(Schema, OfAPolicyOffersTheKeysThatTheLoaderKnows) {
  Findings findings{"policy.toml"};
  const Node root = parse_tree(whole_policy(), findings);
  (void)read_policy(root, attach_from({{"holidays.json", holidays()}}), findings);
  const Offered offered{schema("policy.schema.json")};
  EXPECT_EQ(offered.paths(), findings.keys_asked());
  EXPECT_THAT(offered.open(), testing::IsEmpty());
}

TEST(Schema, OffersTheWordsThatTheLoaderKnows) {
  using testing::UnorderedElementsAreArray;
  const auto policy = schema("policy.schema.json");
  EXPECT_THAT(allowed(policy, "when"), UnorderedElementsAreArray(whens()));
  EXPECT_THAT(allowed(policy, "agency"), UnorderedElementsAreArray(agencies()));
  EXPECT_THAT(allowed(policy, "carrier"), UnorderedElementsAreArray(carriers()));
  EXPECT_THAT(allowed(schema("told.schema.json"), "event"), UnorderedElementsAreArray(event_types()));
}

}  // namespace
}  // namespace told::config::test
