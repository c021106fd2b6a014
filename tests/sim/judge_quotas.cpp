// Quotas: who counts, by what the book says stands of each child; and where they are more than the figure, that is
// said.
#include <algorithm>

#include "core/event_types.hpp"
#include "judge.hpp"
#include "promises.hpp"

namespace told::sim {

/// A child that was counted twice counts once: what comes into the case of another that counts does not. Before the
/// entry is in the book.
void Judge::count_once(const v1::IdentityChanged& head, core::CaseNumber into) {
  const core::CaseNumber from = head.moved_event() != 0 ? 0 : book_.goes_on_as(head.joined_case());
  const auto comes = [&](core::EntryIndex index) {
    return head.moved_event() != 0 ? index == head.moved_event() : book_.case_of(*book_.fact(index)) == from;
  };
  std::erase_if(counted_, [&](core::EntryIndex index) {
    return comes(index) && std::any_of(counted_.begin(), counted_.end(), [&](core::EntryIndex other) {
             return !comes(other) && book_.case_of(*book_.fact(other)) == into &&
                    book_.fact(other)->type == book_.fact(index)->type;
           });
  });
}

void Judge::check_counted(const v1::LedgerEntry& entry) {
  const core::Policy* in_force = policy(entry.policy_version());
  if (in_force == nullptr) return;
  const auto change = [&](const auto& head) {
    for (const auto index : head.uncounted())
      need(counted_.erase(index) == 1, whole, [&] {
        return "entry " + std::to_string(entry.index()) + " says that entry " + std::to_string(index) +
               " counts no more, and it did not count";
      });
    counted_.insert(head.counted_again().begin(), head.counted_again().end());
  };
  if (entry.has_event_accepted()) change(entry.event_accepted());
  if (entry.has_identity_changed()) change(entry.identity_changed());
  if (entry.event_accepted().counted()) counted_.insert(entry.index());

  for (const core::Quota& quota : in_force->quotas) {
    std::map<core::CaseNumber, std::int64_t> ended_us;
    std::set<core::CaseNumber> count, counted;
    const auto stands = [](const Fact& fact) { return !fact.withdrawn && fact.status == v1::STATUS_ACTUAL; };
    for (const auto& [index, fact] : book_.facts())
      if (stands(fact) && names(quota.until, core::published_type(fact.type))) {
        const auto at = ended_us.emplace(book_.case_of(fact), fact.time_us).first;
        at->second = std::max(at->second, fact.time_us);
      }
    for (const auto& [index, fact] : book_.facts()) {
      if (core::published_type(fact.type) != quota.counts || !stands(fact)) continue;
      const auto end = ended_us.find(book_.case_of(fact));
      if (end == ended_us.end() || fact.time_us > end->second) count.insert(book_.case_of(fact));
    }
    for (const auto index : counted_)
      if (core::published_type(book_.fact(index)->type) == quota.counts)
        need(counted.insert(book_.case_of(*book_.fact(index))).second, whole, [&] {
          return "with entry " + std::to_string(entry.index()) + " the child of entry " + std::to_string(index) +
                 " counts twice";
        });
    need(count == counted, whole, [&] {
      return "with entry " + std::to_string(entry.index()) + " " + std::to_string(counted.size()) +
             " children count towards " + quota.name + ", and " + std::to_string(count.size()) + " are there";
    });
    const bool changed = entry.has_policy_adopted() || entry.event_accepted().counted() ||
                         entry.event_accepted().counted_again_size() > 0;
    if (changed && counted.size() > quota.figure) alarms_due_[{"quota", quota.name}] = entry.index();
  }
}

}  // namespace told::sim
