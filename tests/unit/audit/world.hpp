#pragma once
// A small ledger in memory, made of real leaves, real seals and a real signing key: what exports are made of in tests.
#include <sodium.h>

#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "audit/export.hpp"
#include "audit/verify.hpp"
#include "digest/digest.hpp"
#include "ledger/body_seal.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/merkle.hpp"
#include "ledger/reader.hpp"

namespace told::audit::testing {

class World : public ledger::Reader {
 public:
  World() {
    if (sodium_init() < 0) std::abort();
    key = ledger::SigningKey::generate("ledger.example.org");
    case_key_.bytes.fill('k');
    seal_ = std::make_unique<ledger::BodySeal>(ring_, std::make_unique<OneKey>(ring_, case_key_));
  }

  /// The next entry, sealed with `body` where there is one.
  v1::LedgerEntry& add(core::CaseNumber case_number, core::EntryIndex event, const v1::Body* body = nullptr) {
    auto& entry = entries.emplace_back();
    entry.set_index(entries.size() - 1);
    entry.set_time_us(1'795'000'000'000'000 + static_cast<std::int64_t>(entry.index()) * 60'000'000);
    entry.set_case_number(case_number);
    entry.set_event(event);
    entry.set_policy_version(1);
    bodies.push_back(body ? std::optional(*body) : std::nullopt);
    return entry;
  }

  /// After the last add(): seals and serialises.
  void seal() {
    leaves_.clear();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (bodies[i]) entries[i].set_sealed(sealed(i));
      leaves_.push_back(entries[i].SerializeAsString());
    }
  }

  [[nodiscard]] std::string checkpoint(std::uint64_t size) const {
    ledger::Frontier tree;
    for (std::uint64_t i = 0; i < size; ++i) tree.add(ledger::leaf_hash(leaves_[i]));
    return key.sign({"ledger.example.org/told", size, tree.root()});
  }

  [[nodiscard]] ExportOptions options() const {
    ExportOptions out;
    out.checkpoint = checkpoint(leaves_.size());
    out.verifier_key = key.verifier_text();
    out.opening = [this](const v1::LedgerEntry& entry) { return seal_->opening(entry); };
    return out;
  }

  [[nodiscard]] std::string jsonl(const ExportOptions& options) {
    std::string out;
    export_jsonl(*this, options, [&](std::string_view piece) { return out += piece, true; });
    return out;
  }
  [[nodiscard]] std::string csv(const ExportOptions& options) {
    std::string out;
    export_csv(*this, options, {}, [&](std::string_view piece) { return out += piece, true; });
    return out;
  }

  [[nodiscard]] Verdict verified(const std::string& text, const std::string& since = {}) const {
    std::istringstream in(text);
    return verify(in, {key.verifier_text(), since, {}});
  }

  // --- ledger::Reader ---
  core::EntryIndex size() override { return leaves_.size(); }
  void leaves(core::EntryIndex first, core::EntryIndex end,
              const std::function<bool(core::EntryIndex, std::string_view)>& each) override {
    for (auto i = first; i < end; ++i)
      if (!each(i, leaves_.at(i))) return;
  }
  std::optional<v1::LedgerEntry> entry(core::EntryIndex index) override {
    return index < entries.size() ? std::optional(entries[index]) : std::nullopt;
  }
  std::optional<v1::Body> body(const v1::LedgerEntry& entry) override { return bodies.at(entry.index()); }
  bool purged(core::EntryIndex event) override { return destroyed.contains(event); }
  std::vector<core::EntryIndex> events_of(core::CaseNumber) override { return {}; }
  std::vector<core::EntryIndex> that_amend(core::EntryIndex) override { return {}; }
  std::vector<core::EntryIndex> trail(core::EntryIndex) override { return {}; }

  ledger::SigningKey key;
  std::vector<v1::LedgerEntry> entries;
  std::vector<std::optional<v1::Body>> bodies;
  std::set<core::EntryIndex> destroyed;  ///< events whose content is

  /// What makes openings.
  [[nodiscard]] const ledger::Seal& keys() const { return *seal_; }

