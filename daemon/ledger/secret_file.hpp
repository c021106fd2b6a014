#pragma once
// Secrets at rest and in memory: files that only their owner may read, bytes that are locked and wiped.
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace told::ledger {

/// The library must be ready before any of its functions: cheap when it is. Throws std::runtime_error.
void need_sodium();

/// `bytes` of memory that is not swapped out (as far as the limit on locked memory goes), not dumped, fenced by guard
/// pages, and wiped when the last owner lets go.
[[nodiscard]] std::shared_ptr<unsigned char> locked_bytes(std::size_t bytes);

/// The first line of a small file, without its end. Throws std::runtime_error with the mend where there is no such
/// file, or where anybody but its owner may read it. `what` names it in the sentence: "the master key".
[[nodiscard]] std::string read_secret_line(const std::string& path, std::string_view what);
/// The whole of it, up to 64 KiB: a key in PEM.
[[nodiscard]] std::string read_secret_text(const std::string& path, std::string_view what);

}  // namespace told::ledger
