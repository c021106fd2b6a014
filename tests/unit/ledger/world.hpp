#pragma once
// A small world for the ledger's tests: a directory that goes away, fixed keys, entries that read like sentences.
#include <gtest/gtest.h>
#include <sodium.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "ledger/ledger.hpp"
#include "ledger/merkle.hpp"
#include "ledger/sqlite/checked_pages.hpp"

namespace told::ledger {

inline constexpr auto a_hex_key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
inline constexpr auto an_origin = "told.example.gov.uk/ledger";

class Place {
 public:
  Place() {
    std::string pattern = (std::filesystem::temp_directory_path() / "told-ledger-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Place() { std::filesystem::remove_all(path_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

  [[nodiscard]] Options options() const {
    Options o;
    o.directory = path_ + "/store";
    o.origin = an_origin;
    o.signing_key = key_;
    o.master_key = MasterKey::from_hex(a_hex_key);
    o.reserve_bytes = 1 << 20;
    o.log_room_bytes = 1 << 20;
    return o;
  }
  [[nodiscard]] std::string stored(const std::string& name) const { return path_ + "/store/" + name; }
  [[nodiscard]] const SigningKey& key() const { return key_; }

  /// What an intruder does to a file while told is not running. Where there is no such file it is made as an older told
  /// made it: without checksums in its pages.
  void tamper(const std::string& name, const std::string& sql) const {
    sqlite3* db = nullptr;
    const CheckedPages checked;
    const char* vfs = std::filesystem::exists(stored(name)) ? checked.name() : nullptr;
    ASSERT_EQ(sqlite3_open_v2(stored(name).c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs), SQLITE_OK);
    char* problem = nullptr;
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &problem), SQLITE_OK) << problem;
    sqlite3_close(db);
  }

 private:
  std::string path_;
  SigningKey key_ = SigningKey::generate(an_origin);
};

inline std::shared_ptr<v1::Event> an_event(const std::string& id, const std::string& subject) {
  auto e = std::make_shared<v1::Event>();
  e->set_id(id);
  e->set_source("tilbury_port");
  e->set_type("told.child.missing.v1");
  e->set_subject(subject);
  e->mutable_time()->set_seconds(1'700'000'000);
  e->set_status(v1::STATUS_TEST);
  e->mutable_child_missing()->mutable_child()->mutable_name()->set_given("Child A");
  return e;
}

inline core::Entry started(core::EntryIndex index) {
  core::Entry e;
  e.head.set_index(index);
  e.head.set_time_us(1'700'000'000'000'000 + static_cast<std::int64_t>(index));
  e.head.mutable_started()->set_version("0.1.0");
  return e;
}

inline core::Entry accepted(core::EntryIndex index, core::CaseNumber c) {
  auto e = started(index);
  e.event = an_event("ev-" + std::to_string(index), "ref-" + std::to_string(c));
  e.head.set_case_number(c);
  e.head.set_event(index);
  auto& head = *e.head.mutable_event_accepted();
  head.set_source(e.event->source());
  head.set_id(e.event->id());
  head.set_type(e.event->type());
  head.set_opens_case(c == index);
  return e;
}

inline core::Entry acknowledged(core::EntryIndex index, core::EntryIndex event, core::CaseNumber c,
                                const std::string& person) {
  auto e = started(index);
  e.head.set_case_number(c);
  e.head.set_event(event);
  e.head.mutable_acknowledged()->set_means(v1::MEANS_QUEUE);
  e.body = std::make_unique<v1::Body>();
  e.body->mutable_person()->set_name(person);
  e.body->set_note("on our way");
  return e;
}

/// Commits and waits for the answer.
inline Ledger::Committed commit(Ledger& ledger, std::vector<core::Entry> group) {
  std::promise<Ledger::Committed> promise;
  ledger.commit(std::move(group), [&promise](Ledger::Committed&& c) { promise.set_value(std::move(c)); });
  return promise.get_future().get();
}

inline void commit_well(Ledger& ledger, std::vector<core::Entry> group) {
  const auto answer = commit(ledger, std::move(group));
  try {
    if (answer.failure) std::rethrow_exception(answer.failure);
  } catch (const std::exception& e) {
    FAIL() << e.what();
  }
}

/// Entry 0 starts; 1 opens a case; 2 acknowledges it.
inline std::vector<core::Entry> a_small_story() {
  std::vector<core::Entry> out;
  out.push_back(started(0));
  out.push_back(accepted(1, 1));
  out.push_back(acknowledged(2, 1, 1, "Officer A"));
  return out;
}

inline void with_a_small_story(const Place& place) {
  Ledger ledger{place.options()};
  commit_well(ledger, a_small_story());
}

inline std::vector<std::string> leaves_of(Ledger& ledger) {
  std::vector<std::string> out;
  const auto reader = ledger.reader();
  reader->leaves(0, reader->size(), [&](core::EntryIndex, std::string_view leaf) {
    out.emplace_back(leaf);
    return true;
  });
  return out;
}

inline std::string hex(const Hash& h) {
  std::string out(65, '\0');
  sodium_bin2hex(out.data(), out.size(), h.data(), h.size());
  out.pop_back();
  return out;
}

/// What a bad disk does: one bit of a file is another one.
inline void rot(const std::string& file, std::uint64_t bit) {
  std::fstream f{file, std::ios::in | std::ios::out | std::ios::binary};
  char byte = 0;
  f.seekg(static_cast<std::streamoff>(bit / 8)).get(byte);
  byte = static_cast<char>(byte ^ (1 << (bit % 8)));
  f.seekp(static_cast<std::streamoff>(bit / 8)).put(byte);
  ASSERT_TRUE(f.good()) << file;
}

/// What a StoreFailed (or any other exception) said; empty where nothing was thrown.
template <typename Act>
std::string complaint(Act act) {
  try {
    act();
  } catch (const std::exception& e) {
    return e.what();
  }
  return {};
}

}  // namespace told::ledger
