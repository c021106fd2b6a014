#include "going_out.hpp"

#include <algorithm>
#include <iterator>

#include "config/config.hpp"
#include "ledger/secret_file.hpp"
#include "log/log.hpp"

namespace told {
namespace {

constexpr std::string_view secret_of_a_way = "the secret of a [[way]]";

}  // namespace

GoingOut::GoingOut(loop::Loop& loop, dispatch::Dispatch& dispatch, std::function<void(core::Command)> submit,
                   std::function<void(const std::string&, carriers::Answer)> answer,
                   std::function<void(std::function<void()>)> when_durable, std::string origin)
    : loop_(loop),
      dispatch_(dispatch),
      answer_(std::move(answer)),
      when_durable_(std::move(when_durable)),
      origin_(std::move(origin)),
      ways_out_(loop, std::move(submit)) {
  dispatch_.on_ended(
      [this](const std::string& carrier, const carriers::Report& report) { ways_out_.ended(carrier, report); });
}

GoingOut::~GoingOut() { dispatch_.on_ended({}); }

void GoingOut::replace(const core::Policy& policy, const std::vector<carriers::Way>& ways) {
  for (const carriers::Kind& kind : carriers::kinds()) {
    std::vector<carriers::Way> its_ways;
    std::copy_if(ways.begin(), ways.end(), std::back_inserter(its_ways),
                 [&](const carriers::Way& way) { return way.carrier == kind.name; });
    const auto made = std::find_if(carriers_.begin(), carriers_.end(),
                                   [&](const auto& carrier) { return std::string_view{carrier->name()} == kind.name; });
    if (made != carriers_.end())
      (*made)->replace_ways(its_ways);
    else if (!its_ways.empty())
      make(kind, its_ways);
  }
  ways_out_.replace(policy, ways);
}

void GoingOut::make(const carriers::Kind& kind, const std::vector<carriers::Way>& ways) {
  const carriers::Surroundings surroundings{
      [this, alive = std::weak_ptr<bool>{alive_}](std::function<void()> call) {
        loop_.post([call = std::move(call), alive] {
          if (!alive.expired()) call();
        });
      },
      [](const std::string& setting) { return ledger::read_secret_line(config::key_path(setting), secret_of_a_way); },
      [](const std::string& setting) { return ledger::read_secret_text(config::key_path(setting), secret_of_a_way); },
      origin_, when_durable_};
  carriers_.push_back(kind.make(ways, surroundings));
  carriers_.back()->on_answer(
      [this, name = std::string{kind.name}](carriers::Answer answer) { answer_(name, std::move(answer)); });
  carriers_.back()->on_hearing([name = std::string{kind.name}](const carriers::Hearing& hearing) {
    if (hearing.problem.empty())
      log::info("what {} says by {} is heard again", hearing.recipient, name);
    else
      log::error("what {} says by {} cannot be heard, so nobody there can acknowledge by it: {}", hearing.recipient,
                 name, hearing.problem);
  });
  dispatch_.add_carrier(*carriers_.back());
}

bool GoingOut::call_back(const std::string& carrier, carriers::Callback callback) {
  for (const auto& made : carriers_)
    if (carrier == made->name()) {
      made->called_back(std::move(callback));
      return true;
    }
  return false;
}

void GoingOut::stop() { ways_out_.stop(); }

}  // namespace told