 private:
  /// One key for every case.
  class OneKey : public ledger::KeyReader {
   public:
    OneKey(const ledger::KeyRing& ring, const ledger::CaseKey& key) : ring_{ring}, key_{key} {}
    std::optional<ledger::StoredKey> key(core::CaseNumber c) override {
      const std::array<unsigned char, 24> nonce{};
      return ring_.wrap(c, key_, nonce.data());
    }
    std::optional<ledger::StoredBodyKey> body_key(core::EntryIndex) override { return std::nullopt; }

   private:
    const ledger::KeyRing& ring_;
    const ledger::CaseKey& key_;
  };

  std::string sealed(std::size_t index) const {
    const std::string plain = bodies[index]->SerializeAsString();
    std::string out(24 + plain.size() + 16, '\0');
    auto* bytes = reinterpret_cast<unsigned char*>(out.data());
    randombytes_buf(bytes, 24);
    std::array<unsigned char, 8> place{};
    place[7] = static_cast<unsigned char>(index);
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + 24, nullptr,
                                               reinterpret_cast<const unsigned char*>(plain.data()), plain.size(),
                                               place.data(), place.size(), nullptr, bytes, case_key_.bytes.data());
    return out;
  }
  std::vector<std::string> leaves_;
  ledger::CaseKey case_key_;
  ledger::KeyRing ring_{ledger::MasterKey::from_hex(std::string(64, '7')), 4};
  std::unique_ptr<ledger::BodySeal> seal_;
};

/// A child goes missing at Tilbury; police have it and acknowledge, the Home Office does not and its manager is called.
inline void tell_a_story(World& world) {
  world.add(0, 0).mutable_started()->set_version("0.1.0");
  auto& adopted = *world.add(0, 0).mutable_policy_adopted();
  adopted.set_version(1);
  adopted.set_text("# told tells nobody");
  adopted.set_sha256(digest::of_policy(adopted.text(), {}));

  v1::Body said_by_publisher;
  said_by_publisher.mutable_event()->mutable_child_missing()->mutable_child()->mutable_name()->set_given("Invented");
  auto& missing = *world.add(2, 2, &said_by_publisher).mutable_event_accepted();
  missing.set_source("port.tilbury");
  missing.set_type("told.child.missing.v1");
  missing.set_site("tilbury");
  missing.set_event_time_us(1'795'000'000'000'000);
  missing.set_status(v1::STATUS_ACTUAL);
  missing.set_opens_case(true);
  missing.set_grade(v1::RISK_GRADE_HIGH);
  const auto duty = [](auto& head, std::uint32_t slot, const char* who, v1::NotificationKind kind) {
    auto& made = *head.add_duties();
    made.set_slot(slot);
    made.set_recipient(who);
    made.set_kind(kind);
    made.set_deadline_us(1'795'000'000'000'000 + 900'000'000);
    made.set_attempted(true);
    made.set_policy_version(1);
  };
  duty(missing, 0, "police.control_room", v1::NOTIFICATION_KIND_TELL);
  duty(missing, 1, "home_office.asylum", v1::NOTIFICATION_KIND_TELL);

  auto& got_it = *world.add(2, 2).mutable_attempt_ended();
  got_it.set_attempt(1);
  got_it.set_outcome(v1::OUTCOME_DELIVERED);
  got_it.set_carrier("zmq_queue");
  got_it.set_code("receipt");

  v1::Body said;
  said.mutable_person()->set_name("A. Sergeant");
  said.mutable_person()->set_role("control room");
  said.set_note("=unit on its way");
  auto& ack = *world.add(2, 2, &said).mutable_acknowledged();
  ack.set_means(v1::MEANS_QUEUE);
  ack.set_via("police.control_room");
  ack.set_said_us(1'795'000'000'000'000 + 240'000'000);

  auto& step = *world.add(2, 2).mutable_escalated();
  step.set_slot(1);
  step.set_rung(1);
  step.set_reason(v1::ESCALATION_REASON_SILENCE);
  duty(step, 2, "council.duty_manager", v1::NOTIFICATION_KIND_ESCALATION);

  world.add(0, 0).mutable_clock_stepped()->set_step_us(-7'000'000);
  world.seal();
}

}  // namespace told::audit::testing
