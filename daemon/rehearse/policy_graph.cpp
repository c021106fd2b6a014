#include "rehearse/policy_graph.hpp"

#include <algorithm>
#include <map>
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

std::string by_pace(const std::string& other, const std::string& high) {
  return other == high ? other : "high: " + high + ", other: " + other;
}

class GraphMaker {
 public:
  explicit GraphMaker(const core::Policy& policy) : policy_(policy) {}

  Graph make() {
    for (const core::Rule& rule : policy_.rules) {
      std::string label = "within " + by_pace(in_words(rule.within[0]), in_words(rule.within[1]));
      if (!rule.only_if.always()) label += ", only if " + rule.only_if.text();
      if (!rule.sites.empty()) label += ", only from " + listed(rule.sites);
      graph_.edges.push_back({event(rule.when), recipient(rule.who), label, false});
      climb(rule.who, rule.ladder[0]);
      if (rule.ladder[1] != rule.ladder[0]) climb(rule.who, rule.ladder[1]);
    }
    for (const core::Clock& clock : policy_.clocks) {
      std::string label = clock.duty + ": " + in_words(clock.due);
      if (!clock.stopped_by.empty()) label += ", stopped by " + listed(clock.stopped_by);
      graph_.edges.push_back({event(clock.starts), recipient(clock.who), label, true});
      climb(clock.who, clock.ladder);
    }
    return std::move(graph_);
  }

 private:
  static std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : " or ") + name;
    return text;
  }

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
    if (r != nullptr && r->exercise_only) lines.emplace_back("exercises and tests only");
    if (r == nullptr) lines.emplace_back("whoever is on duty");
    return box(Column::recipient, "recipient " + name, std::move(lines));
  }

  void climb(const std::string& who, const std::string& name) {
    const core::Ladder* ladder = policy_.ladder(name);
    if (ladder == nullptr) return;
    std::vector<std::string> lines{"ladder " + name};
    for (const core::Rung& rung : ladder->rungs) lines.push_back(rung.after.in_words() + ": " + listed_all(rung));
    lines.push_back("then again every " + in_words(core::Due(ladder->repeat_last)));
    const std::string id = box(Column::ladder, "ladder " + name, std::move(lines));
    const std::string from = "recipient " + who;
    const bool drawn = std::any_of(graph_.edges.begin(), graph_.edges.end(),
                                   [&](const Edge& e) { return e.from == from && e.to == id; });
    if (!drawn) graph_.edges.push_back({from, id, "nobody answers", false});
  }

  static std::string listed_all(const core::Rung& rung) {
    std::string text;
    for (const std::string& name : rung.who) text += (text.empty() ? "" : ", ") + name;
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

struct Spot {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

constexpr int line_height = 17;
constexpr int gap = 18;

std::map<std::string, Spot> lay_out(const Graph& graph) {
  std::map<std::string, Spot> spots;
  int x = 16;
  for (const Column column : {Column::event, Column::recipient, Column::ladder}) {
    int widest = 0;
    int y = 72;
    for (const Box& box : graph.boxes) {
      if (box.column != column) continue;
      int width = 0;
      for (const std::string& line : box.lines) width = std::max(width, width_of(shortened(line, 48)) + 20);
      const int height = static_cast<int>(box.lines.size()) * line_height + 10;
      spots[box.id] = {x, y, width, height};
      widest = std::max(widest, width);
      y += height + gap;
    }
    x += widest + 220;
  }
  return spots;
}

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
  const auto spots = lay_out(graph);
  Svg svg("Policy: " + policy.name,
          "On the left the events, in the middle whom each is told to and by when, on the right who is called when "
          "nobody answers. A dashed line is a duty with a clock.");
  svg.text(16, 28, policy.name, "head");
  svg.text(16, 48, "Events, whom they are told to, who is called when nobody answers. Dashed: a duty with a clock.",
           "small");
  std::map<std::string, int> left_of;  ///< how many edges have left a box already: each from a place of its own
  for (const Edge& edge : graph.edges) {
    const Spot& from = spots.at(edge.from);
    const Spot& to = spots.at(edge.to);
    const int y = from.y + 8 + std::min(left_of[edge.from]++ * 6, from.height - 12);
    svg.curve(from.x + from.width, y, to.x, to.y + to.height / 2, edge.clock ? "edge dashed" : "edge",
              edge.from + " to " + edge.to + ": " + edge.label);
    if (edge.label != "nobody answers")
      svg.text(to.x - 8 - width_of(shortened(edge.label, 28)),
               to.y + to.height / 2 - 3 - 11 * (left_of["at " + edge.to]++ % 4), shortened(edge.label, 28), "small");
  }
  for (const Box& box : graph.boxes) {
    const Spot& at = spots.at(box.id);
    std::string whole;
    for (const std::string& line : box.lines) whole += (whole.empty() ? "" : "; ") + line;
    svg.box(at.x, at.y, at.width, at.height, box.column == Column::event ? "event" : "box", whole);
    int y = at.y + line_height;
    for (const std::string& line : box.lines) {
      svg.text(at.x + 10, y, shortened(line, 48), y == at.y + line_height ? "head" : "small");
      y += line_height;
    }
  }
  return svg.document();
}

}  // namespace told::rehearse
