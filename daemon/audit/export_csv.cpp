#include "audit/audit_table.hpp"
#include "audit/clock.hpp"
#include "audit/csv.hpp"
#include "audit/export.hpp"
#include "audit/kinds.hpp"
#include "core/reference.hpp"
#include "ledger/checkpoint.hpp"

namespace told::audit {
namespace {

using core::Named;
using core::to_reference;

std::string time_cell(std::int64_t us) { return us ? utc_time(core::from_us(us)) : ""; }

std::string means_words(v1::Means means) {
  switch (means) {
    case v1::MEANS_QUEUE:
      return "their own system";
    case v1::MEANS_LOCAL:
      return "told's desk";
    case v1::MEANS_TELEPHONE:
      return "telephone";
    case v1::MEANS_CALLBACK:
      return "signed callback";
    case v1::MEANS_LINK:
      return "link sent to them";
    case v1::MEANS_FILE:
      return "file that came back";
    case v1::MEANS_REPLY_QUEUE:
      return "their reply queue";
    default:
      return "";
  }
}

const std::vector<std::string> columns{"case",           "event",        "event type",   "event time",
                                       "exercise",       "notification", "recipient",    "recipient title",
                                       "kind",           "made at",      "told at",      "carrier",
                                       "delivered at",   "attempts",     "deadline",     "acknowledged at",
                                       "recorded at",    "by whom",      "role",         "recorded by",
                                       "means",          "late",         "escalated to", "state",
                                       "policy version", "rule"};

std::vector<std::string> cells(core::NotificationId id, const AuditRow& row, const Titles& titles) {
  const auto title = [&](const std::string& recipient) {
    std::string text = titles ? titles(recipient) : "";
    return text.empty() ? recipient : text;
  };
  std::string called;
  for (const auto& recipient : row.escalated_to) called += (called.empty() ? "" : "; ") + title(recipient);
  const auto yes = [](bool is) { return std::string(is ? "yes" : ""); };
  return {row.case_number ? to_reference(Named::case_, row.case_number) : "",
          to_reference(row.case_number ? Named::event : Named::alarm, id.event),
          row.event_type,
          time_cell(row.event_us),
          yes(row.exercise),
          to_reference(id),
          row.recipient,
          title(row.recipient),
          kind_words(row.kind),
          time_cell(row.made_us),
          time_cell(row.told_us),
          row.carrier,
          time_cell(row.delivered_us),
          std::to_string(row.attempts),
          time_cell(row.deadline_us),
          time_cell(row.acknowledged_us),
          time_cell(row.recorded_us),
          row.by,
          row.role,
          row.recorded_by,
          means_words(row.means),
          yes(row.late),
          called,
          row.state(),
          std::to_string(row.policy_version),
          std::to_string(row.rule)};
}

bool chosen(const AuditRow& row, const Choice& choice) {
  const auto made = core::from_us(row.made_us);
  return choice.takes_recipient(row.recipient) && !(choice.since && made < *choice.since) &&
         !(choice.until && made >= *choice.until);
}

}  // namespace

void export_csv(ledger::Reader& reader, const ExportOptions& options, const Titles& titles, const Sink& sink) {
  std::string problem;
  const auto checkpoint = ledger::verify_note(options.checkpoint, options.verifier_key, &problem);
  if (!checkpoint) throw ExportFailed("the ledger's own checkpoint does not verify: " + problem);

  AuditTable table;
  Streams streams;
  Choice choice = options.choice;
  bool wanted = true;
  reader.leaves(0, checkpoint->size, [&](core::EntryIndex index, std::string_view leaf) {
    v1::LedgerEntry entry;
    if (!entry.ParseFromArray(leaf.data(), static_cast<int>(leaf.size())))
      throw ExportFailed("entry " + std::to_string(index) + " of the ledger cannot be read: the store is damaged");
    choice.learn(entry);
    if (streams.shows(options.sees, entry) && choice.takes_case(entry))
      table.add(entry, [&](const v1::LedgerEntry& sealed) { return reader.body(sealed); });
    wanted = index % 4096 != 0 || sink({});
    return wanted;
  });

  wanted = wanted && sink(csv_line(columns));
  for (const auto& [id, row] : table.rows()) {
    if (!wanted) return;
    if (chosen(row, options.choice)) wanted = sink(csv_line(cells(id, row, titles)));
  }
}

}  // namespace told::audit
