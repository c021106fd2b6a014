#include "dispatch/ways_out.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "dispatch/backoff.hpp"
#include "log/log.hpp"

namespace told::dispatch {
namespace {

using Milliseconds = std::chrono::milliseconds;
using loop::Steady;

/// Workers' sessions are counted from 1 by the gateway; these never meet them.
constexpr core::SessionId first_session = 1ULL << 62U;

/// So many a minute; a burst of as many after a quiet minute.
class Rate {
 public:
  Rate(std::uint32_t a_minute, Steady now) : a_minute_{a_minute}, left_{static_cast<double>(a_minute)}, counted_{now} {}
  /// Takes one; or says how long until there is one.
  Milliseconds take(Steady now) {
    if (a_minute_ == 0) return Milliseconds{0};
    const std::chrono::duration<double, std::ratio<60>> minutes = now - counted_;
    left_ = std::min<double>(a_minute_, left_ + minutes.count() * a_minute_);
    counted_ = now;
    if (left_ >= 1) {
      left_ -= 1;
      return Milliseconds{0};
    }
    return Milliseconds{static_cast<std::int64_t>((1 - left_) * 60'000 / a_minute_) + 1};
  }

 private:
  std::uint32_t a_minute_;
  double left_;
  Steady counted_;
};

struct Open {
  std::string recipient;
  std::string carrier;
  core::Channel channel;
  core::SessionId session;
  Rate rate;
  Backoff backoff;
  Backoff undelivered;  ///< of what it took, and of which it said later that it did not arrive
  std::unique_ptr<loop::Timer> timer;
  Steady rests_until{};
  bool closed = false;
  std::string problem = {};
  std::string why_undelivered = {};
};

}  // namespace

class WaysOut::Impl {
 public:
  Impl(loop::Loop& loop, std::function<void(core::Command)> submit, std::uint64_t seed)
      : loop_(loop), submit_(std::move(submit)), seeds_(seed) {}

  void replace(const core::Policy& policy, const std::vector<carriers::Way>& ways) {
    std::map<Key, std::unique_ptr<Open>> before = std::exchange(open_, {});
    for (const core::Recipient& r : policy.recipients) {
      keep_or_open(r.name, r.carrier, 0, ways, before);
      if (r.second) keep_or_open(r.name, r.second->carrier, 1, ways, before);
    }
    for (const auto& [key, gone] : before) submit_(core::LoseSession{gone->recipient, gone->session, false});
  }

  void ended(const std::string& carrier, const carriers::Report& report) {
    const auto found = open_.find({report.recipient, carrier});
    if (found == open_.end()) return;
    Open& way = *found->second;
    if (report.late) return hear_late(way, report);
    const auto now = loop_.now();
    const bool was_broken = way.backoff.broken();
    way.problem = report.problem;
    switch (report.outcome) {
      case v1::OUTCOME_DELIVERED:
      case v1::OUTCOME_SENT:
        way.backoff.succeeded();
        if (was_broken) log::info("{} is reached by {} again", way.recipient, way.carrier);
        return offer(way);
      case v1::OUTCOME_REFUSED:
        way.closed = report.closed;
        rest(way, way.backoff.refused(now));
        break;
      default:
        rest(way, way.backoff.failed(now, report.retry_after));
    }
    if (way.closed) {
      log::error("{} by {}: {} Nothing more is sent there until the configuration is reloaded.", way.recipient,
                 way.carrier, report.problem);
      call_somebody(way);
    } else if (!was_broken && way.backoff.broken()) {
      log::error("{} by {} failed {} times in a row and is tried more and more seldom: {}", way.recipient, way.carrier,
                 way.backoff.failures(), report.problem);
      call_somebody(way);
    }
  }

  void stop() {
    stopped_ = true;
    for (const auto& [key, way] : open_) way->timer->cancel();
  }

  std::vector<WayFigures> figures() const {
    std::vector<WayFigures> all;
    const auto now = loop_.now();
    for (const auto& [key, way] : open_)
      all.push_back({way->recipient, way->carrier, way->channel,
                     std::max(way->backoff.failures(), way->undelivered.failures()),
                     way->backoff.broken() || way->undelivered.broken(), way->closed,
                     std::chrono::duration_cast<Milliseconds>(std::max(way->rests_until - now, Steady::duration{0})),
                     way->problem.empty() ? way->why_undelivered : way->problem});
    return all;
  }

