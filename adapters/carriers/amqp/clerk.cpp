#include "carriers/amqp/clerk.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <stdexcept>
#include <thread>

#include "carriers/amqp/letter.hpp"
#include "carriers/amqp/reply.hpp"
#include "carriers/courier/libcurl.hpp"
#include "carriers/frames.hpp"

namespace told::carriers::amqp {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

/// So often in a row told cannot listen before it says so: a broker that is restarted is no news.
constexpr unsigned failures_said = 4;
/// What could not be taken for now is handed in again after so long.
constexpr std::chrono::milliseconds again_after = 1s;

// How long told waits before it listens again: a broker that is restarted is back in seconds, and one that is out for
// hours is not to be asked all the time. Nobody waits for this who is to be told: an attempt connects at once.
std::chrono::milliseconds pause_after(unsigned failures) {
  constexpr unsigned soon = 60;
  if (failures > soon) return 30s;
  return 500ms * (1U << std::min(failures - 1U, 3U));
}

// No two connections to one broker may have the same name: the newer would take over from the older.
std::string container_name(const std::string& origin, const std::string& recipient) {
  static std::atomic<unsigned> connections{0};
  return origin + " " + recipient + " " + std::to_string(::getpid()) + "." + std::to_string(++connections);
}

const v1::Problem& problem_in(const v1::ServiceFrame& frame) {
  for (const v1::AcknowledgementResult& result : frame.results())
    if (result.has_problem()) return result.problem();
  return frame.problem();
}

int new_eventfd() {
  const int made = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (made < 0) throw std::runtime_error("told has no file descriptor left: raise LimitNOFILE= in its systemd unit");
  return made;
}

}  // namespace

Clerk::Clerk(Target target, Hands hands) : target_(std::move(target)), hands_(std::move(hands)), wake_(new_eventfd()) {}
Clerk::~Clerk() { ::close(wake_); }

void Clerk::start() {
  std::thread([self = shared_from_this()] { self->run(); }).detach();
}

void Clerk::send(Parcel parcel) {
  Attempt attempt;
  attempt.about = report_of(parcel);
  attempt.message = letter(parcel, target_.origin, {target_.opening.queue, target_.opening.reply_queue});
  const std::lock_guard lock(mutex_);
  to_send_.push_back(std::move(attempt));
  wake();
}

void Clerk::answered(std::uint64_t number, v1::ServiceFrame frame) {
  const std::lock_guard lock(mutex_);
  to_settle_.emplace_back(number, std::move(frame));
  wake();
}

void Clerk::retire() {
  const std::lock_guard lock(mutex_);
  retiring_ = true;
  wake();
}

void Clerk::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  if (line_) line_->cut();
  wake();
}

bool Clerk::ended_within(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  return ended_now_.wait_for(lock, at_most, [this] { return ended_; });
}

void Clerk::wake() const {
  const std::uint64_t one = 1;
  static_cast<void>(::write(wake_, &one, sizeof one));  // full: it is awake already
}

void Clerk::run() {
  take_no_signals();
  while (take_in()) {
    if (!talk_ && wanted(Steady::now())) connect();
    if (talk_) exchange();
    give_up(Steady::now());
    hand_in_again(Steady::now());
    wait();
  }
  goodbye();
  const std::lock_guard lock(mutex_);
  ended_ = true;
  ended_now_.notify_all();
}

bool Clerk::take_in() {
  std::deque<std::pair<std::uint64_t, v1::ServiceFrame>> settled;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    leaving_ = retiring_;
    settled.swap(to_settle_);
    if (!attempt_ && !to_send_.empty()) {
      attempt_ = std::move(to_send_.front());
      to_send_.pop_front();
      attempt_->began = Steady::now();
    }
  }
  for (const auto& [number, frame] : settled) settle(number, frame);
  return attempt_ || !leaving_;
}

bool Clerk::takes_replies() const { return target_.opening.replies_at_once > 0 && !leaving_; }

// --- the connection ---

bool Clerk::wanted(Steady::time_point now) const { return attempt_ || (takes_replies() && now >= listen_at_); }

void Clerk::connect() {
  const auto line = std::make_shared<Line>();
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    line_ = line;
  }
  Errand errand = target_.line;
  if (attempt_) {
    attempt_->connected = true;
    constexpr std::chrono::milliseconds least = 100ms;  // where the connection that stood was lost at the last moment
    const auto left = attempt_->began + errand.within - Steady::now();
    errand.within = std::max(least, std::chrono::ceil<std::chrono::milliseconds>(left));
  }
  const Ending ending = line->open(std::move(errand));
  seen_ = ending.seen;
  if (!ending.answered) return lose({ending.code, ending.problem});
  Opening opening = target_.opening;
  opening.container = container_name(target_.origin, target_.recipient);
  opening.replies_before = last_reply_;
  talk_ = std::make_unique<Conversation>(opening);
  connected_at_ = Steady::now();
  listen_at_ = connected_at_;
  broken_ = false;
}

