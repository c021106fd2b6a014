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
#include <optional>
#include <string>
#include <vector>

#include "core/decision.hpp"
#include "core/state.hpp"
#include "ledger/background.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/failure.hpp"
#include "ledger/ground.hpp"
#include "ledger/projection_step.hpp"
#include "ledger/reader.hpp"
#include "ledger/seal.hpp"

namespace told::ledger {

struct Options {
  std::string directory;  ///< holds ledger.db, projection.db, lock, reserve; made with mode 0700
  std::string origin;     ///< the checkpoints' origin line, such as "told.example.gov.uk/ledger"
  SigningKey signing_key;
  MasterKey master_key;
  std::uint64_t reserve_bytes = 16ULL << 20;  ///< held back for acknowledgements and escalations on a full disk
  /// Written ahead for SQLite's log of changes: as far as it may grow under load (sqlite/connection.hpp), so that no
  /// commit need lengthen it. Less, or none, is slower and nothing else.
  std::uint64_t log_room_bytes = 135ULL << 20;
};

class Ledger {
 public:
  /// Opens or makes the store, takes its lock, checks it and migrates it forward. Throws StoreFailed with a sentence
  /// that says what to do (another told runs; the disk is read-only; the file is damaged; the key is another's).
  explicit Ledger(Options options);
  /// On another ground than a directory, with its work done elsewhere than on threads. `backstage` outlives it.
  Ledger(Options options, std::unique_ptr<Ground> ground, Backstage& backstage);
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
  /// durable. A step that cannot be written is tried again; when too many wait, projecting ends until the next start
  /// (warnings()).
  void project(ProjectionStep step);
  /// Waits until every step handed in is written. Throws StoreFailed where that cannot be.
  void settle_projection();

  /// The rows of every change by an entry below this can be read (Reader::row). Safe from any thread. Where projecting
  /// has ended, the largest number there is.
  [[nodiscard]] core::EntryIndex projected() const;
  /// The row of one event, as it was last projected. nullopt where there is none, and where it cannot be read: the
  /// first time a warning says so. After restore(). Safe from any thread.
  [[nodiscard]] std::optional<v1::EventRow> row(core::EntryIndex event);
  /// What row() did not find is not there: it could read the file the last time, and projecting goes on.
  [[nodiscard]] bool rows_complete();

  /// Loads the projection into `state`, which must be new, and gives the watermark: replay from there. 0, and a new
  /// state, where there is no projection yet or it cannot be used (then it is set aside and begun anew). Before
  /// project().
  [[nodiscard]] core::EntryIndex restore(core::State& state, const core::State::PolicyReader& read_policy);

  /// The newest signed checkpoint, a C2SP signed note; may be one group behind. Safe from any thread.
  [[nodiscard]] std::string checkpoint() const;
  /// Signs the durable size if that is not done yet, and gives the note. Safe from any thread.
  [[nodiscard]] std::string checkpoint_now();

  /// A snapshot of what is durable now; never delays a commit. Safe from any thread; each reader on one thread.
  /// Must not outlive the ledger.
  [[nodiscard]] std::unique_ptr<Reader> reader() const;
  /// How often readers of this run met an entry, or a body, that is not what was written. Safe from any thread.
  [[nodiscard]] std::uint64_t damage_met() const;

  [[nodiscard]] const Seal& seal() const;

  /// Destroys the key of a case and returns when it is gone from the disk: its bodies so far can never be read again.
  /// Bodies that come later get a new key. Any thread but the ledger's own (never within `done`). Throws StoreFailed,
  /// also where a reader kept the bytes from being wiped off the log of changes: call again when it has ended.
  void destroy_key(core::CaseNumber c);

  /// What somebody who looks after told should read in the log: sentences, the oldest first; the same ones each time.
  [[nodiscard]] std::vector<std::string> warnings() const;

  /// What room is left. Ask about once a second.
  [[nodiscard]] Room room();

  struct Figures {
    std::uint64_t groups = 0, entries = 0;
    double last_commit_seconds = 0, commit_seconds = 0;  ///< of the newest group; of all
  };
  [[nodiscard]] Figures figures() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace told::ledger
