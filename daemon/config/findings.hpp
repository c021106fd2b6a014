#pragma once
// What is found wrong while one file is read, and which keys were asked for on the way.
#include <set>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/tree.hpp"

namespace told::config {

class Findings {
 public:
  /// `file` is how messages name it.
  explicit Findings(std::string file) : file_(std::move(file)) {}

  /// `text`: the rule that is broken, then the mend. The same text at the same place is kept once.
  void add(Place at, std::string text);
  /// The same about a file that this one refers to.
  void add_in(const std::string& file, Place at, std::string text);
  [[nodiscard]] bool none() const { return problems_.empty(); }

  /// A key that the loader knows, as "publisher[].name"; "*" stands for a name that the file chooses.
  void asked(std::string path) { asked_.insert(std::move(path)); }
  /// All of them: what the JSON Schemas must offer, no more and no less.
  [[nodiscard]] const std::set<std::string>& keys_asked() const { return asked_; }

  /// In the order of the file; what is wrong in others comes after.
  [[nodiscard]] std::vector<Problem> take();

 private:
  std::string file_;
  std::vector<Problem> problems_;
  std::set<std::string> asked_;
};

}  // namespace told::config
