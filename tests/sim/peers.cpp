#include "peers.hpp"

#include <algorithm>

#include "told.hpp"

namespace told::sim {
namespace {

using namespace std::chrono_literals;

constexpr Micros answer_patience = 5s;  ///< a publisher asks again then
constexpr std::size_t events_a_request = 8;

}  // namespace

// --- publishers ---

Publisher::Publisher(Schedule& schedule, Wire& wire, const Dice& dice, const Sight& sight, std::string name)
    : schedule_{schedule}, wire_{wire}, dice_{dice}, sight_{sight}, name_{std::move(name)} {
  dial();
}

void Publisher::dial() {
  line_ = wire_.dial(Door::publishers, name_, key_of(name_), *this);
  ++dialled_;
}

void Publisher::connected(const LinePtr& line) {
  if (line != line_ || !alive_) return wire_.hang_up(line, false);
  rest_.over();
  request_ = 0;
  ask();
}

void Publisher::broken(const LinePtr& line) {
  if (line != line_) return;
  line_.reset();
  request_ = 0;
  schedule_.in(rest_.next(dice_, dialled_), [this] {
    if (alive_ && !line_) dial();
  });
}

void Publisher::hang_up(bool silently) {
  if (!line_) return;
  const LinePtr line = line_;
  wire_.hang_up(line, silently);
  broken(line);
}

void Publisher::publish(std::shared_ptr<const v1::Event> event) {
  sight_.published(name_, *event);
  queue_.push_back(std::move(event));
  if (request_ == 0) ask();
}

void Publisher::die(Micros away, bool loses) {
  alive_ = false;
  if (line_) {
    wire_.hang_up(line_, dice_.chance(0.3, "dies silently", dialled_));
    line_.reset();
  }
  if (loses) queue_.clear();
  request_ = 0;
  schedule_.in(away, [this] {
    alive_ = true;
    if (!line_) dial();
  });
}

void Publisher::ask() {
  if (!line_ || !line_->up || queue_.empty()) return;
  const std::size_t n =
      std::min(queue_.size(), static_cast<std::size_t>(dice_.between(1, events_a_request, "events", ++last_request_)));
  v1::PublishRequest request;
  asked_.assign(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(n));
  for (const auto& event : asked_) *request.add_events() = *event;
  request_ = last_request_;
  request.set_request(request_);
  wire_.send(line_, request.SerializeAsString());
  // No answer in time means nothing: the same is said again, on a new connection, since replies come in order.
  schedule_.in(answer_patience + dice_.time(1ms, 2s, "patience", request_), [this, asked = request_] {
    if (request_ != asked || !line_) return;
    hang_up(false);
  });
}

void Publisher::ask_again_in(Micros time) {
  schedule_.in(time, [this] {
    if (request_ == 0) ask();
  });
}

void Publisher::hear(const LinePtr& line, const std::string& bytes) {
  if (line != line_ || !alive_) return;
  v1::PublishReply reply;
  if (!reply.ParseFromString(bytes)) return;
  if (reply.has_problem()) sight_.problem(name_, reply.problem());
  if (request_ == 0 || reply.request() != request_) return;
  Micros again{0};
  for (int i = 0; i < reply.results_size(); ++i) {
    const v1::PublishResult& result = reply.results(i);
    if (static_cast<std::size_t>(i) >= asked_.size()) break;
    const auto event = asked_[static_cast<std::size_t>(i)];
    sight_.answered(name_, result, *event);
    if (result.verdict() == v1::VERDICT_RETRY) {
      again = std::max<Micros>(again, std::chrono::milliseconds{result.retry_after_ms()});
      continue;
    }
    if (const auto found = std::find(queue_.begin(), queue_.end(), event); found != queue_.end()) queue_.erase(found);
  }
  request_ = 0;
  if (queue_.empty()) return;
  if (again > Micros{0})
    ask_again_in(again + dice_.time(1ms, 500ms, "again", last_request_));
  else
    ask();
}

// --- workers ---

Worker::Worker(Schedule& schedule, Wire& wire, const Dice& dice, const Sight& sight, std::string recipient)
    : schedule_{schedule},
      wire_{wire},
      dice_{dice},
      sight_{sight},
      recipient_{std::move(recipient)},
      desk_{schedule, dice.of("desk"), [this](const v1::AgencyFrame& frame) { return say(frame); }} {
  dial();
}

void Worker::dial() {
  ++dialled_;
  welcomed_ = false;
  line_ = wire_.dial(Door::agencies, recipient_, key_of(recipient_), *this);
}

void Worker::connected(const LinePtr& line) {
  if (line != line_ && line != second_) return wire_.hang_up(line, false);
  v1::AgencyFrame hello;
  hello.mutable_hello()->set_worker("desk");
  hello.set_credit(desk_.mood.credit);
  wire_.send(line, hello.SerializeAsString());
}

void Worker::broken(const LinePtr& line) {
  if (line == second_) second_.reset();
  if (line != line_) return;
  line_.reset();
  welcomed_ = false;
  if (away_) return;
  schedule_.in(rest_.next(dice_, dialled_), [this] {
    if (!away_ && !line_) dial();
  });
}

void Worker::go_away(bool silently) {
  away_ = true;
  if (!line_) return;
  wire_.hang_up(line_, silently);
  line_.reset();
  welcomed_ = false;
}

void Worker::come_back() {
  away_ = false;
  if (hangs_) hang(false);
  if (!line_) dial();
}

void Worker::hang(bool hangs) {
  hangs_ = hangs;
  if (line_) wire_.set_unread(line_, hangs);
  if (!hangs && line_) {  // what it was sent meanwhile is gone with its old connection
    const LinePtr line = line_;
    wire_.hang_up(line, false);
    broken(line);
  }
}

void Worker::second_worker() {
  if (away_ || hangs_ || second_) return;
  second_ = wire_.dial(Door::agencies, recipient_, key_of(recipient_), *this);
}

bool Worker::say(const v1::AgencyFrame& frame) {
  if (!well()) return false;
  sight_.says(recipient_, frame);
  wire_.send(line_, frame.SerializeAsString());
  return true;
}

void Worker::hear(const LinePtr& line, const std::string& bytes) {
  if (hangs_ || (line != line_ && line != second_)) return;
  v1::ServiceFrame frame;
  if (!frame.ParseFromString(bytes)) return;
  if (frame.has_welcome()) {
    if (line == second_) {  // it serves the recipient from now on
      const LinePtr older = std::exchange(line_, second_);
      second_.reset();
      if (older && dice_.chance(0.5, "older hangs up", dialled_)) wire_.hang_up(older, false);
    }
    rest_.over();
    welcomed_ = true;
    desk_.say_again();
  }
  if (!frame.checkpoint().empty()) sight_.checkpoint(recipient_, frame.checkpoint());
  for (const v1::Delivery& delivery : frame.deliveries()) take(line, delivery);
  for (const v1::AcknowledgementResult& result : frame.results()) {
    const bool stranger = strangers_.contains(result.notification()) && !desk_.has(result.notification());
    sight_.settled(recipient_, result, stranger);
    if (result.recorded()) desk_.settled(result.notification());
  }
  if (frame.has_problem()) {
    sight_.problem(recipient_, frame.problem());
    if (line == line_) {
      const std::string& code = frame.problem().code();
      if (code == "superseded" || code == "say_hello" || code == "revoked" || code == "busy") {
        wire_.hang_up(line, false);
        broken(line);
      }
    }
  }
}

void Worker::take(const LinePtr& line, const v1::Delivery& delivery) {
  sight_.delivered(recipient_, delivery);
  const std::uint64_t sight = ++frames_;
  desk_.take(delivery);
  v1::AgencyFrame receipt;
  v1::Receipt& r = *receipt.add_receipts();
  r.set_notification(delivery.notification());
  r.set_attempt(delivery.attempt());
  receipt.set_credit(1);
  if (dice_.chance(desk_.mood.no_receipt, "no receipt", sight)) {
    receipt.clear_receipts();
    sight_.no_receipt();
  }
  schedule_.in(dice_.time(100us, desk_.mood.receipt_most, "receipt", sight), [this, line, receipt] {
    if (line == line_ || line == second_)
      if (!hangs_) wire_.send(line, receipt.SerializeAsString());
  });
}

void Worker::claim(const std::string& reference) {
  if (!well() || desk_.has(reference)) return;
  strangers_.insert(reference);
  v1::AgencyFrame frame;
  v1::Acknowledgement& ack = *frame.add_acknowledgements();
  ack.set_notification(reference);
  ack.set_person("Officer 9");
  ack.set_role("duty desk");
  wire_.send(line_, frame.SerializeAsString());
}

}  // namespace told::sim
