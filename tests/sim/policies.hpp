#pragma once
// The policies of simulated councils: config/council.toml, and variants of it in which some recipients are reached by
// other carriers, ladders have other times, drills are at night, rotas have gaps and rungs a quorum.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "carriers/kind.hpp"
#include "core/policy.hpp"
#include "dice.hpp"
#include "told/v1/ledger.pb.h"

namespace told::sim {

/// Which carriers, and what else is not as in council.toml.
struct PolicyVariant {
  std::map<std::string, std::string> carrier;  ///< recipient -> carrier, where it is not zmq_queue
  std::map<std::string, std::string> second;   ///< recipient -> its second channel's line in TOML
  std::uint32_t pace = 0;                      ///< each has other times on its ladders
  bool night_drill = false;                    ///< on Sundays at half past one, local time
  bool rota_gap = false;                       ///< nobody is on duty out of hours
  bool quorum = false;                         ///< two must take the call before it goes no higher
  bool few_places = false;                     ///< the quota is one that is crossed

  [[nodiscard]] std::string key() const;
  [[nodiscard]] std::vector<carriers::Way> ways() const;
};

/// Read once for the whole process.
class Policies {
 public:
  /// `path` of council.toml. Throws std::runtime_error.
  explicit Policies(const std::string& path);
  /// A fresh copy, without a version.
  [[nodiscard]] core::Policy of(const PolicyVariant& variant);
  /// As path::read_policy, but each text is read once.
  [[nodiscard]] std::shared_ptr<core::Policy> read(const v1::PolicyAdopted& adopted);
  /// By its text, with the version that the ledger gave it; as the judge looks things up.
  [[nodiscard]] const core::Policy& by_text(const std::string& text);

 private:
  [[nodiscard]] std::string text_of(const PolicyVariant& variant) const;

  std::string council_;
  std::map<std::string, std::string> attachments_;
  std::map<std::string, core::Policy> read_;     ///< by text
  std::map<std::string, std::string> variants_;  ///< key -> text
};

/// A seed's first policy, or the one after `reloads` reloads.
[[nodiscard]] PolicyVariant variant_for(const Dice& dice, std::uint32_t reloads);

}  // namespace told::sim
