// What people's orders do to the book: who is kept out of a case, what must be kept of it, what goes, and whose it is.
#include "book.hpp"

namespace told::sim {

void Book::screen(const v1::LedgerEntry& entry) {
  const v1::ScreenOrdered& head = entry.screen_ordered();
  Fact& fact = make(entry, "screen");
  fact.source = head.recipient();
  const core::CaseNumber c = goes_on_as(entry.case_number());
  if (head.lifted()) {
    screens_.erase({c, head.recipient()});
    return;
  }
  screens_.emplace(c, head.recipient());
  // Whoever is kept out gets nothing that waited, and no call asks them to act.
  for (auto& [index, of] : facts_) {
    if (index == entry.index() || of.recorded_case == 0 || case_of(of) != c) continue;
    for (Note& note : of.notes) {
      if (note.recipient != head.recipient()) continue;
      note.dropped = note.dropped || note.to_deliver();
      if (note.is(v1::NOTIFICATION_KIND_ESCALATION) || (note.dropped && note.deadline_us == 0)) end(note);
    }
  }
}

void Book::hold(const v1::LedgerEntry& entry) {
  make(entry, "hold");
  if (entry.hold_ordered().lifted())
    holds_.erase(goes_on_as(entry.case_number()));
  else
    holds_.insert(goes_on_as(entry.case_number()));
}

void Book::erase(const v1::LedgerEntry& entry) {
  const v1::CaseErased& head = entry.case_erased();
  make(entry, "erased");
  if (holds_.contains(goes_on_as(entry.case_number())))
    wrong("entry " + std::to_string(entry.index()) + " erases a case that is on legal hold");
  stop_clocks(head.clocks_stopped(), entry);
  std::set<core::CaseNumber> cases(head.cases().begin(), head.cases().end());
  cases.insert(entry.case_number());
  const std::set<core::EntryIndex> events(head.events().begin(), head.events().end());
  for (auto& [index, of] : facts_) {
    if (index == entry.index() || (!cases.contains(of.recorded_case) && !events.contains(index))) continue;
    of.erased = true;
    accepted_.erase({of.source, of.id});  // nothing recognises it any more: said again, it is a new event
    for (Note& note : of.notes) {
      if (!note.to_deliver()) continue;
      note.dropped = true;
      end(note);
    }
  }
}

void Book::identity(const v1::LedgerEntry& entry) {
  const v1::IdentityChanged& head = entry.identity_changed();
  const bool moves = head.moved_event() != 0;
  Fact& fact = make(entry, moves ? "another_child" : "same_child");
  fact.status = head.status();
  fact.amends = head.moved_event();
  if (moves) {
    moved_[head.moved_event()] = entry.case_number();
  } else {
    joined_[head.joined_case()] = entry.case_number();
    if (holds_.erase(head.joined_case()) != 0) holds_.insert(goes_on_as(entry.case_number()));
    for (const auto& screen : std::set(screens_))
      if (screen.first == head.joined_case()) {
        screens_.erase(screen);
        screens_.emplace(goes_on_as(entry.case_number()), screen.second);
      }
  }
  duties(fact, head.duties(), entry);
  for (const v1::OwedAgain& again : head.owed_again())
    if (Fact* started = find(again.event()); started != nullptr) duties(*started, again.duties(), entry);
  if (!moves) return;
  if (head.ends_episode() != 0) end_episodes(goes_on_as(entry.case_number()), facts_.at(head.moved_event()).time_us);
  stop_clocks(head.clocks_stopped(), entry);
}

}  // namespace told::sim
