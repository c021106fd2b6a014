#pragma once
// What must be in memory before a command is decided, or an entry folded in. The engine remembers closed events up to a
// bound (State::projected); whoever calls it puts back what it forgot and needs (Recall, State::recall).
#include <vector>

#include "core/command.hpp"
#include "core/ids.hpp"
#include "told/v1/ledger.pb.h"

namespace told::core {

class State;

struct Needs {
  std::vector<EntryIndex> events{};       ///< these; 0: none
  std::vector<CaseNumber> cases{};        ///< and every event of these, and of what is one with them; 0: none
  std::vector<EntryIndex> whose_cases{};  ///< and these, and every event of their cases
};

[[nodiscard]] Needs needs_of(const State& state, const Command& command);
[[nodiscard]] Needs needs_of(const v1::LedgerEntry& entry);

/// What these events of the state stopped, which may be owed again because of the command: it needs that too.
[[nodiscard]] std::vector<EntryIndex> stopped_by(const State& state, const std::vector<EntryIndex>& events);

}  // namespace told::core
