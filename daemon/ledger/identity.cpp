#include "ledger/identity.hpp"

#include <array>

namespace told::ledger {

void claim(Store& store, const Identity& mine) {
  if (mine.origin.empty() || mine.origin.find('\n') != std::string::npos)
    throw StoreFailed("the ledger's origin must be one line, such as told.example.gov.uk/ledger");
  const auto origin = store.fact("origin");
  const auto verifier = store.fact("verifier");
  const auto check = store.fact("master_check");
  if (store.size() == 0 && origin.empty() && verifier.empty() && check.empty()) {
    const std::array<std::pair<std::string, std::string>, 3> facts{
        {{"origin", mine.origin}, {"verifier", mine.verifier}, {"master_check", mine.master_check}}};
    store.set_facts(facts);
    return;
  }
  if (check != mine.master_check)
    throw StoreOfAnother(
        "the master key is not the one this ledger was begun with: nothing sealed could be read; put the right key "
        "back");
  if (origin != mine.origin)
    throw StoreOfAnother("this ledger's origin is " + origin + ", and the configuration says " + mine.origin +
                         ": put the origin back, or name another directory");
  if (verifier != mine.verifier)
    throw StoreOfAnother("this ledger's checkpoints are signed with the key " + verifier +
                         ", and the signing key's is " + mine.verifier +
                         ": its witnesses would not believe another; put the right key back");
}

}  // namespace told::ledger
