#pragma once
// `toldctl check --live`: each way is tried end to end with a marked test message, by the carrier that told would use.
#include <functional>

#include "config/config.hpp"
#include "told/v1/api.pb.h"

namespace told::ctl {

/// Sends one test message over each [[way]], one after the other, and waits for its end. `next` hears of each before it
/// is tried: how many there are, and the way. A recipient whose worker comes to told cannot be tried from here.
[[nodiscard]] v1::LiveReport try_ways(const config::Service& service,
                                      const std::function<void(std::size_t done, const carriers::Way& way)>& next);

}  // namespace told::ctl
