#include "rehearse/picture.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "rehearse/svg.hpp"

namespace told::rehearse {
namespace {

constexpr int lanes_left = 400;
constexpr int widest = 1100;  ///< of the lanes, without their labels
constexpr int top = 96;
constexpr int row_height = 26;
constexpr std::size_t marks_drawn = 4;  ///< of what comes again and again; then the last

/// One notification, or one call and its repeats, in its recipient's lane.
struct Row {
  core::Instant from{};
  core::Instant until{};
  bool clock = false;
  bool late = false;
  std::vector<core::Instant> told;
  std::string label;

  /// What is drawn of `told`: a call that repeats all night is one fact.
  [[nodiscard]] std::vector<core::Instant> marks() const {
    if (told.size() <= marks_drawn + 1) return told;
    std::vector<core::Instant> some(told.begin(), told.begin() + marks_drawn);
    some.push_back(told.back());
    return some;
  }
};

class Picture {
 public:
  explicit Picture(const Play& play) : play_(play) {}

  std::string draw() {
    collect_ends();
    collect_clocks();
    collect_deliveries();
    lay_out_time();
    const auto& scenario = play_.scenario();
    Svg svg(scenario.title.empty() ? scenario.file : scenario.title,
            "A rehearsal, from " + play_.calendar().in_words(scenario.begins) + " to " +
                play_.calendar().in_words(play_.ends()) +
                ", local time. One lane for each recipient. A bar is a clock, from its start until somebody "
                "acknowledged or the rehearsal ended; a dot is something put into the recipient's hands; a triangle is "
                "a call because somebody else had not answered. Distances in time are not to scale.");
    svg.text(16, 28, scenario.title.empty() ? scenario.file : scenario.title, "head");
    svg.text(
        16, 48,
        "Bar: a clock. Dot: put into hands. Triangle: called. Dashed bar: not answered in time. Not to scale; of what "
        "repeats the first marks are drawn, and the last.",
        "small");
    int y = top;
    for (const auto& [recipient, rows] : lanes_) {
      svg.line(16, y - 14, right_, y - 14, "lane");
      svg.text(16, y + 4, shortened(play_.title(recipient), 48), "head");
      for (const Row& row : rows) {
        draw_row(svg, row, y);
        y += row_height;
      }
      y += 10;
    }
    svg.line(16, y - 14, right_, y - 14, "lane");
    draw_ticks(svg, y - 14);
    return svg.document();
  }

 private:
  [[nodiscard]] std::string clock(core::Instant at) const {
    return near_words(std::chrono::floor<std::chrono::minutes>(at), play_.scenario().begins, play_.calendar());
  }

  std::vector<Row>& lane(const std::string& recipient) { return lanes_[recipient]; }

  /// When what is owed or awaited ended without anybody's acknowledgement.
  void collect_ends() {
    const core::State& state = play_.world().state();
    const auto ends_search = [&](core::CaseNumber c, core::EntryIndex by, core::Instant at) {
      for (const auto& [index, event] : state.events())
        if (index < by && state.case_of(event) == state.goes_on_as(c)) event_ended_.try_emplace(index, at);
    };
    for (const Line& line : play_.lines()) {
      const auto* d = std::get_if<Decided>(&line);
      if (d == nullptr) continue;
      const v1::EventAccepted& event = d->head.event_accepted();
      if (event.ends_episode() != 0 || d->head.has_stand_down_ordered())
        ends_search(d->head.case_number(), d->head.index(), d->at);
      if (event.withdraws()) event_ended_.try_emplace(event.amends(), d->at);
      for (const auto* groups : {&event.clocks_stopped(), &d->head.identity_changed().clocks_stopped(),
                                 &d->head.case_erased().clocks_stopped()})
        for (const v1::ClocksStopped& group : *groups)
          for (const v1::ClockStopped& clock : group.clocks())
            clock_ended_[{group.event(), static_cast<core::Slot>(clock.slot())}] = d->at;
    }
  }

  [[nodiscard]] core::Instant until(core::NotificationId id, const core::Notification& n) const {
    if (n.acknowledged != core::Instant{}) return n.acknowledged;
    if (n.open()) return play_.ends();
    if (const auto clock = clock_ended_.find(id); clock != clock_ended_.end()) return clock->second;
    const auto event = event_ended_.find(id.event);
    return event == event_ended_.end() ? play_.ends() : event->second;
  }

  /// "stood_down", as people read it.
  static std::string in_words(v1::NotificationState state) {
    std::string word = state_word(state);
    std::replace(word.begin(), word.end(), '_', ' ');
    return word;
  }

