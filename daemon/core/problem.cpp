#include "core/problem.hpp"

#include <utility>

namespace told::core {

v1::Problem make_problem(const char* code, std::string field, std::string reason, std::string mend) {
  v1::Problem problem;
  problem.set_code(code);
  problem.set_field(std::move(field));
  problem.set_reason(std::move(reason));
  problem.set_mend(std::move(mend));
  return problem;
}

}  // namespace told::core
