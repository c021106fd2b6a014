#include "audit/glossary.hpp"

namespace told::audit {

std::string title_of(const core::State& state, const std::string& recipient) {
  const core::Recipient* known = state.policy() ? state.policy()->recipient(recipient) : nullptr;
  return known != nullptr && !known->title.empty() ? known->title : recipient;
}

Asked asked_of(v1::NotificationKind kind, const std::string& about, const std::string& duty) {
  switch (kind) {
    case v1::NOTIFICATION_KIND_OBLIGATION:
      return {true, duty};
    case v1::NOTIFICATION_KIND_ALARM:
      return {false, "the alarm"};
    case v1::NOTIFICATION_KIND_ESCALATION:
      return {false, about.empty() ? "the call" : "the call about " + about};
    case v1::NOTIFICATION_KIND_ANSWERED:
      return {false, "word that it is answered"};
    default:
      return {};
  }
}

Glossary glossary_of(const core::State& state) {
  Glossary glossary;
  glossary.recipient = [&state](core::NotificationId id) {
    const core::Notification* n = state.notification(id);
    return n == nullptr ? std::string() : state.recipient_name(n->recipient);
  };
  glossary.title = [&state](const std::string& recipient) { return title_of(state, recipient); };
  glossary.asked = [&state](core::NotificationId id) {
    const core::Notification* n = state.notification(id);
    if (n == nullptr) return Asked{};
    const core::Notification* silent = state.notification({id.event, n->about_slot});
    const core::PolicyPtr policy = state.policy(n->policy_version);
    const core::Clock* clock = policy && n->is(v1::NOTIFICATION_KIND_OBLIGATION) ? policy->clock(n->rule) : nullptr;
    return asked_of(static_cast<v1::NotificationKind>(n->kind),
                    silent == nullptr ? "" : title_of(state, state.recipient_name(silent->recipient)),
                    clock == nullptr ? "" : clock->duty);
  };
  return glossary;
}

}  // namespace told::audit
