#pragma once
// A carrier whose attempts are a courier's errands. What it is for: the errand that says a parcel, and what an ending
// means.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "carriers/courier/courier.hpp"
#include "carriers/kind.hpp"

namespace told::carriers {

/// `Target`: what a way becomes with its secrets read. An attempt that is under way keeps the one that it began with.
template <class Target>
class ErrandCarrier : public Carrier {
 public:
  [[nodiscard]] bool goes_out() const override { return true; }

  void send(Parcel parcel) override {
    const std::shared_ptr<const Target> target = target_of(parcel.recipient);
    if (!target) {
      // Not from within send(): whoever calls it is not ready for the report.
      surroundings_.post([this, alive = std::weak_ptr<bool>(alive_), report = no_way(parcel, name())] {
        if (!alive.expired()) report_(report);
      });
      return;
    }
    courier_of(parcel.recipient)
        .go(errand(parcel, *target), [this, target, about = report_of(parcel)](const Ending& ending) {
          Report report = verdict(ending, *target);
          report.recipient = about.recipient;
          report.notification = about.notification;
          report.attempt = about.attempt;
          report_(report);
        });
  }

  /// Throws as making it does, and then goes on with the ways that it had.
  void replace_ways(const std::vector<Way>& ways) override { targets_ = targets_of(ways); }

 protected:
  /// `read` throws std::runtime_error, with the mend, where a secret cannot be read.
  ErrandCarrier(const std::vector<Way>& ways, const Surroundings& surroundings,
                Target (*read)(const Way&, const Surroundings&))
      : surroundings_(surroundings), read_(read), targets_(targets_of(ways)) {}

  [[nodiscard]] virtual Errand errand(const Parcel& parcel, const Target& target) const = 0;
  /// Whose attempt it was is filled in by the caller.
  [[nodiscard]] virtual Report verdict(const Ending& ending, const Target& target) const = 0;
  /// The courier is the derived class's: it goes first, and nothing comes after it.
  [[nodiscard]] virtual Courier& courier_of(const std::string& recipient) = 0;

  /// Null where there is no way.
  [[nodiscard]] std::shared_ptr<const Target> target_of(const std::string& recipient) const {
    const auto found = targets_.find(recipient);
    return found == targets_.end() ? nullptr : found->second;
  }
  template <class Holds>
  [[nodiscard]] bool any_target(const Holds& holds) const {
    return std::any_of(targets_.begin(), targets_.end(), [&](const auto& each) { return holds(*each.second); });
  }
  [[nodiscard]] const Surroundings& surroundings() const { return surroundings_; }

 private:
  using Targets = std::map<std::string, std::shared_ptr<const Target>>;

  [[nodiscard]] Targets targets_of(const std::vector<Way>& ways) const {
    Targets targets;
    for (const Way& way : ways)
      targets.emplace(way.recipient, std::make_shared<const Target>(read_(way, surroundings_)));
    return targets;
  }

  Surroundings surroundings_;
  Target (*read_)(const Way&, const Surroundings&);
  Targets targets_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace told::carriers
