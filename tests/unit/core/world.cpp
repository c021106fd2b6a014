#include "core/world.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/as_told.hpp"
#include "core/invariants.hpp"

namespace told::core::test {
namespace {

Fingerprint print_of(const std::string& text) {
  // Not a good hash, only a stable one that keeps different test texts apart.
  Fingerprint f{};
  std::uint64_t a = 1469598103934665603ULL;
  for (std::size_t i = 0; i < f.size(); ++i) {
    for (const char c : text) a = (a ^ static_cast<unsigned char>(c)) * 1099511628211ULL + i;
    f[i] = static_cast<std::byte>(a >> 32U);
  }
  return f;
}

Rule rule(const Policy& policy, std::string when, std::string who, std::string ladder, Duration other, Duration high) {
  Rule r;
  r.number = static_cast<std::uint32_t>(policy.rules.size() + 1);
  r.when = std::move(when);
  r.who = std::move(who);
  r.within[0] = other;
  r.within[1] = high;
  r.ladder[0] = ladder;
  r.ladder[1] = ladder + "_high";
  return r;
}

}  // namespace

std::shared_ptr<Policy> small_policy() {
  auto p = std::make_shared<Policy>();
  for (const char* name : {"police", "home_office", "barnardos", "panel", "duty_manager", "team_manager"})
    p->recipients.push_back({name, name, "generic", "zmq_queue", false});
  p->ladders["usual"] = {"usual", {{15min, {"duty_manager"}}, {30min, {"team_manager"}}}, 30min};
  p->ladders["usual_high"] = {"usual_high", {{5min, {"duty_manager"}}, {10min, {"team_manager"}}}, 10min};
  const auto add = [&](const char* when, const char* who) {
    p->rules.push_back(rule(*p, when, who, "usual", 30min, 15min));
  };
  add("child.arrived", "police");
  add("child.arrived", "home_office");
  add("child.missing", "police");
  add("child.missing", "home_office");
  add("child.located", "police");
  add("prevent.section36", "panel");
  for (const char* code : {"worker_silent", "nobody_was_told", "limbo", "storage_low", "ledger_damaged",
                           "clock_stepped", "delivery_failing"})
    add((std::string("alarm.") + code).c_str(), "duty_manager");
  p->stand_down_within = 30min;
  p->stand_down_ladder = "usual";
  p->text = "small";
  return p;
}

std::shared_ptr<Policy> policy_with_clocks() {
  auto p = small_policy();
  p->recipients.push_back({"service_manager", "service_manager", "generic", "zmq_queue", false});
  Ladder ladder{"owed", {}, 1h};
  Rung at_the_end;
  at_the_end.after.kind = RungTime::Kind::past_deadline;
  at_the_end.who = {"duty_manager"};
  Rung after_it = at_the_end;
  after_it.after.due = 1h;
  after_it.who = {"service_manager"};
  ladder.rungs = {at_the_end, after_it};
  p->ladders["owed"] = ladder;
  Clock report;
  report.number = 1;
  report.name = "report";
  report.starts = "child.arrived";
  report.duty = "report to the team manager";
  report.who = "team_manager";
  report.due = 10h;
  report.warn.kind = RungTime::Kind::share;
  report.warn.percent = 50;
  report.stopped_by = {"child.nts_referred"};
  report.ladder = "owed";
  Clock visit = report;
  visit.number = 2;
  visit.name = "visit";
  visit.duty = "visit the child";
  visit.due = 48h;
  visit.stopped_by = {};
  visit.every = Due{Due::Kind::days, 7};
  visit.until = {"child.transferred"};
  p->clocks = {report, visit};
  p->not_told = {"child.nts_referred", "child.transferred", "case.closed"};
  for (const char* code : {"duty_not_done", "nobody_on_duty"}) {
    Rule r = p->rules.back();
    r.number = static_cast<std::uint32_t>(p->rules.size() + 1);
    r.when = std::string("alarm.") + code;
    p->rules.push_back(r);
  }
  return p;
}

World::World(std::shared_ptr<Policy> policy, std::size_t closed_kept)
    : policy_(std::move(policy)), closed_kept_(closed_kept), engine_(std::make_unique<Engine>(closed_kept)) {
  engine_->finish_replay();
  perform(Start{"test", "test/ledger"});
  perform(AdoptPolicy{0, std::make_shared<Policy>(*policy_), std::string(32, 'x')});
}

World::~World() {
  const bool forgetful = closed_kept_ != closed_events_kept;
  const bool told_by_others = engine_->state().next_index() != ledger_.size();
  if (forgetful || told_by_others) return;
  try {
    expect_found_again();
  } catch (const std::exception& e) {
    ADD_FAILURE() << "the ledger cannot be read again: " << e.what();
  }
}

void World::perform(Command command) {
  const Command told = command;
  Decision decision = engine_->decide(std::move(command), now_);
  expect_answered(told, decision);
  expect_in_their_words(told, decision);
  expect_decided_by_others(told, decision);
  take(std::move(decision));
}

void World::expect_decided_by_others(const Command& told, const Decision& decision) {
  const EntryIndex next = engine_->state().next_index() - decision.entries.size();
  std::erase_if(others_,
                [&](const auto& other) { return other->state().next_index() != next; });  // a test told one by itself
  for (const auto& other : others_) expect_same(decision, other->decide(told, now_));
}

void World::expect_sound() {
  constexpr std::size_t few = 64;  // events, and notifications of one: each is looked at after each decision
  if (engine_->state().events().size() > few) return;
  for (const auto& [index, event] : engine_->state().events()) {
    const std::set<NotificationId> left{event.owed_already.begin(), event.owed_already.end()};
    EXPECT_EQ(left.size(), event.owed_already.size()) << "it is said twice that another report owes it";
    for (std::size_t slot = 0; event.notifications.size() <= few && slot < event.notifications.size(); ++slot) {
      const Notification& n = event.notifications[slot];
      EXPECT_FALSE(n.in_flight && n.delivered) << "nothing more is awaited of it";
      if (!n.open() || n.next == Instant{}) continue;
      const NotificationId id{index, static_cast<Slot>(slot)};
      const Instant before = climbs_.emplace(std::pair{id.number(), n.generation}, n.next).first->second;
      EXPECT_EQ(before, n.next) << "a timer of generation " << n.generation << " fires for another time";
    }
  }
}

void World::take(Decision decision) {
  const bool by_another = std::any_of(decision.entries.begin(), decision.entries.end(),
                                      [](const Entry& e) { return e.head.has_policy_adopted(); });
  for (const Entry& e : decision.entries) expect_placed(engine_->state(), now_, by_another, e.head);
  for (const Entry& e : decision.entries) expect_as_recorded(engine_->state(), e.head.index(), e.head);
  for (Entry& e : decision.entries) {
    if (e.prints) prints_[e.head.index()] = *e.prints;
    if (e.head.has_policy_adopted()) policies_[e.head.policy_adopted().version()] = engine_->state().policy();
    ledger_.push_back(std::move(e.head));
  }
  expect_sound();
  std::vector<Command> next;
  for (Effect& effect : decision.effects) {
    if (auto* reply = std::get_if<ReplyPublished>(&effect)) {
      published_ = reply->result;
      if (reply->case_number != 0) published_.set_case_ref(to_reference(Named::case_, reply->case_number));
    }
    if (auto* reply = std::get_if<ReplyActed>(&effect)) acted_ = reply->result;
    if (auto* t = std::get_if<Transmit>(&effect)) {
      expect_as_known(engine_->state(), *t);
      const Received r{t->recipient, t->notification, t->attempt, t->kind, t->alarm_again};
      received_.push_back(r);
      fresh_.push_back(r);
      if (!silent_.contains(t->recipient)) {
        next.emplace_back(
            EndAttempt{t->notification, t->attempt, v1::OUTCOME_DELIVERED, t->recipient, "queue", "receipt", ""});
        next.emplace_back(Offer{t->recipient, sessions_[t->recipient], 1});
      }
    }
  }
  for (Command& c : next) perform(std::move(c));
}

void World::connect(const std::string& recipient, std::uint32_t credit) {
  sessions_[recipient] = next_session_++;
  perform(OpenSession{recipient, sessions_[recipient]});
  perform(Offer{recipient, sessions_[recipient], credit});
}

void World::connect_second(const std::string& recipient, std::uint32_t credit) {
  const SessionId session = next_session_++;
  perform(OpenSession{recipient, session, 1, false});
  perform(Offer{recipient, session, credit});
}

void World::disconnect(const std::string& recipient) { perform(LoseSession{recipient, sessions_[recipient]}); }

v1::PublishResult World::publish(const v1::Event& event, const std::string& publisher,
                                 std::shared_ptr<const v1::Problem> refused_if_new) {
  Publish p;
  p.reply_to = 1;
  p.publisher = publisher;
  p.event = std::make_shared<v1::Event>(event);
  p.prints.identity = print_of(event.source() + "\n" + event.id());
  p.prints.subject = print_of((event.has_prevent_section36() ? "prevent " : "child ") + event.subject());
  p.prints.content = print_of(event.SerializeAsString());
  if (event.has_event_corrected())
    p.prints.supersedes = print_of(event.source() + "\n" + event.event_corrected().supersedes());
  if (event.has_event_withdrawn()) {
    p.prints.supersedes = print_of(event.source() + "\n" + event.event_withdrawn().supersedes());
    p.prints.subject_in_prevent = print_of("prevent " + event.subject());
  }
  p.refused_if_new = std::move(refused_if_new);
  perform(std::move(p));
  return published_;
}

namespace {

v1::Event event_of(int number, const std::string& type, const std::string& subject, Instant now) {
  v1::Event e;
  e.set_id("event-" + std::to_string(number));
  e.set_source("port");
  e.set_type("told." + type + ".v1");
  e.set_subject(subject);
  e.mutable_time()->set_seconds(to_us(now) / 1'000'000);
  e.set_status(v1::STATUS_ACTUAL);
  e.set_site("tilbury");
  return e;
}

}  // namespace

v1::PublishResult World::missing(const std::string& subject, v1::RiskGrade grade) {
  v1::Event e = event_of(next_id_++, "child.missing", subject, now_);
  e.mutable_child_missing()->mutable_risk()->set_grade(grade);
  return publish(e);
}

v1::PublishResult World::located(const std::string& subject) {
  v1::Event e = event_of(next_id_++, "child.located", subject, now_);
  e.mutable_child_located();
  return publish(e);
}

v1::PublishResult World::happens(const std::string& type, const std::string& subject,
                                 const std::function<void(v1::Event&)>& fill) {
  v1::Event e = event_of(next_id_++, type, subject, now_);
  std::string member = type;
  member[member.find('.')] = '_';
  const auto* field = v1::Event::descriptor()->FindFieldByName(member);
  v1::Event::GetReflection()->MutableMessage(&e, field);
  if (fill) fill(e);
  return publish(e);
}

v1::PublishResult World::correct(const std::string& id, const std::function<void(v1::EventCorrected&)>& fill,
                                 const std::string& subject) {
  return happens("event.corrected", subject, [&](v1::Event& e) {
    e.mutable_event_corrected()->set_supersedes(id);
    fill(*e.mutable_event_corrected());
  });
}

v1::PublishResult World::withdraw(const std::string& id, const std::string& subject) {
  return happens("event.withdrawn", subject, [&](v1::Event& e) { e.mutable_event_withdrawn()->set_supersedes(id); });
}

EntryIndex World::last_event() const {
  for (auto it = ledger_.rbegin(); it != ledger_.rend(); ++it)
    if (it->has_event_accepted()) return it->index();
  throw std::logic_error("no event was accepted");
}

v1::AcknowledgementResult World::done(NotificationId id) {
  perform(Acknowledge{
      1, id, {"Worker C", "social worker", "", v1::MEANS_LOCAL, "local", ""}, now_, "form 17 on the system", true});
  return acted_;
}

void World::advance(Duration by) {
  const Instant until = now_ + by;
  int ticks = 0;  // in a row, of one moment
  while (engine_->next_due() <= until) {
    now_ = std::max(now_, engine_->next_due());
    perform(Tick{});
    ticks = engine_->next_due() > now_ ? 0 : ticks + 1;
    ASSERT_LT(ticks, 100) << "what is due stays due";
  }
  now_ = until;
}

std::vector<Received> World::newly_received() { return std::exchange(fresh_, {}); }

Names World::newly_told() {
  Names names;
  for (const Received& r : newly_received()) names.insert(r.recipient);
  return names;
}

NotificationId World::last_of(const std::string& recipient) const {
  for (auto it = received_.rbegin(); it != received_.rend(); ++it)
    if (it->recipient == recipient) return it->id;
  throw std::logic_error(recipient + " received nothing");
}

v1::AcknowledgementResult World::acknowledge(NotificationId id, const std::string& as_recipient) {
  perform(Acknowledge{1, id, {"Officer A", "duty officer", "", v1::MEANS_QUEUE, as_recipient, as_recipient}, now_, ""});
  return acted_;
}

v1::AcknowledgementResult World::record_call(NotificationId id) {
  perform(Acknowledge{
      1, id, {"Officer A", "duty officer", "Manager B", v1::MEANS_TELEPHONE, "local", ""}, now_, "by telephone"});
  return acted_;
}

void World::decline(NotificationId id, const std::string& as_recipient) {
  perform(Decline{1, id, {"Officer A", "duty officer", "", v1::MEANS_QUEUE, as_recipient, as_recipient}, "not ours"});
}

v1::AcknowledgementResult World::stand_down(CaseNumber c) {
  perform(OrderStandDown{1, c, {"Manager B", "duty manager", "", v1::MEANS_LOCAL, "local", ""}, "found at home"});
  return acted_;
}

v1::AcknowledgementResult World::close_alarm(EntryIndex alarm) {
  perform(CloseAlarm{1, alarm, {"Manager B", "duty manager", "", v1::MEANS_LOCAL, "local", ""}, "taken on"});
  return acted_;
}

void World::expect_found_again() const {
  const State& lived = engine_->state();
  const auto by_rows = read_again(true, false);
  expect_same_calls(lived, by_rows->state());
  expect_same(lived, by_rows->state());
  const auto by_rows_in_another_order = read_again(true, true);
  const auto by_entries = read_again(false, false);
  expect_same(lived, by_rows_in_another_order->state());
  expect_same(lived, by_entries->state());
  for (const Engine* each : {engine_.get(), by_rows.get(), by_rows_in_another_order.get(), by_entries.get()})
    EXPECT_TRUE(each->limbo().empty());
  // What falls due after a restart would have without one; but for changes of shift since the last entry, it looks
  // again.
  if (by_rows->next_due() > now_) {
    EXPECT_LE(engine_->next_due(), by_rows->next_due());
  }
}

void World::restart(bool through_projection) {
  expect_found_again();
  climbs_.clear();  // as timers are set anew
  others_.clear();
  others_.push_back(read_again(!through_projection, false));
  others_.push_back(read_again(true, true));
  engine_ = read_again(through_projection, false);
  perform(Start{"test", "test/ledger"});
}

std::unique_ptr<Engine> World::read_again(bool through_projection, bool newest_first) const {
  auto next = std::make_unique<Engine>(closed_kept_);
  EntryIndex from = 0;
  if (through_projection) {
    State& state = next->state_for_restore();
    for (const auto& [version, policy] : policies_) state.restore_policy(policy);
    std::vector<EntryIndex> events;
    for (const auto& each : engine_->state().events()) events.push_back(each.first);
    std::sort(events.begin(), events.end());
    if (newest_first) std::reverse(events.begin(), events.end());
    for (const EntryIndex event : events) state.restore(engine_->state().row(*engine_->state().event(event)));
    for (const auto& [index, prints] : prints_) {
      if (erased(index)) continue;
      const v1::LedgerEntry& e = ledger_[index];
      state.restore_known(prints.identity, {index, e.case_number(), prints.content});
      if (e.event_accepted().opens_case()) state.restore_case(prints.subject, e.case_number());
    }
    from = ledger_.size();
    state.restore_position(from, from_us(ledger_.back().time_us()));
  }
  for (EntryIndex i = from; i < ledger_.size(); ++i) {
    const auto found = prints_.find(i);
    const v1::LedgerEntry& e = ledger_[i];
    next->replay(e, found == prints_.end() ? nullptr : &found->second,
                 e.has_policy_adopted() ? policies_.at(e.policy_adopted().version()) : nullptr);
  }
  next->finish_replay();
  return next;
}

bool World::erased(EntryIndex event) const {
  const CaseNumber c = ledger_[event].case_number();
  return std::any_of(
      ledger_.begin() + static_cast<std::ptrdiff_t>(event), ledger_.end(), [&](const v1::LedgerEntry& e) {
        const auto has = [](const auto& all, std::uint64_t each) {
          return std::find(all.begin(), all.end(), each) != all.end();
        };
        return e.has_case_erased() &&
               (e.case_number() == c || has(e.case_erased().cases(), c) || has(e.case_erased().events(), event));
      });
}

std::size_t World::count(v1::LedgerEntry::HeadCase kind) const {
  std::size_t n = 0;
  for (const v1::LedgerEntry& e : ledger_) n += e.head_case() == kind ? 1 : 0;
  return n;
}

}  // namespace told::core::test
