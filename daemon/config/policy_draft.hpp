#pragma once
// A policy as the file says it, with the place of everything that another part of the file may contradict. Read first
// as a whole (read_policy), then checked as a whole (check_*): a rule may stand above the ladder it names.
#include <array>
#include <map>
#include <string>
#include <vector>

#include "config/attachments.hpp"
#include "config/clock_draft.hpp"
#include "config/drill_draft.hpp"
#include "config/findings.hpp"
#include "config/reader.hpp"
#include "config/rota_draft.hpp"
#include "core/policy.hpp"

namespace told::config {

/// By core::Pace.
template <class T>
using ByPace = std::array<Said<T>, 2>;

struct RecipientDraft {
  Text name;
  Text title;
  Text agency;
  Text carrier;
  bool has_second = false;
  Place second_at;
  Text second_carrier;
  Said<std::int64_t> second_after_failures;
  Said<core::Duration> second_after;
  Text deputy;
  bool exercise_only = false;
  bool person = false;
  bool prevent = false;
  bool has_form = false;  ///< form_by_mail
  Place form_at;
  Text form_as;
  Text form_agreement;
  Said<core::Day> form_review_by;
};

struct RungDraft {
  Place at;
  Said<core::RungTime> after;
  Texts who;
  Said<std::int64_t> quorum;
  bool again = false;
  bool deputy = false;
};

struct LadderDraft {
  Text name;
  Place at;
  std::vector<RungDraft> rungs;
  Said<core::Due> repeat_last;
};

struct RuleDraft {
  Place at;
  Text when;
  Text who;
  Texts sites;
  Text only_if;
  Said<bool> only_if_told;
  Texts fields;
  Text fields_list;  ///< the list's name, where `fields` names one
  ByPace<core::Due> within;
  ByPace<std::string> ladder;
  bool within_by_pace = false;  ///< said as { high, other }
  bool ladder_by_pace = false;
  Text basis;
  Text purpose;
  Text agreement;
  Said<core::Day> review_by;
  Text source;
};

struct PolicyDraft {
  Place at{1, 1};
  Text name;
  Texts sites;
  Texts not_told;
  std::vector<RecipientDraft> recipients;
  std::vector<LadderDraft> ladders;
  std::map<std::string, Texts> field_lists;
  std::vector<RuleDraft> rules;
  Place stand_down_at;
  Said<core::Due> stand_down_within;
  Text stand_down_ladder;
  core::Calendar calendar;
  std::map<std::string, std::string> attachments;
  std::vector<RotaDraft> rotas;
  std::vector<ClockDraft> clocks;
  std::vector<QuotaDraft> quotas;
  std::vector<DrillDraft> drills;
  std::uint32_t attempts_before_alarm = 0;
  Texts third_party;
  Texts policing;

  [[nodiscard]] const LadderDraft* ladder(const std::string& ladder_name) const;
  [[nodiscard]] const RecipientDraft* recipient(const std::string& recipient_name) const;
  [[nodiscard]] std::vector<std::string> ladder_names() const;
  [[nodiscard]] std::vector<std::string> recipient_names() const;
  [[nodiscard]] const RotaDraft* rota(const std::string& role) const;
  /// Recipients and rotas: what a rung may call.
  [[nodiscard]] std::vector<std::string> callable_names() const;
  /// The `when` of a rule, or an entry of not_told, is no event or alarm and most like this one: that is said there,
  /// and that nobody hears of this one only follows from it.
  [[nodiscard]] bool misspells(const std::string& when) const;
  /// Everyone for whom a name on a rung may ever stand: a rota's people, or the recipient itself.
  [[nodiscard]] std::set<std::string> people(const std::string& who) const;
  /// The same as recipients, as far as they are declared.
  [[nodiscard]] std::vector<const RecipientDraft*> recipients_for(const std::string& who) const;
  /// Everyone whom the rung may ever call because `silent` has not answered; `silent` itself left out.
  [[nodiscard]] std::set<std::string> called_by(const RungDraft& rung, const std::string& silent) const;
};

[[nodiscard]] PolicyDraft read_policy(const Node& root, const Attach& attach, Findings& findings);

/// Each recipient and each ladder by itself, and whom the rungs name.
void check_recipients(const PolicyDraft& draft, Findings& findings);
void check_ladders(const PolicyDraft& draft, Findings& findings);
/// Each rule by itself: its event, its recipient, its fields, its times.
void check_rules(const PolicyDraft& draft, Findings& findings);
void check_stand_down(const PolicyDraft& draft, Findings& findings);
void check_subject_access(const PolicyDraft& draft, Findings& findings);
/// That no rung of a ladder comes before an earlier one, as far as that holds for every deadline.
void check_order(const LadderDraft& ladder, Findings& findings);
/// Whether a reminder then always comes in time.
[[nodiscard]] bool is_before_the_deadline(const core::RungTime& time, const core::Due& within,
                                          std::chrono::seconds close);
/// That `ladder` exists and calls somebody by the end of `within`, which the file says as `table`.`setting`.
void check_pace(const PolicyDraft& draft, const Said<core::Due>& within, const Text& ladder, const std::string& table,
                const std::string& setting, Findings& findings);
/// That no rung of a clock's ladder comes before its reminder: between them it would call every `repeat_last`.
void check_after_reminder(const PolicyDraft& draft, const Said<core::RungTime>& warn, const Said<core::Due>& within,
                          const Text& ladder, Findings& findings);
/// That nobody has longer to answer for a high risk than for another, as far as that holds for every day and hour.
void check_high_is_quicker(const PolicyDraft& draft, Findings& findings);
void check_rotas(const PolicyDraft& draft, Findings& findings);
void check_clocks(const PolicyDraft& draft, Findings& findings);
void check_quotas(const PolicyDraft& draft, Findings& findings);
void check_drills(const PolicyDraft& draft, Findings& findings);
/// Whether a recipient may know that there is a Prevent case.
[[nodiscard]] bool in_prevent_stream(const RecipientDraft& recipient);
/// Whom a ladder calls about a Prevent event, and whom an alarm about one tells.
void check_prevent_stream(const PolicyDraft& draft, Findings& findings);
/// All rules together: nobody twice, no event that reaches nobody, no event that makes too many notifications.
void check_reach(const PolicyDraft& draft, Findings& findings);
/// That somebody hears of the alarms that an earlier release did not raise.
void check_newer_alarms(const PolicyDraft& draft, Findings& findings);
/// That no event is told to exercise desks alone, by those rules that an earlier release took.
void check_not_for_exercises_alone(const PolicyDraft& draft, Findings& findings);

/// The engine's values. Only those of a draft in which nothing was found are good for the engine.
[[nodiscard]] core::Policy finished(const PolicyDraft& draft);

}  // namespace told::config
