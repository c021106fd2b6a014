#include "ledger/sqlite/schema.hpp"

namespace told::ledger {
namespace {

constexpr const char* ledger_steps[] = {
    // 1: leaves as they are hashed; the cases' wrapped keys; the ledger's own facts.
    R"(CREATE TABLE entries (n INTEGER PRIMARY KEY, leaf BLOB NOT NULL) STRICT;
       CREATE TABLE keys (case_number INTEGER PRIMARY KEY, since INTEGER NOT NULL, wrapped BLOB NOT NULL) STRICT;
       CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;)",
    // 2: a key for each event's body, so that what was withdrawn can be purged alone. Older bodies stay under their
    // case's key. `amends`: a correction's event, whose content it repeats.
    R"(CREATE TABLE body_keys (entry INTEGER PRIMARY KEY, amends INTEGER NOT NULL, wrapped BLOB NOT NULL,
                               prints BLOB) STRICT;
       CREATE INDEX corrections ON body_keys (amends) WHERE amends <> 0;)",
    // 3: pages bear checksums. The file is copied for that before it comes here (with_checksums.cpp).
    "",
};

constexpr const char* projection_steps[] = {
    // 1: what the engine keeps, so that a start need not read the whole ledger.
    // `checksum` is keyed: a row that was altered or mixed up with another is not believed.
    R"(CREATE TABLE events (entry INTEGER PRIMARY KEY, case_number INTEGER NOT NULL, open INTEGER NOT NULL,
                            state BLOB NOT NULL, checksum INTEGER NOT NULL, trail BLOB NOT NULL) STRICT;
       CREATE INDEX events_of_case ON events (case_number, entry);
       CREATE INDEX open_events ON events (entry) WHERE open = 1;
       CREATE TABLE known (identity BLOB PRIMARY KEY, entry INTEGER NOT NULL, case_number INTEGER NOT NULL,
                           content BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT, WITHOUT ROWID;
       CREATE TABLE cases (subject BLOB PRIMARY KEY, case_number INTEGER NOT NULL, checksum INTEGER NOT NULL)
                          STRICT, WITHOUT ROWID;
       CREATE TABLE policies (entry INTEGER PRIMARY KEY) STRICT;
       CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;)",
    // 2: rows say which obligations an event stopped. Older ones do not, so all are made anew from the ledger.
    "DELETE FROM events; DELETE FROM known; DELETE FROM cases; DELETE FROM policies; DELETE FROM meta;",
    // 3: rows say whether an event is of the Prevent stream, and hold legal holds. All are made anew from the ledger.
    "DELETE FROM events; DELETE FROM known; DELETE FROM cases; DELETE FROM policies; DELETE FROM meta;",
    // 4: what amends an event is found by it: where that is of another child, its corrections may stand in any case.
    R"(DELETE FROM events; DELETE FROM known; DELETE FROM cases; DELETE FROM policies; DELETE FROM meta;
       ALTER TABLE events ADD COLUMN amends INTEGER NOT NULL DEFAULT 0;
       CREATE INDEX events_that_amend ON events (amends, entry) WHERE amends <> 0;)",
};

}  // namespace

const Schema ledger_schema{0x746F6C64, ledger_steps};          // "told"
const Schema projection_schema{0x746F6C70, projection_steps};  // "tolp"

void migrate(Connection& c, const Schema& schema, const std::string& path) {
  const auto version = std::stoul(c.value("PRAGMA user_version"));
  const auto id = c.value("PRAGMA application_id");
  const auto newest = schema.steps.size();
  const bool fresh = version == 0 && id == "0" && c.value("SELECT count(*) FROM sqlite_schema") == "0";
  if (!fresh && id != std::to_string(schema.application_id))
    throw StoreFailed(path + " is not a file that told made: move it away, or name another directory");
  if (version > newest)
    throw StoreFailed(path + " was written by a newer told (its schema is " + std::to_string(version) +
                      ", this program knows " + std::to_string(newest) + "): start the newer program");
  if (version == newest) return;
  Transaction t{c};
  for (auto step = version; step < newest; ++step) c.run(schema.steps[step]);
  c.run("PRAGMA application_id=" + std::to_string(schema.application_id));
  c.run("PRAGMA user_version=" + std::to_string(newest));
  t.commit();
}

}  // namespace told::ledger
