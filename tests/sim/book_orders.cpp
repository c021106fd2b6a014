// What people's orders do to the book: who is kept out of a case, what must be kept of it, what goes, and whose it is.
#include "book.hpp"

#include "core/event_types.hpp"

namespace told::sim {

void Book::screen(const v1::LedgerEntry& entry) {
  const v1::ScreenOrdered& head = entry.screen_ordered();
  Fact& fact = make(entry, "screen");
  fact.source = head.recipient();
  const core::CaseNumber c = goes_on_as(entry.case_number());
  if (head.lifted()) {
    screens_.erase({c, head.recipient()});
    tell_again(head.told_now(), entry);
    return;
  }
  // Whoever was kept out already has nothing else taken from them: what they are told all the same goes on its way.
  if (!screens_.contains({c, head.recipient()}))
    keep_out(head.recipient(), entry, [&](const Fact& of) { return case_told_of(of) == c; });
  screens_.emplace(entry.case_number(), head.recipient());  // of a case that is to stand by itself again, of that one
  open_again(head.open_again(), entry);
}

void Book::tell_again(const google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups, const v1::LedgerEntry& by) {
  for (const v1::OwedAgain& group : groups)
    if (Fact* of = find(group.event()); of != nullptr) duties(*of, group.duties(), by);
}

/// Whoever had it in hand is kept out: it is as if they had not accepted it.
void Book::open_again(const google::protobuf::RepeatedPtrField<v1::OpenAgain>& all, const v1::LedgerEntry& by) {
  for (const v1::OpenAgain& again : all) {
    const auto id = core::NotificationId::of(again.notification());
    Note* note = find(id.event, id.slot);
    if (note == nullptr || !note->taken)
      return wrong("entry " + std::to_string(by.index()) + " opens again what nobody had accepted");
    note->open = true;
    note->taken = note->declined = false;  // what they accepted last: an earlier no is theirs no longer
    note->taken_away = true;
    note->asked_us = by.time_us();
    note->next_us = again.next_us();
    track(*note);
  }
}

/// Whoever is kept out gets nothing that waited, and no call asks them to act. Where it was all that they were to be
/// told, somebody else is called at once.
void Book::keep_out(const std::string& recipient, const v1::LedgerEntry& by,
                    const std::function<bool(const Fact&)>& of) {
  for (auto& [index, fact] : facts_) {
    if (index == by.index() || !of(fact)) continue;
    for (Note& note : fact.notes) {
      if (note.recipient != recipient) continue;
      const bool waited = note.to_deliver();
      note.dropped = note.dropped || waited;
      if (note.is(v1::NOTIFICATION_KIND_ESCALATION) || (note.dropped && note.deadline_us == 0)) {
        end(note);
      } else if (waited && note.open && note.attempts == 0 && note.rung == 0 && note.next_us != 0 &&
                 !note.is(v1::NOTIFICATION_KIND_OBLIGATION)) {
        note.next_us = by.time_us();
        track(note);
      }
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

bool Book::leaves_a_mistake(const Fact& fact) const {
  const auto moved = move_of(fact);
  return joined_.contains(moved == moved_.end() ? fact.recorded_case : moved->second);
}

bool Book::left_a_mistake(const Fact& fact) const {
  const Fact& about = told_about(fact);
  return left_a_mistake_.contains(about.index) || left_a_mistake_.contains(about.amends);
}

core::CaseNumber Book::parted_by(const Fact& moved) const {
  const core::CaseNumber c = moved.recorded_case;
  const core::CaseNumber in = case_of(moved);
  if (!joined_.contains(c) || goes_on_as(c) != in) return 0;
  const auto through = [&](core::CaseNumber each) {
    for (; each != c; each = joined_.at(each))
      if (!joined_.contains(each)) return false;
    return true;
  };
  for (const auto& [index, each] : facts_) {
    if (index == moved.index || each.amends != 0 || each.withdrawn || core::event_type(each.type) == nullptr) continue;
    const auto placed = moved_.find(index);
    if (case_of(each) == in && through(placed == moved_.end() ? each.recorded_case : placed->second)) return 0;
  }
  return c;
}

void Book::erase(const v1::LedgerEntry& entry) {
  const v1::CaseErased& head = entry.case_erased();
  make(entry, "erased");
  if (holds_.contains(goes_on_as(entry.case_number())))
    wrong("entry " + std::to_string(entry.index()) + " erases a case that is on legal hold");
  stop_clocks(head.clocks_stopped(), entry, entry.index());
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
  if (moves && leaves_a_mistake(facts_.at(head.moved_event()))) left_a_mistake_.insert(head.moved_event());
  if (head.parted_case() != 0) joined_.erase(head.parted_case());
  Fact& fact = make(entry, moves ? "another_child" : "same_child");
  fact.status = head.status();
  fact.amends = head.moved_event();
  const core::CaseNumber into = goes_on_as(entry.case_number());
  const auto told_of = [&] {
    std::set<core::EntryIndex> all;
    for (const auto& [index, each] : facts_)
      if (case_told_of(each) == into) all.insert(index);
    return all;
  };
  const auto before = told_of();
  const auto screens_before = screens_;
  const core::CaseNumber from = goes_on_as(moves ? head.from_case() : head.joined_case());
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
  // What has come into the case is not for whoever is kept out of it, and the reverse.
  for (const auto& [c, who] : std::set(screens_))
    if (c == into) {
      const bool was = screens_before.contains({c, who});
      if (was && screens_before.contains({from, who})) continue;
      keep_out(who, entry,
               [&](const Fact& of) { return case_told_of(of) == into && before.contains(of.index) != was; });
    }
  open_again(head.open_again(), entry);
  duties(fact, head.duties(), entry);
  tell_again(head.owed_again(), entry);
  tell_again(head.told_now(), entry);
  stop_clocks(head.clocks_stopped(), entry, 0, true);
  recompute(head.recomputed(), entry);
  grade(entry.case_number());
  if (!moves) return;
  grade(head.from_case());
  fact.high = facts_.at(head.moved_event()).high;
  if (head.ends_episode() != 0) end_search(goes_on_as(entry.case_number()), facts_.at(head.moved_event()).time_us);
  stop_clocks(head.clocks_stopped(), entry, head.moved_event());
}

}  // namespace told::sim
