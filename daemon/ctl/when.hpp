#pragma once
// Times as people type them.
#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "core/time.hpp"

namespace told::ctl {

/// "21:14" or "21:14:07" is London time, the last one that has been; "2026-11-22T21:14:07Z" is UTC. Failure (usage)
/// where it is neither.
[[nodiscard]] core::Instant read_time(const std::string& text, core::Instant now);

[[nodiscard]] core::Instant now();
[[nodiscard]] google::protobuf::Timestamp stamp(core::Instant t);
[[nodiscard]] core::Instant instant(const google::protobuf::Timestamp& t);

}  // namespace told::ctl
