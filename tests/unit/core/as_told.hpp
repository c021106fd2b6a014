#pragma once
// What a command says is what its entries and its answer say: World looks after each.
#include "core/command.hpp"
#include "core/decision.hpp"

namespace told::core::test {

/// One answer where one was asked for, to whoever asked.
void expect_answered(const Command& told, const Decision& decision);

/// Whatever an entry says that a person, a carrier or told's own parts have said is in their words. (Which entries a
/// command makes is each test's matter.)
void expect_in_their_words(const Command& told, const Decision& decision);

}  // namespace told::core::test
