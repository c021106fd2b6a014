// toldctl graph: a policy as a picture.
#include <memory>
#include <ostream>

#include "ctl/exit.hpp"
#include "ctl/policy_file.hpp"
#include "ctl/private_file.hpp"
#include "ctl/session.hpp"
#include "rehearse/policy_graph.hpp"

namespace told::ctl {

void add_graph(Command& app, Session& session) {
  struct Wish {
    std::string policy;
    std::string out;
    bool dot = false;
    bool svg = false;
  };
  Command& made = command(app, "graph", "Draw a policy: events, whom they are told to, deadlines, ladders",
                          "  toldctl graph -o in-force.svg\n"
                          "  toldctl graph --policy council.toml -o council.svg\n"
                          "  toldctl graph --policy council.toml --dot | dot -Tpdf > council.pdf");
  auto wish = std::make_shared<Wish>();
  made.option("--policy", wish->policy, "The policy; the one that told has in force if not given");
  made.option("-o,--output", wish->out,
              "Write it there instead of to standard output; a name that ends in .dot is written as Graphviz reads it");
  Option& dot = made.flag("--dot", wish->dot, "As Graphviz reads it");
  made.flag("--svg", wish->svg, "As SVG; the default").excludes(dot);
  made.runs([&session, wish] {
    const core::Policy policy = look_at_policy(wish->policy, session).policy;
    const bool as_dot = wish->dot || (!wish->svg && wish->out.ends_with(".dot"));
    const std::string drawn = as_dot ? rehearse::dot_of(policy) : rehearse::svg_of(policy);
    if (wish->out.empty())
      session.out << drawn;
    else
      write_whole(wish->out, drawn);
  });
}

}  // namespace told::ctl
