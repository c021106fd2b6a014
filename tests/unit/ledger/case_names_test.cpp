#include "ledger/case_names.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <set>

namespace told::ledger {
namespace {

const unsigned char* key_of(char c) {
  static std::array<std::string, 256> keys;
  auto& key = keys[static_cast<unsigned char>(c)];
  key.assign(CaseNames::key_bytes, c);
  return reinterpret_cast<const unsigned char*>(key.data());
}

TEST(CaseNames, AreReadBackAsTheCaseByWhoeverHasTheKey) {
  const CaseNames names(key_of('a'));
  for (const core::CaseNumber c :
       {core::CaseNumber{1}, core::CaseNumber{2}, core::CaseNumber{4'000'000'000}, (core::CaseNumber{1} << 36U) - 1})
    for (const char* party : {"police.control_room", "home_office.asylum", "port.tilbury"})
      EXPECT_EQ(names.read(names.name(c, party)), c) << names.name(c, party);
}

TEST(CaseNames, AreTheSameEveryTime) {
  EXPECT_EQ(CaseNames(key_of('a')).name(7, "police"), CaseNames(key_of('a')).name(7, "police"));
  EXPECT_NE(CaseNames(key_of('a')).name(7, "police"), CaseNames(key_of('b')).name(7, "police"));
}

TEST(CaseNames, OfTwoPartiesHaveNothingInCommonAndNeitherHaveThoseOfTwoCases) {
  const CaseNames names(key_of('a'));
  std::set<std::string> all;
  for (core::CaseNumber c = 1; c <= 2000; ++c)
    for (const char* party : {"police", "home_office", "guardians"}) all.insert(names.name(c, party));
  EXPECT_EQ(all.size(), 6000U);
  // Neighbours are nowhere near each other: of a hundred pairs, few begin with the same two characters.
  int alike = 0;
  for (core::CaseNumber c = 1; c <= 100; ++c)
    alike += names.name(c, "police").substr(2, 2) == names.name(c + 1, "police").substr(2, 2);
  EXPECT_LT(alike, 10);
}

TEST(CaseNames, ThatWereMistypedAreRefused) {
  const CaseNames names(key_of('a'));
  std::string wrong = names.name(7, "police");
  wrong[3] = wrong[3] == '7' ? '8' : '7';
  core::ReferenceProblem problem;
  EXPECT_EQ(names.read(wrong, &problem), std::nullopt);
  EXPECT_EQ(problem.code, core::ReferenceProblem::Code::wrong_check);
  EXPECT_EQ(names.read(core::to_reference(core::Named::partys_case, ~std::uint64_t{0}), &problem), std::nullopt);
  EXPECT_EQ(problem.code, core::ReferenceProblem::Code::too_long);
}

TEST(CaseNames, TakeTheHousesOwnReferenceToo) {
  EXPECT_EQ(CaseNames(key_of('a')).read(core::to_reference(core::Named::case_, 42)), 42U);
}

TEST(CaseNames, EndWhereTheLedgerHasOutgrownThem) {
  EXPECT_THROW((void)CaseNames(key_of('a')).name(core::CaseNumber{1} << 36U, "police"), std::length_error);
}

}  // namespace
}  // namespace told::ledger
