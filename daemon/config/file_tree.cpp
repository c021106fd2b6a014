#include "config/file_tree.hpp"

#include "config/findings.hpp"

namespace told::config {
namespace {

const Node* child(const Node& table, std::string_view key) {
  for (const auto& entry : table.entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

}  // namespace

FileTree::FileTree(const std::string& text) {
  Findings ignored{""};
  root_ = parse_tree(text, ignored);
}

Place FileTree::place(std::string_view table, std::string_view key, std::string_view value) const {
  const Node* array = child(root_, table);
  if (array == nullptr) return {};
  for (const Node& item : array->items) {
    const Node* said = child(item, key);
    if (said != nullptr && said->text == value) return said->at;
  }
  return {};
}

Place FileTree::setting(std::string_view table, std::string_view key) const {
  const Node* in = child(root_, table);
  const Node* found = in == nullptr ? nullptr : child(*in, key);
  return found == nullptr ? Place{} : found->at;
}

Place FileTree::place(std::string_view table) const {
  const Node* found = child(root_, table);
  return found == nullptr ? Place{} : found->at;
}

}  // namespace told::config
