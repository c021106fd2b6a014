#pragma once
// The store: where leaves, keys and the ledger's own facts are kept. One writer; snapshots for readers.
// SQLite (sqlite/sqlite_store.hpp) is the embedded implementation. Every function throws StoreFailed.
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "ledger/failure.hpp"
#include "ledger/key_ring.hpp"

namespace told::ledger {

struct NewKey {
  core::CaseNumber case_number = 0;
  StoredKey key;
};

/// The key of one event's body, so that it can be destroyed alone.
struct NewBodyKey {
  core::EntryIndex entry = 0;
  core::EntryIndex amends = 0;  ///< a correction: the event whose content it repeats; else 0
  WrappedKey wrapped{};         ///< under its case's key
  [[nodiscard]] std::string_view wrapped_view() const { return {wrapped.data(), wrapped.size()}; }
};

/// A body whose key is destroyed.
struct Purge {
  core::EntryIndex entry = 0;
  std::string prints;  ///< what recognises the event from now on, sealed under its case's key; empty: nothing does
};

/// What becomes durable in one transaction. Views into the caller's memory, for the call only.
struct Batch {
  core::EntryIndex first = 0;                ///< the index of leaves[0]; must be the store's size
  std::span<const std::string_view> leaves;  ///< the exact bytes
  std::span<const NewKey> keys;              ///< of cases that had none, or whose key was destroyed
  std::span<const NewBodyKey> body_keys;
  std::span<const Purge> purges;             ///< after the rest: a body may be purged in the group that it came in
  std::span<const core::CaseNumber> erased;  ///< cases whose keys are destroyed before `keys` are added
};

/// A snapshot. One thread; must not outlive its store.
class StoreReader {
 public:
  virtual ~StoreReader() = default;
  [[nodiscard]] virtual core::EntryIndex size() = 0;
  /// As Reader::leaves.
  virtual void leaves(core::EntryIndex first, core::EntryIndex end,
                      const std::function<bool(core::EntryIndex, std::string_view)>& each) = 0;
};

/// Looks keys up as they are now, not as they were in some snapshot: a destroyed key is gone for every reader at once.
/// One thread at a time; must not outlive its store.
class KeyReader {
 public:
  virtual ~KeyReader() = default;
  [[nodiscard]] virtual std::optional<StoredKey> key(core::CaseNumber c) = 0;
  /// nullopt where the body lies under its case's key: it holds no event, or is older than keys of their own.
  [[nodiscard]] virtual std::optional<StoredBodyKey> body_key(core::EntryIndex entry) = 0;
};

/// One thread at a time, except for the two makers of readers, which are safe from any thread.
class Store {
 public:
  virtual ~Store() = default;

  /// Durable leaves.
  [[nodiscard]] virtual core::EntryIndex size() = 0;
  /// All of it becomes durable, or StoreFull is thrown and nothing did, or StoreFailed and nobody knows.
  virtual void append(const Batch& batch) = 0;
  [[nodiscard]] virtual std::optional<StoredKey> key(core::CaseNumber c) = 0;
  /// Overwrites the case's key, and moves the overwritten pages out of the log of changes as well.
  virtual void destroy_key(core::CaseNumber c) = 0;
  /// Entries with a body key of their own whose content repeats that of `event`, itself among them.
  [[nodiscard]] virtual std::vector<core::EntryIndex> bodies_about(core::EntryIndex event) = 0;
  /// Upkeep that would delay a commit if it were part of one; call after each, when its group has been answered, and
  /// with `quiet` when nothing was appended for a while and restless() is true. Moves pages that held a destroyed
  /// body key out of the log of changes as soon as no reader holds them; a start does so before anything else.
  using Time = std::chrono::steady_clock::time_point;
  virtual void tidy(bool quiet, Time now) = 0;
  [[nodiscard]] virtual bool restless() const = 0;

  /// The ledger's own facts ("origin", "verifier", "master_check"); empty where not set.
  [[nodiscard]] virtual std::string fact(std::string_view name) = 0;
  /// Sets them all in one transaction.
  virtual void set_facts(std::span<const std::pair<std::string, std::string>> facts) = 0;

  [[nodiscard]] virtual std::unique_ptr<StoreReader> reader() const = 0;
  [[nodiscard]] virtual std::unique_ptr<KeyReader> key_reader() const = 0;
};

}  // namespace told::ledger
