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
// In a flood the doors are shut every few seconds: the log hears of it once a minute.
constexpr std::chrono::seconds said_again_after{60};

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
  const bool calm = !shut_ && descriptors_.limit >= many &&
                    descriptors_.in_use < std::min(descriptors_.limit / few_of_many, Crowd::watched_from);
  timer_->after(calm ? look_seldom : look_often, [this] { watch(); });
}

void Doors::close() { timer_->cancel(); }

void Doors::look() {
  const auto now = loop_.now();
  descriptors_ = headroom_.look(now);
  const bool shut = headroom_.shut(descriptors_);
  const auto& kept_out = crowd_.look(now, descriptors_, ports_, *zap_.known());
  if (shut == shut_ && kept_out == kept_out_) return;
  const bool shuts = shut && !shut_;
  shut_ = shut;
  kept_out_ = kept_out;
  for (RouterSocket* socket : {&publishers_, &agencies_}) shut ? socket->shut() : socket->let_in_all_but(kept_out);
  if (shuts) say_shut();
  if (!kept_out.empty()) say_crowded();
}

void Doors::say_shut() {
  if (!due(loop_.now(), said_shut_)) return;
  log::warn(
      "{} of {} descriptors are in use, by connections that say nothing good: nobody new is let in until half of "
      "them are free; those who are connected go on. Let the firewall bound connections (systemd/README.md)",
      descriptors_.in_use, descriptors_.limit);
}

// The address is that of a machine which comes again and again and does not show who it is: whoever looks after
// the network must know which.
void Doors::say_crowded() {
  if (!due(loop_.now(), said_crowded_)) return;
  log::warn(
      "from {} addresses (one is {}) come too many connections that do not show who they are: nobody new is let in "
      "from "
      "there for 10 to 20 s; those who are connected go on. See what runs there, and let the firewall bound "
      "connections "
      "(systemd/README.md)",
      kept_out_.size(), written(kept_out_.front()));
}

}  // namespace told::gateway
