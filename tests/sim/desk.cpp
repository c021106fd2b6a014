#include "desk.hpp"

#include <algorithm>
#include <utility>

namespace told::sim {
namespace {

using namespace std::chrono_literals;

/// Without told's word that it is recorded, it is said again.
constexpr Micros patience = 20s;

}  // namespace

void Desk::take(const v1::Delivery& delivery) {
  const std::uint64_t sight = ++number_;
  Have& have = has_[delivery.notification()];
  const bool is_new = !have.planned && !have.asks;
  // Seen already, unless told called again on purpose.
  if (!is_new && delivery.call() <= have.call) return;
  have.kind = delivery.kind();
  have.call = delivery.call();
  have.asks = delivery.has_deadline();
  have.said = have.settled = have.refused = have.taken_on = have.done = false;
  have.planned = have.asks && !dice_.chance(mood.never_answers, "never", sight);
  if (have.planned) plan(delivery.notification(), dice_.time(mood.answer_least, mood.answer_most, "answers in", sight));
}

void Desk::plan(const std::string& reference, Micros in) {
  schedule_.in(in, [this, reference] { answer(reference); });
}

v1::AgencyFrame Desk::words(const std::string& reference, Have& have, std::uint64_t number) {
  v1::AgencyFrame frame;
  const std::string person = "Officer " + std::to_string(number % 7);
  const auto not_ours = [reference, person] {
    v1::AgencyFrame no;
    v1::Refusal& refusal = *no.add_refusals();
    refusal.set_notification(reference);
    refusal.set_person(person);
    refusal.set_role("duty desk");
    refusal.set_reason("not ours");
    return no;
  };
  const bool told = have.kind == v1::NOTIFICATION_KIND_TELL;
  const bool called = have.kind == v1::NOTIFICATION_KIND_ESCALATION;
  if ((told && dice_.chance(mood.declines, "declines", number)) ||
      (called && dice_.chance(mood.declines, "declines a call", number))) {
    frame = not_ours();
    have.settled = have.refused = true;  // nothing more is said of it by itself
    return frame;
  }
  if (have.kind == v1::NOTIFICATION_KIND_OBLIGATION) {
    const bool before = std::exchange(have.taken_on, true);
    have.done = have.done || before || dice_.chance(mood.done_at_once, "done", number);
    if (!have.done)  // it is taken on first, and done later
      schedule_.in(dice_.time(10min, 30h, "does it in", number), [this, reference] {
        has_[reference].done = true;
        has_[reference].settled = false;
        answer(reference);
      });
  }
  // Whoever takes it on may look again, and find that it is another's.
  if ((told && dice_.chance(0.03, "looks again", number)) || (called && dice_.chance(0.03, "cannot after all", number)))
    schedule_.in(dice_.time(1min, 5h, "looks again in", number),
                 [this, not_ours] { static_cast<void>(say_(not_ours())); });
  const int times = dice_.chance(mood.twice, "twice", number) ? 2 : 1;
  for (int i = 0; i < times; ++i) {
    v1::Acknowledgement& ack = *frame.add_acknowledgements();
    ack.set_notification(reference);
    ack.set_person(person);
    ack.set_role("duty desk");
    ack.set_done(have.done);
    if (have.done) ack.set_note("on file");
  }
  return frame;
}

void Desk::answer(const std::string& reference) {
  const auto found = has_.find(reference);
  if (found == has_.end() || found->second.settled) return;
  const std::uint64_t number = ++number_;
  const Have before = found->second;
  found->second.said = true;
  if (!say_(words(reference, found->second, number))) found->second = before;
  Micros& rest = found->second.rest;
  rest = std::min<Micros>(rest * 2 + patience, 1h);
  schedule_.in(rest + dice_.time(1s, 60s, "says again", number), [this, reference] {
    if (const auto have = has_.find(reference); have != has_.end() && have->second.planned) answer(reference);
  });
}

void Desk::settled(const std::string& reference) {
  // What told answers may be to something said before it asked anew.
  if (const auto found = has_.find(reference); found != has_.end() && found->second.said) {
    found->second.settled = true;
    found->second.refused = false;
  }
}

void Desk::say_again() {
  for (const auto& [reference, have] : has_)
    if (have.planned && !have.settled) plan(reference, dice_.time(1s, 60s, "again", ++number_));
}

void Desk::hurry() {
  mood = {};
  mood.never_answers = mood.declines = 0;
  mood.done_at_once = 1;
  mood.answer_least = 1s;
  mood.answer_most = 2min;
  for (auto& [reference, have] : has_) {
    // What was taken on may still be to be done: that it is done is said once more, whatever was said before.
    const bool duty = have.kind == v1::NOTIFICATION_KIND_OBLIGATION;
    // Nor is it known that "not theirs" has reached told, where told died before it answered.
    if (!have.asks || (have.settled && !have.refused && !duty)) continue;
    have.settled = false;
    have.done = have.done || duty;
    have.planned = true;
    plan(reference, dice_.time(1s, 2min, "hurries", ++number_));
  }
}

}  // namespace told::sim
