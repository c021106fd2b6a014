#include "rehearse/policy_graph.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "rehearse/svg.hpp"

namespace told::rehearse {
namespace {

enum class Column : std::uint8_t { event, recipient, ladder };

struct Box {
  Column column = Column::event;
  std::string id;
  std::vector<std::string> lines;  ///< the first is its name
};

struct Edge {
  std::string from;
  std::string to;
  std::string label;
  bool clock = false;  ///< an obligation: drawn dashed
};

struct Graph {
  std::vector<Box> boxes;
  std::vector<Edge> edges;
};

/// "within 30 min", "by close of the next working day".
std::string by_when(const core::Due& due) {
  const std::string text = in_words(due);
  return (text.front() >= '0' && text.front() <= '9' ? "within " : "by ") + text;
}

/// "within 15 min (high), 30 min (other)" where that depends on the grade.
std::string by_when(const core::Rule& rule) {
  const std::string other = by_when(rule.within[0]);
  const std::string high = by_when(rule.within[1]);
  if (other == high) return other;
  const std::size_t said = other.starts_with("within ") && high.starts_with("within ") ? 7 : 0;
  return high + " (high), " + other.substr(said) + " (other)";
}

std::string one_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " or ") + name;
  return text;
}

/// ", only if risk.grade == high, only from tilbury"; "" for always and everywhere.
std::string limits(const core::Condition& only_if, const std::vector<std::string>& sites) {
  std::string text;
  if (!only_if.always()) text += ", only if " + only_if.text();
  if (!sites.empty()) text += ", only from " + one_of(sites);
  return text;
}

std::string limits(const core::Rule& rule) {
  return limits(rule.only_if, rule.sites) + (rule.only_if_told ? ", only if told of the missing child" : "");
}

class GraphMaker {
 public:
  explicit GraphMaker(const core::Policy& policy) : policy_(policy) {}

  Graph make() {
    for (const core::Rule& rule : policy_.rules) {
      std::string label = by_when(rule);
      label += limits(rule);
      graph_.edges.push_back({event(rule.when), recipient(rule.who), label, false});
      climb(rule.who, rule.ladder[0]);
      if (rule.ladder[1] != rule.ladder[0]) climb(rule.who, rule.ladder[1]);
    }
    for (const core::Clock& clock : policy_.clocks) {
      std::string label = clock.duty + ": " + by_when(clock.due) + limits(clock.only_if, clock.sites);
      if (!clock.after.empty()) label += ", each time after " + clock.after;
      if (!clock.stopped_by.empty()) label += ", stopped by " + one_of(clock.stopped_by);
      graph_.edges.push_back({event(clock.starts), recipient(clock.who), label, true});
      climb(clock.who, clock.ladder);
    }
    return std::move(graph_);
  }

 private:
  std::string box(Column column, const std::string& id, std::vector<std::string> lines) {
    const bool known = std::any_of(graph_.boxes.begin(), graph_.boxes.end(), [&](const Box& b) { return b.id == id; });
    if (!known) graph_.boxes.push_back({column, id, std::move(lines)});
    return id;
  }

  std::string event(const std::string& type) { return box(Column::event, "event " + type, {type}); }

  std::string recipient(const std::string& name) {
    const core::Recipient* r = policy_.recipient(name);
    std::vector<std::string> lines{name};
    if (r != nullptr) lines.push_back(r->title);
    if (r != nullptr && r->second) lines.push_back("by " + r->carrier + ", then by " + r->second->carrier);
    if (r != nullptr && !r->deputy.empty()) lines.push_back("deputy: " + r->deputy);
    if (r != nullptr && r->exercise_only) lines.emplace_back("exercises and tests only");
    if (r == nullptr) lines.emplace_back("whoever is on duty");
    return box(Column::recipient, "recipient " + name, std::move(lines));
  }

