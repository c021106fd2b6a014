// Quotas: how many cases there are at once, and a notice when there are more than the policy's figure. Refuses nothing.
//
// A child counts by a report of what counts that stands, and after which nothing that stands has ended it. Whatever
// changes what stands (a withdrawal, a corrected time, whose child it was) is asked the same question anew.
#include <algorithm>

#include "core/turn.hpp"

namespace told::core {
namespace {

std::string full_type(const std::string& when) { return "told." + when + ".v1"; }

}  // namespace

std::set<std::string> Turn::counted_or_ended(std::string_view type) const {
  std::set<std::string> all;
  for (const Quota& quota : state().policy()->quotas)
    if (quota.counts == type || names(quota.until, type)) all.insert(quota.counts);
  return all;
}

EntryIndex Turn::counted_by(const std::string& counts, CaseNumber c) const {
  const auto& counted = state().counted(full_type(counts));
  const auto found = counted.find(state().goes_on_as(c));
  return found == counted.end() ? 0 : found->second;
}

std::vector<Turn::Counting> Turn::counting(CaseNumber c) const {
  std::vector<Counting> all;
  for (const EntryIndex index : state().events_of(c)) {
    const Event& e = *state().event(index);
    if (!e.withdrawn && e.status == v1::STATUS_ACTUAL) all.push_back({index, short_type(e.type), e.time});
  }
  return all;
}

EntryIndex Turn::counts_by(const std::string& counts, const std::vector<Counting>& all, EntryIndex already) const {
  const auto ends = [&](std::string_view type) {
    const std::vector<Quota>& quotas = state().policy()->quotas;
    return std::any_of(quotas.begin(), quotas.end(),
                       [&](const Quota& quota) { return quota.counts == counts && names(quota.until, type); });
  };
  Instant ended = Instant::min();
  for (const Counting& each : all)
    if (ends(each.type)) ended = std::max(ended, each.at);
  EntryIndex by = 0;
  for (const Counting& each : all)  // the end of an earlier stay that is reported late is none of the present one
    if (each.type == counts && each.at > ended && (by == 0 || each.event == already)) by = each.event;
  return by;
}

void Turn::count_towards_quotas(v1::EventAccepted& head, const v1::Event& event, CaseNumber c,
                                EntryIndex amended) const {
  const bool says_when = head.corrected_time_us() != 0;
  if (head.status() != v1::STATUS_ACTUAL || (amended != 0 && !says_when && !head.withdraws())) return;
  const EntryIndex own = state().next_index();
  const std::string_view type =
      short_type(amended != 0 ? state().event(amended)->type : std::string_view{event.type()});
  for (const std::string& counts : counted_or_ended(type)) {
    const EntryIndex already = counted_by(counts, c);
    // Whoever counts is not counted twice, and of whoever does not nothing ends.
    if (amended == 0 && (counts == type) == (already != 0)) continue;
    std::vector<Counting> all = head.opens_case() ? std::vector<Counting>{} : counting(c);
    if (head.withdraws()) std::erase_if(all, [&](const Counting& each) { return each.event == amended; });
    for (Counting& each : all)
      if (each.event == amended && says_when) each.at = from_us(head.corrected_time_us());
    if (amended == 0) all.push_back({own, type, from_us(head.event_time_us())});
    const EntryIndex by = counts_by(counts, all, already);
    if (by == already) continue;
    if (already != 0) head.add_uncounted(already);
    if (by == own) head.set_counted(true);
    if (by != own && by != 0) head.add_counted_again(by);
  }
}

void Turn::recount(v1::IdentityChanged& head, const std::string& counts, std::vector<Counting> all,
                   EntryIndex already) const {
  std::ranges::sort(all, {}, &Counting::event);
  const EntryIndex by = counts_by(counts, all, already);
  if (by == already) return;
  if (already != 0) head.add_uncounted(already);
  if (by != 0) head.add_counted_again(by);
}

void Turn::recount_joined(v1::IdentityChanged& head, CaseNumber older, CaseNumber younger) const {
  std::vector<Counting> all = counting(older);
  const std::vector<Counting> more = counting(younger);
  all.insert(all.end(), more.begin(), more.end());
  std::set<std::string> counted;
  for (const Counting& each : all) counted.merge(counted_or_ended(each.type));
  for (const std::string& counts : counted) {
    const EntryIndex one = counted_by(counts, older);  // a child that was counted twice counts once
    recount(head, counts, all, one != 0 ? one : counted_by(counts, younger));
  }
}

void Turn::recount_moved(v1::IdentityChanged& head, const Event& moved, CaseNumber to) const {
  if (moved.status != v1::STATUS_ACTUAL) return;
  const CaseNumber from = state().case_of(moved);
  const std::string_view type = short_type(moved.type);
  for (const std::string& counts : counted_or_ended(type)) {
    std::vector<Counting> left = counting(from);
    std::erase_if(left, [&](const Counting& each) { return each.event == moved.index; });
    std::vector<Counting> there = to == 0 ? std::vector<Counting>{} : counting(to);
    there.push_back({moved.index, type, moved.time});
    // What the event itself counted for goes with it.
    const EntryIndex here = counted_by(counts, from);
    const EntryIndex before = to == 0 ? 0 : counted_by(counts, to);
    recount(head, counts, left, here == moved.index ? 0 : here);
    recount(head, counts, there, before == 0 && here == moved.index ? here : before);
  }
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
