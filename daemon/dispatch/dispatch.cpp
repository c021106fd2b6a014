#include "dispatch/dispatch.hpp"

#include <stdexcept>

#include "carriers/kind.hpp"
#include "digest/digest.hpp"
#include "dispatch/form.hpp"
#include "dispatch/wording.hpp"

namespace told::dispatch {
class Dispatch::Impl {
 public:
  Impl(const core::State& state, EventReader read_event, CaseNamer name_case, std::function<void(core::Command)> submit)
      : state_(state), wording_(state, std::move(read_event), std::move(name_case)), submit_(std::move(submit)) {}

  void add_carrier(carriers::Carrier& carrier) {
    const carriers::Kind* kind = carriers::kind(carrier.name());
    if (!carriers_
             .emplace(carrier.name(), Known{&carrier, kind == nullptr || kind->carries_content,
                                            kind != nullptr && kind->may_carry_form})
             .second)
      throw std::logic_error(std::string("two carriers are called ") + carrier.name());
    carrier.on_report([this, &carrier](const carriers::Report& report) { ended(carrier.name(), report); });
  }

  void remember(core::EntryIndex index, std::shared_ptr<const v1::Event> event) {
    wording_.remember(index, std::move(event));
  }

  void forget_all() { wording_.forget_all(); }
  void checkpoint(std::string note) { checkpoint_ = std::move(note); }
  void link_by(std::function<std::string(const core::Transmit&)> link) { link_ = std::move(link); }
  void on_ended(std::function<void(const std::string&, const carriers::Report&)> ended) { ended_ = std::move(ended); }

  void perform(const core::Transmit& t) {
    const core::PolicyPtr policy = state_.policy(t.policy_version);
    // The recipient's carrier is today's; what it may see is what the notification was frozen under.
    const core::Recipient* recipient = state_.policy() ? state_.policy()->recipient(t.recipient) : nullptr;
    const auto carrier = recipient == nullptr ? carriers_.end() : carriers_.find(carrier_of(*recipient, t.channel));
    if (!policy || carrier == carriers_.end())
      return fail(t, v1::OUTCOME_REFUSED, "no_such_recipient");  // the policy dropped it: a person must look

    carriers::Parcel parcel;
    parcel.recipient = t.recipient;
    parcel.session = t.session;
    parcel.notification = t.notification;
    parcel.attempt = t.attempt;
    if (carrier->second.carrier->goes_out()) {  // the gateway's frames have the checkpoint of their own
      parcel.checkpoint = checkpoint_;
      if (link_) parcel.link = link_(t);
    }
    if (!wording_.word(t, *policy, *recipient, parcel.delivery)) return give_up(t);
    // A carrier that says only that something waits has nothing else to say by mistake.
    if (!carrier->second.carries_content) {
      if (carrier->second.may_carry_form && recipient->form_by_mail)
        parcel.form = form_of(parcel, *recipient->form_by_mail);
      parcel.delivery.clear_message();
      parcel.delivery.clear_correction();
    }
    parcel.delivery.SerializeToString(&parcel.bytes);
    const std::string form = parcel.form ? parcel.form->json : std::string();
    digests_[t.recipient][t.notification] = {t.attempt, digest::sha256(parcel.bytes + form)};
    carrier->second.carrier->send(std::move(parcel));
  }

  void give_up(const core::Transmit& t) {
    fail(t, v1::OUTCOME_REFUSED, "unreadable");
    // Its carrier hears nothing of it, and so will never ask for the next one in its place.
    submit_(core::Offer{t.recipient, t.session, 1});
  }

 private:
  struct Known {
    carriers::Carrier* carrier;
    bool carries_content;  ///< otherwise it says only that something waits
    bool may_carry_form;
  };
  struct Sent {
    std::uint32_t attempt = 0;
    std::string sha256;
  };

  void fail(const core::Transmit& t, v1::Outcome outcome, const char* code) {
    submit_(core::EndAttempt{t.notification, t.attempt, outcome, t.recipient, "", code, "", true});
  }

  void ended(const char* carrier, const carriers::Report& report) {
    core::EndAttempt end{
        report.notification, report.attempt, report.outcome, report.recipient, carrier, report.code, "",
        report.hopeless,     report.late,    report.closed};
    auto& sent = digests_[report.recipient];
    if (const auto found = sent.find(report.notification); found != sent.end()) {
      if (found->second.attempt == report.attempt) {
        end.content_sha256 = std::move(found->second.sha256);
        sent.erase(found);
      }
    }
    if (report.late && ended_) ended_(carrier, report);
    submit_(std::move(end));
    if (!report.late && ended_) ended_(carrier, report);
  }

  static const std::string& carrier_of(const core::Recipient& recipient, core::Channel channel) {
    return channel == 1 && recipient.second ? recipient.second->carrier : recipient.carrier;
  }

  const core::State& state_;
  Wording wording_;
  std::function<void(core::Command)> submit_;
  std::function<std::string(const core::Transmit&)> link_;
  std::function<void(const std::string&, const carriers::Report&)> ended_;
  std::string checkpoint_;
  std::map<std::string, Known> carriers_;
  /// By recipient: what is in flight (bounded by its credit).
  std::unordered_map<std::string, std::unordered_map<core::NotificationId, Sent>> digests_;
};

Dispatch::Dispatch(const core::State& state, EventReader read_event, CaseNamer name_case,
                   std::function<void(core::Command)> submit)
    : impl_(std::make_unique<Impl>(state, std::move(read_event), std::move(name_case), std::move(submit))) {}
Dispatch::~Dispatch() = default;
void Dispatch::add_carrier(carriers::Carrier& carrier) { impl_->add_carrier(carrier); }
void Dispatch::remember(core::EntryIndex index, std::shared_ptr<const v1::Event> event) {
  impl_->remember(index, std::move(event));
}
void Dispatch::forget_all() { impl_->forget_all(); }
void Dispatch::perform(const core::Transmit& transmit) { impl_->perform(transmit); }
void Dispatch::give_up(const core::Transmit& transmit) { impl_->give_up(transmit); }
void Dispatch::checkpoint(std::string note) { impl_->checkpoint(std::move(note)); }
void Dispatch::link_by(std::function<std::string(const core::Transmit&)> link) { impl_->link_by(std::move(link)); }
void Dispatch::on_ended(std::function<void(const std::string&, const carriers::Report&)> ended) {
  impl_->on_ended(std::move(ended));
}

}  // namespace told::dispatch
