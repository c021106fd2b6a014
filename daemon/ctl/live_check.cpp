#include "ctl/live_check.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stdexcept>

#include "core/reference.hpp"
#include "ctl/secret_keys.hpp"
#include "dispatch/form.hpp"

namespace told::ctl {
namespace {

/// What carriers hand over from their threads, called on this one.
class Calls {
 public:
  void post(std::function<void()> call) {
    const std::lock_guard lock{mutex_};
    waiting_.push_back(std::move(call));
    wake_.notify_one();
  }
  void run_until(const std::function<bool()>& done) {
    while (!done()) {
      std::unique_lock lock{mutex_};
      wake_.wait(lock, [this] { return !waiting_.empty(); });
      const auto call = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      call();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
};

carriers::Parcel test_message(const std::string& recipient, const core::Policy& policy) {
  carriers::Parcel parcel;
  parcel.recipient = recipient;
  parcel.attempt = 1;
  parcel.delivery.set_notification(core::to_reference(parcel.notification));
  parcel.delivery.set_attempt(1);
  parcel.delivery.set_kind(v1::NOTIFICATION_KIND_ALARM);
  parcel.delivery.set_status(v1::STATUS_TEST);
  parcel.delivery.set_event_type("alarm");
  parcel.delivery.mutable_alarm()->set_code("test");
  parcel.delivery.mutable_alarm()->set_text(
      "TEST of the way to you, made by told's administrator. It is about no child, and nothing is to be done.");
  if (const core::Recipient* known = policy.recipient(recipient); known != nullptr && known->form_by_mail)
    parcel.form = dispatch::form_of(parcel, *known->form_by_mail);
  return parcel;
}

void take(const carriers::Report& report, v1::LiveCheck& into) {
  into.set_reached(report.outcome == v1::OUTCOME_DELIVERED || report.outcome == v1::OUTCOME_SENT);
  into.set_tls(report.seen.tls);
  if (report.seen.certificate_ends != 0) into.mutable_certificate_ends()->set_seconds(report.seen.certificate_ends);
  into.set_round_trip_ms(static_cast<std::uint32_t>(report.seen.round_trip.count()));
  into.set_problem(into.reached() || !report.problem.empty()
                       ? report.problem
                       : "it was not taken (" + report.code + "): look at the recipient's own log");
}

void try_way(const carriers::Way& way, const config::Service& service, const core::Policy& policy,
             v1::LiveCheck& into) {
  into.set_recipient(way.recipient);
  into.set_carrier(way.carrier);
  Calls calls;
  carriers::Surroundings surroundings = surroundings_of_a_check(service);
  surroundings.post = [&calls](std::function<void()> call) { calls.post(std::move(call)); };
  try {
    const auto carrier = carriers::kind(way.carrier)->make({way}, surroundings);
    std::optional<carriers::Report> ended;
    carrier->on_report([&ended](const carriers::Report& report) { ended = report; });
    // What a recipient says meanwhile is the running told's to hear (Surroundings::only_tries).
    carrier->on_answer([](carriers::Answer) {});
    carrier->send(test_message(way.recipient, policy));
    calls.run_until([&ended] { return ended.has_value(); });
    take(*ended, into);
  } catch (const std::runtime_error& why) {
    into.set_problem(why.what());
  }
}

}  // namespace

v1::LiveReport try_ways(const config::Service& service, const core::Policy& policy,
                        const std::function<void(std::size_t, const carriers::Way&)>& next) {
  v1::LiveReport report;
  report.set_good(true);
  for (std::size_t i = 0; i < service.ways.size(); ++i) {
    next(i, service.ways[i]);
    v1::LiveCheck& tried = *report.add_ways();
    try_way(service.ways[i], service, policy, tried);
    if (!tried.reached()) report.set_good(false);
  }
  return report;
}

void add_workers(const core::Policy& policy, const v1::WaysReport* ways, v1::LiveReport& report) {
  const auto add = [&](const core::Recipient& recipient, const std::string& carrier) {
    if (carrier != "zmq_queue") return;
    v1::LiveCheck& check = *report.add_ways();
    check.set_recipient(recipient.name);
    check.set_carrier(carrier);
    check.set_not_tried(ways == nullptr);
    check.set_problem("told does not run, and its worker comes to told: `toldctl ways` shows it once told runs");
    if (ways == nullptr) return;
    for (const v1::WayReport& way : ways->ways()) {
      if (way.recipient() != recipient.name || way.carrier() != carrier) continue;
      check.set_reached(way.state() == "open");
      check.set_problem(check.reached() ? "" : way.sentence());
    }
    if (!check.reached()) report.set_good(false);
  };
  for (const core::Recipient& recipient : policy.recipients) {
    add(recipient, recipient.carrier);
    if (recipient.second) add(recipient, recipient.second->carrier);
  }
}

}  // namespace told::ctl
