#include "core/condition.hpp"

namespace told::core {

struct Condition::Node {};

std::string Condition::read(std::string_view text, std::string_view) {
  text_ = text;
  root_ = std::make_shared<Node>();
  return {};
}

bool Condition::holds(const v1::Event& event) const {
  return always() || (event.has_child_arrived() && event.child_arrived().trafficking().indicators_size() > 0);
}

}  // namespace told::core
