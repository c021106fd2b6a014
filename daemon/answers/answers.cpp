#include "answers/answers.hpp"

#include <utility>
#include <vector>

#include "carriers/frames.hpp"
#include "core/answer_rules.hpp"
#include "core/problem.hpp"
#include "core/reference.hpp"
#include "log/log.hpp"

namespace told::answers {
namespace {

constexpr core::ReplyToken ours = 3ULL << 62U;

core::ReplyToken token_of(std::uint64_t number, std::size_t place) {
  return ours | (number << 8U) | static_cast<std::uint64_t>(place);
}

}  // namespace

struct Answers::Frame {
  v1::ServiceFrame results;
  std::size_t missing = 0;
  std::function<void(const v1::ServiceFrame&)> answered;
};

Answers::Answers(std::function<void(core::Command)> submit, std::function<core::Instant()> now)
    : submit_(std::move(submit)), now_(std::move(now)) {}
Answers::~Answers() = default;

void Answers::take(const std::string& carrier, carriers::Answer answer) {
  if (answer.problem) return refuse(carrier, answer);
  auto frame = std::make_unique<Frame>();
  frame->answered = std::move(answer.answered);
  const int said = answer.said.acknowledgements_size() + answer.said.refusals_size();
  if (said > said_max || open_.size() >= open_frames_max) {
    *frame->results.mutable_problem() =
        said > said_max
            ? core::make_problem("too_many", "acknowledgements",
                                 "at most 256 acknowledgements and refusals are taken together", "send the rest apart")
            : core::make_problem("busy", "", "more answers are under way than told keeps", "send it again later");
    if (frame->answered) frame->answered(frame->results);
    return;
  }
  for (const v1::Receipt& receipt : answer.said.receipts())
    if (const auto number = core::from_reference(core::Named::notification, receipt.notification()))
      submit_(core::EndAttempt{core::NotificationId::of(*number), receipt.attempt(), v1::OUTCOME_DELIVERED,
                               answer.recipient, carrier, "receipt", ""});

  const std::uint64_t number = ++last_;
  std::vector<core::Said> all = core::read_said(answer.said, answer.recipient, answer.means, now_());
  for (core::Said& each : all) {
    v1::AcknowledgementResult& result = *frame->results.add_results();
    result.set_notification(each.notification);
    if (const v1::Problem* problem = each.problem()) {
      *result.mutable_problem() = *problem;
      submit_(core::RecordRefusal{answer.recipient, problem->code(), problem->field()});
    } else {
      ++frame->missing;
    }
  }
  const bool settled = frame->missing == 0;
  open_.emplace(number, std::move(frame));
  for (std::size_t place = 0; place < all.size(); ++place)
    if (all[place].problem() == nullptr) submit_(core::to_command(std::move(all[place]), token_of(number, place)));
  if (settled) settle(number);
}

void Answers::refuse(const std::string& carrier, const carriers::Answer& answer) {
  note(carrier, answer);
  submit_(core::RecordRefusal{answer.recipient, answer.problem->code(), answer.problem->field()});
  if (answer.answered) answer.answered(carriers::problem_frame(*answer.problem));
}

// Once a minute: whoever may write into a recipient's reply queue must not be able to fill the log. And what was said
// is not in it: it may be anything.
void Answers::note(const std::string& carrier, const carriers::Answer& answer) {
  constexpr std::chrono::minutes every{1};
  const core::Instant now = now_();
  auto& [at, untold] = logged_.try_emplace(answer.recipient, now - every, 0).first->second;
  if (now >= at && now - at < every) {
    ++untold;
    return;
  }
  const std::string more = untold == 0 ? "" : " (" + std::to_string(untold) + " more since this was last logged)";
  log::warn("what came from {} by {} is not taken, {}: {}; {}{}", answer.recipient, carrier, answer.problem->code(),
            answer.problem->reason(), answer.problem->mend(), more);
  untold = 0;
  at = now;
}

void Answers::reply(const core::ReplyActed& reply) {
  const std::uint64_t number = (reply.reply_to & ~ours) >> 8U;
  const auto found = open_.find(number);
  const int place = static_cast<int>(reply.reply_to & 0xFFU);
  if (found == open_.end() || place >= found->second->results.results_size()) return;
  *found->second->results.mutable_results(place) = reply.result;
  if (--found->second->missing == 0) settle(number);
}

void Answers::settle(std::uint64_t number) {
  const auto node = open_.extract(number);
  if (node && node.mapped()->answered) node.mapped()->answered(node.mapped()->results);
}

}  // namespace told::answers
