#pragma once
// Whose ledger this is: checked at every start, before anything is written.
#include <string>

#include "ledger/store.hpp"

namespace told::ledger {

struct Identity {
  std::string origin;        ///< of the checkpoints
  std::string verifier;      ///< the signing key's public half, in its text form
  std::string master_check;  ///< KeyRing::check_value
};

/// A new ledger takes this identity. Throws StoreFailed with the mend where an older one has another.
void claim(Store& store, const Identity& identity);

}  // namespace told::ledger
