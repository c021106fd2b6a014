// daemon/ledger/README.md promises a format; its worked example is read from the page and checked here.
#include <gtest/gtest.h>
#include <sodium.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "ledger/body_seal.hpp"
#include "ledger/merkle.hpp"
#include "world.hpp"

namespace told::ledger {
namespace {

std::string page() {
  std::ifstream in{TOLD_LEDGER_README};
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

// The text of the page's fenced block of that kind.
std::string block(const std::string& kind) {
  const auto text = page();
  const auto begin = text.find("```" + kind + "\n");
  if (begin == std::string::npos) return {};
  const auto from = begin + kind.size() + 4;
  return text.substr(from, text.find("```", from) - from);
}

std::map<std::string, std::string> example() {
  std::map<std::string, std::string> out;
  std::istringstream lines{block("example")};
  std::string name, equals, value;
  while (lines >> name >> equals >> value) out[name] = value;
  return out;
}

std::string bytes(const std::string& hex) {
  std::string out(hex.size() / 2, '\0');
  std::size_t length = 0;
  EXPECT_EQ(sodium_hex2bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), hex.data(), hex.size(), nullptr,
                           &length, nullptr),
            0);
  EXPECT_EQ(length, out.size());
  return out;
}

struct OneKey : KeyReader {
  std::string wrapped, body_wrapped;
  std::optional<StoredKey> key(core::CaseNumber c) override {
    return c == 1 ? std::optional{StoredKey{1, wrapped}} : std::nullopt;
  }
  std::optional<StoredBodyKey> body_key(core::EntryIndex entry) override {
    return entry == 1 ? std::optional{StoredBodyKey{body_wrapped, {}}} : std::nullopt;
  }
};

TEST(Format, ThePagesLeavesHashToItsRoot) {
  auto e = example();
  const std::vector<Hash> hashes{leaf_hash(bytes(e["leaf_0"])), leaf_hash(bytes(e["leaf_1"]))};
  EXPECT_EQ(hex(hashes[0]), e["leaf_hash_0"]);
  EXPECT_EQ(hex(hashes[1]), e["leaf_hash_1"]);
  EXPECT_EQ(hex(root_of(hashes)), e["root"]);
}

TEST(Format, ThePagesKeySignsItsCheckpointToTheByte) {
  auto e = example();
  const auto note = block("checkpoint");
  std::string problem;
  const auto checkpoint = verify_note(note, e["verifier_key"], &problem);
  ASSERT_TRUE(checkpoint) << problem;
  EXPECT_EQ(checkpoint->size, 2u);
  EXPECT_EQ(hex(checkpoint->root), e["root"]);
  const auto key = SigningKey::from_text(e["signing_key"]);
  EXPECT_EQ(key.verifier_text(), e["verifier_key"]);
  EXPECT_EQ(key.sign(*checkpoint), note);
}

TEST(Format, ThePagesSealedBodyOpensUnderItsKeys) {
  auto e = example();
  KeyRing ring{MasterKey::from_hex(e["master_key"])};
  auto keys = std::make_unique<OneKey>();
  keys->wrapped = bytes(e["wrapped_1"]);
  keys->body_wrapped = bytes(e["body_key_1"]);
  const BodySeal seal{ring, std::move(keys)};
  v1::LedgerEntry entry;
  ASSERT_TRUE(entry.ParseFromString(bytes(e["leaf_1"])));
  EXPECT_EQ(entry.sealed().size(), 116u);
  const auto body = seal.open(entry);
  ASSERT_TRUE(body);
  EXPECT_EQ(body->event().child_missing().child().name().given(), "Amara");
}

TEST(Format, ThePagesShellCommandsVerifyItWithoutAnythingOfOurs) {
  if (std::system("command -v openssl base64 sha256sum >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "needs the openssl program and coreutils";
  auto e = example();
  const Place place;
  std::ofstream{place.file("checkpoint.txt")} << block("checkpoint");
  for (const char* name : {"leaf_0", "leaf_1"}) std::ofstream{place.file(name)} << bytes(e[name]);
  std::ofstream{place.file("verify.sh")} << block("sh");
  const auto command = "cd '" + place.file("") + "' && sh -eu verify.sh > said 2>&1";
  const int result = std::system(command.c_str());
  std::ifstream in{place.file("said")};
  const std::string said{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_EQ(result, 0) << said;
  const auto note = block("checkpoint");
  std::istringstream lines{note};
  std::string origin, size, root;
  lines >> origin >> size >> root;
  EXPECT_EQ(said, "Signature Verified Successfully\nef4572e3\n" + root + "\n");
}

}  // namespace
}  // namespace told::ledger
