#pragma once
// A word that is kept once for all who say it, in 8 bytes: the type of a million events, and who published them.
#include <string>
#include <string_view>

namespace told::core {

class Name {
 public:
  Name() = default;
  explicit Name(const std::string& kept) : text_(&kept) {}  ///< which must outlive it
  // NOLINTNEXTLINE(google-explicit-constructor): it is read as the text that it is
  operator std::string_view() const { return text_ == nullptr ? std::string_view{} : std::string_view{*text_}; }
  [[nodiscard]] bool empty() const { return std::string_view{*this}.empty(); }
  friend bool operator==(Name one, std::string_view other) { return std::string_view{one} == other; }

 private:
  const std::string* text_ = nullptr;
};

}  // namespace told::core
