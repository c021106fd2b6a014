#pragma once
// The ledger in plain words: one sentence for each entry, for a duty manager at three in the morning.
// A sentence never holds a name or anything a person wrote unless its body is given, and never what an event says
// about a child; so without a body it may stand in a log line.
#include <cstdint>
#include <functional>
#include <string>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "told/v1/ledger.pb.h"

namespace told::audit {

/// What a notification asks for, beyond that it be acknowledged.
struct Asked {
  bool owed = false;  ///< it is a duty, which is done rather than acknowledged
  std::string what;   ///< "Personal Education Plan"; "the call about Police control room"; "": nothing is to be added
};

/// What an entry does not say itself. Any may be unset, and may answer "" for what it does not know.
struct Glossary {
  /// Whose notification this is, as named in the policy ("home_office.asylum").
  std::function<std::string(core::NotificationId)> recipient;
  /// A recipient as people read it ("Home Office asylum").
  std::function<std::string(const std::string& recipient)> title;
  /// What this notification asks for.
  std::function<Asked(core::NotificationId)> asked;
};

/// Where an accepted event's duties are said: in its sentence, or apart, by whoever asks and gives each a line. Apart,
/// the sentence names neither who is to be told nor which duties begin (what ends or is due anew it says either way).
enum class Duties : std::uint8_t { said, apart };

/// "Home Office asylum has not acknowledged: Duty manager is called (rung 1)". No full stop, no time, no line breaks.
[[nodiscard]] std::string in_words(const v1::LedgerEntry& entry, const v1::Body* body, const Glossary& glossary,
                                   Duties duties = Duties::said);

/// The same with the time of day before it: "21:14:07  Home Office asylum has not acknowledged: ...".
[[nodiscard]] std::string timed_words(const v1::LedgerEntry& entry, const v1::Body* body, const Glossary& glossary);

}  // namespace told::audit
