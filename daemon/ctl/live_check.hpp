#pragma once
// `toldctl check --live`: each way is tried end to end with a marked test message, by the carrier that told would use.
#include <functional>

#include "config/config.hpp"
#include "core/policy.hpp"
#include "told/v1/api.pb.h"

namespace told::ctl {

/// Sends one test message over each [[way]], one after the other, and waits for its end. `next` hears of each before it
/// is tried: how many there are, and the way. Where the policy lets a mailbox carry the form it has a test's.
[[nodiscard]] v1::LiveReport try_ways(const config::Service& service, const core::Policy& policy,
                                      const std::function<void(std::size_t done, const carriers::Way& way)>& next);

/// Adds the recipients whose worker comes to told: whether it is connected, by the word of the running told; `ways` is
/// null where none runs.
void add_workers(const core::Policy& policy, const v1::WaysReport* ways, v1::LiveReport& report);

}  // namespace told::ctl
