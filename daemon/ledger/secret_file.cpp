#include "ledger/secret_file.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>

namespace told::ledger {
namespace {

// systemd (LoadCredential=) may grant the service's user an ACL instead of ownership; the ACL's mask then shows as the
// group's bits though no group can read it. The directory itself is open to the service alone.
bool is_credential(const std::string& path) {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  return directory != nullptr && *directory == '/' && path.rfind(std::string{directory} + "/", 0) == 0;
}

}  // namespace

void need_sodium() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium could not start: is there no source of random numbers?");
}

std::shared_ptr<unsigned char> locked_bytes(std::size_t bytes) {
  need_sodium();
  auto* p = static_cast<unsigned char*>(sodium_malloc(bytes));
  if (p == nullptr) throw std::bad_alloc();
  return {p, [](unsigned char* q) { sodium_free(q); }};
}

std::string read_secret_text(const std::string& path, std::string_view what) {
  const std::string name{what};
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) throw std::runtime_error(name + " cannot be read from " + path + ": " + std::strerror(errno));
  struct stat s {};
  char buffer[64U * 1024U];
  const bool known = ::fstat(fd, &s) == 0;
  const auto length = ::read(fd, buffer, sizeof buffer);
  ::close(fd);
  const auto forbidden = is_credential(path) ? (S_IRWXO | S_IWGRP) : (S_IRWXG | S_IRWXO);
  if (!known || !S_ISREG(s.st_mode)) throw std::runtime_error(name + " is not an ordinary file: " + path);
  if ((s.st_mode & static_cast<mode_t>(forbidden)) != 0) {
    sodium_memzero(buffer, sizeof buffer);
    if (path.ends_with(".public"))
      throw std::runtime_error(name + " is wanted, and " + path + " is a public key: give the .secret file beside it");
    throw std::runtime_error(name + " can be read by others than its owner: run `chmod 600 " + path +
                             "`, and make a new key if anybody may have seen it");
  }
  if (length <= 0 || length == static_cast<ssize_t>(sizeof buffer))
    throw std::runtime_error(name + " is empty or far too long: " + path);
  std::string text{buffer, static_cast<std::size_t>(length)};
  sodium_memzero(buffer, sizeof buffer);
  return text;
}

std::string read_secret_line(const std::string& path, std::string_view what) {
  std::string text = read_secret_text(path, what);
  std::string line = text.substr(0, text.find_first_of("\r\n"));
  sodium_memzero(text.data(), text.size());
  return line;
}

}  // namespace told::ledger