void Clerk::exchange() {
  read();
  do {
    hear();
    if (talk_ && broken_) lose(line_->broken(phase()));
    if (!talk_) return;
    const auto now = Steady::now();
    push_on(now);
    tick_at_ = talk_->tick(now);
    write();
  } while (talk_ && talk_->stirs());
}

void Clerk::hear() {
  while (talk_) {
    const auto happened = talk_->next();
    if (!happened) return;
    std::visit([this](const auto& what) { heard(what); }, *happened);
  }
}

void Clerk::read() {
  constexpr int turns = 16;  // then what goes out has its turn: a broker that never stops talking stops nobody
  for (int turn = 0; turn < turns; ++turn) {
    const Conversation::Room room = talk_->room();
    more_to_read_ = false;
    if (room.size == 0) return;
    const Line::Moved moved = line_->read(room.at, room.size);
    broken_ = moved.broken;
    if (moved.bytes == 0) return;
    talk_->put(moved.bytes);
  }
  more_to_read_ = true;
}

void Clerk::write() {
  more_to_write_ = false;
  for (std::string_view bytes = talk_->out(); !bytes.empty(); bytes = talk_->out()) {
    const Line::Moved moved = line_->write(bytes);
    if (moved.broken) return lose(line_->broken(phase()));
    more_to_write_ = moved.bytes == 0;
    if (more_to_write_) return;
    talk_->written(moved.bytes);
  }
}

void Clerk::lose(const Failure& failure) {
  // One that was not said yet, over a connection that had stood for a while: it is said over a new one.
  const bool said_over_a_new_one = attempt_ && !attempt_->settled && !attempt_->handed_over && !attempt_->connected;
  if (attempt_ && !said_over_a_new_one) fail_attempt(failure);
  if (takes_replies()) cannot_listen(failure);
  drop();
}

void Clerk::drop() {
  talk_.reset();
  asked_.clear();  // what was not settled comes again
  tick_at_.reset();
  more_to_read_ = more_to_write_ = false;
  std::shared_ptr<Line> line;  // is broken off when nobody waits for the lock
  const std::lock_guard lock(mutex_);
  line.swap(line_);
}

// --- the attempt ---

void Clerk::push_on(Steady::time_point now) {
  if (!talk_->open()) return;
  const bool tries = !takes_replies() && !leaving_;
  if ((takes_replies() || tries) && now >= listen_at_) talk_->want_replies();
  if (talk_->listening() == Conversation::Listening::yes && failures_ > 0) {
    if (failures_ >= failures_said) hands_.hearing({target_.recipient, {}});
    failures_ = 0;
    cannot_listen_.clear();
  }
  if (!attempt_) return;
  if (!attempt_->handed_over) {
    talk_->want_to_send();
    if (!talk_->may_send()) return;
    attempt_->handed_over = true;
    talk_->send(attempt_->message);
  } else if (attempt_->settled && !(tries && talk_->listening() == Conversation::Listening::opening)) {
    end_attempt(*attempt_->settled);
  }
}

Phase Clerk::phase() const {
  if (!attempt_ || !attempt_->handed_over) return Phase::shaking_hands;
  return talk_ && talk_->may_be_there() ? Phase::waiting : Phase::sending;
}

void Clerk::give_up(Steady::time_point now) {
  if (attempt_ && now >= attempt_->began + target_.line.within) {
    const auto within = target_.line.within;
    if (talk_ && talk_->open() && !attempt_->handed_over)
      lose(no_credit(within, target_.places));
    else if (talk_)
      lose(line_->timed_out(phase(), within));
  } else if (talk_ && !talk_->open() && now >= connected_at_ + target_.line.connect_within) {
    lose(line_->timed_out(Phase::shaking_hands, target_.line.connect_within));
  }
}

void Clerk::end_attempt(Report report) {
  report.recipient = attempt_->about.recipient;
  report.notification = attempt_->about.notification;
  report.attempt = attempt_->about.attempt;
  report.seen = seen_;
  report.seen.round_trip = std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - attempt_->began);
  if (report.outcome == v1::OUTCOME_SENT && (!talk_ || talk_->listening() == Conversation::Listening::no))
    report.problem = cannot_listen_;
  attempt_.reset();
  hands_.report(std::move(report));
}

