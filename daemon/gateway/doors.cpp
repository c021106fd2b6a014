#include "gateway/doors.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string>

#include "log/log.hpp"

namespace told::gateway {
namespace {

// How often the descriptors are looked at: seldom while a few are in use of many.
constexpr std::chrono::milliseconds look_often{5}, look_seldom{50};
constexpr std::size_t few_of_many = 4, many = 8192;
// So many more since the last look, or so many strange ones, are reason to look often.
constexpr std::size_t grown = 16, some_strange = Crowd::strange_max / 4;
// In a flood the doors are shut every few seconds: the log hears of it once a minute.
constexpr std::chrono::seconds said_again_after{60};
// Where hundreds of good systems come back at once some are kept out for a second: nobody need hear of that.
constexpr std::chrono::seconds not_said_before{3};

std::uint16_t port_of(const std::string& endpoint) {
  return static_cast<std::uint16_t>(std::stoul(endpoint.substr(endpoint.rfind(':') + 1)));
}

std::string written(std::uint32_t address) {
  const in_addr raw{htonl(address)};
  std::array<char, INET_ADDRSTRLEN> text{};
  return ::inet_ntop(AF_INET, &raw, text.data(), text.size()) == nullptr ? "" : text.data();
}

bool due(loop::Steady now, loop::Steady& said) {
  if (said != loop::Steady{} && now - said < said_again_after) return false;
  said = now;
  return true;
}

}  // namespace

Doors::Doors(loop::Loop& loop, const Zap& zap, RouterSocket& publishers, RouterSocket& agencies)
    : loop_{loop},
      zap_{zap},
      publishers_{publishers},
      agencies_{agencies},
      ports_{port_of(publishers.endpoint()), port_of(agencies.endpoint())},
      timer_{loop.timer()} {}

void Doors::watch() {
  look();
  const bool full = descriptors_.limit < many || descriptors_.in_use >= descriptors_.limit / few_of_many;
  const bool stirs = descriptors_.in_use >= Crowd::watched_from &&
                     (descriptors_.in_use > in_use_before_ + grown || crowd_.strange() > some_strange);
  in_use_before_ = descriptors_.in_use;
  timer_->after(shut_ || full || stirs ? look_often : look_seldom, [this] { watch(); });
}

void Doors::close() { timer_->cancel(); }

void Doors::look() {
  const auto now = loop_.now();
  descriptors_ = headroom_.look(now);
  const bool shut = headroom_.shut(descriptors_);
  const auto& kept_out = crowd_.look(now, descriptors_, ports_, *zap_.known());
  if (shut != shut_ || kept_out != kept_out_) {
    bool done = true;
    for (RouterSocket* socket : {&publishers_, &agencies_})
      done = (shut ? socket->shut() : socket->let_in_all_but(kept_out)) && done;
    if (!done) return;  // tried again at the next look
    if (shut && !shut_) say_shut(now);
    shut_ = shut;
    kept_out_ = kept_out;
  }
  say_crowded(now);
}

void Doors::say_shut(loop::Steady now) {
  if (!due(now, said_shut_)) return;
  log::warn(
      "{} of {} descriptors are in use, by connections that say nothing good: nobody new is let in until half of "
      "them are free; those who are connected go on. Let the firewall bound connections (systemd/README.md)",
      descriptors_.in_use, descriptors_.limit);
}

// The address is that of a machine which comes again and again and does not show who it is: whoever looks after the
// network must know which.
void Doors::say_crowded(loop::Steady now) {
  if (kept_out_.empty()) {
    if (crowd_is_said_) log::info("no address is kept out any more");
    crowded_since_ = {};
    crowd_is_said_ = false;
    return;
  }
  if (crowded_since_ == loop::Steady{}) crowded_since_ = now;
  if (now - crowded_since_ < not_said_before || !due(now, said_crowded_)) return;
  crowd_is_said_ = true;
  const std::size_t more = kept_out_.size() - 1;
  log::warn(
      "too many connections come that do not show who they are, most of them from {}: nobody new is let in from "
      "there{} for 10 to 20 s at a time; those who are connected go on. See what runs there, and let the firewall "
      "bound connections (systemd/README.md)",
      written(crowd_.worst()), more == 0 ? "" : " and from " + std::to_string(more) + " more");
}

}  // namespace told::gateway
