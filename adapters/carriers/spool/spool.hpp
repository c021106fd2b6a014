#pragma once
// `spool`: a folder from which the recipient fetches what it is told, and into which it brings its answers; for a
// network that has no way out, and for whoever has SFTP and nothing else. README.md beside this file is what the
// recipient needs to know.
#include "carriers/kind.hpp"

namespace told::carriers {

[[nodiscard]] Kind spool_kind();

}  // namespace told::carriers
