#pragma once
// How toldctl ends: sysexits' codes, so that scripts can tell a wrong word from a service that is away.
#include <stdexcept>
#include <string>

namespace told::ctl {

enum Exit : int {
  exit_good = 0,
  exit_usage = 64,        ///< the command line is wrong
  exit_data = 65,         ///< what was given is wrong, or does not verify
  exit_no_input = 66,     ///< a file is missing
  exit_unavailable = 69,  ///< told does not answer
  exit_software = 70,     ///< a fault of told's
  exit_io = 74,           ///< reading or writing failed
  exit_retry = 75,        ///< nothing is wrong: try again later
  exit_no_permission = 77,
  exit_config = 78,
};

/// Ends the command. The sentence says what is wrong and what to do next.
class Failure : public std::runtime_error {
 public:
  Failure(int code, const std::string& sentence) : std::runtime_error(sentence), code_(code) {}
  [[nodiscard]] int code() const { return code_; }

 private:
  int code_;
};

}  // namespace told::ctl
