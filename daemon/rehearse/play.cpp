#include "rehearse/play.hpp"

#include <algorithm>

#include "core/event_types.hpp"
#include "core/reference.hpp"

namespace told::rehearse {
namespace {

constexpr std::chrono::hours a_day{24};

core::Actor at_their_queue(const Speaker& by, const std::string& recipient) {
  return {by.person, by.role, "", v1::MEANS_QUEUE, recipient, recipient};
}

core::Actor by_telephone(const Speaker& by, const std::string& recorded_by) {
  return {by.person, by.role, recorded_by, v1::MEANS_TELEPHONE, "board", ""};
}

core::Actor at_the_desk(const Speaker& by) { return {by.person, by.role, "", v1::MEANS_LOCAL, "board", ""}; }

bool restarts(const Scenario& scenario) {
  return std::any_of(scenario.steps.begin(), scenario.steps.end(),
                     [](const Step& step) { return std::holds_alternative<Restart>(step.action); });
}

/// Null for whatever is no duty. The state keeps the policy that it stands in.
const core::Clock* clock_behind(const core::State& state, const core::Notification& n) {
  if (static_cast<v1::NotificationKind>(n.kind) != v1::NOTIFICATION_KIND_OBLIGATION) return nullptr;
  const core::PolicyPtr frozen = state.policy(n.policy_version);
  return frozen ? frozen->clock(n.rule) : nullptr;
}

}  // namespace

Play::Play(const Scenario& scenario, Prints prints)
    : scenario_(scenario), world_(scenario.begins, std::move(prints), journal_, scenario.delivery, restarts(scenario)) {
  journal_.watch(world_);
  if (scenario.answers)
    journal_.when_delivered(
        [this](core::NotificationId id) { world_.at(world_.now() + *scenario_.answers, [this, id] { answer(id); }); });
}

void Play::run(std::optional<core::Instant> until) {
  world_.adopt(std::make_shared<core::Policy>(*scenario_.policy));
  look_at_the_calendar();
  core::Instant last = scenario_.begins;
  for (const Step& step : scenario_.steps) {
    world_.at(step.at, [this, &step] { act(step); });
    last = std::max(last, step.at);
    if (const auto* outage = std::get_if<Outage>(&step.action)) last = std::max(last, outage->until.value_or(last));
  }
  for (const Expectation& expectation : scenario_.expectations) {
    last = std::max(last, expectation.not_before);
    if (!expectation.by) continue;
    world_.at(expectation.by->end(), [this, &expectation] { judge(expectation); });
    last = std::max(last, expectation.by->end());
  }
  ends_ = std::max(last, until.value_or(scenario_.until.value_or(last + a_day)));
  world_.advance(ends_);
  for (const Expectation& expectation : scenario_.expectations)
    if (!expectation.by) judge(expectation);
  std::stable_sort(failures_.begin(), failures_.end(),
                   [](const Failure& a, const Failure& b) { return a.place.line < b.place.line; });
}

void Play::look_at_the_calendar() {
  world_.look_at_the_calendar();
  const std::chrono::sys_days today{calendar().local(world_.now()).day};
  const core::Instant midnight = calendar().instant({core::Day{today + std::chrono::days{1}}, {}});
  world_.at(midnight, [this] { look_at_the_calendar(); });
}

void Play::judge(const Expectation& expectation) {
  if (auto instead = what_instead(expectation, *this))
    fail(expectation.place, in_words(expectation, *this), std::move(*instead));
}

void Play::fail(config::Place place, std::string expected, std::string instead) {
  failures_.push_back({place, std::move(expected), std::move(instead)});
}

// --- looking things up ---

std::string Play::title(const std::string& recipient) const {
  const core::Recipient* found = world_.state().policy() ? world_.state().policy()->recipient(recipient) : nullptr;
  return found != nullptr && !found->title.empty() ? found->title : recipient;
}

std::string Play::clock_of(const core::Notification& n) const {
  const core::Clock* clock = clock_behind(world_.state(), n);
  return clock == nullptr ? "" : clock->name;
}

std::string Play::duty_of(const core::Notification& n) const {
  const core::Clock* clock = clock_behind(world_.state(), n);
  return clock == nullptr ? "" : clock->duty;
}

bool Play::is_about(const Which& which, core::EntryIndex index) const {
  const core::Event* event = world_.state().event(index);
  return event != nullptr && (which.of.empty() || type_of(*event) == which.of) && is_of_subject(which, index);
}

bool Play::is_about(const Which& which, core::NotificationId id) const {
  return world_.state().event(id.event) != nullptr && (which.of.empty() || type_told(world_.state(), id) == which.of) &&
         is_of_subject(which, id.event);
}

bool Play::is_of_subject(const Which& which, core::EntryIndex index) const {
  if (which.subject.empty()) return true;
  const auto subject = subjects_.find(index);
  return subject != subjects_.end() && subject->second == which.subject;
}

bool Play::agrees(const Which& which, const Delivered& d) const {
  if (!which.who.empty() && d.what.recipient != which.who) return false;
  if (!which.kind.empty() && kind_word(d.what.kind) != which.kind) return false;
  const auto matter = [&](core::NotificationId id, const std::string& silent) {
    if (!which.call_about.empty() && silent != which.call_about) return false;
    const core::Notification* n = world_.state().notification(id);
    if (!which.clock.empty() && (n == nullptr || clock_of(*n) != which.clock)) return false;
    return is_about(which, id);
  };
  const bool call = d.what.kind == v1::NOTIFICATION_KIND_ESCALATION;
  if (matter(call ? d.what.about : d.what.notification, d.what.about_recipient)) return true;
  // One call may be for several matters of a case.
  return std::any_of(d.what.also.begin(), d.what.also.end(),
                     [&](const core::UnansweredToo& each) { return matter(each.about, each.recipient); });
}

std::optional<core::NotificationId> Play::find(const Which& which) const {
  std::optional<core::NotificationId> newest;
  bool newest_is_open = false;
  for (const auto& [index, event] : world_.state().events()) {
    for (std::size_t slot = 0; slot < event.notifications.size(); ++slot) {
      const core::NotificationId id{index, static_cast<core::Slot>(slot)};
      if (!is_about(which, id)) continue;
      const core::Notification& n = event.notifications[slot];
      const auto kind = static_cast<v1::NotificationKind>(n.kind);
      if (!which.who.empty() && world_.state().recipient_name(n.recipient) != which.who) continue;
      if (!which.kind.empty() && kind_word(kind) != which.kind) continue;
      if (!which.clock.empty() && clock_of(n) != which.clock) continue;
      const bool call = kind == v1::NOTIFICATION_KIND_ESCALATION;
      if (call != !which.call_about.empty() && which.kind.empty()) continue;
      if (call && !which.call_about.empty() &&
          world_.state().recipient_name(event.notifications[n.about_slot].recipient) != which.call_about)
        continue;
      if (which.kind.empty() && (kind == v1::NOTIFICATION_KIND_ANSWERED || !n.asks_acknowledgement())) continue;
      const bool better = !newest || (n.open() && !newest_is_open) || (n.open() == newest_is_open && *newest < id);
      if (!better) continue;
      newest = id;
      newest_is_open = n.open();
    }
  }
  return newest;
}

// --- steps ---

void Play::act(const Step& step) {
  if (const auto* a = std::get_if<Publish>(&step.action)) publish(*a);
  if (const auto* a = std::get_if<Acknowledge>(&step.action)) acknowledge(step, *a);
  if (const auto* a = std::get_if<Decline>(&step.action)) decline(step, *a);
  if (const auto* a = std::get_if<StandDown>(&step.action)) stand_down(step, *a);
  if (const auto* a = std::get_if<Screen>(&step.action)) screen(step, *a);
  if (const auto* a = std::get_if<Hold>(&step.action)) hold(step, *a);
  if (const auto* a = std::get_if<Erase>(&step.action)) erase(step, *a);
  if (const auto* a = std::get_if<SameChild>(&step.action)) same_child(step, *a);
  if (const auto* a = std::get_if<AnotherChild>(&step.action)) another_child(step, *a);
  if (const auto* a = std::get_if<CloseAlarm>(&step.action)) close_alarm(step, *a);
  if (const auto* a = std::get_if<RaiseAlarm>(&step.action)) world_.raise(a->code, a->party);
  if (const auto* a = std::get_if<Silence>(&step.action)) remark("Nobody answers at " + title(a->who));
  if (const auto* a = std::get_if<Outage>(&step.action)) {
    const std::string what = (a->channel == 0 ? "The connection to " : "The second channel to ") + title(a->who);
    remark(what + " is out");
    world_.cut(a->who, a->channel);
    if (a->until)
      world_.at(*a->until, [this, what, who = a->who, channel = a->channel] {
        remark(what + " is back");
        world_.mend(who, channel);
      });
  }
  if (std::holds_alternative<Restart>(step.action)) {
    remark("told dies, and starts again from what it has recorded");
    world_.restart();
    world_.look_at_the_calendar();
  }
  if (const auto* a = std::get_if<ClockStep>(&step.action)) world_.step_clock(a->step);
  if (const auto* a = std::get_if<Adopt>(&step.action)) {
    remark("The policy " + a->file + " comes into force; what runs already keeps the one that it was made under");
    world_.adopt(std::make_shared<core::Policy>(*a->policy));
    world_.look_at_the_calendar();
  }
}

void Play::publish(const Publish& publish) {
  const auto result = world_.publish(publish.event);
  if (result.has_problem()) {
    journal_.add(Refused{world_.now(), std::string(core::published_type(publish.event->type())), result.problem()});
    return;
  }
  const auto index = core::from_reference(core::Named::event, result.receipt());
  if (index) subjects_[*index] = publish.event->subject();
  if (const auto number = core::from_reference(core::Named::case_, result.case_ref())) {
    const core::Event* event = index ? world_.state().event(*index) : nullptr;
    const bool prevent = event != nullptr && event->prevent;
    (prevent ? prevent_cases_ : cases_)[publish.event->subject()] = *number;
  }
}

void Play::acknowledge(const Step& step, const Acknowledge& act) {
  const auto id = find(act.which);
  const std::string expected =
      act.by.person + (act.done ? " says that it is done: " : " acknowledges: ") + in_words(act.which);
  if (!id)
    return fail(step.place, expected, "nothing of that kind has been made by then: nothing could be acknowledged");
  core::Acknowledge command;
  command.notification = *id;
  const std::string recipient = world_.state().recipient_name(world_.state().notification(*id)->recipient);
  command.by = act.recorded_by.empty() ? at_their_queue(act.by, recipient) : by_telephone(act.by, act.recorded_by);
  command.said = world_.now();
  command.note = act.note;
  command.done = act.done;
  command.ends = act.ends;
  const auto result = world_.act(std::move(command));
  if (result.has_problem()) fail(step.place, expected, result.problem().reason() + "; " + result.problem().mend());
}

void Play::answer(core::NotificationId id) {
  const core::Notification* n = world_.state().notification(id);
  if (n == nullptr || !n->open() || !n->asks_acknowledgement()) return;
  core::Acknowledge command;
  command.notification = id;
  command.by = at_their_queue({any_person, any_role}, world_.state().recipient_name(n->recipient));
  command.said = world_.now();
  command.done = n->is(v1::NOTIFICATION_KIND_OBLIGATION);
  (void)world_.act(std::move(command));
}

void Play::decline(const Step& step, const Decline& act) {
  const auto id = find(act.which);
  const std::string expected = act.by.person + " says that it is not theirs: " + in_words(act.which);
  if (!id) return fail(step.place, expected, "nothing of that kind has been made by then: nothing could be declined");
  core::Decline command;
  command.notification = *id;
  command.by = at_their_queue(act.by, act.which.who);
  command.reason = act.reason;
  const auto result = world_.act(std::move(command));
  if (result.has_problem()) fail(step.place, expected, result.problem().reason() + "; " + result.problem().mend());
}

template <class Order>
void Play::order(const Step& step, const std::string& expected, Order command) {
  const auto result = world_.act(std::move(command));
  if (result.has_problem()) fail(step.place, expected, result.problem().reason() + "; " + result.problem().mend());
}

void Play::stand_down(const Step& step, const StandDown& act) {
  core::OrderStandDown command;
  command.case_number = case_of(act.subject);
  command.by = at_the_desk(act.by);
  command.reason = act.reason;
  order(step, act.by.person + " ends the missing episode of " + act.subject + " by hand", std::move(command));
}

void Play::hold(const Step& step, const Hold& act) {
  core::OrderHold command;
  command.case_number = case_of(act.of);
  command.lifted = act.lifted;
  command.by = at_the_desk(act.by);
  command.reason = act.reason;
  order(step,
        act.by.person + (act.lifted ? " lifts the legal hold on the case of " : " puts a legal hold on the case of ") +
            act.of.subject,
        std::move(command));
}

void Play::erase(const Step& step, const Erase& act) {
  core::EraseCase command;
  command.case_number = case_of(act.of);
  command.by = at_the_desk(act.by);
  command.reason = act.reason;
  order(step, act.by.person + " has what was said in the case of " + act.of.subject + " erased", std::move(command));
}

void Play::screen(const Step& step, const Screen& act) {
  core::OrderScreen command;
  command.case_number = case_of(act.of);
  command.recipient = act.who;
  command.lifted = act.lifted;
  command.by = at_the_desk(act.by);
  command.reason = act.reason;
  const std::string expected = act.by.person + (act.lifted ? " lets " : " keeps ") + act.who +
                               (act.lifted ? " into" : " out of") + " the case of " + act.of.subject;
  if (command.case_number == 0) return fail(step.place, expected, "nothing has been reported about this child by then");
  order(step, expected, std::move(command));
}

core::CaseNumber Play::case_of(const std::string& subject) const {
  const auto found = cases_.find(subject);
  return found == cases_.end() ? case_of(OfCase{subject, true}) : found->second;
}

core::CaseNumber Play::case_of(const OfCase& of) const {
  if (!of.prevent) return case_of(of.subject);
  const auto found = prevent_cases_.find(of.subject);
  return found == prevent_cases_.end() ? 0 : found->second;
}

void Play::same_child(const Step& step, const SameChild& act) {
  core::JoinCases command;
  command.one = case_of(act.subject);
  command.other = case_of(act.other);
  command.by = at_the_desk(act.by);
  command.reason = act.reason;
  order(step, act.by.person + " says that " + act.subject + " and " + act.other + " are the same child",
        std::move(command));
}

void Play::another_child(const Step& step, const AnotherChild& act) {
  Which which;
  which.of = act.of;
  which.subject = act.subject;
  core::MoveEvent command;
  for (const auto& [index, event] : world_.state().events())
    if (is_about(which, index)) command.event = std::max(command.event, index);
  command.to = case_of(act.other);
  command.by = at_the_desk(act.by);
  command.reason = act.reason;
  const std::string expected = act.by.person + " says that " + in_words(which) + " was about another child";
  if (!act.other.empty() && command.to == 0)
    return fail(step.place, expected, "nothing was published about " + act.other + " by then");
  order(step, expected, std::move(command));
}

void Play::close_alarm(const Step& step, const CloseAlarm& act) {
  core::EntryIndex newest = 0;
  for (const auto& [index, event] : world_.state().events())
    if (event.type == "alarm" && event.id == act.code && event.episode_open) newest = std::max(newest, index);
  core::CloseAlarm command;
  command.alarm = newest;
  command.by = at_the_desk(act.by);
  command.note = act.note;
  order(step, act.by.person + " closes the alarm " + act.code, std::move(command));
}

}  // namespace told::rehearse
