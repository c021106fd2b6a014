#include "dispatch/wording.hpp"

#include <map>
#include <utility>

#include "agencies/agency.hpp"
#include "agencies/amendment.hpp"
#include "agencies/field_list.hpp"
#include "core/event_types.hpp"
#include "core/reference.hpp"
#include "dispatch/alarm_sentences.hpp"
#include "dispatch/event_cache.hpp"

namespace told::dispatch {
namespace {

constexpr std::size_t events_kept_bytes = 8U << 20U;

void set_time(google::protobuf::Timestamp& to, core::Instant t) {
  to.set_seconds(core::to_us(t) / 1'000'000);
  to.set_nanos(static_cast<std::int32_t>(core::to_us(t) % 1'000'000) * 1000);
}

}  // namespace

class Wording::Impl {
 public:
  Impl(const core::State& state, EventReader read_event, CaseNamer name_case)
      : state_(state), read_event_(std::move(read_event)), name_case_(std::move(name_case)) {}

  void remember(core::EntryIndex index, std::shared_ptr<const v1::Event> event) {
    events_.put(index, std::move(event));
  }

  void forget_all() { events_ = EventCache(events_kept_bytes); }

  bool word(const core::Transmit& t, const core::Policy& policy, const core::Recipient& recipient, v1::Delivery& d) {
    const core::Event* event = state_.event(t.notification.event);
    const core::Notification* n = state_.notification(t.notification);
    if (event == nullptr || n == nullptr) return false;
    d.set_notification(core::to_reference(t.notification));
    d.set_attempt(t.attempt);
    d.set_call(t.call);
    d.set_kind(t.kind);
    if (t.case_number != 0) d.set_case_ref(name_case_(t.case_number, t.recipient));
    d.set_event_type(std::string(state_.type_told(*event, *n)));
    d.set_event_index(event->index);
    set_time(*d.mutable_event_time(), state_.time_told(*event, *n));
    if (d.event_type() != event->type && state_.event(event->amends) == nullptr)
      *d.mutable_event_time() = time_corrected(*event, d.event_time());
    if (t.deadline != core::Instant{}) set_time(*d.mutable_deadline(), t.deadline);
    d.set_status(event->status);
    d.set_marking("OFFICIAL-SENSITIVE");

    switch (t.kind) {
      case v1::NOTIFICATION_KIND_ESCALATION:
        d.mutable_escalation()->set_recipient(title(policy, t.about_recipient));
        d.mutable_escalation()->set_notification(core::to_reference(t.about));
        set_time(*d.mutable_escalation()->mutable_deadline(), t.about_deadline);
        d.mutable_escalation()->set_rung(t.rung);
        d.mutable_escalation()->set_exhausted(t.exhausted);
        if (const core::Clock* clock = policy.clock(t.about_clock)) d.mutable_escalation()->set_duty(clock->duty);
        for (const core::UnansweredToo& each : t.also) word_unanswered_too(each, policy, d);
        return true;
      case v1::NOTIFICATION_KIND_OBLIGATION:
        if (const core::Clock* clock = policy.clock(t.rule)) d.mutable_duty()->set_duty(clock->duty);
        set_time(*d.mutable_duty()->mutable_due(), t.deadline);
        return true;
      case v1::NOTIFICATION_KIND_ANSWERED:
        d.mutable_answered()->set_recipient(title(policy, t.about_recipient));
        d.mutable_answered()->set_notification(core::to_reference(t.about));
        return true;
      case v1::NOTIFICATION_KIND_ALARM:
        word_alarm(t, policy, *d.mutable_alarm());
        return true;
      case v1::NOTIFICATION_KIND_CORRECTION:
        return word_correction(t, policy, recipient, d);
      case v1::NOTIFICATION_KIND_WITHDRAWAL:
        agencies::word_withdrawal(told_before(t).reference, d);
        return true;
      case v1::NOTIFICATION_KIND_SAME_CHILD: {
        std::vector<std::string> references;
        for (const core::CaseNumber c : state_.same_child(t.case_number))
          references.push_back(name_case_(c, t.recipient));
        agencies::word_same_child(d.case_ref(), references, d);
        return true;
      }
      case v1::NOTIFICATION_KIND_ANOTHER_CHILD:
        agencies::word_another_child(told_before(t).reference, name_case_(event->other_case, t.recipient), d.case_ref(),
                                     d);
        return true;
      default:
        if (event->type == core::drill_type) {
          d.mutable_generic();
          return true;
        }
        return word_event(t, policy, recipient, *event, d);
    }
  }

 private:
  void word_unanswered_too(const core::UnansweredToo& each, const core::Policy& policy, v1::Delivery& d) {
    told::agency::v1::UnansweredToo& too = *d.mutable_escalation()->add_also_unanswered();
    too.set_recipient(title(policy, each.recipient));
    too.set_notification(core::to_reference(each.about));
    set_time(*too.mutable_deadline(), each.deadline);
    const core::PolicyPtr frozen = state_.policy(each.policy_version);
    if (const core::Clock* clock = frozen ? frozen->clock(each.clock) : nullptr) too.set_duty(clock->duty);
  }

  bool word_event(const core::Transmit& t, const core::Policy& policy, const core::Recipient& recipient,
                  const core::Event& event, v1::Delivery& d) {
    const core::Rule* rule = policy.rule(t.rule);
    if (rule == nullptr) {  // told of the end only because it was told of the start: the fact, and no field
      d.mutable_located();
      return true;
    }
    const auto content = content_of(event.index);
    if (!content) return false;
    if (!content->marking().empty()) d.set_marking(content->marking());
    const agencies::FieldList& fields = fields_of(policy, *rule);
    // Whoever was not told of it before hears of it by a correction as of the event itself.
    registry_.find(recipient.agency)
        ->word(event.amends == 0 ? fields.allowed(*content) : fields.allowed(core::as_happened(*content)), d);
    return true;
  }

