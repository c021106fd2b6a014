#pragma once
// An event as a scenario says it: with only what matters for the story, and the rest filled in.
#include <string>

#include "config/findings.hpp"
#include "config/tree.hpp"
#include "core/calendar.hpp"
#include "core/time.hpp"
#include "told/v1/event.pb.h"

namespace told::rehearse {

/// What an event is filled in with where nothing is said.
struct EventDefaults {
  core::Instant time{};    ///< when it happens
  core::Instant begins{};  ///< what "15 min" counts from
  std::string id;
};

/// `{ type = "child.missing", subject = "ref-17", site = "tilbury", risk = { grade = "high" } }`: the attributes `id`,
/// `source`, `type`, `subject`, `time`, `status`, `marking`, `correlation`, `causation`, `site`, and the fields of the
/// type's own data. An enum's value is its word in lower case. `every_field = true` fills in each field that is not
/// said with a sample, so that what each recipient would see is seen in full (conditions see the samples too).
/// The time that a correction brings is its `corrected_time`.
/// What is wrong, an event that told would refuse included, becomes a finding.
[[nodiscard]] v1::Event event_said(const config::Node& table, const EventDefaults& defaults,
                                   const core::Calendar& calendar, config::Findings& findings);

/// The same from protobuf's JSON (what `toldctl publish` reads): id, source, time and status are filled in where they
/// are not said. `at` is where the scenario names the file.
[[nodiscard]] v1::Event event_from_json(const std::string& text, const std::string& file, config::Place at,
                                        const EventDefaults& defaults, config::Findings& findings);

}  // namespace told::rehearse
