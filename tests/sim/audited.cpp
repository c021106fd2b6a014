#include "audited.hpp"

#include "audit/audit_table.hpp"
#include "core/reference.hpp"
#include "core/time.hpp"

namespace told::sim {
namespace {

std::int64_t us(core::Instant t) { return t == core::Instant{} ? 0 : core::to_us(t); }

/// What the table must call a notification that is so in the state; "" where nobody was asked to answer.
std::string state_of(const core::Notification& n) {
  const bool duty = n.is(v1::NOTIFICATION_KIND_OBLIGATION);
  switch (n.state) {
    case v1::NOTIFICATION_STATE_DONE:
      return n.late ? "done LATE" : "done";
    case v1::NOTIFICATION_STATE_ACKNOWLEDGED:
      return n.late ? "acknowledged LATE" : "acknowledged";
    case v1::NOTIFICATION_STATE_STOOD_DOWN:
      if (!n.asks_acknowledgement()) return {};
      return duty ? "no longer owed" : "ended before anybody answered";
    case v1::NOTIFICATION_STATE_DECLINED:
      return "not theirs";
    case v1::NOTIFICATION_STATE_OPEN:
      if (!n.asks_acknowledgement()) return {};
      return n.nobody_there() ? "nobody was there to be told" : "open";
    default:
      return {};
  }
}

bool answered(const core::Notification& n) {
  return n.state == v1::NOTIFICATION_STATE_ACKNOWLEDGED || n.state == v1::NOTIFICATION_STATE_DONE;
}

std::string told_of(const core::Notification& n, const std::string& recipient) {
  return state_of(n) + ", to " + recipient + ", kind " + std::to_string(n.kind) + ", deadline " +
         std::to_string(us(n.deadline)) + ", answered " + std::to_string(answered(n) ? us(n.acknowledged) : 0) +
         ", attempts " + std::to_string(n.attempts) + ", rounds " + std::to_string(n.rounds);
}

std::string told_of(const audit::AuditRow& row, const core::Notification& n) {
  return (state_of(n).empty() ? "" : row.state()) + ", to " + row.recipient + ", kind " + std::to_string(row.kind) +
         ", deadline " + std::to_string(row.deadline_us) + ", answered " +
         std::to_string(answered(n) ? row.acknowledged_us : 0) + ", attempts " + std::to_string(row.attempts) +
         ", rounds " + std::to_string(row.rounds_met + row.rounds_late);
}

}  // namespace

std::string differs_from_audit(ledger::Reader& reader, const core::State& state) {
  audit::AuditTable table;
  reader.leaves(0, reader.size(), [&](core::EntryIndex, std::string_view leaf) {
    v1::LedgerEntry entry;
    if (entry.ParseFromArray(leaf.data(), static_cast<int>(leaf.size())))
      table.add(entry, [&](const v1::LedgerEntry& sealed) { return reader.body(sealed); });
    return true;
  });
  for (const auto& [index, event] : state.events())
    for (std::size_t slot = 0; slot < event.notifications.size(); ++slot) {
      const core::Notification& n = event.notifications[slot];
      const core::NotificationId id{index, static_cast<core::Slot>(slot)};
      const auto row = table.rows().find(id);
      const std::string name = "notification " + std::to_string(index) + "/" + std::to_string(slot);
      if (row == table.rows().end()) return name + " is not in the audit's table";
      const std::string acts = told_of(n, state.recipient_name(n.recipient));
      const std::string says = told_of(row->second, n);
      if (acts != says) return name + " is {" + acts + "}, and the audit's table says {" + says + "}";
    }
  return {};
}

}  // namespace told::sim
