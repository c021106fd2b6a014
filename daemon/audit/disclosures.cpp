#include "audit/disclosures.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <map>

#include "agencies/field_list.hpp"
#include "agencies/readable.hpp"
#include "audit/audit_table.hpp"
#include "audit/export.hpp"
#include "audit/kinds.hpp"
#include "core/event_types.hpp"
#include "core/reference.hpp"

namespace told::audit {
namespace {

using core::Named;
using core::to_reference;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void set_time(google::protobuf::Timestamp* to, std::int64_t us) {
  *to = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(us);
}

std::string in_hex(const std::string& bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += digits[static_cast<unsigned char>(c) >> 4U];
    text += digits[static_cast<unsigned char>(c) & 15U];
  }
  return text;
}

bool is_below(const std::string& path, const std::vector<std::string>& groups) {
  return std::any_of(groups.begin(), groups.end(),
                     [&](const std::string& group) { return path == group || path.starts_with(group + "."); });
}

class Disclosing {
 public:
  Disclosing(ledger::Reader& reader, const DisclosureSources& sources, bool content)
      : reader_(reader), sources_(sources), content_(content) {}

  v1::DisclosureReport report(const std::set<core::EntryIndex>& entries) {
    for (const core::EntryIndex index : entries)
      if (const auto entry = reader_.entry(index)) take(*entry);
    v1::DisclosureReport report;
    for (const auto& [id, row] : table_.rows()) {
      const bool never_told = row.told_us == 0 && row.delivered_us == 0;
      if (row.case_number == 0 || (never_told && row.kind == v1::NOTIFICATION_KIND_OBLIGATION) || row.nobody_there)
        continue;
      add(id, row, *report.add_disclosures());
    }
    return report;
  }

 private:
  struct Happened {
    v1::EventAccepted head;
    std::optional<v1::Event> said;  ///< nullopt where it is gone
  };

  void take(const v1::LedgerEntry& entry) {
    table_.add(entry, [this](const v1::LedgerEntry& sealed) { return reader_.body(sealed); });
    if (entry.has_event_accepted()) {
      Happened& happened = events_[entry.index()];
      happened.head = entry.event_accepted();
      if (const auto body = reader_.body(entry); body && body->has_event())
        happened.said = core::as_happened(body->event());
      if (happened.head.amends() != 0) amended_by_[happened.head.amends()].push_back(entry.index());
    }
    if (!entry.has_attempt_ended()) return;
    const v1::AttemptEnded& end = entry.attempt_ended();
    if (end.outcome() != v1::OUTCOME_DELIVERED && end.outcome() != v1::OUTCOME_SENT) return;
    if (const auto body = reader_.body(entry); body && !body->content_sha256().empty())
      digests_[{entry.event(), static_cast<core::Slot>(end.slot())}] = in_hex(body->content_sha256());
  }

  void add(core::NotificationId id, const AuditRow& row, v1::Disclosure& out) {
    out.set_notification(to_reference(id));
    out.set_event_ref(to_reference(Named::event, id.event));
    out.set_event_type(row.event_type);
    set_time(out.mutable_event_time(), row.event_us);
    out.set_recipient(row.recipient);
    const std::string title = sources_.title(row.recipient);
    out.set_title(title.empty() ? row.recipient : title);
    out.set_known_as(sources_.case_name(row.case_number, row.recipient));
    out.set_what(kind_words(row.kind));
    if (row.told_us != 0) set_time(out.mutable_told_at(), row.told_us);
    if (row.delivered_us != 0) set_time(out.mutable_delivered_at(), row.delivered_us);
    out.set_carrier(row.carrier);
    out.set_attempts(row.attempts);
    out.set_policy_version(row.policy_version);
    out.set_state(row.state());
    if (const auto digest = digests_.find(id); digest != digests_.end()) out.set_content_sha256(digest->second);
    if (row.acknowledged_us != 0) {
      set_time(out.mutable_acknowledged_at(), row.acknowledged_us);
      if (!row.by.empty()) {
        out.mutable_acknowledged_by()->set_name(row.by);
        out.mutable_acknowledged_by()->set_role(row.role);
        out.mutable_acknowledged_by()->set_recorded_by(row.recorded_by);
      }
    }
    const auto happened = events_.find(id.event);
    if (happened == events_.end()) return;
    if (const auto amends = happened->second.head.amends(); amends != 0)
      out.set_amends(to_reference(Named::event, amends));
    for (const core::EntryIndex later : amended_by_[id.event]) out.add_amended_by(to_reference(Named::event, later));
    add_fields(happened->second, row, out);
  }

