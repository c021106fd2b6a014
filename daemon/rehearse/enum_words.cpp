#include "rehearse/enum_words.hpp"

#include <google/protobuf/descriptor.h>

#include <string_view>

namespace told::rehearse {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;

std::string word_of(const EnumValueDescriptor& value) {
  constexpr std::string_view unspecified = "UNSPECIFIED";
  std::string word = value.name().substr(value.type()->value(0)->name().size() - unspecified.size());
  for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return word;
}

std::vector<std::string> words_of(const EnumDescriptor& all) {
  std::vector<std::string> words;
  for (int i = 1; i < all.value_count(); ++i) words.push_back(word_of(*all.value(i)));
  return words;
}

const EnumValueDescriptor* value_of(const EnumDescriptor& all, const std::string& word) {
  for (int i = 1; i < all.value_count(); ++i)
    if (word_of(*all.value(i)) == word) return all.value(i);
  return nullptr;
}

}  // namespace told::rehearse
