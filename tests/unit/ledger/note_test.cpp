#include "ledger/note.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>

#include "ledger/checkpoint.hpp"
#include "world.hpp"

namespace told::ledger {
namespace {

// The example of Go's golang.org/x/mod/sumdb/note.
constexpr auto peter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view text =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr auto peters_line =
    "\xE2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBw"
    "JnAM=\n";

std::string peters_note() { return std::string{text} + "\n" + peters_line; }

TEST(Note, GosPublishedExampleVerifies) {
  std::string problem;
  EXPECT_EQ(open_note(peters_note(), peter, &problem), std::string{text}) << problem;
}

TEST(Note, AnAlteredExampleDoesNot) {
  for (const std::size_t at : {std::size_t{0}, std::size_t{40}, text.size() - 3}) {
    auto note = peters_note();
    note[at] ^= 1;
    std::string problem;
    EXPECT_FALSE(open_note(note, peter, &problem));
    EXPECT_NE(problem.find("altered"), std::string::npos) << problem;
  }
}

TEST(Note, AnotherKeysSignatureIsPassedOverAndNotEnough) {
  const auto other = SigningKey::generate("witness.example");
  auto note = other.sign({"told.example", 3, {}});
  EXPECT_TRUE(verify_note(note, other.verifier_text(), nullptr));
  std::string problem;
  EXPECT_FALSE(verify_note(note, peter, &problem));
  EXPECT_NE(problem.find("no signature of PeterNeumann"), std::string::npos) << problem;
  EXPECT_TRUE(open_note(peters_note() + "\xE2\x80\x94 stranger AAAAAAAA\n", peter, &problem)) << problem;
}

TEST(Note, WhatIsNoNoteIsRefusedWithASentence) {
  for (const std::string& bad :
       {std::string{}, std::string{"\n\n"}, std::string{text}, std::string{text} + "\n", peters_note() + "no dash\n",
        peters_note().substr(0, peters_note().size() - 1), std::string{"a\tb\n\n"} + peters_line}) {
    std::string problem;
    EXPECT_FALSE(open_note(bad, peter, &problem)) << bad;
    EXPECT_FALSE(problem.empty()) << bad;
  }
}

TEST(Note, AVerifierKeyWhoseHashIsNotItsOwnIsRefused) {
  std::string problem;
  EXPECT_FALSE(VerifierKey::from_text("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", &problem));
  EXPECT_NE(problem.find("hash"), std::string::npos) << problem;
  EXPECT_FALSE(VerifierKey::from_text("Peter Neumann+c74f20a3+AAAA", nullptr));
  EXPECT_FALSE(VerifierKey::from_text("nonsense", nullptr));
  EXPECT_EQ(VerifierKey::from_text(peter, nullptr)->text(), peter);
}

TEST(Checkpoint, ReadsBackAsItWasSigned) {
  const auto key = SigningKey::generate("told.example");
  Checkpoint c{"told.example", 1234567, {}};
  c.root.fill(0xAB);
  const auto note = key.sign(c);
  std::string problem;
  const auto read = verify_note(note, key.verifier_text(), &problem);
  ASSERT_TRUE(read) << problem;
  EXPECT_EQ(read->origin, c.origin);
  EXPECT_EQ(read->size, c.size);
  EXPECT_EQ(read->root, c.root);
}

TEST(Checkpoint, ANoteThatIsNoneIsRefusedThoughItsSignatureIsGood) {
  std::string problem;
  EXPECT_FALSE(verify_note(peters_note(), peter, &problem));
  EXPECT_NE(problem.find("no checkpoint"), std::string::npos) << problem;
}

TEST(SigningKey, ItsTextFormReadsBackAndSignsTheSame) {
  const auto key = SigningKey::generate("told.example");
  const auto again = SigningKey::from_text(key.private_text());
  EXPECT_EQ(again.private_text(), key.private_text());
  EXPECT_EQ(again.sign({"o", 1, {}}), key.sign({"o", 1, {}}));
  auto typo = key.private_text();
  typo[std::string{"PRIVATE+KEY+"}.size()] ^= 1;
  EXPECT_THROW((void)SigningKey::from_text(typo), std::runtime_error);
  EXPECT_THROW((void)SigningKey::from_text(key.verifier_text()), std::runtime_error);
}

TEST(SigningKey, AFileThatOthersCanReadIsRefusedWithTheMend) {
  const Place place;
  const auto path = place.file("signing.key");
  const auto key = SigningKey::generate("told.example");
  std::ofstream{path} << key.private_text() << "\n";
  ::chmod(path.c_str(), 0640);
  const auto said = complaint([&] { (void)SigningKey::from_file(path); });
  EXPECT_NE(said.find("chmod 600 " + path), std::string::npos) << said;
  ::chmod(path.c_str(), 0600);
  EXPECT_EQ(SigningKey::from_file(path).verifier_text(), key.verifier_text());
  EXPECT_NE(complaint([&] { (void)SigningKey::from_file(path + ".not"); }), "");
}

}  // namespace
}  // namespace told::ledger
