#pragma once
// The ladder of one notification, at one moment: when its rungs are reached, and whom each calls, by the rotas and the
// screens of that moment. It asks and changes nothing. The engine's, and whoever's shows how a ladder stands.
//
// Rungs are counted from 1, as Notification::rung is. Of an obligation the first reminds whoever owes it.
#include <cstdint>
#include <string>
#include <vector>

#include "core/policy.hpp"
#include "core/state.hpp"
#include "core/time.hpp"

namespace told::core {

/// It is a call about what stands in the slot. What is owed each week for years keeps the calls of its earlier rounds,
/// which say nothing of the present one: whoever took one has taken on what is over.
[[nodiscard]] bool is_call_about(const Notification& n, const Event& event, std::uint32_t slot);

class LadderOf {
 public:
  /// The state outlives it, and so does the event, which is of the state.
  LadderOf(const State& state, Instant now, const Event& event, std::uint32_t slot);

  /// None: its policy is unknown, or has no such ladder.
  [[nodiscard]] std::size_t rungs() const { return rungs_.size(); }
  [[nodiscard]] const Rung& rung(std::size_t number) const { return rungs_[number - 1]; }
  /// How its deadline was reckoned.
  [[nodiscard]] const Due& within() const { return within_; }
  [[nodiscard]] Instant at(std::size_t number) const;
  /// When the last rung comes again that was reached, or repeated, at `last`.
  [[nodiscard]] Instant again_after(Instant last) const;

  // --- whom it calls ---
  /// Whom the rung's names stand for at this moment, whoever is kept out of the case left out.
  [[nodiscard]] std::vector<std::string> called_by(std::size_t number) const;
  /// Whom the nearest rung below calls that has somebody else than the one who is silent; nobody where none has.
  [[nodiscard]] std::vector<std::string> called_below(std::size_t number) const;
  /// It calls nobody but the one who is silent; `call_declined`: nor anybody who has not declined a call about it.
  [[nodiscard]] bool calls_nobody_else(std::size_t number, bool call_declined) const;
  /// Takes those out of `who` whom a last rung that repeats need not call now: they were called about something else of
  /// the case less than one repeat ago, and that call named this too. When the rung comes again for the first of them;
  /// Instant::max() where nobody was taken out.
  Instant leave_out_called(std::vector<std::string>& who) const;

  // --- how those who were called have answered ---
  /// Enough of those whom this rung called have taken the call.
  [[nodiscard]] bool held(std::size_t number) const;
  [[nodiscard]] bool has_declined_a_call(const std::string& who) const;
  /// Too few of those who were called where the ladder stands may still take the call, or have: one, or what its rung
  /// asks for.
  [[nodiscard]] bool too_few_left() const;

  // --- of an obligation ---
  /// When the ladder goes on of one that somebody takes on before its end.
  [[nodiscard]] Instant after_taking_on() const;
  /// When the ladder of one that somebody took on would climb had they not.
  [[nodiscard]] Instant before_taking_on() const;

 private:
  [[nodiscard]] const Notification& own() const { return event_.notifications[slot_]; }
  [[nodiscard]] bool is_call(const Notification& n) const { return is_call_about(n, event_, slot_); }
  /// How many of those whom it has called have taken the call.
  [[nodiscard]] std::size_t taken() const;

  const State& state_;
  Instant now_;
  const Event& event_;
  std::uint32_t slot_;
  PolicyPtr policy_;  ///< that the notification was frozen under
  std::vector<Rung> rungs_;
  Due repeat_last_{};
  Due within_{};
};

/// Whom a name of the policy stands for at this moment, whoever is kept out of the case `about` left out.
[[nodiscard]] std::vector<std::string> there(const State& state, Instant now, const Policy& policy,
                                             const std::string& name, CaseNumber about);

/// Whose time and ladder whoever has who is told, without a rule of its own, of the end of the event or of a later
/// truth about it: a stand-down's would call people who may not know that there is a Prevent case, or who are on duty
/// for the real thing while an exercise is played. Null where it is of neither, or where the policy has no rule of that
/// sort.
[[nodiscard]] const Rule* rule_instead(const Event& event, const Policy& policy);

/// The rota that the rule of a notification tells; "" where it tells a recipient, or nobody by rule. Lives as long as
/// the policy that the notification was frozen under.
[[nodiscard]] const std::string& rota_told(const State& state, const Notification& n);

}  // namespace told::core
