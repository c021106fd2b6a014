#pragma once
// The book: what the ledger's entries say, folded up a second time, from proto/told/v1/ledger.proto and the promises
// alone. It shares no code with daemon/core's State, so that where both are wrong they are wrong in different ways.
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "told/v1/gateway.pb.h"
#include "told/v1/ledger.pb.h"

namespace told::sim {

/// A duty to tell one recipient, as the entries so far leave it. Times are microseconds of UTC; 0: none.
struct Note {
  core::NotificationId id;
  std::string recipient;
  v1::NotificationKind kind = v1::NOTIFICATION_KIND_UNSPECIFIED;
  std::uint32_t rule = 0;
  std::uint32_t policy = 0;
  core::Slot about = 0;
  std::int64_t made_us = 0;  ///< first
  std::int64_t from_us = 0;  ///< when its clock started
  std::int64_t deadline_us = 0;
  std::int64_t next_us = 0;
  std::int64_t armed_us = 0;    ///< when next_us was said
  std::int64_t climbed_us = 0;  ///< when its ladder climbed last
  std::int64_t called_us = 0;   ///< when it was told, or told again, last
  std::int64_t asked_us = 0;    ///< since when its recipient has had something to answer
  core::EntryIndex made_by = 0;
  std::vector<core::EntryIndex> sent_for;  ///< by attempt, from the first: the entry that had made it by then
  core::EntryIndex intent = 0;             ///< the entry that intends the newest attempt
  std::uint32_t attempts = 0;
  std::uint32_t orphaned = 0;              ///< the attempt that was under way when told died last; 0: none was
  std::uint32_t attempts_before_call = 0;  ///< those that were made before it was to be told again last
  std::uint32_t rung = 0;
  std::uint32_t rounds = 0;    ///< of an obligation: those that began after the first
  std::uint32_t answered = 0;  ///< entries that say that somebody acknowledged it, repeated ones too
  bool open = true;
  bool asleep = false;  ///< an obligation whose owner was not reminded yet: nothing is sent
  bool in_flight = false;
  bool delivered = false;
  bool sent = false;
  bool dropped = false;
  bool exhausted = false;
  bool taken = false;  ///< somebody has acknowledged it since it was last asked
  bool declined = false;
  bool taken_away = false;          ///< somebody had accepted it who was kept out of the case afterwards
  core::EntryIndex stopped_by = 0;  ///< an obligation: the event that stopped it last
  std::int64_t done_us = 0;         ///< an obligation: when it was done, where it was
  std::int64_t declined_us = 0;     ///< last

  [[nodiscard]] bool is(v1::NotificationKind k) const { return kind == k; }
  [[nodiscard]] bool to_deliver() const { return !asleep && !delivered && !sent && !dropped; }
  [[nodiscard]] std::string name() const;
};

/// An event, an alarm or an order.
struct Fact {
  core::EntryIndex index = 0;
  core::CaseNumber recorded_case = 0;
  /// "told.child.missing.v1", "alarm", "drill", "stand_down", "screen", "hold", "erased", "same_child", "another_child"
  std::string type;
  std::string source, id;
  std::int64_t time_us = 0;
  std::int64_t recorded_us = 0;
  v1::Status status = v1::STATUS_ACTUAL;
  core::EntryIndex amends = 0;
  core::EntryIndex ends = 0;  ///< a report that a child is found: of the search that it ended
  bool withdrawn = false;
  bool erased = false;
  v1::RiskGrade said = v1::RISK_GRADE_UNSPECIFIED;  ///< missing, new grade: what it says, as corrected last
  bool high = false;                                ///< a missing child's grade, as it is by now
  bool prevent = false;                             ///< an alarm: those of the Prevent stream alone hear of it
  bool kept_out = false;                            ///< an alarm: whoever is on duty is kept out of this case
  core::CaseNumber kept_out_of = 0;
  bool episode_open = false;
  std::uint64_t about_notification = 0;
  std::set<std::uint64_t> owed_already;  ///< what is owed once, and earlier reports of the same have begun
  std::vector<Note> notes;
};

class Book {
 public:
  /// Folds one entry in; a sentence where it cannot be, by itself or after what came before; else "".
  [[nodiscard]] std::string add(const v1::LedgerEntry& entry);

