#include "dispatch/backoff.hpp"

#include <algorithm>

namespace told::dispatch {
namespace {

constexpr std::uint32_t doublings_most = 16;
constexpr int outage_share = 60;  ///< after an hour of trouble the next try is at most a minute away

}  // namespace

Backoff::Milliseconds Backoff::failed(Steady now, Milliseconds asked) {
  if (failures_ == 0) since_ = now;
  const auto doubled = first_ceiling * (1 << std::min(failures_, doublings_most));
  ++failures_;
  refusals_ = 0;
  const auto outage = std::chrono::duration_cast<Milliseconds>(now - since_);
  const Milliseconds limit = std::clamp(outage / outage_share, least_ceiling, most_ceiling);
  const Milliseconds ceiling = std::min<Milliseconds>(doubled, limit);
  const Milliseconds rest{std::uniform_int_distribution<std::int64_t>{1, ceiling.count()}(random_)};
  return std::max(rest, std::min(asked, asked_most));
}

Backoff::Milliseconds Backoff::refused(Steady now) {
  const std::uint32_t so_far = refusals_ + 1;
  const Milliseconds rest = so_far > refusals_without_rest ? failed(now, Milliseconds{0}) : Milliseconds{0};
  refusals_ = so_far;
  return rest;
}

void Backoff::succeeded() { failures_ = refusals_ = 0; }

}  // namespace told::dispatch
