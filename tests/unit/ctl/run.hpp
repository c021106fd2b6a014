#pragma once
// toldctl as a person runs it, with what it wrote.
#include <stdlib.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "ctl/session.hpp"

namespace told::ctl::testing {

struct Ran {
  int code = 0;
  std::string out, err;
};

inline Ran run(std::vector<std::string> words) {
  words.insert(words.begin(), "toldctl");
  std::vector<const char*> argv;
  for (const auto& word : words) argv.push_back(word.c_str());
  std::ostringstream out, err;
  Ran ran;
  ran.code = toldctl(static_cast<int>(argv.size()), argv.data(), out, err, false, false);
  ran.out = out.str();
  ran.err = err.str();
  return ran;
}

/// A directory that goes with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "toldctl-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace told::ctl::testing
