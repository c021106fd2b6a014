#include "ctl/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "ctl/exit.hpp"

namespace told::ctl {
namespace {

[[noreturn]] void failed(const std::string& path, const std::string& what) {
  const int why = errno;
  const int code = why == EACCES || why == EPERM ? exit_no_permission : why == ENOENT ? exit_no_input : exit_io;
  throw Failure(code,
                path + " cannot be " + what + " (" + std::strerror(why) + "): check the path and who may write there");
}

}  // namespace

PrivateFile::PrivateFile(std::string path) : path_(std::move(path)), beside_(path_ + ".part") {
  ::unlink(beside_.c_str());  // of an export that was broken off
  const int descriptor = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) failed(beside_, "made");
  file_ = ::fdopen(descriptor, "wb");
  if (!file_) failed(beside_, "opened");
}

PrivateFile::~PrivateFile() {
  if (!file_) return;
  std::fclose(file_);
  ::unlink(beside_.c_str());
}

void PrivateFile::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) failed(beside_, "written");
}

void PrivateFile::keep() {
  if (std::fflush(file_) != 0 || ::fsync(::fileno(file_)) != 0) failed(beside_, "written");
  std::fclose(file_);
  file_ = nullptr;
  if (::rename(beside_.c_str(), path_.c_str()) != 0) failed(path_, "put into place");
}

void write_new(const std::string& path, std::string_view text, unsigned mode) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (descriptor < 0 && errno == EEXIST)
    throw Failure(exit_io,
                  path + " is there already and is never written over: move it away first, or choose another name");
  if (descriptor < 0) failed(path, "made");
  const bool good =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!good) failed(path, "written");
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Failure(exit_no_input, path + " cannot be read (" + std::strerror(errno) + "): check the path");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string read_line(const std::string& path) {
  std::string text = read_file(path);
  text = text.substr(0, text.find('\n'));
  const auto first = text.find_first_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace told::ctl