  /// Only these kinds show anything of the event; the others tell that it happened.
  void add_fields(const Happened& happened, const AuditRow& row, v1::Disclosure& out) {
    const bool shows = row.kind == v1::NOTIFICATION_KIND_TELL || row.kind == v1::NOTIFICATION_KIND_STAND_DOWN ||
                       row.kind == v1::NOTIFICATION_KIND_CORRECTION;
    const core::PolicyPtr policy = shows ? policy_of(row.policy_version) : nullptr;
    const core::Rule* rule = policy ? policy->rule(row.rule) : nullptr;
    if (rule == nullptr) return;
    out.set_rule(row.rule);
    out.set_basis(rule->basis);
    out.set_purpose(rule->purpose);
    out.set_agreement(rule->agreement);
    out.set_source(rule->source);
    if (!happened.said) {
      out.set_content_gone(true);
      for (const std::string& path : rule->fields) out.add_fields(path);
      return;
    }
    const v1::Event allowed = agencies::FieldList(rule->when, rule->fields).allowed(*happened.said);
    if (const core::EventType* type = core::event_type_of_data(allowed.data_case()))
      walk(allowed.GetReflection()->GetMessage(allowed, type->data), "", out);
  }

  // NOLINTNEXTLINE(misc-no-recursion): as deep as the words nest
  void walk(const Message& message, const std::string& above, v1::Disclosure& out) {
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      const std::string path = above + field->name();
      if (core::group_of(*field) != nullptr) {
        walk(message.GetReflection()->GetMessage(message, field), path + ".", out);
        continue;
      }
      out.add_fields(path);
      if (!content_) continue;
      v1::DisclosedValue& value = *out.add_values();
      value.set_path(path);
      value.set_text(agencies::value_in_words(message, *field));
      if (!sources_.in_force) continue;
      if (is_below(path, sources_.in_force->policing))
        value.set_mark("policing");
      else if (is_below(path, sources_.in_force->third_party))
        value.set_mark("third_party");
    }
  }

  core::PolicyPtr policy_of(std::uint32_t version) {
    const auto [found, is_new] = policies_.try_emplace(version);
    if (is_new) found->second = sources_.policy(version);
    return found->second;
  }

  ledger::Reader& reader_;
  const DisclosureSources& sources_;
  bool content_;
  AuditTable table_;
  std::map<core::EntryIndex, Happened> events_;
  std::map<core::EntryIndex, std::vector<core::EntryIndex>> amended_by_;
  std::map<core::NotificationId, std::string> digests_;
  std::map<std::uint32_t, core::PolicyPtr> policies_;
};

}  // namespace

v1::DisclosureReport disclosures(ledger::Reader& reader, const std::set<core::EntryIndex>& entries,
                                 const DisclosureSources& sources, bool content) {
  return Disclosing(reader, sources, content).report(entries);
}

// Every entry says which version was in force, and versions only rise: the first that says this one put it in force.
std::optional<v1::PolicyAdopted> policy_adopted(ledger::Reader& reader, std::uint32_t version) {
  core::EntryIndex low = 0;
  for (core::EntryIndex high = reader.size(); low < high;) {
    const core::EntryIndex middle = low + (high - low) / 2;
    const auto entry = reader.entry(middle);
    if (!entry) return std::nullopt;
    if (entry->policy_version() < version)
      low = middle + 1;
    else
      high = middle;
  }
  auto entry = reader.entry(low);
  if (!entry || entry->policy_adopted().version() != version) return std::nullopt;
  return std::move(*entry->mutable_policy_adopted());
}

}  // namespace told::audit