  void collect_clocks() {
    const core::State& state = play_.world().state();
    std::vector<core::EntryIndex> order;
    for (const auto& [index, event] : state.events()) order.push_back(index);
    std::sort(order.begin(), order.end());
    for (const core::EntryIndex index : order) {
      const core::Event& event = *state.event(index);
      for (std::size_t slot = 0; slot < event.notifications.size(); ++slot) {
        const core::Notification& n = event.notifications[slot];
        if (!n.asks_acknowledgement() || static_cast<v1::NotificationKind>(n.kind) == v1::NOTIFICATION_KIND_ESCALATION)
          continue;
        Row row;
        row.clock = true;
        row.from = std::max(n.made, play_.scenario().begins);
        const core::NotificationId id{index, static_cast<core::Slot>(slot)};
        row.until = until(id, n);
        row.late = n.late || (n.open() && n.deadline < play_.ends());
        const std::string owed = play_.clock_of(n);
        row.label = (owed.empty() ? type_told(state, id) : owed) + ": due " + clock(n.deadline) + ", " +
                    in_words(n.state) + (n.open() ? "" : " " + clock(row.until)) + (row.late ? ", LATE" : "");
        rows_[id] = lane(state.recipient_name(n.recipient)).size();
        lane(state.recipient_name(n.recipient)).push_back(std::move(row));
      }
    }
  }

  void collect_deliveries() {
    std::map<std::string, std::map<std::string, std::size_t>> calls;  ///< by lane, then by whom it is about
    for (const Line& line : play_.lines()) {
      const auto* d = std::get_if<Delivered>(&line);
      if (d == nullptr) continue;
      if (const auto known = rows_.find(d->what.notification); known != rows_.end()) {
        lane(d->what.recipient)[known->second].told.push_back(d->at);
        continue;
      }
      const bool call = d->what.kind == v1::NOTIFICATION_KIND_ESCALATION;
      const std::string about = (call ? "called about " : "told that it is answered: ") +
                                play_.title(d->what.about_recipient) + " (" + d->event_type + ")";
      auto& of_lane = calls[d->what.recipient];
      if (!of_lane.contains(about)) {
        of_lane[about] = lane(d->what.recipient).size();
        Row row;
        row.from = row.until = d->at;
        row.label = about + ":";
        lane(d->what.recipient).push_back(std::move(row));
      }
      Row& row = lane(d->what.recipient)[of_lane[about]];
      row.until = d->at;
      row.told.push_back(d->at);
      if (row.told.size() == 1) row.label += " " + clock(d->at);
    }
    for (auto& [recipient, rows] : lanes_)
      for (Row& row : rows)
        if (!row.clock && row.told.size() > 1) row.label += " and again, " + std::to_string(row.told.size()) + " times";
  }

  void lay_out_time() {
    std::set<core::Instant> moments{minute(play_.scenario().begins)};
    for (const auto& [recipient, rows] : lanes_)
      for (const Row& row : rows) {
        moments.insert(minute(row.from));
        moments.insert(minute(row.until));
        for (const core::Instant at : row.marks()) moments.insert(minute(at));
      }
    std::map<core::Instant, double> far;
    double length = 0;
    core::Instant last = *moments.begin();
    for (const core::Instant at : moments) {
      length += 16 * std::log2(1 + std::chrono::duration<double, std::ratio<60>>(at - last).count());
      far[at] = length;
      last = at;
    }
    const double scale = length > widest ? widest / length : 1;
    for (const auto& [at, distance] : far) x_[at] = lanes_left + static_cast<int>(scale * distance);
    right_ = lanes_left + static_cast<int>(scale * length) + 40;
  }

  static core::Instant minute(core::Instant at) { return std::chrono::floor<std::chrono::minutes>(at); }
  [[nodiscard]] int x_of(core::Instant at) const { return x_.at(minute(at)); }

  void draw_row(Svg& svg, const Row& row, int y) {
    const int from = x_of(row.from);
    const int until = std::max(x_of(row.until), from + 8);
    if (row.clock) svg.box(from, y - 9, until - from, 18, row.late ? "bar late" : "bar", row.label);
    for (const core::Instant at : row.marks()) {
      const std::string title = (row.clock ? "put into hands " : "called ") + clock(at);
      if (row.clock)
        svg.dot(x_of(at), y, "told", title);
      else
        svg.triangle(x_of(at), y, "called", title);
    }
    svg.text(until + 12, y + 4, row.label, "small");
  }

  void draw_ticks(Svg& svg, int bottom) const {
    int last = -1000;
    for (const auto& [at, x] : x_) {
      if (x - last < 120) continue;
      svg.line(x, top - 18, x, bottom, "tick");
      svg.text(x - 12, top - 24, clock(at), "small");
      last = x;
    }
  }

  const Play& play_;
  std::map<std::string, std::vector<Row>> lanes_;
  std::map<core::NotificationId, std::size_t> rows_;
  std::map<core::EntryIndex, core::Instant> event_ended_;
  std::map<core::NotificationId, core::Instant> clock_ended_;
  std::map<core::Instant, int> x_;
  int right_ = 0;
};

}  // namespace

std::string picture(const Play& play) { return Picture(play).draw(); }

}  // namespace told::rehearse
