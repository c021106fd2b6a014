#include "path/recovery.hpp"

#include <cstring>
#include <map>

#include "config/config.hpp"
#include "path/one_path.hpp"
#include "path/recalling.hpp"

namespace told::path {
namespace {

/// Entries folded in between two steps of the projection while it is rebuilt.
constexpr core::EntryIndex entries_a_step = 50'000;

// The case's key was destroyed: nothing recognises a repeat of this event any more, and nothing may. Its prints are
// made of its index, which no hash of an event is ever equal to but by a chance of 2^-64.
core::EventPrints erased_prints(core::EntryIndex index) {
  core::EventPrints prints;
  std::memcpy(prints.identity.data(), &index, sizeof index);
  std::memcpy(prints.subject.data(), &index, sizeof index);
  return prints;
}

}  // namespace

std::shared_ptr<core::Policy> read_policy(const v1::PolicyAdopted& adopted) {
  std::map<std::string, std::string> attachments;
  for (const v1::Attachment& each : adopted.attachments()) attachments[each.name()] = each.text();
  auto loaded =
      config::parse_policy(adopted.text(), "policy version " + std::to_string(adopted.version()), attachments);
  if (!loaded.ok())
    throw ledger::StoreFailed("the ledger holds a policy that this version of told cannot read (" +
                              loaded.problems.front().to_string() + "): start the version that wrote it");
  auto policy = std::make_shared<core::Policy>(std::move(loaded.value));
  policy->version = adopted.version();
  return policy;
}

Recovered recover(core::Engine& engine, ledger::Ledger& ledger, const Progress& progress,
                  const core::State::PolicyReader& read_policy) {
  Recovered done;
  core::State& state = engine.state_for_restore();
  done.from_projection = ledger.restore(state, read_policy);
  const core::EntryIndex size = ledger.size();
  std::map<core::EntryIndex, core::EventPrints> prints;
  std::vector<core::EntryIndex> policies;
  const auto reader = ledger.reader();
  reader->leaves(done.from_projection, size, [&](core::EntryIndex index, std::string_view leaf) {
    v1::LedgerEntry entry;
    if (!entry.ParseFromArray(leaf.data(), static_cast<int>(leaf.size())))
      throw ledger::StoreFailed("entry " + std::to_string(index) +
                                " of the ledger is damaged: restore the store from a backup, and keep this one");
    for (const core::EntryIndex earlier : events_of(core::needs_of(entry), state, ledger))
      if (earlier < index)
        if (const auto row = forgotten_row(state, ledger, earlier)) state.recall(*row);
    if (entry.has_event_accepted()) {
      const auto body = ledger.seal().open(entry);
      const core::EventPrints made = body && body->has_event()
                                         ? ledger.seal().prints(body->event())
                                         : ledger.seal().prints_of_purged(entry).value_or(erased_prints(index));
      prints[index] = made;
      engine.replay(entry, &made, nullptr);
    } else if (entry.has_policy_adopted()) {
      policies.push_back(index);
      engine.replay(entry, nullptr, read_policy(entry.policy_adopted()));
    } else {
      engine.replay(entry, nullptr, nullptr);
    }
    ++done.replayed;
    if (done.replayed % entries_a_step == 0) {
      ledger.project(take_step(state, prints, policies));
      state.projected(ledger.projected());
      if (progress) progress(index + 1, size);
    }
    return true;
  });
  if (done.replayed > 0) ledger.project(take_step(state, prints, policies));
  engine.finish_replay();
  return done;
}

}  // namespace told::path