  void climb(const std::string& who, const std::string& name) {
    const core::Ladder* ladder = policy_.ladder(name);
    if (ladder == nullptr) return;
    std::vector<std::string> lines{"ladder " + name};
    for (const core::Rung& rung : ladder->rungs) lines.push_back(rung.after.in_words() + ": " + listed_all(rung));
    lines.push_back("then again " + core::interval_in_words(ladder->repeat_last));
    const std::string id = box(Column::ladder, "ladder " + name, std::move(lines));
    const std::string from = "recipient " + who;
    const bool drawn = std::any_of(graph_.edges.begin(), graph_.edges.end(),
                                   [&](const Edge& e) { return e.from == from && e.to == id; });
    if (!drawn) graph_.edges.push_back({from, id, "nobody answers", false});
  }

  static std::string listed_all(const core::Rung& rung) {
    std::string text;
    if (rung.again) text = "the recipient again, by a second channel if any";
    for (const std::string& name : rung.who) text += (text.empty() ? "" : ", ") + name;
    if (rung.deputy) text += (text.empty() ? "" : ", ") + std::string("the recipient's deputy");
    if (rung.quorum > 0) text += " (" + std::to_string(rung.quorum) + " of these hold it)";
    return text;
  }

  const core::Policy& policy_;
  Graph graph_;
};

std::string dot_quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + "\"";
}

// --- the picture ---

constexpr int left = 16;
constexpr int line_height = 18;
constexpr int events_wide = 860;
constexpr int deadline_x = 440;
constexpr int ladder_x = 670;
constexpr int ladders_x = events_wide + 140;
constexpr int ladders_wide = 460;
constexpr int page_top = 72;

/// One event: whom it is told to, and what is owed because of it.
struct Line {
  std::string what;      ///< the recipient, or the duty
  std::string deadline;  ///< "within 30 min", "due by close of the next working day"
  std::string ladder;
  std::string more;  ///< a condition, or who owes it; "" for none
  bool clock = false;
  std::set<std::string> ladders;
};
struct Block {
  std::string event;
  std::vector<Line> lines;
  [[nodiscard]] int height() const {
    int lines_high = 2;
    for (const Line& line : lines) lines_high += line.more.empty() ? 1 : 2;
    return lines_high * line_height;
  }
};

/// The policy as a page: a block for each event, and beside them the ladders that they lead to.
class Page {
 public:
  explicit Page(const core::Policy& policy, const Graph& graph) : policy_(policy), graph_(graph) {
    for (const core::Rule& rule : policy.rules) {
      Line line{title(rule.who),
                by_when(rule),
                rule.ladder[1] == rule.ladder[0] ? rule.ladder[0] : rule.ladder[1] + ", " + rule.ladder[0],
                {},
                false,
                {rule.ladder[0], rule.ladder[1]}};
      if (const std::string limited = limits(rule); !limited.empty()) line.more = limited.substr(2);
      block(rule.when).lines.push_back(std::move(line));
    }
    for (const core::Clock& clock : policy.clocks) {
      Line line{clock.duty, "due " + by_when(clock.due), clock.ladder, title(clock.who), true, {clock.ladder}};
      line.more += limits(clock.only_if, clock.sites);
      if (!clock.stopped_by.empty()) line.more += ", until " + one_of(clock.stopped_by);
      if (!clock.after.empty()) line.more += ", each time after " + clock.after;
      if (clock.every) line.more += ", then every " + in_words(*clock.every);
      block(clock.starts).lines.push_back(std::move(line));
    }
  }

  std::string draw() {
    Svg svg(
        "Policy: " + policy_.name,
        "A block for each event: whom it is told to, by when, and which ladder is climbed while nobody answers; below "
        "these, behind a hollow mark, what is owed because of it. On the right the ladders and the recipients.");
    svg.text(left, 28, policy_.name, "head");
    svg.text(
        left, 48,
        "Each event: whom it is told to, within what time, and which ladder is climbed while nobody answers. Hollow "
        "marks: what is owed because of it.",
        "small");
    const std::map<std::string, int> ladders = draw_boxes(svg);
    int y = page_top;
    for (const Block& block : blocks_) {
      draw_edges(svg, block, y, ladders);
      draw_block(svg, block, y);
      y += block.height() + line_height;
    }
    return svg.document();
  }

