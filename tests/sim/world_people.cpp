// What people do: they take calls, stand down, keep somebody out of a case, say whose case it is, hold and erase one,
// and see to alarms.
#include <algorithm>

#include "core/event_types.hpp"
#include "core/reference.hpp"
#include "world.hpp"

namespace told::sim {
namespace {

/// Tokens of people's have the top bit and not the one below it, as the board's.
constexpr core::ReplyToken peoples = 1ULL << 63U;

}  // namespace

core::Actor World::person(v1::Means means) const {
  core::Actor by;
  by.name = "Manager 1";
  by.role = "duty manager";
  by.means = means;
  by.via = "local:uid=0";
  return by;
}

void World::act(core::Command command) {
  if (!serves()) return;
  machine_.run(schedule_.now(), [this, shared = std::make_shared<core::Command>(std::move(command))] {
    if (!serves()) return;
    machine_.touch();
    told_->interior().submit(std::move(*shared));
  });
}

std::vector<core::EntryIndex> World::events() const {
  std::vector<core::EntryIndex> all;
  for (const auto& [index, fact] : judge_.book().facts())
    if (core::event_type(fact.type) != nullptr) all.push_back(index);
  return all;
}

core::ReplyToken World::asks(std::string what) {
  const core::ReplyToken token = peoples | ++tokens_;
  asked_[token] = std::move(what);
  return token;
}

const Fact* World::any_event(const Incident& incident, const std::string& word) const {
  const auto all = events();
  if (all.empty()) return nullptr;
  return judge_.book().fact(all[static_cast<std::size_t>(incident.words.number(word)) % all.size()]);
}

void World::call(const Incident& incident) {
  const auto& open = judge_.book().open();
  if (open.empty()) return;
  auto at = open.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(static_cast<std::size_t>(incident.words.number("pick")) % open.size()));
  answer_by_telephone(core::NotificationId::of(*at), incident.words.number("pick") % 4 == 0);
}

void World::answer_by_telephone(core::NotificationId id, bool done) {
  if (!serves()) return;
  core::Acknowledge say;
  say.notification = id;
  say.by = person(v1::MEANS_TELEPHONE);
  say.said = told_->interior().clock().now();
  say.done = done;
  if (done) {
    say.note = "on file";
    say.ends = id.number() % 3 == 0;  // for good, though it repeats
  }
  say.reply_to = asks("call");
  judge_.acknowledges("people", id);
  act(std::move(say));
}

// Whoever has said that it is not theirs is not told again: somebody must find out whose it is, and say so. Nor is
// whoever had it in a system that was given up since, and had taken it on: they say by telephone that it is done.
// What a carrier has refused for good, or whoever was to be told may not see any more, is seen to by a person too; so
// is what was taken from whoever had accepted it: they do not say so twice.
void World::see_to_what_nobody_answers() {
  const auto open = judge_.book().open();
  for (const auto number : open) {
    const auto id = core::NotificationId::of(number);
    const Note& note = *judge_.book().note(id);
    const Book& book = judge_.book();
    const bool kept_out = note.taken_away || book.screened(book.case_told_of(*book.fact(id.event)), note.recipient);
    if (note.declined || note.dropped || kept_out || (moved_.contains(note.recipient) && !note.asleep))
      answer_by_telephone(id, true);
  }
}

void World::stand_down(core::CaseNumber c) {
  core::OrderStandDown order;
  order.case_number = c;
  order.by = person(v1::MEANS_LOCAL);
  order.reason = "found";
  order.reply_to = asks("stand-down");
  act(std::move(order));
}

void World::screen(const Incident& incident) {
  const Fact* fact = any_event(incident, "pick");
  if (fact == nullptr) return;
  core::OrderScreen order;
  order.case_number = judge_.book().case_of(*fact);
  order.recipient = incident.words.of("party");
  order.lifted = judge_.book().screened(order.case_number, order.recipient) || incident.words.has("lifted");
  order.by = person(v1::MEANS_LOCAL);
  order.reason = "the case is about them";
  order.reply_to = asks("screen");
  act(std::move(order));
}

