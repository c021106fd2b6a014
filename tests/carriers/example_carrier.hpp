#pragma once
// A whole carrier in a page: what adapters/carriers/README.md calls "write a carrier". Each delivery becomes a line of
// a file. In told it would be adapters/carriers/append/, and one line in registry.cpp.
#include "carriers/kind.hpp"

namespace told::carriers::tests {

[[nodiscard]] Kind append_kind();

}  // namespace told::carriers::tests