 private:
  [[nodiscard]] std::string title(const std::string& name) const {
    const core::Recipient* recipient = policy_.recipient(name);
    return recipient == nullptr ? name + " (whoever is on duty)" : recipient->title;
  }

  Block& block(const std::string& event) {
    for (Block& each : blocks_)
      if (each.event == event) return each;
    return blocks_.emplace_back(Block{event, {}});
  }

  /// The ladders, then the recipients; gives where each ladder is.
  std::map<std::string, int> draw_boxes(Svg& svg) {
    std::map<std::string, int> middles;
    int y = page_top;
    for (const Column column : {Column::ladder, Column::recipient})
      for (const Box& box : graph_.boxes) {
        if (box.column != column) continue;
        const int height = static_cast<int>(box.lines.size()) * line_height + 10;
        middles[box.id] = y + height / 2;
        svg.box(ladders_x, y, ladders_wide, height, "box", box.id);
        int at = y;
        for (const std::string& line : box.lines) {
          at += line_height;
          svg.text(ladders_x + 10, at, shortened(line, 60), at == y + line_height ? "head" : "small");
        }
        y += height + 10;
      }
    return middles;
  }

  static void draw_edges(Svg& svg, const Block& block, int y, const std::map<std::string, int>& ladders) {
    std::set<std::string> all;
    for (const Line& line : block.lines) all.insert(line.ladders.begin(), line.ladders.end());
    for (const std::string& ladder : all)
      if (const auto to = ladders.find("ladder " + ladder); to != ladders.end())
        svg.curve(left + events_wide, y + block.height() / 2, ladders_x, to->second, "edge",
                  block.event + ": ladder " + ladder);
  }

  static void draw_block(Svg& svg, const Block& block, int y) {
    svg.box(left, y, events_wide, block.height(), "event", block.event);
    svg.text(left + 10, y + line_height, block.event, "head");
    int at = y + line_height + line_height / 2;
    for (const Line& line : block.lines) {
      svg.line(left + 1, at, left + events_wide - 1, at, "row");
      at += line_height;
      if (line.clock)
        svg.box(left + 10, at - 10, 10, 10, "duty", "owed");
      else
        svg.dot(left + 15, at - 5, "told", "told");
      svg.text(left + 30, at - 1, shortened(line.what, 56));
      svg.text(left + deadline_x, at - 1, shortened(line.deadline, 36), "small");
      svg.text(left + ladder_x, at - 1, shortened("ladder " + line.ladder, 30), "small");
      if (line.more.empty()) continue;
      at += line_height;
      svg.text(left + 30, at - 4, shortened(line.more, 120), "faint");
    }
  }

  const core::Policy& policy_;
  const Graph& graph_;
  std::vector<Block> blocks_;
};

}  // namespace

std::string dot_of(const core::Policy& policy) {
  const Graph graph = GraphMaker(policy).make();
  std::string out = "digraph policy {\n  rankdir=LR;\n  label=" + dot_quoted(policy.name) +
                    ";\n  node [shape=box, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n";
  for (const Box& box : graph.boxes) {
    std::string label;
    for (const std::string& line : box.lines) {
      const std::string quoted = dot_quoted(line);
      label += (label.empty() ? "" : "\\n") + quoted.substr(1, quoted.size() - 2);
    }
    out += "  " + dot_quoted(box.id) + " [label=\"" + label + "\"" +
           (box.column == Column::event ? ", style=filled, fillcolor=\"#f3f2f1\"" : "") + "];\n";
  }
  for (const Edge& edge : graph.edges)
    out += "  " + dot_quoted(edge.from) + " -> " + dot_quoted(edge.to) + " [label=" + dot_quoted(edge.label) +
           (edge.clock ? ", style=dashed" : "") + "];\n";
  return out + "}\n";
}

std::string svg_of(const core::Policy& policy) {
  const Graph graph = GraphMaker(policy).make();
  return Page(policy, graph).draw();
}

}  // namespace told::rehearse