void World::join(const Incident& incident) {
  const Fact* one = any_event(incident, "pick");
  const Fact* other = any_event(incident, "other");
  if (one == nullptr || one == other) return;
  core::JoinCases order;
  order.one = judge_.book().case_of(*one);
  order.other = judge_.book().case_of(*other);
  order.by = person(v1::MEANS_LOCAL);
  order.reason = "the same child";
  order.reply_to = asks("join");
  const core::CaseNumber younger = std::max(order.one, order.other);
  act(std::move(order));
  later(incident, [this, younger] { part(younger, 0); });
}

/// They are two after all: each report of the younger reference is said to be about another child, one by one.
void World::part(core::CaseNumber younger, core::CaseNumber to) {
  if (!serves()) return;
  for (const auto index : events()) {
    const Fact& fact = *judge_.book().fact(index);
    const core::CaseNumber in = judge_.book().case_of(fact);
    if (fact.recorded_case != younger || in == younger || in == to || fact.amends != 0 || fact.withdrawn) continue;
    core::MoveEvent order;
    order.event = index;
    order.to = to;
    order.by = person(v1::MEANS_LOCAL);
    order.reason = "they are two after all";
    order.reply_to = asks("move");
    act(std::move(order));
    schedule_.in(std::chrono::seconds{20}, [this, index, younger, in] {
      const core::CaseNumber now = judge_.book().case_of(*judge_.book().fact(index));
      if (!healed_ && now != in) part(younger, now);  // and where it was refused, they are left as they are
    });
    return;
  }
}

void World::move(const Incident& incident) {
  const auto all = events();
  if (all.empty()) return;
  core::MoveEvent order;
  order.event = all[static_cast<std::size_t>(incident.words.number("pick")) % all.size()];
  const auto to = static_cast<std::size_t>(incident.words.number("to"));
  if (to % 3 != 0) order.to = judge_.book().case_of(*judge_.book().fact(all[to % all.size()]));
  if (to % 7 == 0) order.to = judge_.book().fact(order.event)->recorded_case;  // theirs after all, if it was moved
  order.by = person(v1::MEANS_LOCAL);
  order.reason = "it was about another child";
  order.reply_to = asks("move");
  act(std::move(order));
}

void World::stand_down_any(const Incident& incident) {
  if (const Fact* fact = any_event(incident, "pick")) stand_down(judge_.book().case_of(*fact));
}

void World::stand_down_child(const Incident& incident) {
  for (const auto index : events()) {
    const Fact& fact = *judge_.book().fact(index);
    if (published_[fact.id].number("child") == incident.words.number("child") && fact.type == "told.child.missing.v1")
      return stand_down(judge_.book().case_of(fact));
  }
}

void World::hold(const Incident& incident) {
  const Fact* fact = any_event(incident, "pick");
  if (fact == nullptr) return;
  core::OrderHold order;
  order.case_number = judge_.book().case_of(*fact);
  order.lifted = judge_.book().held(order.case_number);
  order.by = person(v1::MEANS_LOCAL);
  order.reason = "an inquiry";
  order.reply_to = asks("hold");
  act(std::move(order));
}

void World::erase(const Incident& incident) {
  const Fact* fact = any_event(incident, "pick");
  if (fact == nullptr) return;
  core::EraseCase order;
  order.case_number = judge_.book().case_of(*fact);
  order.by = person(v1::MEANS_LOCAL);
  order.reason = "its time is over";
  order.reply_to = asks("erase");
  act(std::move(order));
}

void World::close_an_alarm(const Incident& incident) {
  close_alarm(static_cast<std::uint64_t>(incident.words.number("pick")));
}

void World::close_alarm(std::uint64_t pick) {
  std::vector<core::EntryIndex> open;
  for (const auto& [index, fact] : judge_.book().facts())
    if (fact.type == "alarm" && fact.episode_open) open.push_back(index);
  if (open.empty()) return;
  core::CloseAlarm close;
  close.alarm = open[pick % open.size()];
  close.by = person(v1::MEANS_LOCAL);
  close.note = "seen to";
  close.reply_to = asks("close alarm");
  act(std::move(close));
}

}  // namespace told::sim
