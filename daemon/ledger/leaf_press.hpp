#pragma once
// Makes leaves of entries: sealed, serialised, hashed. The hot path: no allocation for an entry once its buffers are
// warm.
#include <memory>
#include <string_view>
#include <vector>

#include "core/decision.hpp"
#include "ledger/key_ring.hpp"
#include "ledger/merkle.hpp"
#include "ledger/store.hpp"

namespace told::ledger {

/// One thread: the ledger's.
class LeafPress {
 public:
  /// Both must outlive it. Keys are looked up in `ring`, then in `store`; a case without one gets one.
  LeafPress(KeyRing& ring, Store& store);
  ~LeafPress();

  struct Pressed {
    Batch batch;        ///< valid until the next press(); without purges
    Frontier frontier;  ///< `before` with these leaves added
  };
  /// An erasure's entry has its case's next key made: Batch::erased are those whose keys the caller's batch destroys.
  /// Entries' indices must follow on from `before.size()` (StoreFailed). Each leaf is the serialised LedgerEntry with
  /// its `sealed` filled in; the entries themselves stay as they are.
  [[nodiscard]] Pressed press(const std::vector<core::Entry>& entries, const Frontier& before);

 private:
  void add(const core::Entry& entry);
  /// Makes the key of one event's body, has it stored under the case's `key`, and puts it in that one's place.
  void own_key(const v1::LedgerEntry& head, CaseKey& key);
  void key_for(core::CaseNumber c, core::EntryIndex index, CaseKey& out);
  /// Whatever comes after this entry, and what it holds itself, lies under another key.
  void forget_keys(const v1::LedgerEntry& erasure);
  [[nodiscard]] unsigned char* grow(std::size_t bytes);
  void random(unsigned char* to, std::size_t bytes);

  KeyRing& ring_;
  Store& store_;
  std::unique_ptr<unsigned char[]> bytes_;
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;
  std::vector<std::size_t> ends_;
  std::vector<std::string_view> leaves_;
  std::vector<NewKey> new_keys_;
  std::vector<NewBodyKey> body_keys_;
  std::vector<core::CaseNumber> erased_;
  std::array<unsigned char, 4096> pool_{};  // random bytes, drawn in bulk: one system call for many nonces
  std::size_t pool_left_ = 0;
};

}  // namespace told::ledger
