#pragma once
// The projection's writer: a queue of steps, written in the background, behind the ledger and never in its way.
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "ledger/background.hpp"
#include "ledger/ground.hpp"

namespace told::ledger {

class Projection {
 public:
  /// Whether a position agrees with the ledger that it is said to be of.
  using Agrees = std::function<bool(const ProjectionPosition&)>;
  /// Where to leave a sentence for the log. Called from any thread.
  using Warn = std::function<void(std::string)>;

  /// Opens it; one that is damaged or does not agree is set aside and begun anew. All that it is given outlives it.
  Projection(Ground& ground, const KeyRing& ring, Backstage& backstage, const Agrees& agrees, Warn warn);
  ~Projection();  ///< writes what waits, if it can be written
  Projection(const Projection&) = delete;
  Projection& operator=(const Projection&) = delete;

  /// The tree as it stood at the last step; empty where there is none. Before add().
  [[nodiscard]] const Frontier& frontier() const { return position_.frontier; }
  [[nodiscard]] core::EntryIndex restore(core::State& state, const ProjectionStore::PolicyOf& policy);

  /// The frontier, and the hash of its last leaf, of the durable ledger; at least as far as the step goes. Any thread.
  void add(ProjectionStep step, const Frontier& frontier, const Hash& tip);
  void settle();
  /// Every step up to this watermark can be read from the file. Any thread. Once so many steps waited that projecting
  /// has ended, nothing more will be written, and it is the largest number there is: nobody should wait for it.
  [[nodiscard]] core::EntryIndex written() const { return written_.load(std::memory_order_acquire); }

 private:
  struct Waiting {
    ProjectionStep step;
    Frontier frontier;
    Hash tip{};
  };
  void open(const Agrees& agrees);
  void begin_anew(const std::string& why);
  [[nodiscard]] Background::Time::duration turn(bool waited);
  void tidy(bool quiet);

  Ground& ground_;
  const KeyRing& ring_;
  const Warn warn_;
  std::unique_ptr<ProjectionStore> store_;
  ProjectionPosition position_;
  std::atomic<core::EntryIndex> written_{0};

  bool wrote_ = false;  ///< the background's own; until then restore() may put another store in this one's place
  std::mutex mutex_;    ///< of what follows
  std::deque<Waiting> queue_;
  bool given_up_ = false;
  std::string last_failure_;
  std::unique_ptr<Background> background_;  ///< goes first
};

}  // namespace told::ledger
