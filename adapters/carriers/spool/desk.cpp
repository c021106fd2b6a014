#include "carriers/spool/desk.hpp"

#include <thread>

#include "carriers/frames.hpp"
#include "core/problem.hpp"
#include "core/reference.hpp"

namespace told::carriers::spool {
namespace {

/// So many files of one recipient are handed in before the first of them is answered.
constexpr std::size_t asked_max = 256;

std::string result_name(const std::string& name) { return name.substr(0, name.rfind(".json")) + ".result.json"; }

std::string outgoing_name(core::NotificationId notification, std::uint32_t attempt) {
  return core::to_reference(notification) + "-" + std::to_string(attempt) + ".json";
}

}  // namespace

Desk::Desk(std::string recipient, std::string folder, std::chrono::milliseconds poll, Hands hands)
    : recipient_(std::move(recipient)), folder_(std::move(folder)), hands_(std::move(hands)), poll_(poll) {}

void Desk::start() {
  std::thread([self = shared_from_this()] { self->run(); }).detach();
}

void Desk::set_poll(std::chrono::milliseconds poll) {
  const std::lock_guard lock(mutex_);
  poll_ = poll;
  wake_.notify_all();
}

void Desk::send(Parcel parcel) {
  const std::lock_guard lock(mutex_);
  to_send_.push_back(std::move(parcel));
  wake_.notify_all();
}

void Desk::answered(const std::string& name, const v1::ServiceFrame& answer) {
  const std::lock_guard lock(mutex_);
  to_file_.emplace_back(name, answer);
  wake_.notify_all();
}

void Desk::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  wake_.notify_all();
}

bool Desk::ended_within(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return wake_.wait_for(lock, patience, [this] { return ended_; });
}

void Desk::run() {
  Clock::time_point looked = Clock::time_point::min();
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto something = [this] { return stopping_ || !to_send_.empty() || !to_file_.empty(); };
    const auto due = [&] {
      return looked == Clock::time_point::min() || Clock::now() - looked >= poll_ || (more_ && asked_.empty());
    };
    while (!something() && !due()) wake_.wait_until(lock, looked + poll_);
    if (!to_send_.empty()) {  // what goes out comes first: somebody must be told
      const Parcel parcel = std::move(to_send_.front());
      to_send_.pop_front();
      lock.unlock();
      put_out(parcel);
    } else if (!to_file_.empty()) {
      const auto [name, answer] = std::move(to_file_.front());
      to_file_.pop_front();
      lock.unlock();
      file(name, answer);
    } else if (stopping_) {
      break;
    } else {
      lock.unlock();
      look();
      looked = Clock::now();
    }
    lock.lock();
  }
  ended_ = true;
  wake_.notify_all();
}

void Desk::put_out(const Parcel& parcel) {
  v1::ServiceFrame frame;
  *frame.add_deliveries() = parcel.delivery;
  frame.set_checkpoint(parcel.checkpoint);
  Report report = report_of(parcel);
  const Clock::time_point begun = Clock::now();
  const auto trouble = folder_.place(outgoing, outgoing_name(parcel.notification, parcel.attempt), to_text(frame));
  report.seen.round_trip = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
  if (!trouble) {
    // Not `delivered`: it lies where it is fetched, and nobody fetched it yet. The recipient's receipt says that.
    report.outcome = v1::OUTCOME_SENT;
    report.code = "placed";
    report.problem = cannot_answer_;
  } else {
    report.outcome = trouble->visible ? v1::OUTCOME_UNKNOWN : v1::OUTCOME_DEFERRED;
    report.code = trouble->code;
    report.problem = trouble->sentence;
  }
  hands_.report(std::move(report));
}

bool Desk::noted(const std::optional<Trouble>& trouble) {
  if (trouble) cannot_answer_ = "it lies there to be fetched, but answers cannot be taken: " + trouble->sentence;
  return trouble.has_value();
}

void Desk::remove_fetched() {
  std::erase_if(fetched_, [this](const std::string& name) { return !noted(folder_.remove(outgoing, name)); });
}

void Desk::look() {
  cannot_answer_.clear();
  remove_fetched();
  if (!tidied_) tidied_ = !noted(folder_.tidy());
  for (auto& [name, asked] : asked_)  // answered, but the disk would not take the result
    if (asked.answer) answered(name, *asked.answer);
  std::vector<std::string> names;
  (void)noted(folder_.claim(names));
  more_ = false;
  for (const std::string& name : names) {
    if (asked_.contains(name)) continue;
    more_ = asked_.size() >= asked_max;
    if (more_) break;
    hand_in(name);
  }
}

void Desk::hand_in(const std::string& name) {
  Incoming what;
  if (noted(folder_.read(name, what))) return;  // the next look tries again
  Asked& asked = asked_[name];
  Answer answer{recipient_, v1::MEANS_FILE, {}, {}};
  std::optional<v1::Problem> problem;
  switch (what.is) {
    case Incoming::Is::no_plain_file:
      problem = core::make_problem("not_readable", "", "this is no plain file", "bring a plain file");
      break;
    case Incoming::Is::too_large:
      problem = core::make_problem("too_large", "", "it has more than 64 KiB", "split it into several files");
      break;
    case Incoming::Is::frame:
      problem = read_frame(what.text, answer.said);
  }
  if (problem && what.is == Incoming::Is::frame && still_growing(name, what.text.size())) {
    asked_.erase(name);
    return;
  }
  unread_.erase(name);
  if (problem) {
    answered(name, problem_frame(std::move(*problem)));
    return;
  }
  for (const v1::Receipt& receipt : answer.said.receipts())
    asked.receipts.emplace_back(receipt.notification(), receipt.attempt());
  answer.answered = [self = weak_from_this(), name](const v1::ServiceFrame& frame) {
    if (const auto desk = self.lock()) desk->answered(name, frame);
  };
  hands_.answer(std::move(answer));
}

// Whoever does not rename into place is still writing, perhaps: it is refused when it did not grow from one look to the
// next.
bool Desk::still_growing(const std::string& name, std::size_t size) {
  const auto [known, first_seen] = unread_.try_emplace(name, size);
  return first_seen || std::exchange(known->second, size) != size;
}

void Desk::file(const std::string& name, const v1::ServiceFrame& answer) {
  const auto found = asked_.find(name);
  if (found == asked_.end()) return;
  if (for_now(answer)) {  // it stays claimed, and the next look hands it in again
    asked_.erase(found);
    return;
  }
  // Whoever says that they have a delivery needs its file no more. The name is made anew from what was read: what
  // comes from outside chooses no path.
  if (!answer.has_problem())
    for (const auto& [reference, attempt] : found->second.receipts)
      if (const auto number = core::from_reference(core::Named::notification, reference))
        fetched_.push_back(outgoing_name(core::NotificationId::of(*number), attempt));
  found->second.receipts.clear();
  remove_fetched();
  const char* const tray = all_recorded(answer) ? done : refused;
  // The result before the move: killed in between, told reads the file again, and the answer says `repeated`.
  if (noted(folder_.place(tray, result_name(name), to_text(answer))) || noted(folder_.move_to(tray, name)))
    found->second.answer = answer;
  else
    asked_.erase(found);
}

}  // namespace told::carriers::spool
