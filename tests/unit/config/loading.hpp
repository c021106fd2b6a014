#pragma once
// Files that are right but for one change: each test breaks one rule, and must find that one problem.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "config/config.hpp"

namespace told::config::test {

/// A directory that goes when the test does.
class Directory {
 public:
  Directory();
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  std::string write(const std::string& name, const std::string& text) const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A Z85 key like no other number's.
[[nodiscard]] std::string public_key(int number);

/// A [[tell]] of that alarm to "duty".
[[nodiscard]] std::string alarm_rule(const std::string& alarm);
/// A right policy, and a right told.toml, as short as they may be.
[[nodiscard]] std::string right_policy();
[[nodiscard]] std::string right_service();
/// right_service() with everything that may be left out; told goes to `police` by webhook.
[[nodiscard]] std::string whole_service();

/// A right policy with every table and key in it that one may have.
[[nodiscard]] std::string whole_policy();
/// What it attaches as "holidays.json", and the policy read with it.
[[nodiscard]] std::string holidays();
[[nodiscard]] Loaded<core::Policy> parse_whole(const std::string& text);

/// Monday 2 March 2026, noon.
inline constexpr core::Instant noon = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + std::chrono::hours{12};
/// The whole policy, with an agreement for each route: lint finds nothing in it at noon.
[[nodiscard]] std::string agreed_policy();
/// What lint finds in a policy that must load.
[[nodiscard]] std::vector<std::string> found_in(const std::string& text, core::Instant now = noon);

/// `text` with `from` (which must be in it) made `to`; every occurrence, or only the first.
[[nodiscard]] std::string changed(std::string text, const std::string& from, const std::string& to);
[[nodiscard]] std::string changed_once(std::string text, const std::string& from, const std::string& to);

/// Each problem as people see it.
[[nodiscard]] std::vector<std::string> lines(const std::vector<Problem>& problems);

[[nodiscard]] Loaded<Service> load(const std::string& told_toml);

[[nodiscard]] core::Day day(int year, unsigned month, unsigned of_month);

/// One way to break a right file, and what must then be said.
struct Break {
  const char* rule;  ///< the test's name
  std::string from;
  std::string to;
  std::vector<std::string> says;  ///< fragments of the one problem, place included
};
void PrintTo(const Break& b, std::ostream* out);
[[nodiscard]] std::string name_of(const testing::TestParamInfo<Break>& info);
/// Expects that one problem was found, at its place, and said in these words.
void is_said_alone(const Break& b, const std::vector<Problem>& problems);

}  // namespace told::config::test
