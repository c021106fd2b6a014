#include "mailbox.hpp"

namespace told::sim {
namespace {

using namespace std::chrono_literals;

}  // namespace

Mailbox::Mailbox(Schedule& schedule, Machine& machine, const Dice& dice, const Sight& sight, std::string recipient,
                 std::function<answers::Answers*()> answers)
    : schedule_{schedule},
      machine_{machine},
      dice_{dice},
      sight_{sight},
      recipient_{std::move(recipient)},
      answers_{std::move(answers)},
      desk_{schedule, dice.of("desk"), [this](const v1::AgencyFrame& frame) { return say(frame); }} {}

void Mailbox::arrives(const carriers::Parcel& parcel) {
  sight_.delivered(recipient_, parcel.delivery);
  if (!parcel.checkpoint.empty()) sight_.checkpoint(recipient_, parcel.checkpoint);
  desk_.take(parcel.delivery);
}

void Mailbox::send(carriers::Parcel parcel, const std::string& carrier, std::function<void(carriers::Report)> report) {
  const std::uint64_t n = ++number_;
  last_carrier_ = carrier;
  carriers::Report end = carriers::report_of(parcel);
  const double luck = dice_.share("luck", n);
  const double deferred = sickness.gone ? 0.7 : sickness.deferred;
  const double unknown = sickness.gone ? 0.3 : sickness.unknown;
  bool arrives_there = false;
  if (luck < deferred) {
    end.outcome = v1::OUTCOME_DEFERRED;
    end.code = "http_503";
    end.retry_after = std::chrono::duration_cast<std::chrono::milliseconds>(sickness.asks_for);
  } else if (luck < deferred + unknown) {
    end.outcome = v1::OUTCOME_UNKNOWN;
    end.code = "timed_out";
    arrives_there = !sickness.gone && dice_.chance(0.5, "arrives", n);
  } else if (luck < deferred + unknown + sickness.refused) {
    end.outcome = v1::OUTCOME_REFUSED;
    end.code = "http_400";
    end.hopeless = dice_.chance(sickness.hopeless, "hopeless", n);
  } else {
    end.outcome = carrier == "webhook" ? v1::OUTCOME_DELIVERED : v1::OUTCOME_SENT;
    end.code = carrier == "webhook" ? "http_200" : "taken";
    arrives_there = true;
  }
  const Micros takes = dice_.time(sickness.takes_least, sickness.takes_most, "takes", n);
  const bool late_word = carrier == "notify" && end.outcome == v1::OUTCOME_SENT && dice_.chance(0.8, "late word", n);
  if (arrives_there) schedule_.in(takes - takes / 4, [this, parcel] { arrives(parcel); });
  machine_.run(schedule_.now() + takes, [this, end, report, late_word, n]() mutable {
    machine_.touch();
    report(end);
    if (!late_word) return;
    // Whoever took it says later what became of it.
    end.outcome = dice_.chance(0.9, "was delivered", n) ? v1::OUTCOME_DELIVERED : v1::OUTCOME_DEFERRED;
    end.code = "status";
    machine_.run(schedule_.now() + dice_.time(1s, 2h, "word comes", n), [this, end, report] {
      machine_.touch();
      report(end);
    });
  });
}

bool Mailbox::say(const v1::AgencyFrame& frame) {
  answers::Answers* told = answers_();
  if (told == nullptr || machine_.frozen() || sickness.gone) return false;
  sight_.says(recipient_, frame);
  machine_.run(schedule_.now() + 5ms, [this, frame] {
    answers::Answers* at = answers_();
    if (at == nullptr) return;
    machine_.touch();
    carriers::Answer answer;
    answer.recipient = recipient_;
    answer.means = last_carrier_ == "webhook" ? v1::MEANS_CALLBACK : v1::MEANS_LINK;
    answer.said = frame;
    answer.answered = [this](const v1::ServiceFrame& results) {
      if (machine_.dead()) return;
      for (const v1::AcknowledgementResult& result : results.results()) {
        sight_.settled(recipient_, result, false);
        if (result.recorded()) desk_.settled(result.notification());
      }
    };
    at->take(last_carrier_ == "webhook" ? last_carrier_ : "", std::move(answer));
  });
  return true;
}

}  // namespace told::sim
