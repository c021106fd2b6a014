#pragma once
// The small vocabularies: codes of the ledger as people say them.
#include <string>

#include "told/v1/gateway.pb.h"
#include "told/v1/ledger.pb.h"

namespace told::audit {

/// "told.child.missing.v1" → "child missing".
[[nodiscard]] std::string event_words(const std::string& type);
/// "to be told", "called by a ladder", ...
[[nodiscard]] std::string kind_words(v1::NotificationKind kind);
/// " (NOBODY THERE)" of a duty that nobody could be told of; else "".
[[nodiscard]] std::string nobody_there_words(const v1::Duty& duty);
/// A text of somebody else's on one line of a terminal: control characters, and those that turn the direction of
/// writing, become "?" so that a note can neither forge a line nor drive the terminal.
[[nodiscard]] std::string on_one_line(const std::string& text);

}  // namespace told::audit
