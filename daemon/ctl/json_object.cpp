#include "ctl/json_object.hpp"

#include <cstdio>

namespace told::ctl {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    char escape[8];
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

JsonObject& JsonObject::raw(const char* key, const std::string& value) {
  body_ += (body_.empty() ? "" : ",") + quoted(key) + ":" + value;
  return *this;
}

JsonObject& JsonObject::text(const char* key, const std::string& value) { return raw(key, quoted(value)); }

JsonObject& JsonObject::texts(const char* key, const std::vector<std::string>& values) {
  std::string list;
  for (const std::string& value : values) list += (list.empty() ? "" : ",") + quoted(value);
  return raw(key, "[" + list + "]");
}

}  // namespace told::ctl
