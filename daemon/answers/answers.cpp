#include "answers/answers.hpp"

#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "core/reference.hpp"
#include "gateway/acknowledgements.hpp"
#include "gateway/wire.hpp"

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
  auto frame = std::make_unique<Frame>();
  frame->answered = std::move(answer.answered);
  const int said = answer.said.acknowledgements_size() + answer.said.refusals_size();
  if (said > said_max || open_.size() >= open_frames_max) {
    *frame->results.mutable_problem() =
        said > said_max
            ? gateway::make_problem("too_many", "acknowledgements",
                                    "at most 256 acknowledgements and refusals are taken together",
                                    "send the rest apart")
            : gateway::make_problem("busy", "", "more answers are under way than told keeps", "send it again later");
    if (frame->answered) frame->answered(frame->results);
    return;
  }
  for (const v1::Receipt& receipt : answer.said.receipts())
    if (const auto number = core::from_reference(core::Named::notification, receipt.notification()))
      submit_(core::EndAttempt{core::NotificationId::of(*number), receipt.attempt(), v1::OUTCOME_DELIVERED,
                               answer.recipient, carrier, "receipt", ""});

  std::vector<core::Command> good;
  const std::uint64_t number = ++last_;
  const auto take_one = [&](const std::string& notification, const std::optional<v1::Problem>& problem, auto command) {
    v1::AcknowledgementResult& result = *frame->results.add_results();
    result.set_notification(notification);
    if (problem) {
      *result.mutable_problem() = *problem;
      submit_(core::RecordRefusal{answer.recipient, problem->code(), problem->field()});
      return;
    }
    command.by.means = answer.means;
    command.reply_to = token_of(number, static_cast<std::size_t>(frame->results.results_size() - 1));
    good.emplace_back(std::move(command));
  };
  for (const v1::Acknowledgement& words : answer.said.acknowledgements()) {
    core::Acknowledge command;
    const auto problem = gateway::read_acknowledgement(words, answer.recipient, now_(), command);
    take_one(words.notification(), problem, std::move(command));
  }
  for (const v1::Refusal& words : answer.said.refusals()) {
    core::Decline command;
    const auto problem = gateway::read_refusal(words, answer.recipient, command);
    take_one(words.notification(), problem, std::move(command));
  }
  frame->missing = good.size();
  open_.emplace(number, std::move(frame));
  for (core::Command& command : good) submit_(std::move(command));
  if (good.empty()) settle(number);
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
