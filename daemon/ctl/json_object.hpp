#pragma once
// A JSON object of toldctl's own, where there is no message of the API that says it.
#include <cstdint>
#include <string>
#include <vector>

namespace told::ctl {

/// Its members stand in the order of these calls. Text is UTF-8.
class JsonObject {
 public:
  JsonObject& text(const char* key, const std::string& value);
  JsonObject& texts(const char* key, const std::vector<std::string>& values);
  JsonObject& number(const char* key, std::uint64_t value) { return raw(key, std::to_string(value)); }
  /// `value` is JSON already.
  JsonObject& raw(const char* key, const std::string& value);
  [[nodiscard]] std::string line() const { return "{" + body_ + "}\n"; }

 private:
  std::string body_;
};

}  // namespace told::ctl
