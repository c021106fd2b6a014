// Flips a bit of each byte of an export, one at a time, and asks toldctl's verifier.
//
//   rot_export EXPORT KEY_FILE [EVERY FIRST]     the bytes FIRST, FIRST + EVERY, ... (all of them)
//
// Prints how many were refused, how many were harmless (the file says the same as before, the signed bytes among it),
// and each that was neither. Exit: 0, or 1 where there was one.
//
// What comes before a flipped byte's line is read once for all of them: the export is verified, and where a line begins
// a copy of the process is made for each of its bytes, which reads on with that byte flipped. So a verdict costs about
// a line and not a thousand.
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <streambuf>

#include "../../unit/audit/same_meaning.hpp"
#include "audit/verify.hpp"

namespace {

enum Outcome { refused, harmless, silent, outcomes };

std::string read(const char* path) {
  std::ifstream in{path, std::ios::binary};
  std::string all{std::istreambuf_iterator<char>{in}, {}};
  if (in.good() || !all.empty()) return all;
  std::fprintf(stderr, "cannot read %s\n", path);
  std::exit(EX_NOINPUT);
}

/// An export as it is read, a line at a time; in a copy of this process, the rest of it with one byte flipped.
class Flipping : public std::streambuf {
 public:
  Flipping(std::string text, std::size_t every, std::size_t first)
      : original_{std::move(text)}, text_{original_}, every_{every}, next_{first} {}

  [[nodiscard]] bool is_copy() const { return copy_; }
  [[nodiscard]] std::size_t count(Outcome outcome) const { return counts_[outcome]; }
  [[nodiscard]] Outcome judged(bool verified) const {
    if (!verified) return refused;
    return told::audit::testing::same_meaning(text_, original_) ? harmless : silent;
  }

 private:
  int_type underflow() override {
    const std::size_t begin = end_;
    if (begin == text_.size()) return traits_type::eof();
    end_ = copy_ ? text_.size() : std::min(text_.find('\n', begin), text_.size() - 1) + 1;
    for (; !copy_ && next_ < end_; next_ += every_) spoil(next_);
    setg(text_.data() + begin, text_.data() + begin, text_.data() + end_);
    return traits_type::to_int_type(text_[begin]);
  }

  void spoil(std::size_t at) {
    const pid_t made = fork();
    if (made == 0) {
      copy_ = true;
      text_[at] = static_cast<char>(text_[at] ^ (1 << (at % 8)));
      end_ = text_.size();
      return;
    }
    int status = 0;
    if (made < 0 || waitpid(made, &status, 0) != made || !WIFEXITED(status) || WEXITSTATUS(status) >= outcomes) {
      std::fprintf(stderr, "byte %zu: no verdict\n", at);
      std::exit(EX_OSERR);
    }
    ++counts_[static_cast<std::size_t>(WEXITSTATUS(status))];
    if (WEXITSTATUS(status) == silent)
      std::printf("SILENT: byte %zu: %s\n", at, original_.substr(at < 20 ? 0 : at - 20, 60).c_str());
  }

  const std::string original_;
  std::string text_;
  std::size_t every_, next_, end_ = 0;
  std::array<std::size_t, outcomes> counts_{};
  bool copy_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 5) {
    std::fprintf(stderr, "usage: rot_export EXPORT KEY_FILE [EVERY FIRST]\n");
    return EX_USAGE;
  }
  told::audit::VerifyOptions options;
  options.verifier_key = read(argv[2]);
  options.verifier_key.erase(options.verifier_key.find('\n'));
  options.faults_max = 0;
  Flipping flipping{read(argv[1]), argc == 5 ? std::strtoull(argv[3], nullptr, 10) : 1,
                    argc == 5 ? std::strtoull(argv[4], nullptr, 10) : 0};
  std::istream in{&flipping};
  const bool verified = told::audit::verify(in, options).verified();
  if (flipping.is_copy()) _exit(flipping.judged(verified));
  if (!verified) {
    std::fprintf(stderr, "the export does not verify as it is\n");
    return EX_DATAERR;
  }
  std::printf("%zu %zu %zu\n", flipping.count(refused), flipping.count(harmless), flipping.count(silent));
  return flipping.count(silent) == 0 ? 0 : 1;
}
