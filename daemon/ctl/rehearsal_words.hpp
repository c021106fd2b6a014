#pragma once
// Each thing that happens in a rehearsal, in words. The sentences for what the engine decided are the ledger's own
// (audit/words.hpp), so a new kind of entry has its words here from its first day.
#include <string>
#include <vector>

#include "audit/words.hpp"
#include "rehearse/play.hpp"

namespace told::ctl {

class RehearsalWords {
 public:
  explicit RehearsalWords(const rehearse::Play& play);

  /// It is part of how every rehearsal goes: workers that connect, receipts of what is shown as delivered.
  [[nodiscard]] bool goes_without_saying(const rehearse::Decided& d) const;
  /// A ladder's step that was made before and comes again. A handover is none: it is told to somebody else.
  [[nodiscard]] bool repeats(const rehearse::Decided& d) const;

  [[nodiscard]] std::string of(const rehearse::Decided& d) const;  ///< without the duties of an accepted event
  [[nodiscard]] std::string of(const rehearse::Delivered& d) const;
  [[nodiscard]] std::string of(const rehearse::Refused& r) const;
  [[nodiscard]] std::string of(const rehearse::Remark& r) const { return r.text; }
  /// One line for each duty of an accepted event: who is to be told by when, whose clock runs until when.
  [[nodiscard]] std::vector<std::string> duties(const rehearse::Decided& d) const;
  /// What is owed, of a call or a reminder about a duty; "" otherwise.
  [[nodiscard]] std::string duty_behind(const rehearse::Delivered& d) const;

 private:
  [[nodiscard]] audit::Asked asked(core::NotificationId id) const;
  /// " (UUCR to the CLA 3 Team Manager)": which of what the silent one was asked a call is about; "" where there is
  /// one.
  [[nodiscard]] std::string asked_in_words(core::NotificationId about) const;

  const rehearse::Play& play_;
  std::size_t cases_ = 0;  ///< that the rehearsal opened
  audit::Glossary glossary_;
};

}  // namespace told::ctl
