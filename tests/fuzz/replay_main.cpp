// Reads every file of the corpora once, as `./dev test` does: what was found once stays found.
//
//   fuzz_replay CORPUS            every target with its directory
//   fuzz_replay --list            the targets, a line each: name, what it reads
//   fuzz_replay CORPUS TARGET     this one alone
#include <sodium.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "target.hpp"

namespace {

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// How many files were read.
int replay(const told::fuzz::Target& target, const std::filesystem::path& corpus) {
  int files = 0;
  if (!std::filesystem::is_directory(corpus / target.name)) return 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpus / target.name)) {
    std::printf("%s/%s\n", target.name,
                entry.path().filename().c_str());  // the last one printed is the one that ended it
    std::fflush(stdout);
    target.run(bytes_of(entry.path()));
    ++files;
  }
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  if (sodium_init() < 0) return 70;
  if (argc == 2 && std::string_view{argv[1]} == "--list") {
    for (const auto& target : told::fuzz::targets()) std::printf("%s\t%s\n", target.name, target.reads);
    return 0;
  }
  if (argc < 2 || !std::filesystem::is_directory(argv[1])) {
    std::fprintf(stderr, "usage: fuzz_replay CORPUS [TARGET] | --list\n");
    return 64;
  }
  const std::filesystem::path corpus = argv[1];
  int missing = 0;
  for (const auto& target : told::fuzz::targets()) {
    if (argc > 2 && std::string_view{argv[2]} != target.name) continue;
    if (replay(target, corpus) == 0) {
      std::fprintf(stderr, "%s has no corpus: put a good example into %s\n", target.name,
                   (corpus / target.name).c_str());
      ++missing;
    }
  }
  for (const auto& entry : std::filesystem::directory_iterator(corpus))
    if (told::fuzz::target(entry.path().filename().string()) == nullptr) {
      std::fprintf(stderr, "%s is of no target\n", entry.path().c_str());
      ++missing;
    }
  return missing == 0 ? 0 : 1;
}
