#pragma once
// What holds in every test, whatever it is about: World looks after each decision, at each restart and at its end.
#include <google/protobuf/message.h>

#include "core/decision.hpp"
#include "core/state.hpp"

namespace told::core::test {

/// Whoever reads the ledger alone learns of each duty what the engine knows: who is told, why, about what, by which
/// rule of which policy. `event`: whose duties these are, unless a message between says of another.
void expect_as_recorded(const State& state, EntryIndex event, const google::protobuf::Message& said);

/// What is sent says what the engine knows of the notification; of a call, also what it is about. (Whose case it is,
/// and whether a ladder is exhausted, may have changed since in the same decision.)
void expect_as_known(const State& state, const Transmit& sent);

/// An entry says when it was decided, by the policy in force (`by_another_policy`: one was adopted in the same
/// decision), and of which event and case: of one that is known, or of itself. What it says of an alarm is what is
/// known of it.
void expect_placed(const State& state, Instant now, bool by_another_policy, const v1::LedgerEntry& entry);

/// Two states that have come of the same entries, each in its own way, know the same of every event and every case.
void expect_same(const State& one, const State& other);

/// Both say the same, in the same order.
void expect_same(const Decision& one, const Decision& other);

/// What is remembered as time goes on of whom ladders called, and what is made of the same rows anew.
void expect_same_calls(const State& lived, const State& anew);

}  // namespace told::core::test
