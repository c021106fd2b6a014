#pragma once
// What the engine knows of what an entry does not say itself.
#include <string>

#include "audit/words.hpp"
#include "core/state.hpp"

namespace told::audit {

/// A recipient as people read it, by the policy in force; by its name where that has none.
[[nodiscard]] std::string title_of(const core::State& state, const std::string& recipient);

/// What a notification of this kind asks for. `about`: of a call, about whom it is, as people read it; `duty`: what is
/// owed. Either may be "".
[[nodiscard]] Asked asked_of(v1::NotificationKind kind, const std::string& about, const std::string& duty);

/// Of the notifications that are in memory. The state outlives it.
[[nodiscard]] Glossary glossary_of(const core::State& state);

}  // namespace told::audit