  [[nodiscard]] core::EntryIndex size() const { return size_; }
  [[nodiscard]] std::int64_t last_time_us() const { return last_time_us_; }
  [[nodiscard]] const std::map<core::EntryIndex, Fact>& facts() const { return facts_; }
  [[nodiscard]] const Fact* fact(core::EntryIndex index) const;
  [[nodiscard]] const Note* note(core::NotificationId id) const;
  /// The entry that accepted this event; nullopt where none did.
  [[nodiscard]] std::optional<core::EntryIndex> accepted(const std::string& source, const std::string& id) const;
  /// The case that a fact belongs to by now.
  [[nodiscard]] core::CaseNumber case_of(const Fact& fact) const;
  /// The same; of an alarm the case of what it is about, 0 where that is none.
  [[nodiscard]] core::CaseNumber case_told_of(const Fact& fact) const;
  [[nodiscard]] core::CaseNumber goes_on_as(core::CaseNumber c) const;
  /// A person said that the fact is of another child than it was recorded for.
  [[nodiscard]] bool moved(const Fact& fact) const { return move_of(fact) != moved_.end(); }
  /// Missing episodes that go on, of that case by now.
  [[nodiscard]] std::vector<core::EntryIndex> episodes(core::CaseNumber c) const;
  /// These, and then new grades that nothing has ended.
  [[nodiscard]] std::vector<core::EntryIndex> search(core::CaseNumber c) const;
  [[nodiscard]] bool screened(core::CaseNumber c, const std::string& recipient) const {
    return screens_.contains({goes_on_as(c), recipient});
  }
  /// An alarm about this notification is open.
  [[nodiscard]] bool alarm_about(std::uint64_t notification) const;
  /// The alarm of this code, nullptr where none is open: of the Prevent stream where `prevent`.
  [[nodiscard]] const Fact* open_alarm(const std::string& code, const std::string& party, bool prevent) const {
    const auto found = alarms_.find({code, party, prevent});
    return found == alarms_.end() ? nullptr : fact(found->second);
  }
  /// One that says that whoever is on duty as `party` is kept out of this case.
  [[nodiscard]] bool alarm_of_keeping_out(const std::string& party, core::CaseNumber c, bool prevent) const;
  [[nodiscard]] bool alarm_open(const std::string& code, const std::string& party) const {
    return alarms_.contains({code, party, false}) || alarms_.contains({code, party, true});
  }
  /// The case that stands by itself again where `moved` leaves the case that it is in; 0 where none does.
  [[nodiscard]] core::CaseNumber parted_by(const Fact& moved) const;
  /// It was said to be about another child while the case that it is of was taken for another's: nobody is let in.
  [[nodiscard]] bool leaves_a_mistake(const Fact& fact) const;
  /// It did, some time.
  [[nodiscard]] bool left_a_mistake(const Fact& fact) const;
  [[nodiscard]] bool held(core::CaseNumber c) const { return holds_.contains(goes_on_as(c)); }
  /// Open notifications with a ladder that is to climb, the next one first.
  [[nodiscard]] const std::set<std::pair<std::int64_t, std::uint64_t>>& ladders() const { return ladders_; }
  [[nodiscard]] const std::set<std::uint64_t>& open() const { return open_; }

 private:
  /// Itself; of an alarm, what it is about, or what the alarm that it is about is about.
  [[nodiscard]] const Fact& told_about(const Fact& fact) const;
  [[nodiscard]] std::map<core::EntryIndex, core::CaseNumber>::const_iterator move_of(const Fact& fact) const;
  void keep_out(const std::string& recipient, const v1::LedgerEntry& by, const std::function<bool(const Fact&)>& of);
  void duties(Fact& fact, const google::protobuf::RepeatedPtrField<v1::Duty>& duties, const v1::LedgerEntry& by);
  void end(Note& note);
  void end_calls(Fact& fact, std::uint32_t about);
  void end_search(core::CaseNumber c, std::int64_t until_us);
  void grade(core::CaseNumber c);
  void withdraw(Fact& earlier);
  void recompute(const google::protobuf::RepeatedPtrField<v1::ClockRecomputed>& clocks, const v1::LedgerEntry& by);
  void intend(Note& note, std::uint32_t attempt, core::EntryIndex by);
  void track(Note& note);
  Fact& make(const v1::LedgerEntry& entry, std::string type);
  Fact* find(core::EntryIndex index);
  Note* find(core::EntryIndex event, std::uint32_t slot);
  void accept(const v1::LedgerEntry& entry);
  void climb(const v1::LedgerEntry& entry);
  void answer(const v1::LedgerEntry& entry);
  void end_attempt(const v1::LedgerEntry& entry);
  void identity(const v1::LedgerEntry& entry);
  void screen(const v1::LedgerEntry& entry);
  void open_again(const google::protobuf::RepeatedPtrField<v1::OpenAgain>& all, const v1::LedgerEntry& by);
  void tell_again(const google::protobuf::RepeatedPtrField<v1::OwedAgain>& groups, const v1::LedgerEntry& by);
  void hold(const v1::LedgerEntry& entry);
  void erase(const v1::LedgerEntry& entry);
  /// `again`: those that stop what is owed again with this entry, or by what it corrects; or the others.
  void stop_clocks(const google::protobuf::RepeatedPtrField<v1::ClocksStopped>& groups, const v1::LedgerEntry& by,
                   core::EntryIndex stopper, bool again = false);
  void wrong(std::string sentence) {
    if (wrong_.empty()) wrong_ = std::move(sentence);
  }

  core::EntryIndex size_ = 0;
  std::int64_t last_time_us_ = 0;
  std::uint32_t policy_version_ = 0;
  std::map<core::EntryIndex, Fact> facts_;
  std::map<std::pair<std::string, std::string>, core::EntryIndex> accepted_;
  std::set<core::EntryIndex> episodes_, grades_;
  std::map<core::CaseNumber, core::CaseNumber> joined_;
  std::map<core::EntryIndex, core::CaseNumber> moved_;
  std::set<core::EntryIndex> left_a_mistake_;  ///< events that were moved
  std::set<std::pair<core::CaseNumber, std::string>> screens_;
  std::set<core::CaseNumber> holds_;
  std::map<std::tuple<std::string, std::string, bool>, core::EntryIndex> alarms_;  ///< open: code, party, Prevent's own
  std::set<core::EntryIndex> keeping_out_;                                         ///< open: of one case each
  std::set<std::pair<std::int64_t, std::uint64_t>> ladders_;
  std::map<std::uint64_t, std::int64_t> tracked_;
  std::set<std::uint64_t> open_;
  std::string wrong_;
};

}  // namespace told::sim
