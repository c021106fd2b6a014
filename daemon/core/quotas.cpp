// Quotas: how many cases there are at once, and a notice when there are more than the policy's figure. Refuses nothing.
#include <algorithm>

#include "core/turn.hpp"

namespace told::core {
namespace {

std::string full_type(const std::string& when) { return "told." + when + ".v1"; }

}  // namespace

void Turn::count_towards_quotas(v1::EventAccepted& head, const v1::Event& event, CaseNumber c,
                                EntryIndex amended) const {
  if (head.status() != v1::STATUS_ACTUAL) return;
  // What was said to have happened too early to end a stay may end it when that is corrected.
  const bool moved = head.corrected_time_us() != 0;
  const std::string_view type = short_type(moved ? state().event(amended)->type : std::string_view{event.type()});
  const Instant at = from_us(moved ? head.corrected_time_us() : head.event_time_us());
  for (const Quota& quota : state().policy()->quotas) {
    const auto& counted = state().counted(full_type(quota.counts));
    const auto found = counted.find(c);
    if (quota.counts == type && found == counted.end() && !moved) head.set_counted(true);
    if (found == counted.end()) continue;
    // The end of an earlier stay that is reported late is none of the present one.
    const bool ends = names(quota.until, type) && !reported_again(quota.counts, c, 0, at);
    const bool withdrawn = event.has_event_withdrawn() && state().event(amended)->type == full_type(quota.counts) &&
                           !reported_again(quota.counts, c, amended, Instant::min());
    const auto& already = head.uncounted();
    if ((ends || withdrawn) && std::find(already.begin(), already.end(), found->second) == already.end())
      head.add_uncounted(found->second);
  }
}

bool Turn::reported_again(const std::string& counts, CaseNumber c, EntryIndex but, Instant after) const {
  const std::vector<EntryIndex> all = state().events_of(c);
  return std::any_of(all.begin(), all.end(), [&](EntryIndex index) {
    const Event& e = *state().event(index);
    return index != but && e.type == full_type(counts) && !e.withdrawn && e.time > after &&
           e.status == v1::STATUS_ACTUAL;
  });
}

void Turn::watch_quotas() {
  for (const Quota& quota : state().policy()->quotas) {
    const bool above = state().counted(full_type(quota.counts)).size() > quota.figure;
    const EntryIndex alarm = state().open_alarm("quota", quota.name);
    if (above && alarm == 0) raise("quota", quota.name);
    if (!above && alarm != 0) clear(alarm, nullptr);
  }
}

}  // namespace told::core
