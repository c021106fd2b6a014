#pragma once
// A real told in a directory of its own, with keys and the benchmarks' policy, as a child process.
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "gateway/client.hpp"
#include "gateway/curve_key.hpp"
#include "told/v1/event.pb.h"

namespace told::bench {

class Daemon {
 public:
  /// Makes the directory below `where` (the disk that is measured) and writes keys and configuration.
  Daemon(std::string told_program, const std::filesystem::path& where);
  ~Daemon();  ///< kills the process and removes the directory
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// Starts it and waits until /readyz answers 200. Returns the seconds from exec until then.
  double start();
  void kill();  ///< SIGKILL, and waits
  void stop();  ///< SIGTERM, and waits

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  [[nodiscard]] gateway::Address publisher() const;
  [[nodiscard]] gateway::Address agency(const std::string& recipient) const;
  /// One figure of /metrics.
  [[nodiscard]] double metric(const std::string& name) const;

  [[nodiscard]] double cpu_seconds() const;  ///< user and system, of the process so far
  [[nodiscard]] std::uint64_t resident_bytes() const;

 private:
  [[nodiscard]] std::string get(const std::string& path, long* status) const;

  std::string told_program_;
  std::filesystem::path directory_;
  std::map<std::string, gateway::CurveKey> keys_;
  std::string publishers_endpoint_, agencies_endpoint_;
  pid_t pid_ = -1;
};

/// The four that are told of a missing child.
[[nodiscard]] const std::vector<std::string>& four_agencies();

/// An event of about 400 bytes about an invented child.
[[nodiscard]] v1::Event missing_event(std::uint64_t number);

}  // namespace told::bench
