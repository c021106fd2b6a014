#pragma once
// The ledger: the append-only record, and the only write on the path from an event to its receipt.
//
//   commit(group) → sealed, serialised, hashed → one transaction → durable → done(...)   (on the ledger's own thread)
//
// One group is made durable while the caller gathers the next. After the group its checkpoint is signed, and the
// projection's step, where the caller gave one, is written behind it.
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/decision.hpp"
#include "core/state.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/reader.hpp"
#include "ledger/seal.hpp"

namespace told::ledger {

/// The store failed: nothing may be answered or sent any more. A commit that failed may be durable all the same
/// (measured with SQLite), so the process ends with `exit_storage` and recovers from what is there.
class StoreFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// sysexits EX_IOERR: systemd starts the daemon again, which recovers by reopening.
inline constexpr int exit_storage = 74;

struct Options {
  std::string directory;  ///< holds ledger.db, projection.db, lock, reserve; made with mode 0700
  std::string origin;     ///< the checkpoints' origin line, such as "told.example.gov.uk/ledger"
  SigningKey signing_key;
  MasterKey master_key;
  std::uint64_t reserve_bytes = 16ULL << 20;  ///< held back for acknowledgements and escalations on a full disk
};

/// The projection's step: what the engine changed since the last one (State::take_changes, as rows).
struct ProjectionStep {
  struct Row {
    v1::EventRow row;
    std::vector<core::EntryIndex> trail;  ///< entries that concern the event, new since the last step
    bool has_prints = false;
    core::EventPrints prints;  ///< of an event accepted since the last step
    bool opens_case = false;
  };
  core::EntryIndex watermark = 0;  ///< every entry below it is in the rows
  core::Instant last_time{};       ///< of entry watermark - 1
  std::vector<Row> rows;
  std::vector<core::EntryIndex> policies;  ///< entries that adopted a policy since the last step
};

class Ledger {
 public:
  /// Opens or makes the store, takes its lock, checks it and migrates it forward. Throws StoreFailed with a sentence
  /// that says what to do (another told runs; the disk is read-only; the file is damaged; the key is another's).
  explicit Ledger(Options options);
  ~Ledger();  ///< waits for the group under way
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  [[nodiscard]] core::EntryIndex size() const;  ///< durable entries

  /// Makes `group` durable. `done` runs on the ledger's thread when it is (or was not: then `failure` is set and the
  /// process must end). Call again only after `done`. Entries' indices follow on from each other and from size().
  struct Committed {
    core::EntryIndex size = 0;
    std::exception_ptr failure;
    std::vector<core::Entry> entries;  ///< handed back, so that their memory is freed where they were made
  };
  void commit(std::vector<core::Entry> group, std::function<void(Committed&&)> done);

  /// Writes a step of the projection, later, on a thread of its own. The group that made its last entry must be
  /// durable.
  void project(ProjectionStep step);
  /// Waits until every step handed in is written.
  void settle_projection();

  /// Loads the projection into `state` and gives the watermark; 0 where there is none yet.
  [[nodiscard]] core::EntryIndex restore(core::State& state, const core::State::PolicyReader& read_policy);

  /// The newest signed checkpoint, a C2SP signed note; may be one group behind. Safe from any thread.
  [[nodiscard]] std::string checkpoint() const;
  /// Signs the durable size if that is not done yet, and gives the note. Safe from any thread.
  [[nodiscard]] std::string checkpoint_now();

  /// A snapshot of what is durable now; never delays a commit. Safe from any thread; each reader on one thread.
  [[nodiscard]] std::unique_ptr<Reader> reader() const;

  [[nodiscard]] const Seal& seal() const;

  /// Bytes free on the store's file system, and whether publishers must be asked to retry (less free than the reserve).
  struct Room {
    std::uint64_t free_bytes = 0;
    bool low = false;
  };
  [[nodiscard]] Room room();

  struct Figures {
    std::uint64_t groups = 0, entries = 0;
    double last_commit_seconds = 0;
  };
  [[nodiscard]] Figures figures() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace told::ledger
