#pragma once
// Reading the ledger: a snapshot with a connection of its own, read-only, that never checkpoints the file.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "told/v1/ledger.pb.h"

namespace told::ledger {

class Reader {
 public:
  virtual ~Reader() = default;

  /// Entries in this snapshot.
  [[nodiscard]] virtual core::EntryIndex size() = 0;
  /// Calls `each` with the exact stored bytes (the leaf) of the entries from `first` up to, not including, `end`, in
  /// order, until `each` returns false. Throws StoreFailed where one is missing.
  virtual void leaves(core::EntryIndex first, core::EntryIndex end,
                      const std::function<bool(core::EntryIndex, std::string_view)>& each) = 0;
  /// One entry, parsed; nullopt beyond the snapshot.
  [[nodiscard]] virtual std::optional<v1::LedgerEntry> entry(core::EntryIndex index) = 0;
  /// The body of an entry, unsealed; nullopt where it has none, or its own key or the case's was
  /// destroyed.
  [[nodiscard]] virtual std::optional<v1::Body> body(const v1::LedgerEntry& entry) = 0;

  /// The content of this published event was destroyed, because it was withdrawn. As it is now, not as it was in the
  /// snapshot.
  [[nodiscard]] virtual bool purged(core::EntryIndex event) = 0;

  // --- from the projection, which may be up to a few seconds behind ---
  /// Events of a case, oldest first.
  [[nodiscard]] virtual std::vector<core::EntryIndex> events_of(core::CaseNumber c) = 0;
  /// What corrects or withdraws an event, or says that it is about another child, whatever case that was recorded in.
  [[nodiscard]] virtual std::vector<core::EntryIndex> that_amend(core::EntryIndex event) = 0;
  /// Entries that concern an event, in order.
  [[nodiscard]] virtual std::vector<core::EntryIndex> trail(core::EntryIndex event) = 0;
};

}  // namespace told::ledger
