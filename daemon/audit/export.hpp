#pragma once
// Exports: the ledger in a form that somebody else can check or read.
//   jsonl  every chosen entry as its exact bytes, under a signed checkpoint; daemon/audit/README.md has the format
//   csv    the audit table, one row for each notification: who was told what, when, and who answered
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "audit/choice.hpp"
#include "audit/streams.hpp"
#include "ledger/reader.hpp"

namespace told::audit {

/// Takes the next piece of the export; false ends it early (nobody wants it any more). An empty piece only asks.
using Sink = std::function<bool(std::string_view)>;

/// The export cannot be made; the sentence says what to do. What was written before it is not a whole export.
class ExportFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ExportOptions {
  Choice choice;
  std::string checkpoint;    ///< a signed note; the export holds exactly the entries under it
  std::string verifier_key;  ///< its verifier key; a note that it does not verify is not exported
  /// The opening of an entry's sealed body (audit/opening.hpp), or "" where the key is gone. Unset: what people said
  /// is exported as the exporter's word, and verifiers say so.
  std::function<std::string(const v1::LedgerEntry&)> opening;
  /// What is of the other stream is not shown: a choice leaves it out, and everything has its hash in its place.
  Sees sees = Sees::everything;
};

/// Memory: little for everything; about 64 bytes for each entry of the ledger for a choice of it, for the proofs.
/// `reader` must hold at least the entries under the checkpoint.
void export_jsonl(ledger::Reader& reader, const ExportOptions& options, const Sink& sink);

/// How recipients are called in the table; may be unset.
using Titles = std::function<std::string(const std::string& recipient)>;

/// Memory: one row for each notification of the ledger (of the case, where one is chosen). `since` and `until` choose
/// by when the notification was made; what became of it later is in its row all the same.
void export_csv(ledger::Reader& reader, const ExportOptions& options, const Titles& titles, const Sink& sink);

/// What people said in an entry's body: nullopt where nobody said anything. Never what an event says.
[[nodiscard]] std::optional<v1::Said> said_in(const v1::Body& body);

}  // namespace told::audit
