#include "ctl/secret_keys.hpp"

#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>

#include "config/shapes.hpp"
#include "gateway/curve_key.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/seal.hpp"
#include "ledger/secret_file.hpp"

namespace told::ctl {
namespace {

struct SecretKey {
  const char* table;  ///< of told.toml
  const char* key;
  std::string made;  ///< how
  std::string setting;
  void (*read)(const std::string& path);  ///< throws std::runtime_error
};

void read_curve_key(const std::string& path) {
  std::string line = ledger::read_secret_line(path, "the CURVE key");
  gateway::CurveKey key = gateway::curve_key_of(line);
  sodium_memzero(line.data(), line.size());
  sodium_memzero(key.secret_key.data(), key.secret_key.size());
}

void read_watcher_url(const std::string& path) {
  const std::string url = ledger::read_secret_line(path, "the watcher's address");
  if (const std::string problem = config::problem_of_watcher_url(url); !problem.empty())
    throw std::runtime_error(problem);
}

/// systemd hands credentials to the unit alone.
bool only_the_unit_has_it(const std::string& setting) {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  return setting.starts_with("credential:") && (directory == nullptr || *directory == '\0');
}

std::string by_keys_new(const std::string& what) {
  return "make it with `toldctl keys new " + what + "`, or name the file that has it";
}

bool is_not_for_me(const std::string& path) { return ::access(path.c_str(), R_OK) != 0 && errno == EACCES; }

std::string ask_told(const std::string& name, const std::string& path, const config::Service& service) {
  return name + ": " + path + " is not for you to read, as it should be: to have it checked too, run " +
         "this as told's user (sudo -u told toldctl check " + service.file + ")";
}

/// The way's secret files that cannot be looked at from here.
void add_unseen(const config::Service& service, const carriers::Way& way, const carriers::Kind& kind,
                std::vector<std::string>& unseen) {
  for (const carriers::Setting& setting : kind.settings) {
    std::vector<std::string> files = way.texts(setting.name);
    if (setting.is == carriers::Setting::Is::secret_file && way.has(setting.name))
      files = {way.text(setting.name)};
    else if (setting.is != carriers::Setting::Is::secret_files)
      continue;
    const std::string name = setting.name + std::string(" of ") + way.recipient + " by " + way.carrier;
    for (const std::string& file : files) {
      if (only_the_unit_has_it(file))
        unseen.push_back(name + " is a credential that systemd gives to told's unit alone");
      else if (const std::string path = config::key_path(file); is_not_for_me(path))
        unseen.push_back(ask_told(name, path, service));
    }
  }
}

void check_ways(const config::Service& service, SecretKeys& found) {
  const carriers::Surroundings house = surroundings_of_a_check(service);
  for (const carriers::Way& way : service.ways) {
    const carriers::Kind* kind = carriers::kind(way.carrier);
    if (kind == nullptr || kind->try_files == nullptr) continue;
    std::vector<std::string> unseen;
    add_unseen(service, way, *kind, unseen);
    found.unseen.insert(found.unseen.end(), unseen.begin(), unseen.end());
    if (!unseen.empty()) continue;
    try {
      kind->try_files(way, house);
    } catch (const std::runtime_error& wrong) {
      found.problems.push_back(config::problem_of_way(service, way, wrong.what()));
    }
  }
}

}  // namespace

carriers::Surroundings surroundings_of_a_check(const config::Service& service) {
  carriers::Surroundings house;
  house.secret = [](const std::string& file) { return ledger::read_secret_line(config::key_path(file), "the secret"); };
  house.secret_text = [](const std::string& file) {
    return ledger::read_secret_text(config::key_path(file), "the secret");
  };
  house.origin = service.origin;
  house.only_tries = true;
  return house;
}

SecretKeys check_secret_keys(const config::Service& service) {
  std::vector<SecretKey> keys = {
      {"keys", "master", by_keys_new("master master"), service.master_key_file,
       [](const std::string& path) { static_cast<void>(ledger::MasterKey::from_file(path)); }},
      {"keys", "signing", by_keys_new("log log --name ORIGIN"), service.signing_key_file,
       [](const std::string& path) { static_cast<void>(ledger::SigningKey::from_file(path)); }},
      {"keys", "curve", by_keys_new("curve told"), service.curve_key_file, read_curve_key},
  };
  if (!service.watcher_url_file.empty())
    keys.push_back({"watcher", "url_file", "put the address that your watcher gave you on its first line, mode 0600",
                    service.watcher_url_file, read_watcher_url});
  SecretKeys found;
  for (const SecretKey& key : keys) {
    const std::string name = std::string(key.table) + "." + key.key;
    if (only_the_unit_has_it(key.setting)) {
      found.unseen.push_back(name +
                             " is a credential that systemd gives to told's unit alone: `systemctl status told` "
                             "shows whether it was given");
      continue;
    }
    const std::string path = config::key_path(key.setting);
    if (is_not_for_me(path)) {
      found.unseen.push_back(ask_told(name, path, service));
      continue;
    }
    try {
      key.read(path);
    } catch (const std::runtime_error& wrong) {
      const bool missing = ::access(path.c_str(), F_OK) != 0;
      found.problems.push_back(config::problem_of_setting(
          service, key.table, key.key, name + ": " + wrong.what() + (missing ? "; " + key.made : "")));
    }
  }
  check_ways(service, found);
  return found;
}

}  // namespace told::ctl
