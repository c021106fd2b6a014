// [[way]] and [carrier.NAME]: how each recipient is reached that told goes to. Which settings there are is the
// carrier's to say (adapters/carriers/kind.hpp).
#include <algorithm>
#include <set>

#include "config/key_file.hpp"
#include "config/nearest.hpp"
#include "config/service_reader.hpp"
#include "config/shapes.hpp"
#include "config/words.hpp"

namespace told::config {
namespace {

using namespace std::chrono_literals;
using carriers::Setting;
using Settings = std::map<std::string, carriers::Value, std::less<>>;

constexpr std::int64_t rate_most = 1'000'000;

class WayReader {
 public:
  WayReader(const std::filesystem::path& directory, Findings& findings)
      : directory_(&directory), findings_(&findings) {}

  void read_shared(Reader& carriers) {
    for (const carriers::Kind& kind : carriers::kinds())
      if (auto table = carriers.table(kind.name, Need::optional)) {
        shared_[kind.name] = read_settings(*table, kind);
        table->finish();
      }
    carriers.finish();
  }

  carriers::Way read(Reader& table) {
    carriers::Way way;
    const Text recipient = table.text("recipient", Need::required);
    const Text carrier = table.text("carrier", Need::required);
    way.recipient = recipient.value;
    way.carrier = carrier.value;
    way.rate = static_cast<std::uint32_t>(table.whole("rate", Need::optional, 1, rate_most).value);
    if (recipient.given && carrier.given && !seen_.emplace(recipient.value, carrier.value).second)
      findings_->add(table.at(),
                     "way: " + in_quotes(recipient.value) + " has a way by " + carrier.value + " already: keep one");
    const carriers::Kind* kind = carrier.given ? carriers::kind(carrier.value) : nullptr;
    if (kind == nullptr) {
      if (carrier.given)
        findings_->add(carrier.at, "way.carrier: told does not go out by " + in_quotes(carrier.value) +
                                       (carrier.value == "zmq_queue" ? ": its workers come to told ([[agency]])"
                                                                     : ": " + suggestion(carrier.value, ways_out())));
      return way;  // which settings it may have is not known
    }
    way.settings = read_settings(table, *kind);
    if (const auto shared = shared_.find(carrier.value); shared != shared_.end())
      for (const auto& [name, value] : shared->second) way.settings.try_emplace(name, value);
    table.finish();
    check(table, *kind, way);
    return way;
  }

 private:
  void check(const Reader& table, const carriers::Kind& kind, const carriers::Way& way) {
    bool complete = true;
    for (const Setting& setting : kind.settings) {
      if (!setting.needed || way.has(setting.name)) continue;
      complete = false;
      findings_->add(table.at(), "way to " + in_quotes(way.recipient) + " by " + kind.name + " has no " + setting.name +
                                     ": say it here, or for all of them in [carrier." + kind.name + "]");
    }
    if (!complete) return;
    if (kind.problems_of != nullptr) add(table, kind, way, kind.problems_of(way));
    if (kind.problems_beside == nullptr) return;
    for (const carriers::Way& other : beside_)
      if (other.carrier == way.carrier) add(table, kind, way, kind.problems_beside(way, other));
    beside_.push_back(way);
  }

  void add(const Reader& table, const carriers::Kind& kind, const carriers::Way& way,
           const std::vector<carriers::WayProblem>& problems) {
    for (const carriers::WayProblem& problem : problems)
      findings_->add(table.at(), "way to " + in_quotes(way.recipient) + " by " + kind.name +
                                     (problem.setting.empty() ? "" : ", " + problem.setting) + ": " + problem.text);
  }

  Settings read_settings(Reader& table, const carriers::Kind& kind) {
    Settings settings;
    for (const Setting& setting : kind.settings) {
      carriers::Value value;
      if (read_value(table, setting, value)) settings.emplace(setting.name, std::move(value));
    }
    return settings;
  }

  bool read_value(Reader& table, const Setting& setting, carriers::Value& value) {
    switch (setting.is) {
      case Setting::Is::text:
      case Setting::Is::path:
      case Setting::Is::secret_file: {
        const Text said = table.text(setting.name, Need::optional);
        value.text = setting.is == Setting::Is::path          ? beside(*directory_, said.value)
                     : setting.is == Setting::Is::secret_file ? key_file(said, *directory_, *findings_)
                                                              : said.value;
        return said.given;
      }
      case Setting::Is::texts:
      case Setting::Is::secret_files: {
        const Texts said = table.one_or_more(setting.name, Need::optional);
        for (const Text& each : said.value)
          value.texts.push_back(setting.is == Setting::Is::texts ? each.value
                                                                 : key_file(each, *directory_, *findings_));
        return said.given;
      }
      case Setting::Is::time: {
        const auto said = table.duration(setting.name, Need::optional, 1ms);
        value.time = std::chrono::duration_cast<std::chrono::milliseconds>(said.value);
        return said.given;
      }
    }
    return false;
  }

  const std::filesystem::path* directory_;
  Findings* findings_;
  std::map<std::string, Settings, std::less<>> shared_;
  std::set<std::pair<std::string, std::string>> seen_;
  std::vector<carriers::Way> beside_;  ///< those read so far whose carriers look at several together
};

/// Every setting of every carrier, whichever this file has: the schema offers them all.
void ask_for_all(Findings& findings) {
  for (const carriers::Kind& kind : carriers::kinds()) {
    findings.asked(std::string("carrier.") + kind.name);
    for (const Setting& setting : kind.settings) {
      findings.asked(std::string("way[].") + setting.name);
      findings.asked(std::string("carrier.") + kind.name + "." + setting.name);
    }
  }
}

}  // namespace

std::vector<carriers::Way> read_ways(Reader& root, const std::filesystem::path& directory, Findings& findings) {
  WayReader reader{directory, findings};
  ask_for_all(findings);
  if (auto carriers = root.table("carrier", Need::optional)) reader.read_shared(*carriers);
  std::vector<carriers::Way> ways;
  for (Reader& table : root.tables("way", Need::optional)) ways.push_back(reader.read(table));
  return ways;
}

}  // namespace told::config
