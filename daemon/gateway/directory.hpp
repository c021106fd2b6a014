#pragma once
// The parties in force, by name. Made whole at a start and at a reload; every message is checked against the present
// one, since a connection outlives the permission that it was opened under.
#include <map>
#include <string>
#include <string_view>

#include "gateway/gateway.hpp"
#include "gateway/zap.hpp"

namespace told::gateway {

class Directory {
 public:
  /// Throws std::runtime_error: a name or key used twice among the publishers or among the agencies, or no CURVE key.
  explicit Directory(Parties parties);

  /// nullptr: not among them, or known by another key now.
  [[nodiscard]] const Publisher* publisher(std::string_view name, std::string_view key) const;
  [[nodiscard]] const Agency* agency(std::string_view name, std::string_view key) const;

  [[nodiscard]] const std::map<std::string, Publisher, std::less<>>& publishers() const { return publishers_; }
  [[nodiscard]] const std::map<std::string, Agency, std::less<>>& agencies() const { return agencies_; }
  [[nodiscard]] AllowLists allow_lists() const;

 private:
  std::map<std::string, Publisher, std::less<>> publishers_;
  std::map<std::string, Agency, std::less<>> agencies_;
};

}  // namespace told::gateway
