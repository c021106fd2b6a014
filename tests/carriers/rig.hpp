#pragma once
// What every carrier's test needs: a loop that is the test's own, a scratch directory, what came of a carrier, and
// peers that are other people's programs.
#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "carriers/kind.hpp"

namespace told::carriers::tests {

/// The daemon's loop, as far as a carrier sees it: what is posted runs on the thread that turns it.
class Loop {
 public:
  [[nodiscard]] std::function<void(std::function<void()>)> post();
  /// Runs what is posted until `met`; false when that takes longer than `patience`.
  [[nodiscard]] bool turn_until(const std::function<bool()>& met,
                                std::chrono::milliseconds patience = std::chrono::seconds{20});

 private:
  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> waiting_;
};

/// A directory of the test's own, gone afterwards.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A program beside the test. Ends with it.
class Peer {
 public:
  /// `arguments[0]` is the program. What it writes to its standard output is read here, the rest goes to the test's.
  explicit Peer(const std::vector<std::string>& arguments);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  /// The next line that it prints; "" when it ended instead. Waits for it.
  [[nodiscard]] std::string line();
  [[nodiscard]] bool ended();
  [[nodiscard]] int exit_code();  ///< waits for its end; 128 + the signal's number where one ended it

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  int code_ = -1;
  std::string read_;
};

/// The script of a peer, beside the tests' sources.
[[nodiscard]] std::string script(const std::string& name);

/// A delivery with a personal field in each place where one could leak from.
[[nodiscard]] Parcel parcel(const std::string& recipient, core::EntryIndex event, std::uint32_t attempt = 1);

[[nodiscard]] std::string read_file(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, const std::string& text);

/// A carrier of a kind, with what it reported and what came in by it.
struct Carried {
  Carried(const std::string& kind_name, std::vector<Way> ways);
  /// Sends, and waits for the report.
  Report send(Parcel parcel);

  Loop loop;
  std::vector<Report> reports;
  std::vector<Answer> answers;
  std::map<std::string, std::string> secrets;              ///< by setting
  std::function<void(const Answer&)> on_answer = nullptr;  ///< besides being kept
  std::unique_ptr<Carrier> carrier;
};

}  // namespace told::carriers::tests
