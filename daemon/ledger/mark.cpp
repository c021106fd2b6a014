#include "ledger/mark.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string_view>

namespace told::ledger {
namespace {

// `12345 9f86d081884c7d65`, and a line's end: the number, and 8 bytes of a hash of it, for a mark that is itself
// damaged. One length whatever the number: it is always overwritten whole.
constexpr std::size_t number_length = 20;
constexpr std::size_t mark_length = number_length + 1 + 16 + 1;

std::string text_of(std::uint64_t entries) {
  std::array<char, number_length + 1> number{};
  std::snprintf(number.data(), number.size(), "%020llu", static_cast<unsigned long long>(entries));
  std::array<unsigned char, crypto_generichash_BYTES_MIN> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(number.data()), number_length,
                     nullptr, 0);
  std::array<char, 17> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), 8);
  return std::string{number.data()} + " " + hex.data() + "\n";
}

}  // namespace

Mark::Mark(const std::string& path) : fd_{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)} {}

Mark::~Mark() {
  if (fd_ >= 0) ::close(fd_);
}

std::optional<std::uint64_t> Mark::read() const {
  std::string text(mark_length, '\0');
  if (fd_ < 0 || ::pread(fd_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) return std::nullopt;
  std::uint64_t entries = 0;
  for (const char digit : std::string_view{text}.substr(0, number_length)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    entries = entries * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return text == text_of(entries) ? std::optional{entries} : std::nullopt;
}

void Mark::set(std::uint64_t entries) noexcept {
  try {
    const std::string text = text_of(entries);
    if (fd_ >= 0 && ::pwrite(fd_, text.data(), text.size(), 0) < 0) return;
  } catch (const std::exception&) {  // no memory for 38 bytes: the next one will say it
  }
}

}  // namespace told::ledger
