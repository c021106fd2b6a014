// What people's orders may do: what may be erased, what a legal hold keeps, what an event does in the case that it is
// moved to. Before the entry is in the book.
#include <algorithm>

#include "core/event_types.hpp"
#include "judge.hpp"
#include "promises.hpp"

namespace told::sim {

void Judge::check_orders(const v1::LedgerEntry& entry) {
  const std::string at = "entry " + std::to_string(entry.index());
  if (entry.has_event_accepted()) {
    const v1::EventAccepted& head = entry.event_accepted();
    need(!erased_cases_.contains(book_.goes_on_as(entry.case_number())), whole,
         [&] { return at + " is of case " + std::to_string(entry.case_number()) + ", which was erased"; });
    if (const Fact* earlier = head.withdraws() ? book_.fact(head.amends()) : nullptr; earlier != nullptr)
      need(head.keeps_content() == book_.held(book_.case_of(*earlier)), whole, [&] {
        return at + " withdraws what is " + (head.keeps_content() ? "on no legal hold, and keeps it" : "on legal hold");
      });
  }
  if (entry.has_case_erased()) check_erasure(entry);
  if (entry.has_screen_ordered() || entry.has_identity_changed()) {
    check_open_again(entry);
    check_let_in(entry);
  }
  if (!entry.has_identity_changed()) return;
  // A person may say that a living case is the same child's as one that was erased: what comes then is of that number.
  erased_cases_.erase(entry.case_number());
  const Fact* moved = book_.fact(entry.identity_changed().moved_event());
  if (moved == nullptr) return;
  check_moved(entry, *moved);
  note_grades_that_go(*moved);
  kinds_.emplace(book_.goes_on_as(entry.case_number()),
                 std::pair{core::is_prevent(core::published_type(moved->type)), moved->status != v1::STATUS_ACTUAL});
}

/// Whoever answers for it has it in hand, or owes it.
bool Judge::puts_in_hand(const Note& note) {
  return note.is(v1::NOTIFICATION_KIND_TELL) || note.is(v1::NOTIFICATION_KIND_ALARM) ||
         note.is(v1::NOTIFICATION_KIND_OBLIGATION) || (note.is(v1::NOTIFICATION_KIND_STAND_DOWN) && note.rule != 0);
}

bool Judge::kept_out_and_says_so(const v1::LedgerEntry& entry, const Note& note) const {
  const v1::Means means = entry.acknowledged().means();
  return means != v1::MEANS_LOCAL && means != v1::MEANS_TELEPHONE && note.open && puts_in_hand(note) &&
         book_.screened(book_.case_told_of(*book_.fact(note.id.event)), note.recipient);
}

/// Nobody who is kept out of a case has anything of it in hand: what they had accepted before they were, or before it
/// came into the case, is somebody else's to answer for.
void Judge::check_open_again(const v1::LedgerEntry& entry) const {
  const Book then = after(entry);
  const auto& said =
      entry.has_screen_ordered() ? entry.screen_ordered().open_again() : entry.identity_changed().open_again();
  for (const auto& [index, fact] : book_.facts()) {
    const Fact* amended = fact.amends == 0 ? nullptr : book_.fact(fact.amends);
    const Fact& about = amended == nullptr ? fact : *amended;
    const bool over = about.withdrawn || (!about.episode_open && (about.type == "told.child.missing.v1" ||
                                                                  about.type == "told.child.missing_risk_changed.v1" ||
                                                                  about.type == "alarm"));
    for (const Note& note : fact.notes) {
      if (note.stopped_by != 0 || !note.taken || !puts_in_hand(note)) continue;
      const bool owed = note.is(v1::NOTIFICATION_KIND_OBLIGATION);
      const bool in_hand =
          !fact.erased && (owed ? note.open : !note.open && !over && !(note.dropped && note.attempts == 0));
      const bool newly = !book_.screened(book_.case_told_of(fact), note.recipient) &&
                         then.screened(then.case_told_of(*then.fact(index)), note.recipient);
      const auto found = std::find_if(said.begin(), said.end(),
                                      [&](const auto& each) { return each.notification() == note.id.number(); });
      // Whoever is to be kept out is, though what they accepted once cannot be read any more.
      const bool beyond_recall = found == said.end() && entry.has_screen_ordered() && rows_spoilt && rows_spoilt();
      need((in_hand && newly) == (found != said.end()) || beyond_recall, ladders, [&] {
        return "entry " + std::to_string(entry.index()) +
               (found != said.end() ? " opens again " : " leaves with somebody who is kept out ") + note.name();
      });
      if (found == said.end()) continue;
      need(owed || found->next_us() == entry.time_us(), ladders, [&] {
        return "entry " + std::to_string(entry.index()) + " opens " + note.name() + " again, and calls nobody at once";
      });
    }
  }
}

/// Whoever is let in again, or whom a report has left the case for that they are kept out of, is told what waited for
/// them, and asked again what they have not answered so that it counts.
void Judge::check_let_in(const v1::LedgerEntry& entry) const {
  const Book then = after(entry);
  const Fact* moved = book_.fact(entry.identity_changed().moved_event());
  const bool was_mistaken = entry.has_identity_changed() && moved != nullptr && book_.leaves_a_mistake(*moved);
  const auto& said =
      entry.has_screen_ordered() ? entry.screen_ordered().told_now() : entry.identity_changed().told_now();
  std::set<std::uint64_t> told;
  for (const v1::OwedAgain& now : said)
    for (const v1::Duty& duty : now.duties())
      told.insert(core::NotificationId{now.event(), static_cast<core::Slot>(duty.slot())}.number());
  for (const auto& [index, fact] : book_.facts())
    for (const Note& note : fact.notes) {
      const bool let_in = !was_mistaken && book_.screened(book_.case_told_of(fact), note.recipient) &&
                          !then.screened(then.case_told_of(*then.fact(index)), note.recipient);
      const bool was_told = note.is(v1::NOTIFICATION_KIND_OBLIGATION) ? note.rung > 0 : note.attempts > 0;
      const bool never = note.dropped && note.attempts == 0 && !note.is(v1::NOTIFICATION_KIND_OBLIGATION);
      const bool waits = note.open && !note.declined && !note.taken && !note.is(v1::NOTIFICATION_KIND_ESCALATION) &&
                         !note.to_deliver() && (never || (was_told && note.deadline_us != 0));
      need((let_in && waits) == told.contains(note.id.number()), everybody, [&] {
        return "entry " + std::to_string(entry.index()) + (let_in ? " lets " : " does not let ") + note.recipient +
               " in again, and " + (let_in && waits ? "does not ask them " : "asks them again ") + note.name();
      });
    }
}

/// Once its retention has begun, and nobody needs anything of it any more.
void Judge::check_erasure(const v1::LedgerEntry& entry) {
  const core::CaseNumber c = book_.goes_on_as(entry.case_number());
  const std::string at = "entry " + std::to_string(entry.index()) + " erases case " + std::to_string(c);
  bool retention_began = false;
  for (const auto& [index, fact] : book_.facts()) {
    if (fact.recorded_case == 0 || book_.case_of(fact) != c) continue;
    for (const Note& note : fact.notes) {
      const bool obligation = note.is(v1::NOTIFICATION_KIND_OBLIGATION);
      const core::Policy* frozen = policy(note.policy);
      const core::Clock* clock = obligation && frozen != nullptr ? frozen->clock(note.rule) : nullptr;
      if (clock != nullptr && clock->retention) {
        retention_began = true;
        continue;
      }
      const bool of_another = note.is(v1::NOTIFICATION_KIND_ESCALATION) || note.is(v1::NOTIFICATION_KIND_ANSWERED);
      need(of_another || !note.open || note.deadline_us == 0, everybody,
           [&] { return at + ", and " + note.name() + " is not answered yet"; });
    }
  }
  need(retention_began, said_no, [&] { return at + ", whose retention has not begun"; });
  erased_cases_.insert(c);
  erased_cases_.insert(entry.case_erased().cases().begin(), entry.case_erased().cases().end());
}

/// What the event would have done, had it been of that case from the beginning: it stops duties, and may end an
/// episode.
void Judge::check_moved(const v1::LedgerEntry& entry, const Fact& moved) const {
  const v1::IdentityChanged& head = entry.identity_changed();
  const core::CaseNumber parted = book_.parted_by(moved);
  need(head.parted_case() == parted, whole, [&] {
    return "entry " + std::to_string(entry.index()) + " says that case " + std::to_string(head.parted_case()) +
           " stands by itself again, and it is case " + std::to_string(parted);
  });
  // Nothing else stands in a case that stands by itself again: there is nothing there to stop or to end.
  const core::CaseNumber to = entry.case_number() == parted ? 0 : entry.case_number();
  const std::string_view type = core::published_type(moved.type);
  check_stopped(entry, head.clocks_stopped(), to, type, moved.status, moved.time_us);
  if (type == "child.located") check_ends(entry, to, moved, moved.time_us, head.ends_episode());
}

/// How grave it is was said of the child who is missing: where no other report is left that it may be of, it goes with
/// this one.
void Judge::note_grades_that_go(const Fact& moved) {
  if (moved.type != "told.child.missing.v1" || !moved.episode_open) return;
  const core::CaseNumber c = book_.case_of(moved);
  const auto in_it = [&](const Fact& fact, std::string_view type) {
    return fact.type == type && fact.episode_open && book_.case_of(fact) == c;
  };
  // Where two references are one child's, it may be all that is left under one of them: then it stays.
  for (const auto& [index, fact] : book_.facts())
    if (book_.case_of(fact) == c && fact.recorded_case != c) return;
  for (const auto& [index, fact] : book_.facts()) {
    if (!in_it(fact, "told.child.missing_risk_changed.v1") || fact.time_us < moved.time_us ||
        (fact.status == v1::STATUS_ACTUAL) != (moved.status == v1::STATUS_ACTUAL))
      continue;
    const auto may_be_of = [&](const auto& other) {
      return other.first != moved.index && in_it(other.second, moved.type) && other.second.time_us <= fact.time_us;
    };
    if (std::none_of(book_.facts().begin(), book_.facts().end(), may_be_of)) grades_to_go_[index] = moved.index;
  }
}

void Judge::check_ends(const v1::LedgerEntry& entry, core::CaseNumber c, const Fact& found, std::int64_t at_us,
                       core::EntryIndex said) const {
  const auto search = book_.search(c);
  const bool ends = std::any_of(search.begin(), search.end(), [&](core::EntryIndex index) {
    const Fact& missing = *book_.fact(index);
    return missing.time_us <= at_us && missing.status == found.status;
  });
  need(ends == (said != 0), ends_told, [&] {
    return "entry " + std::to_string(entry.index()) + " says anew where or when a child was found, and " +
           (ends ? "the search for that child goes on" : "ends a search that it is not the end of");
  });
}

}  // namespace told::sim