void Clerk::fail_attempt(const Failure& failure) {
  if (attempt_->settled) return end_attempt(*attempt_->settled);
  Report report;
  report.outcome = phase() == Phase::waiting ? v1::OUTCOME_UNKNOWN : v1::OUTCOME_DEFERRED;
  report.code = failure.code;
  report.problem = failure.problem;
  end_attempt(std::move(report));
}

// --- what the broker says ---

void Clerk::heard(const Settled& settled) {
  if (attempt_) attempt_->settled = settled_verdict(settled, target_.places);
}

void Clerk::heard(const Closed& closed) {
  const std::string& which = closed.replies ? target_.opening.reply_queue : target_.opening.queue;
  const Failure failure = why_closed(closed.condition, which, target_.places);
  if (closed.replies)
    cannot_listen(failure);
  else if (attempt_)
    fail_attempt(failure);
}

void Clerk::heard(const Over& over) {
  Failure failure = why_over(over, target_.places);
  if (failure.code.empty()) failure = line_->broken(phase());
  lose(failure);
}

void Clerk::heard(const Came& came) {
  last_reply_ = came.number;
  if (leaving_) return;  // it goes back to the broker with the connection
  Asked& asked = asked_[came.number];
  asked.answer.recipient = target_.recipient;
  asked.answer.means = v1::MEANS_REPLY_QUEUE;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  asked.answer.problem = read_answer(came, target_.reply_keys,
                                     std::chrono::duration_cast<std::chrono::seconds>(now).count(), asked.answer.said);
  if (asked.answer.problem) asked.answer.said.Clear();
  // A receipt has no result that could wait for the ledger: the broker waits for both alike.
  asked.answer.answered = [self = weak_from_this(), number = came.number,
                           when_durable = target_.when_durable](const v1::ServiceFrame& frame) {
    when_durable([self, number, frame] {
      if (const auto clerk = self.lock()) clerk->answered(number, frame);
    });
  };
  hands_.answer(asked.answer);
}

// --- replies ---

void Clerk::settle(std::uint64_t number, const v1::ServiceFrame& frame) {
  const auto found = asked_.find(number);
  if (found == asked_.end() || !talk_) return;
  if (for_now(frame)) {
    found->second.again = Steady::now() + again_after;
    return;
  }
  asked_.erase(found);
  if (all_recorded(frame)) return talk_->take(number);
  const v1::Problem& problem = problem_in(frame);
  talk_->reject(number, "told:" + problem.code(), problem.reason() + ": " + problem.mend());
}

void Clerk::hand_in_again(Steady::time_point now) {
  for (auto& [number, asked] : asked_) {
    if (!asked.again || now < *asked.again) continue;
    asked.again.reset();
    hands_.answer(asked.answer);
  }
}

void Clerk::cannot_listen(const Failure& failure) {
  if (target_.opening.reply_queue.empty()) return;
  cannot_listen_ = "it is at the broker, but replies cannot be taken: " + failure.problem;
  listen_at_ = Steady::now() + pause_after(++failures_);
  if (failures_ == failures_said) hands_.hearing({target_.recipient, failure.problem});
}

// --- waiting ---

Clerk::Steady::time_point Clerk::next_look(Steady::time_point now) const {
  constexpr std::chrono::milliseconds idle = 60s;  // only against a wake-up that never comes
  Steady::time_point at = now + idle;
  if (more_to_read_) return now;
  if (attempt_) at = std::min(at, attempt_->began + target_.line.within);
  if (talk_ && !talk_->open()) at = std::min(at, connected_at_ + target_.line.connect_within);
  if (tick_at_) at = std::min(at, *tick_at_);
  const bool listens = talk_ && talk_->listening() != Conversation::Listening::no;
  if (takes_replies() && !listens && (!talk_ || talk_->open())) at = std::min(at, listen_at_);
  for (const auto& [number, asked] : asked_)
    if (asked.again) at = std::min(at, *asked.again);
  return at;
}

void Clerk::wait() {
  if (attempt_ && !talk_) return;     // it goes over a new connection
  if (leaving_ && !attempt_) return;  // and ends
  const auto now = Steady::now();
  const auto until = next_look(now);
  if (until <= now && !talk_) return;
  std::array<pollfd, 2> waited{};
  waited[0] = {wake_, POLLIN, 0};
  waited[1] = {talk_ ? line_->descriptor() : -1, POLLIN, 0};
  if (more_to_write_) waited[1].events |= POLLOUT;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(std::max(until - now, Steady::duration{0}));
  static_cast<void>(::poll(waited.data(), waited.size(), static_cast<int>(left.count())));
  std::uint64_t count = 0;
  static_cast<void>(::read(wake_, &count, sizeof count));
}

void Clerk::goodbye() {
  if (!talk_) return;
  talk_->close();
  write();
  if (talk_) drop();
}

}  // namespace told::carriers::amqp
