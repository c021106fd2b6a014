#include "ctl/policy_file.hpp"

#include <fstream>
#include <ostream>

#include "config/config.hpp"
#include "ctl/exit.hpp"
#include "ctl/private_file.hpp"

namespace told::ctl {

core::Policy read_policy_file(const std::string& path, Session& session) {
  (void)read_file(path);  // a missing file is said as such, with its own exit code
  auto loaded = config::load_policy(path);
  for (const auto& problem : loaded.problems) session.err << problem.to_string() << "\n";
  if (!loaded.ok()) throw Failure(exit_config, path + " is no policy that told would take: mend what is named above");
  return std::move(loaded.value);
}

void write_whole(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw Failure(exit_io, path + " could not be written: is there room, and may you write there?");
}

}  // namespace told::ctl
