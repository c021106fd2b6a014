#pragma once
// What the engine hands in to be projected.
#include <vector>

#include "core/command.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"
#include "told/v1/projection.pb.h"

namespace told::ledger {

/// The projection's step: what the engine changed since the last one (State::take_changes, as rows).
struct ProjectionStep {
  struct Row {
    v1::EventRow row;
    std::vector<core::EntryIndex> trail;  ///< entries that concern the event, new since the last step
    bool has_prints = false;
    core::EventPrints prints;  ///< of an event accepted since the last step
    bool opens_case = false;
  };
  core::EntryIndex watermark = 0;  ///< every entry below it is in the rows
  core::Instant last_time{};       ///< of entry watermark - 1
  std::vector<Row> rows;
  std::vector<core::EntryIndex> policies;  ///< entries that adopted a policy since the last step
  /// Cases that were erased since the last step, and single events with them: what recognises repeats of theirs goes.
  std::vector<core::CaseNumber> erased_cases;
  std::vector<core::EntryIndex> erased_events;
};

}  // namespace told::ledger
