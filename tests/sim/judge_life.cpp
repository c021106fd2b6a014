// A run's life: what it finds when it starts, whether its ladders climb while it serves, and what is left at the end.
#include <algorithm>

#include "judge.hpp"
#include "ledger/merkle.hpp"
#include "promises.hpp"

namespace told::sim {
namespace {

using namespace std::chrono_literals;

/// Once everybody is well, whoever is asked has answered by then.
constexpr Micros answers_within = 3h;
/// With everything well: what was begun a moment before the end is on its way.
constexpr Micros on_its_way = 10s;

}  // namespace

void Judge::serves(Micros held_up) {
  serving_since_ = schedule_.now();
  excuse(schedule_.now() + 5s + held_up);
}

void Judge::recovers(const ledger::Ledger& ledger) {
  refused_us_.clear();  // each run counts anew
  const auto reader = ledger.reader();
  found_there_ = true;
  need(reader->size() >= book_.size(), I1, [&] {
    return std::to_string(book_.size()) + " entries were said to be durable, and after the restart there are " +
           std::to_string(reader->size());
  });
  reader->leaves(0, reader->size(), [&](core::EntryIndex index, std::string_view leaf) {
    v1::LedgerEntry entry;
    need(entry.ParseFromArray(leaf.data(), static_cast<int>(leaf.size())), whole,
         [&] { return "entry " + std::to_string(index) + " cannot be read after a restart"; });
    const std::uint64_t hash = hash_of_head(entry);
    if (index < head_hashes_.size()) {
      need(hash == head_hashes_[index], I1,
           [&] { return "entry " + std::to_string(index) + " is not what it was before the restart"; });
    } else {
      head_hashes_.push_back(hash);
      add(entry);
    }
    return true;
  });
  found_there_ = false;
  end_of_group();
}

void Judge::look(core::Instant now, Micros held_up) {
  held_up_ = held_up;
  if (schedule_.now() > excused_until_ + held_up) look_at_shifts(now, 1s + held_up);
  if (book_.ladders().empty() || schedule_.now() <= excused_until_ + held_up) return;
  const auto& [next_us, number] = *book_.ladders().begin();
  const Note& note = *book_.note(core::NotificationId::of(number));
  const std::int64_t silent_us = core::to_us(now) - std::max(next_us, note.armed_us);
  need(silent_us <= climbs_late_most_us + held_up.count(), ladders, [&] {
    return "the ladder of " + note.name() + " has been silent for " + std::to_string(silent_us) + " us too long";
  });
}

Micros Judge::age_of(std::int64_t entry_us) const {
  const auto made =
      std::find_if(truly_.rbegin(), truly_.rend(), [&](const auto& each) { return each.first == entry_us; });
  return made == truly_.rend() ? Micros::max() : schedule_.now() - made->second;
}

void Judge::at_rest(const core::Engine& engine) {
  const auto lost = engine.limbo();
  need(lost.empty(), limbo, [&] { return book_.note(lost.front())->name() + " is in limbo"; });
  need(unanswered_.empty(), I1, [&] {
    return "event " + unanswered_.begin()->second + " of " + unanswered_.begin()->first + " never had an answer";
  });
  for (const auto number : book_.open()) {
    const Note& note = *book_.note(core::NotificationId::of(number));
    if (note.is(v1::NOTIFICATION_KIND_OBLIGATION) && note.asleep) continue;  // the next round
    if (age_of(note.asked_us) < answers_within) continue;                    // a round that fell due just now, an alarm
    if (book_.left_a_mistake(*book_.fact(note.id.event))) continue;          // whoever was kept out is not asked again
    broken(limbo, note.name() + " is open at the end, when everybody has had days to answer");
  }
  for (const auto& [index, fact] : book_.facts())
    for (const Note& note : fact.notes)
      need(!note.to_deliver() || age_of(note.asked_us) < on_its_way, limbo,
           [&] { return note.name() + " was never put into its recipient's hands"; });
}

void Judge::check_checkpoints(const ledger::Ledger& ledger) {
  std::map<core::EntryIndex, ledger::Hash> claimed;
  std::string problem;
  for (const std::string& note : new_notes_) {
    const auto checkpoint = ledger::verify_note(note, key_.verifier_text(), &problem);
    need(checkpoint.has_value(), whole, [&] { return "a checkpoint that was given out is none: " + problem; });
    const auto [at, is_new] = claimed.emplace(checkpoint->size, checkpoint->root);
    need(is_new || at->second == checkpoint->root, whole,
         [&] { return "two checkpoints over " + std::to_string(checkpoint->size) + " entries contradict each other"; });
  }
  const auto reader = ledger.reader();
  ledger::Frontier tree;
  reader->leaves(0, reader->size(), [&](core::EntryIndex, std::string_view leaf) {
    tree.add(ledger::leaf_hash(leaf));
    if (const auto at = claimed.find(tree.size()); at != claimed.end()) {
      need(at->second == tree.root(), whole,
           [&] { return "a checkpoint over " + std::to_string(tree.size()) + " entries is of another ledger"; });
      claimed.erase(at);
    }
    return true;
  });
  claimed.erase(0);
  need(claimed.empty(), whole, [&] {
    return "a checkpoint over " + std::to_string(claimed.begin()->first) + " entries was given out, and there are " +
           std::to_string(tree.size());
  });
}

}  // namespace told::sim
