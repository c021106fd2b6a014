#pragma once
// [[clock]] and [[quota]], as the file says them.
#include "config/reader.hpp"
#include "core/policy.hpp"

namespace told::config {

struct ClockDraft {
  Place at;
  Text name;
  Text starts;
  Text after;
  Text only_if;
  Texts sites;
  Text duty;
  Text who;
  Said<core::Due> due;
  Said<core::RungTime> warn;
  Texts stopped_by;
  Text ladder;
  Said<core::Due> every;
  Texts until;
  Said<bool> once_a_stay;
  Said<bool> retention;
  Said<bool> reminder;
  Text basis;
  Text source;
};

struct QuotaDraft {
  Place at;
  Text name;
  Text counts;
  Texts until;
  Said<std::int64_t> figure;
};

[[nodiscard]] ClockDraft read_clock(Reader& table);
[[nodiscard]] QuotaDraft read_quota(Reader& table);

[[nodiscard]] core::Clock finished(const ClockDraft& draft, std::uint32_t number);
[[nodiscard]] core::Quota finished(const QuotaDraft& draft);

}  // namespace told::config
