#pragma once
// A scenario, played.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rehearse/journal.hpp"

namespace told::rehearse {

/// An expectation, or a step, that did not come out.
struct Failure {
  config::Place place;
  std::string expected;  ///< "police.control_room is told of child.missing by 00:05"
  std::string instead;   ///< what happened
};

class Play {
 public:
  /// The scenario must outlive this.
  Play(const Scenario& scenario, Prints prints);
  /// To `until`, or, where none is given, to the scenario's own end, or else until a day after its last moment. Once.
  void run(std::optional<core::Instant> until);

  [[nodiscard]] const Scenario& scenario() const { return scenario_; }
  [[nodiscard]] const std::vector<Line>& lines() const { return journal_.lines(); }
  [[nodiscard]] const World& world() const { return world_; }
  [[nodiscard]] const std::vector<Failure>& failures() const { return failures_; }
  [[nodiscard]] core::Instant ends() const { return ends_; }
  [[nodiscard]] const core::Calendar& calendar() const { return world_.state().policy()->calendar; }

  /// The newest notification that agrees with all of it; one that is open before one that is not. Nullopt: none.
  [[nodiscard]] std::optional<core::NotificationId> find(const Which& which) const;
  /// Whether a delivery is of that kind.
  [[nodiscard]] bool agrees(const Which& which, const Delivered& delivered) const;
  /// A recipient as people read it.
  [[nodiscard]] std::string title(const std::string& recipient) const;
  /// The name of an obligation's clock; "" where it is none.
  [[nodiscard]] std::string clock_of(const core::Notification& n) const;
  /// What that clock owes, in the policy's words.
  [[nodiscard]] std::string duty_of(const core::Notification& n) const;

 private:
  /// At the beginning, and each night from then on.
  void look_at_the_calendar();
  void act(const Step& step);
  void publish(const Publish& publish);
  void acknowledge(const Step& step, const Acknowledge& act);
  /// Whoever has it answers by themselves, where they still have to.
  void answer(core::NotificationId id);
  void decline(const Step& step, const Decline& act);
  void stand_down(const Step& step, const StandDown& act);
  void screen(const Step& step, const Screen& act);
  void hold(const Step& step, const Hold& act);
  void erase(const Step& step, const Erase& act);
  /// Does what is ordered, or says that `expected` did not come about, and why.
  template <class Order>
  void order(const Step& step, const std::string& expected, Order command);
  void same_child(const Step& step, const SameChild& act);
  void another_child(const Step& step, const AnotherChild& act);
  /// 0 where nothing was published about the child. Of one of whom there is only a Prevent case: that one.
  [[nodiscard]] core::CaseNumber case_of(const std::string& subject) const;
  [[nodiscard]] core::CaseNumber case_of(const OfCase& of) const;
  void close_alarm(const Step& step, const CloseAlarm& act);
  void judge(const Expectation& expectation);
  void fail(config::Place place, std::string expected, std::string instead);
  [[nodiscard]] bool is_about(const Which& which, core::EntryIndex event) const;
  [[nodiscard]] bool is_about(const Which& which, core::NotificationId id) const;
  [[nodiscard]] bool is_of_subject(const Which& which, core::EntryIndex event) const;
  void remark(std::string text) { journal_.add(Remark{world_.now(), std::move(text)}); }

  const Scenario& scenario_;
  Journal journal_;
  World world_;
  std::map<core::EntryIndex, std::string> subjects_;
  std::map<std::string, core::CaseNumber> cases_;          ///< the newest case of each subject
  std::map<std::string, core::CaseNumber> prevent_cases_;  ///< likewise, of the Prevent stream
  std::vector<Failure> failures_;
  core::Instant ends_{};
};

/// What happened instead; nullopt where the expectation is met at this moment of the play.
[[nodiscard]] std::optional<std::string> what_instead(const Expectation& expectation, const Play& play);
/// The expectation as a sentence.
[[nodiscard]] std::string in_words(const Expectation& expectation, const Play& play);
[[nodiscard]] std::string in_words(const Which& which);

}  // namespace told::rehearse
