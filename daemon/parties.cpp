#include "parties.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "digest/digest.hpp"

namespace told {
namespace {

std::string listed(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ",") + word;
  return all;
}

}  // namespace

v1::Parties on_record(const gateway::Parties& parties) {
  std::set<std::string> lines;
  for (const gateway::Publisher& p : parties.publishers)
    lines.insert("publisher " + p.name + " " + p.public_key + " " + listed(p.may_publish) + " " + listed(p.sites) +
                 "\n");
  for (const gateway::Agency& a : parties.agencies)
    lines.insert("recipient " + a.recipient + " " + a.public_key + "\n");
  std::string text;
  for (const std::string& line : lines) text += line;

  v1::Parties record;
  record.set_publishers(static_cast<std::uint32_t>(parties.publishers.size()));
  record.set_recipients(static_cast<std::uint32_t>(parties.agencies.size()));
  record.set_sha256(digest::sha256(text));
  return record;
}

}  // namespace told
