#pragma once
// What is done to told from outside, a line each: an event that is published, a network that breaks, a person who acts,
// a disk that fills up. A history is a world's settings and its incidents. Whatever follows from them follows by
// itself, so a history can be written down, made shorter, and played again.
//
//   world seed=17 length=1814400.000000 calm=691200.000000 disk=memory begins=1767225600 ...
//   3 at=86400.000000 what=publish party=tilbury type=child.arrived child=1 site=tilbury
//   9 at=90000.250000 what=die how=power after=3
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "dice.hpp"

namespace told::sim {

/// Words with values. What is not said is empty, or 0.
class Words {
 public:
  Words() = default;
  [[nodiscard]] static Words read(const std::string& line, std::size_t from = 0);
  [[nodiscard]] std::string text() const;

  [[nodiscard]] const std::string& of(const std::string& word) const;
  [[nodiscard]] std::int64_t number(const std::string& word) const;
  [[nodiscard]] Micros time(const std::string& word) const;  ///< seconds, with a fraction
  [[nodiscard]] bool has(const std::string& word) const { return words_.contains(word); }
  Words& say(const std::string& word, std::string value);
  Words& say(const std::string& word, std::int64_t value) { return say(word, std::to_string(value)); }
  Words& say(const std::string& word, Micros time);

 private:
  std::map<std::string, std::string> words_;
};

struct Incident {
  std::uint64_t number = 0;  ///< names its dice; stays when others are taken out
  Words words;

  [[nodiscard]] Micros at() const { return words.time("at"); }
  [[nodiscard]] const std::string& what() const { return words.of("what"); }
};

struct History {
  Words settings;
  std::vector<Incident> incidents;  ///< in the order of time

  [[nodiscard]] std::string text() const;
  /// Throws std::runtime_error.
  [[nodiscard]] static History read(const std::string& text);
};

}  // namespace told::sim
