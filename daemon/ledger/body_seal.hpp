#pragma once
// The Seal over a store's keys.
#include <memory>
#include <mutex>

#include "ledger/key_ring.hpp"
#include "ledger/seal.hpp"
#include "ledger/store.hpp"

namespace told::ledger {

class BodySeal : public Seal {
 public:
  /// `ring` must outlive it.
  BodySeal(KeyRing& ring, std::unique_ptr<KeyReader> keys);
  ~BodySeal() override;
  [[nodiscard]] core::EventPrints prints(const v1::Event& event) const override;
  [[nodiscard]] std::optional<v1::Body> open(const v1::LedgerEntry& entry) const override;
  [[nodiscard]] std::string opening(const v1::LedgerEntry& entry) const override;
  [[nodiscard]] bool purged(core::EntryIndex event) const override;
  [[nodiscard]] const CaseNames& case_names() const override { return ring_.case_names(); }
  [[nodiscard]] std::string authenticate(std::string_view purpose, std::string_view bytes) const override;
  [[nodiscard]] std::optional<core::EventPrints> prints_of_purged(const v1::LedgerEntry& entry) const override;

 private:
  /// The key an entry is sealed under; nullopt where it has no body or the key is gone.
  [[nodiscard]] std::optional<CaseKey> key_of(const v1::LedgerEntry& entry) const;
  /// The key of the entry's case; nullopt where it is gone.
  [[nodiscard]] std::optional<CaseKey> case_key(const v1::LedgerEntry& entry) const;
  /// nullopt where the body lies under its case's key.
  [[nodiscard]] std::optional<StoredBodyKey> own_key(const v1::LedgerEntry& entry) const;

  KeyRing& ring_;
  mutable std::mutex mutex_;  // one looks a key up at a time; unsealing itself runs side by side
  std::unique_ptr<KeyReader> keys_;
};

}  // namespace told::ledger
