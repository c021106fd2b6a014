#pragma once
// "Did you mean …", as the loader's findings say it.
#include "core/nearest.hpp"

namespace told::config {

using core::distance;
using core::in_quotes;
using core::nearest;
using core::suggestion;

}  // namespace told::config
