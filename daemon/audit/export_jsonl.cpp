#include "audit/export.hpp"
#include "audit/json.hpp"
#include "audit/proof_tree.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/merkle.hpp"

namespace told::audit {
namespace {

using core::EntryIndex;

ledger::Checkpoint checked(const ExportOptions& options, ledger::Reader& reader) {
  std::string problem;
  const auto checkpoint = ledger::verify_note(options.checkpoint, options.verifier_key, &problem);
  if (!checkpoint) throw ExportFailed("the ledger's own checkpoint does not verify: " + problem);
  if (reader.size() < checkpoint->size)
    throw ExportFailed("the checkpoint is over more entries than can be read yet: ask again");
  return *checkpoint;
}

v1::LedgerEntry parsed(EntryIndex index, std::string_view leaf) {
  v1::LedgerEntry entry;
  if (!entry.ParseFromArray(leaf.data(), static_cast<int>(leaf.size())))
    throw ExportFailed("entry " + std::to_string(index) + " of the ledger cannot be read: the store is damaged; " +
                       "keep its files as they are and restore from a copy");
  return entry;
}

v1::ExportHeader header_of(const ExportOptions& options, const ledger::Checkpoint& checkpoint) {
  v1::ExportHeader header;
  header.set_told("ledger export");
  header.set_format(1);
  header.set_origin(checkpoint.origin);
  header.set_size(checkpoint.size);
  header.set_checkpoint(options.checkpoint);
  header.set_verifier_key(options.verifier_key);
  header.set_complete(options.choice.everything());
  header.set_lines(checkpoint.size);
  if (!header.complete()) *header.mutable_filter() = options.choice.filter();
  if (options.sees != Sees::everything) header.set_view(options.sees == Sees::prevent ? "prevent" : "safeguarding");
  return header;
}

v1::ExportLine line_of(EntryIndex index, std::string_view leaf, ledger::Reader& reader, const ExportOptions& options) {
  v1::ExportLine line;
  line.set_index(index);
  line.set_leaf(leaf.data(), leaf.size());
  auto entry = parsed(index, leaf);
  const bool has_event = entry.head_case() == v1::LedgerEntry::kEventAccepted;
  if (has_event)
    line.set_purged(reader.purged(entry.event_accepted().withdraws() ? entry.event_accepted().amends() : index));
  if (!entry.sealed().empty() && !has_event) {
    if (const auto body = reader.body(entry)) {
      if (auto said = said_in(*body)) {
        // The opening would open all of the body, so a body that holds an event never gets one.
        if (options.opening && !body->has_event()) said->set_opening(options.opening(entry));
        *line.mutable_said() = std::move(*said);
      }
    }
  }
  entry.clear_sealed();
  *line.mutable_entry() = std::move(entry);
  return line;
}

void export_all(ledger::Reader& reader, const ExportOptions& options, EntryIndex size, const Sink& sink) {
  Streams streams;
  reader.leaves(0, size, [&](EntryIndex index, std::string_view leaf) {
    if (streams.shows(options.sees, parsed(index, leaf)))
      return sink(to_json(line_of(index, leaf, reader, options)) + "\n");
    v1::ExportLine line;
    line.set_index(index);
    const ledger::Hash hash = ledger::leaf_hash(leaf);
    line.set_withheld(hash.data(), hash.size());
    return sink(to_json(line) + "\n");
  });
}

void export_choice(ledger::Reader& reader, const ExportOptions& options, v1::ExportHeader header, const Sink& sink) {
  ProofTree tree;
  Chooser chooser(options.choice);
  Streams streams;
  std::vector<EntryIndex> chosen;
  bool wanted = true;
  reader.leaves(0, header.size(), [&](EntryIndex index, std::string_view leaf) {
    tree.add(ledger::leaf_hash(leaf));
    const v1::LedgerEntry entry = parsed(index, leaf);
    const bool shown = streams.shows(options.sees, entry);
    if (chooser.takes(entry) && shown) chosen.push_back(index);
    wanted = index % 4096 != 0 || sink({});  // a long first pass asks now and then whether anybody still waits
    return wanted;
  });
  if (!wanted) return;

  header.set_lines(chosen.size());
  *header.mutable_filter() = chooser.choice().filter();
  if (!sink(to_json(header) + "\n")) return;
  for (const EntryIndex each : chosen) {
    reader.leaves(each, each + 1, [&](EntryIndex index, std::string_view leaf) {
      auto line = line_of(index, leaf, reader, options);
      for (const auto& hash : tree.path(index)) line.add_proof(hash.data(), hash.size());
      wanted = sink(to_json(line) + "\n");
      return wanted;
    });
    if (!wanted) return;
  }
}

}  // namespace

std::optional<v1::Said> said_in(const v1::Body& body) {
  if (!body.has_person() && body.note().empty()) return std::nullopt;
  v1::Said said;
  said.set_name(body.person().name());
  said.set_role(body.person().role());
  said.set_recorded_by(body.person().recorded_by());
  said.set_note(body.note());
  return said;
}

void export_jsonl(ledger::Reader& reader, const ExportOptions& options, const Sink& sink) {
  const auto checkpoint = checked(options, reader);
  auto header = header_of(options, checkpoint);
  if (!header.complete()) return export_choice(reader, options, std::move(header), sink);
  if (sink(to_json(header) + "\n")) export_all(reader, options, checkpoint.size, sink);
}

}  // namespace told::audit
