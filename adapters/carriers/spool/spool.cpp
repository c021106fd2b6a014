#include "carriers/spool/spool.hpp"

#include "carriers/served_carrier.hpp"
#include "carriers/spool/desk.hpp"

namespace told::carriers {
namespace spool {
namespace {

constexpr std::chrono::milliseconds poll_default{2'000};
constexpr std::chrono::milliseconds poll_least{10};

/// A recipient's own folder, below the directory that was said: two recipients can never be given one folder, even
/// where the directory stands once for all of them.
std::string folder_of(const Way& way) { return way.text("directory") + "/" + way.recipient; }

class Spool final : public ServedCarrier<Desk> {
 public:
  Spool(const std::vector<Way>& ways, const Surroundings& surroundings) : ServedCarrier(surroundings.post) {
    Spool::replace_ways(ways);
  }

  [[nodiscard]] const char* name() const override { return "spool"; }

  void replace_ways(const std::vector<Way>& ways) override {
    std::map<std::string, std::shared_ptr<Desk>> desks;
    for (const Way& way : ways) {
      const std::chrono::milliseconds poll = way.time("poll", poll_default);
      std::shared_ptr<Desk>& desk = desks[way.recipient];
      if (const auto now = servers_.find(way.recipient);
          now != servers_.end() && now->second->folder() == folder_of(way)) {
        desk = now->second;
        desk->set_poll(poll);
        servers_.erase(now);
        continue;
      }
      desk = std::make_shared<Desk>(way.recipient, folder_of(way), poll, hands());
      desk->start();
    }
    for (const auto& [recipient, desk] : servers_) desk->stop();
    servers_ = std::move(desks);
  }
};

std::vector<WayProblem> problems_of(const Way& way) {
  if (way.time("poll", poll_default) >= poll_least) return {};
  return {{"poll", "must be 10 ms or more: each look reads the directory"}};
}

std::unique_ptr<Carrier> make(const std::vector<Way>& ways, const Surroundings& surroundings) {
  return std::make_unique<Spool>(ways, surroundings);
}

}  // namespace
}  // namespace spool

Kind spool_kind() {
  using Is = Setting::Is;
  Kind kind;
  kind.name = "spool";
  kind.settings = {{"directory", Is::path, true}, {"poll", Is::time}};
  kind.problems_of = spool::problems_of;
  kind.make = spool::make;
  return kind;
}

}  // namespace told::carriers
