#pragma once
// Schemas and their forward migration. The version stands in the file's `user_version`, what the file is in its
// `application_id`; both change in the transaction that changes the tables, so a killed migration never half happened.
#include <cstdint>
#include <span>
#include <string>

#include "ledger/sqlite/connection.hpp"

namespace told::ledger {

/// Step n (from 0) takes a file from schema version n to n + 1. Steps are never changed once released, only added.
struct Schema {
  std::uint32_t application_id;
  std::span<const char* const> steps;
};

extern const Schema ledger_schema;
extern const Schema projection_schema;

/// Brings the file to the newest version. Throws StoreFailed with one sentence where the file is of a newer told, or is
/// no such file at all.
void migrate(Connection& connection, const Schema& schema, const std::string& path);

}  // namespace told::ledger