  /// When what a correction is about happened, as it was said; where that is gone, when it was corrected.
  google::protobuf::Timestamp time_corrected(const core::Event& correction,
                                             const google::protobuf::Timestamp& corrected) {
    const auto correcting = content_of(correction.index);
    if (correcting && correcting->event_corrected().has_time()) return correcting->event_corrected().time();
    const auto earlier = content_of(correction.amends);
    return earlier ? earlier->time() : corrected;
  }

  bool word_correction(const core::Transmit& t, const core::Policy& policy, const core::Recipient& recipient,
                       v1::Delivery& d) {
    const Before before = told_before(t);
    const auto earlier = content_of(before.told ? before.event : t.amends);
    const auto correcting = content_of(t.notification.event);
    if (!earlier || !correcting) return false;
    if (!correcting->marking().empty()) d.set_marking(correcting->marking());
    const core::Rule* rule = policy.rule(t.rule);
    const agencies::FieldList nothing;
    agencies::word_correction(*earlier, *correcting, before.reference,
                              rule == nullptr ? nothing : fields_of(policy, *rule), *registry_.find(recipient.agency),
                              d);
    return true;
  }

  /// By what a recipient knows of the event that is amended.
  struct Before {
    core::EntryIndex event = 0;  ///< it, or a correction of it; 0: by nothing that is at hand
    std::string reference;       ///< of the notification
    bool told = false;           ///< otherwise they were only called
  };

  /// It was told once at most, by the event or, where that did not concern them yet, by a correction; whoever was only
  /// called knows the call.
  [[nodiscard]] Before told_before(const core::Transmit& t) const {
    const core::Event* earlier = state_.event(t.amends);
    if (earlier == nullptr) return {};
    Before before = told_of(*earlier, t.recipient);
    if (before.told) return before;
    for (const core::EntryIndex index : state_.corrections_of(t.amends)) {
      if (index >= t.notification.event) continue;
      if (Before by_correction = told_of(*state_.event(index), t.recipient); by_correction.told) return by_correction;
    }
    if (!before.reference.empty() || earlier->type != core::child_missing) return before;
    // Nobody is missing, so how grave it was is wrong as well.
    for (const core::EntryIndex index : state_.events_of(state_.case_of(*earlier)))
      if (const core::Event& grade = *state_.event(index); before.reference.empty() && grade.type == core::new_grade)
        before.reference = told_of(grade, t.recipient).reference;
    return before;
  }

  [[nodiscard]] Before told_of(const core::Event& event, const std::string& recipient) const {
    Before before;
    for (std::size_t slot = 0; slot < event.notifications.size(); ++slot) {
      const core::Notification& n = event.notifications[slot];
      if (state_.recipient_name(n.recipient) != recipient) continue;
      const auto reference = core::to_reference(core::NotificationId{event.index, static_cast<core::Slot>(slot)});
      if (n.is(v1::NOTIFICATION_KIND_TELL) || n.is(v1::NOTIFICATION_KIND_STAND_DOWN))
        return {event.index, reference, true};
      if (before.reference.empty()) before = {event.index, reference, false};
    }
    return before;
  }

  /// Null where it was purged, or its case's key was destroyed.
  std::shared_ptr<const v1::Event> content_of(core::EntryIndex index) {
    std::shared_ptr<const v1::Event> content = events_.get(index);
    if (content) return content;
    content = read_event_(index);
    if (content) events_.put(index, content);
    return content;
  }

  static void word_alarm(const core::Transmit& t, const core::Policy& policy, agency::v1::AlarmNotice& alarm) {
    const std::string about = t.about_recipient.empty() ? "" : core::to_reference(t.about);
    const std::string& whose = whose_alarm(t.alarm_party, about, t.about_recipient);
    alarm.set_code(t.alarm_code);
    alarm.set_party(t.alarm_party);
    alarm.set_text((t.alarm_again ? "It has happened again. " : "") +
                   alarm_sentence(t.alarm_code, title(policy, whose), t.alarm_kept_out) +
                   (about.empty() ? "" : " (" + about + ")"));
    alarm.set_cleared(t.alarm_cleared);
  }

  static std::string title(const core::Policy& policy, const std::string& recipient) {
    const core::Recipient* found = policy.recipient(recipient);
    return found != nullptr && !found->title.empty() ? found->title : recipient;
  }

  const agencies::FieldList& fields_of(const core::Policy& policy, const core::Rule& rule) {
    const auto key = std::pair{policy.version, rule.number};
    const auto found = fields_.find(key);
    if (found != fields_.end()) return found->second;
    return fields_.emplace(key, agencies::FieldList(rule.when, rule.fields)).first->second;
  }

  const core::State& state_;
  EventReader read_event_;
  CaseNamer name_case_;
  agencies::Registry registry_;
  EventCache events_{events_kept_bytes};
  std::map<std::pair<std::uint32_t, std::uint32_t>, agencies::FieldList> fields_;
};

Wording::Wording(const core::State& state, EventReader read_event, CaseNamer name_case)
    : impl_(std::make_unique<Impl>(state, std::move(read_event), std::move(name_case))) {}
Wording::~Wording() = default;
void Wording::remember(core::EntryIndex index, std::shared_ptr<const v1::Event> event) {
  impl_->remember(index, std::move(event));
}
void Wording::forget_all() { impl_->forget_all(); }
bool Wording::word(const core::Transmit& transmit, const core::Policy& frozen, const core::Recipient& recipient,
                   v1::Delivery& delivery) {
  return impl_->word(transmit, frozen, recipient, delivery);
}

}  // namespace told::dispatch
