// Flips a bit of each byte of an export, one at a time, and asks toldctl's verifier.
//
//   rot_export EXPORT KEY_FILE [EVERY FIRST]     the bytes FIRST, FIRST + EVERY, ... (all of them)
//
// Prints how many were refused, how many were harmless (the file says the same as before, the signed bytes among it),
// and each that was neither. Exit: 0, or 1 where there was one.
#include <sysexits.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "../../unit/audit/same_meaning.hpp"
#include "audit/verify.hpp"

namespace {

std::string read(const char* path) {
  std::ifstream in{path, std::ios::binary};
  std::string all{std::istreambuf_iterator<char>{in}, {}};
  if (in.good() || !all.empty()) return all;
  std::fprintf(stderr, "cannot read %s\n", path);
  std::exit(EX_NOINPUT);
}

bool verified(const std::string& text, const std::string& key) {
  std::istringstream in{text};
  return told::audit::verify(in, {key, {}, {}}).verified();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 5) {
    std::fprintf(stderr, "usage: rot_export EXPORT KEY_FILE [EVERY FIRST]\n");
    return EX_USAGE;
  }
  std::string text = read(argv[1]);
  const std::string original = text;
  const std::string key = read(argv[2]).substr(0, read(argv[2]).find('\n'));
  const std::size_t every = argc == 5 ? std::strtoull(argv[3], nullptr, 10) : 1;
  std::size_t refused = 0, harmless = 0, silent = 0;
  if (!verified(text, key)) {
    std::fprintf(stderr, "the export does not verify as it is\n");
    return EX_DATAERR;
  }
  for (std::size_t at = argc == 5 ? std::strtoull(argv[4], nullptr, 10) : 0; at < text.size(); at += every) {
    text[at] = static_cast<char>(text[at] ^ (1 << (at % 8)));
    if (!verified(text, key)) {
      ++refused;
    } else if (told::audit::testing::same_meaning(text, original)) {
      ++harmless;
    } else {
      ++silent;
      std::printf("SILENT: byte %zu: %s\n", at, text.substr(at < 20 ? 0 : at - 20, 60).c_str());
    }
    text[at] = original[at];
  }
  std::printf("%zu %zu %zu\n", refused, harmless, silent);
  return silent == 0 ? 0 : 1;
}
