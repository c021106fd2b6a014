#include "core/rota.hpp"

namespace told::core {}  // namespace told::core
