#include "rehearse/picture.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "rehearse/svg.hpp"

namespace told::rehearse {
namespace {

constexpr int lanes_left = 260;
constexpr int top = 96;
constexpr int row_height = 26;

/// One notification, or one call and its repeats, in its recipient's lane.
struct Row {
  core::Instant from{};
  core::Instant until{};
  bool clock = false;
  bool late = false;
  std::vector<core::Instant> told;
  std::string label;
};

class Picture {
 public:
  explicit Picture(const Play& play) : play_(play) {}

  std::string draw() {
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
    svg.text(16, 48,
             "Bar: a clock. Dot: put into hands. Triangle: called. Dashed bar: not answered in time. Not to scale.",
             "small");
    int y = top;
    for (const auto& [recipient, rows] : lanes_) {
      svg.line(16, y - 14, right_, y - 14, "lane");
      svg.text(16, y + 4, shortened(play_.title(recipient), 32), "head");
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
        const bool answered = n.acknowledged != core::Instant{};
        row.until = answered ? n.acknowledged : play_.ends();
        row.late = n.late || (n.open() && n.deadline < play_.ends());
        const std::string owed = play_.clock_of(n);
        row.label = (owed.empty() ? type_of(event) : owed) + ": due " + clock(n.deadline) + ", " + state_word(n.state) +
                    (answered ? " " + clock(n.acknowledged) : "") + (row.late ? ", LATE" : "");
        rows_[{index, static_cast<std::uint8_t>(slot)}] = lane(state.recipient_name(n.recipient)).size();
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
      if (row.told.size() <= 3) row.label += " " + clock(d->at);
      if (row.told.size() == 4) row.label += ", and so on";
    }
  }

  void lay_out_time() {
    std::set<core::Instant> moments{minute(play_.scenario().begins)};
    for (const auto& [recipient, rows] : lanes_)
      for (const Row& row : rows) {
        moments.insert(minute(row.from));
        moments.insert(minute(row.until));
        for (const core::Instant at : row.told) moments.insert(minute(at));
      }
    int x = lanes_left;
    core::Instant last = *moments.begin();
    for (const core::Instant at : moments) {
      const double minutes = std::chrono::duration<double, std::ratio<60>>(at - last).count();
      x += static_cast<int>(16 * std::log2(1 + minutes));
      x_[at] = x;
      last = at;
    }
    right_ = x + 40;
  }

  static core::Instant minute(core::Instant at) { return std::chrono::floor<std::chrono::minutes>(at); }
  [[nodiscard]] int x_of(core::Instant at) const { return x_.at(minute(at)); }

  void draw_row(Svg& svg, const Row& row, int y) {
    const int from = x_of(row.from);
    const int until = std::max(x_of(row.until), from + 8);
    if (row.clock) svg.box(from, y - 9, until - from, 18, row.late ? "bar late" : "bar", row.label);
    for (const core::Instant at : row.told) {
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
      if (x - last < 92) continue;
      svg.line(x, top - 18, x, bottom, "tick");
      svg.text(x - 12, top - 24, clock(at), "small");
      last = x;
    }
  }

  const Play& play_;
  std::map<std::string, std::vector<Row>> lanes_;
  std::map<core::NotificationId, std::size_t> rows_;
  std::map<core::Instant, int> x_;
  int right_ = 0;
};

}  // namespace

std::string picture(const Play& play) { return Picture(play).draw(); }

}  // namespace told::rehearse
