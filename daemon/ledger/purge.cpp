#include "ledger/purge.hpp"

#include <sodium.h>

#include <algorithm>
#include <optional>
#include <set>

#include "ledger/event_prints.hpp"

namespace told::ledger {
namespace {

/// An entry with its event, from the group or from the store; nullopt where its content cannot be read.
struct Said {
  core::CaseNumber case_number = 0;
  core::EventPrints prints;
};

std::optional<Said> said_in(core::EntryIndex index, const std::vector<core::Entry>& group, Store& store,
                            const Seal& seal) {
  for (const auto& entry : group)
    if (entry.head.index() == index && entry.event) return Said{entry.head.case_number(), seal.prints(*entry.event)};
  v1::LedgerEntry entry;
  store.reader()->leaves(index, index + 1, [&](core::EntryIndex, std::string_view leaf) {
    return entry.ParseFromArray(leaf.data(), static_cast<int>(leaf.size()));
  });
  const auto body = seal.open(entry);
  if (!body || !body->has_event()) return std::nullopt;
  return Said{entry.case_number(), seal.prints(body->event())};
}

std::optional<CaseKey> key_of(core::CaseNumber c, Store& store, KeyRing& ring) {
  CaseKey key;
  if (ring.find(c, key)) return key;
  const auto stored = store.key(c);
  return stored ? ring.unwrap(c, *stored) : std::nullopt;
}

std::string sealed_prints(core::EntryIndex index, const Said& said, const CaseKey& key) {
  unsigned char nonce[nonce_bytes];
  randombytes_buf(nonce, sizeof nonce);
  const std::string prints = write_prints(said.prints);
  std::string sealed(sealed_overhead + prints.size(), '\0');
  KeyRing::wrap(index, KeyRing::Under::prints, prints, key, nonce, sealed.data());
  return sealed;
}

}  // namespace

Purges purges_of(const std::vector<core::Entry>& group, Store& store, const Seal& seal, KeyRing& ring) {
  Purges out;
  std::set<core::EntryIndex> bodies;
  const auto withdraw = [&](core::EntryIndex event) {
    for (const auto index : store.bodies_about(event)) bodies.insert(index);
    for (const auto& entry : group) {
      const bool about = entry.head.index() == event ||
                         (entry.head.event_accepted().amends() == event && !entry.head.event_accepted().withdraws());
      if (about && entry.event) bodies.insert(entry.head.index());
    }
    if (!bodies.contains(event)) out.too_old.push_back(event);
  };
  for (const auto& entry : group) {
    const auto& head = entry.head.event_accepted();
    if (head.withdraws() && !head.keeps_content()) withdraw(head.amends());
    for (const auto event : entry.head.hold_ordered().purges()) withdraw(event);
    for (const auto event : entry.head.case_erased().events())
      for (const auto index : store.bodies_about(event)) out.purges.push_back({index, {}});
  }
  for (const auto index : bodies) {
    std::optional<Said> said;
    try {
      said = said_in(index, group, store, seal);
    } catch (const StoreFailed&) {
      // It was altered: it is purged all the same, and a repeat of it is recognised until the next rebuild only.
      out.purges.push_back({index, {}});
      continue;
    }
    const auto key = said ? key_of(said->case_number, store, ring) : std::nullopt;
    if (key) out.purges.push_back({index, sealed_prints(index, *said, *key)});
  }
  return out;
}

}  // namespace told::ledger
