#include <map>

#include "config/file_text.hpp"
#include "config/nearest.hpp"
#include "config/service_reader.hpp"
#include "config/shapes.hpp"
#include "config/words.hpp"

namespace told::config {
namespace {

using namespace std::chrono_literals;

/// Names and keys seen so far, and whose they are.
class Roll {
 public:
  explicit Roll(Findings& findings) : findings_(&findings) {}

  void enter(const Text& name, const Text& key) {
    if (name.given) enter_name(name);
    if (key.given) enter_key(name.value, key);
  }

 private:
  void enter_name(const Text& name) {
    const auto [first, fresh] = lines_.try_emplace(name.value, name.at.line);
    if (!fresh) {
      findings_->add(name.at, in_quotes(name.value) + " is a party already (line " + std::to_string(first->second) +
                                  "): give each publisher and agency a name of its own");
    }
  }
  void enter_key(const std::string& name, const Text& key) {
    const auto [first, fresh] = owners_.try_emplace(key.value, name);
    if (!fresh) {
      findings_->add(key.at, "this key is " + in_quotes(first->second) +
                                 "'s already: make a key pair for each party, "
                                 "since the key is all that tells them apart");
    }
  }

  Findings* findings_;
  std::map<std::string, int> lines_;
  std::map<std::string, std::string> owners_;
};

Text trimmed_file(const Text& setting, const std::filesystem::path& directory, Findings& findings) {
  const std::string path = (directory / setting.value).lexically_normal().string();
  // Both halves look alike: by its name alone is it known that a copy of the secret one is about to be handed round.
  if (path.ends_with(".secret")) {
    findings.add(setting.at, "public_key_file " + path + " names a secret key's file: name the .public beside it");
    return {};
  }
  auto file = read_file(path, key_bytes_max);
  if (!file.problem.empty()) {
    findings.add(setting.at, "public_key_file " + path + " " + file.problem);
    return {};
  }
  constexpr std::string_view blank = " \t\r\n";
  const auto first = file.text.find_first_not_of(blank);
  if (first == std::string::npos) return {"", setting.at, true};
  return {file.text.substr(first, file.text.find_last_not_of(blank) - first + 1), setting.at, true};
}

/// The party's key, said here or kept in a file beside.
Text public_key(Reader& party, const std::filesystem::path& directory, Findings& findings) {
  Text key = party.text("public_key", Need::optional);
  const Text file = party.text("public_key_file", Need::optional);
  if (key.given == file.given) {
    findings.add(party.at(), party.name() + (key.given ? " has both public_key and public_key_file: keep one"
                                                       : " has no key: give public_key, or public_key_file"));
    return {};
  }
  if (file.given) key = trimmed_file(file, directory, findings);
  if (!key.given) return {};
  if (const auto problem = problem_of_public_key(key.value); !problem.empty()) {
    findings.add(key.at, party.name() + ": " + problem);
    return {};
  }
  return key;
}

std::vector<std::string> may_publish(Reader& party, Findings& findings) {
  std::vector<std::string> types;
  const Texts said = party.texts("may_publish", Need::required);
  for (const Text& type : said.value) {
    if (is_one_of(type.value, event_types())) {
      types.push_back(type.value);
    } else {
      findings.add(type.at, "publisher.may_publish: " + in_quotes(type.value) +
                                " is no event type: " + suggestion(type.value, event_types()));
    }
  }
  if (said.given && said.value.empty()) {
    findings.add(said.at, "publisher.may_publish is empty: name an event type, or take the publisher out");
  }
  return types;
}

std::vector<std::string> publisher_sites(Reader& party, Findings& findings) {
  std::vector<std::string> sites;
  const Texts said = party.texts("sites", Need::required);
  for (const Text& site : said.value) {
    const auto problem = site.value == "*" ? std::string{} : problem_of_name(site.value);
    if (problem.empty()) {
      sites.push_back(site.value);
    } else {
      findings.add(site.at, "publisher.sites: " + problem);
    }
  }
  if (said.given && said.value.empty()) {
    findings.add(said.at, "publisher.sites is empty: name the sites it reports from, or \"*\" for anywhere");
  }
  return sites;
}

gateway::Publisher read_publisher(Reader& party, const std::filesystem::path& directory, Roll& roll,
                                  Findings& findings) {
  gateway::Publisher publisher;
  const Text name = party.a_name("name");
  const Text key = public_key(party, directory, findings);
  roll.enter(name, key);
  publisher.name = name.value;
  publisher.public_key = key.value;
  publisher.may_publish = may_publish(party, findings);
  publisher.sites = publisher_sites(party, findings);
  const auto heartbeat = party.duration("heartbeat", Need::optional, 0ms);
  publisher.heartbeat = std::chrono::duration_cast<std::chrono::milliseconds>(heartbeat.value);
  party.finish();
  return publisher;
}

gateway::Agency read_agency(Reader& party, const std::filesystem::path& directory, Roll& roll, Findings& findings) {
  const Text recipient = party.a_name("recipient");
  const Text key = public_key(party, directory, findings);
  roll.enter(recipient, key);
  party.finish();
  return {recipient.value, key.value};
}

}  // namespace

gateway::Parties read_parties(Reader& root, const std::filesystem::path& directory, Findings& findings) {
  gateway::Parties parties;
  Roll roll{findings};
  for (Reader& party : root.tables("publisher", Need::required)) {
    parties.publishers.push_back(read_publisher(party, directory, roll, findings));
  }
  for (Reader& party : root.tables("agency", Need::optional)) {
    parties.agencies.push_back(read_agency(party, directory, roll, findings));
  }
  return parties;
}

}  // namespace told::config
