#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "ctl/session.hpp"

namespace {

/// NO_COLOR and TERM=dumb are respected wherever colours would be used.
bool terminal(int descriptor) {
  const char* term = std::getenv("TERM");
  return ::isatty(descriptor) && !std::getenv("NO_COLOR") && term && std::string(term) != "dumb";
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // `toldctl watch | head` ends with an error on the stream, not with a signal
  return told::ctl::toldctl(argc, argv, std::cout, std::cerr, terminal(STDOUT_FILENO), terminal(STDERR_FILENO));
}