 private:
  using Key = std::pair<std::string, std::string>;  ///< recipient and carrier

  void keep_or_open(const std::string& recipient, const std::string& carrier, core::Channel channel,
                    const std::vector<carriers::Way>& ways, std::map<Key, std::unique_ptr<Open>>& before) {
    const auto way = std::find_if(ways.begin(), ways.end(), [&](const carriers::Way& w) {
      return w.recipient == recipient && w.carrier == carrier;
    });
    if (way == ways.end()) return;
    const Key key{recipient, carrier};
    if (const auto kept = before.find(key); kept != before.end() && kept->second->channel == channel) {
      Open& open = *(open_[key] = std::move(kept->second));
      before.erase(kept);
      open.rate = Rate{way->rate, loop_.now()};
      forget_undelivered(open);  // what was wrong may be mended now
      if (std::exchange(open.closed, false)) offer(open);
      return;
    }
    auto& open = open_[key] =
        std::make_unique<Open>(Open{recipient, carrier, channel, ++last_session_, Rate{way->rate, loop_.now()},
                                    Backoff{seeds_()}, Backoff{seeds_()}, loop_.timer()});
    submit_(core::OpenSession{recipient, open->session, channel, false});
    offer(*open);
  }

  /// It is told what came of an attempt that it had taken. Where that did not arrive, it rests as after a failure: a
  /// carrier that takes everything and delivers nothing would be sent the same message at once, for ever.
  void hear_late(Open& way, const carriers::Report& report) {
    if (report.outcome == v1::OUTCOME_DELIVERED) return forget_undelivered(way);
    const bool was_broken = way.undelivered.broken();
    const Milliseconds time = way.undelivered.failed(loop_.now(), report.retry_after);
    way.why_undelivered = report.problem;
    if (!was_broken && way.undelivered.broken()) {
      log::error("{} by {}: the last {} messages were taken, and did not arrive: {}", way.recipient, way.carrier,
                 way.undelivered.failures(), report.problem);
      call_somebody(way);
    }
    if (stopped_ || way.closed) return;
    submit_(core::Offer{way.recipient, way.session, 0});  // in the place of what was offered
    rest(way, time);
  }

  /// The engine raises it where one message fails again and again; a way may fail with another one each time.
  void call_somebody(const Open& way) { submit_(core::RaiseAlarm{"delivery_failing", way.recipient}); }

  static void forget_undelivered(Open& way) {
    way.undelivered.succeeded();
    way.why_undelivered.clear();
  }

  /// The next may go: at once, when it has rested, or as the rate allows. What is urgent does not wait for the rate.
  void offer(Open& way) {
    if (stopped_ || way.closed) return;
    if (const auto left = way.rests_until - loop_.now(); left > Steady::duration{0})
      return after(way, std::chrono::ceil<Milliseconds>(left));
    const Milliseconds wait = way.rate.take(loop_.now());
    submit_(core::Offer{way.recipient, way.session, 1, wait > Milliseconds{0}});
    if (wait > Milliseconds{0}) after(way, wait);
  }

  void rest(Open& way, Milliseconds time) {
    if (stopped_ || way.closed) return;
    if (time == Milliseconds{0}) return offer(way);
    way.rests_until = std::max(way.rests_until, loop_.now() + time);
    offer(way);  // when it has rested
  }

  void after(Open& way, Milliseconds time) {
    way.timer->after(time, [this, &way] { offer(way); });
  }

  loop::Loop& loop_;
  std::function<void(core::Command)> submit_;
  std::map<Key, std::unique_ptr<Open>> open_;
  core::SessionId last_session_ = first_session;
  std::mt19937_64 seeds_;  ///< of each way's own
  bool stopped_ = false;
};

WaysOut::WaysOut(loop::Loop& loop, std::function<void(core::Command)> submit, std::uint64_t seed)
    : impl_(std::make_unique<Impl>(loop, std::move(submit), seed)) {}
WaysOut::~WaysOut() = default;
void WaysOut::replace(const core::Policy& policy, const std::vector<carriers::Way>& ways) {
  impl_->replace(policy, ways);
}
void WaysOut::ended(const std::string& carrier, const carriers::Report& report) { impl_->ended(carrier, report); }
void WaysOut::stop() { impl_->stop(); }
std::vector<WayFigures> WaysOut::figures() const { return impl_->figures(); }

}  // namespace told::dispatch
