#include "carriers/courier/way_checks.hpp"

#include <algorithm>

namespace told::carriers {
namespace {

constexpr std::chrono::milliseconds timeout_least{100};

}  // namespace

Errand errand_by(const Way& way, const Patience& patience) {
  Errand errand;
  errand.within = way.time("timeout", patience.usual);
  errand.connect_within = std::min(errand.within, patience.connect);
  errand.ca_file = way.text("ca_file");
  errand.rule = AddressRule(way.texts("allow"));
  return errand;
}

void check_common(const Way& way, const Patience& patience, std::vector<WayProblem>& problems) {
  for (const std::string& text : way.texts("allow"))
    if (!read_network(text))
      problems.push_back({"allow", "\"" + text +
                                       "\" is no network: write an address and how many of its bits count, such as "
                                       "\"10.20.0.0/16\" or \"10.20.0.7\""});
  const auto timeout = way.time("timeout", patience.usual);
  if (timeout < timeout_least || timeout > patience.most)
    problems.push_back({"timeout", "must be from 100 ms to " + std::to_string(patience.most.count()) +
                                       " min: the next attempt waits for it"});
}

void check_pair(const Way& way, const char* one, const char* other, std::vector<WayProblem>& problems) {
  if (way.has(one) != way.has(other))
    problems.push_back(
        {way.has(one) ? one : other, std::string(one) + " and " + other + " belong together: say both or none"});
}

bool is_sealed(const Url& url) { return url.scheme == "https" || (url.scheme == "http" && url.loopback_literal()); }

std::string problem_of_address(const Url& url, const Way& way) {
  const auto address = read_address(url.host);
  if (!address || AddressRule(way.texts("allow")).allows(*address)) return {};
  const std::string text = text_of(*address);
  return text + " is not a public address: if that is right, add \"" + text + "\" to allow";
}

}  // namespace told::carriers
