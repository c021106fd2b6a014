#pragma once
// Going out: the carriers by which told goes to its recipients, as told.toml names them, and when each way is tried.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "carriers/carrier.hpp"
#include "carriers/kind.hpp"
#include "core/command.hpp"
#include "core/policy.hpp"
#include "dispatch/dispatch.hpp"
#include "dispatch/ways_out.hpp"
#include "loop/loop.hpp"

namespace told {

class GoingOut {
 public:
  /// `answer` takes what recipients say through their carriers; `when_durable` calls back once what was submitted
  /// before is durable. All are called on the loop thread; `dispatch` outlives this.
  GoingOut(loop::Loop& loop, dispatch::Dispatch& dispatch, std::function<void(core::Command)> submit,
           std::function<void(const std::string& carrier, carriers::Answer)> answer,
           std::function<void(std::function<void()>)> when_durable, std::string origin);
  ~GoingOut();
  GoingOut(const GoingOut&) = delete;
  GoingOut& operator=(const GoingOut&) = delete;

  /// The ways from now on, at the start and after a reload. Throws std::runtime_error, with the mend, where a carrier
  /// cannot be made of them; the ways are then as they were.
  void replace(const core::Policy& policy, const std::vector<carriers::Way>& ways);
  /// Gives what a recipient's system called back with to its carrier; false where there is no such carrier.
  [[nodiscard]] bool call_back(const std::string& carrier, carriers::Callback callback);
  /// Nothing new is tried; what is under way may end.
  void stop();
  [[nodiscard]] std::vector<dispatch::WayFigures> figures() const { return ways_out_.figures(); }

 private:
  void make(const carriers::Kind& kind, const std::vector<carriers::Way>& ways);

  loop::Loop& loop_;
  dispatch::Dispatch& dispatch_;
  std::function<void(const std::string&, carriers::Answer)> answer_;
  std::function<void(std::function<void()>)> when_durable_;
  std::string origin_;
  std::vector<std::unique_ptr<carriers::Carrier>> carriers_;
  dispatch::WaysOut ways_out_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace told
