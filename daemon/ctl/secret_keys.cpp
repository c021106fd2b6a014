#include "ctl/secret_keys.hpp"

#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>

#include "gateway/curve_key.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/seal.hpp"
#include "ledger/secret_file.hpp"

namespace told::ctl {
namespace {

struct SecretKey {
  const char* key;   ///< under [keys]
  const char* made;  ///< by which command
  std::string setting;
  void (*read)(const std::string& path);  ///< throws std::runtime_error
};

void read_curve_key(const std::string& path) {
  std::string line = ledger::read_secret_line(path, "the CURVE key");
  gateway::CurveKey key = gateway::curve_key_of(line);
  sodium_memzero(line.data(), line.size());
  sodium_memzero(key.secret_key.data(), key.secret_key.size());
}

/// systemd hands credentials to the unit alone.
bool only_the_unit_has_it(const std::string& setting) {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  return setting.starts_with("credential:") && (directory == nullptr || *directory == '\0');
}

std::string how_to_make(const SecretKey& key) {
  return std::string("; make it with `toldctl keys new ") + key.made + "`, or name the file that has it";
}

}  // namespace

SecretKeys check_secret_keys(const config::Service& service) {
  const SecretKey keys[] = {
      {"master", "master master", service.master_key_file,
       [](const std::string& path) { static_cast<void>(ledger::MasterKey::from_file(path)); }},
      {"signing", "log log --name ORIGIN", service.signing_key_file,
       [](const std::string& path) { static_cast<void>(ledger::SigningKey::from_file(path)); }},
      {"curve", "curve told", service.curve_key_file, read_curve_key},
  };
  SecretKeys found;
  for (const SecretKey& key : keys) {
    const std::string name = std::string("keys.") + key.key;
    if (only_the_unit_has_it(key.setting)) {
      found.unseen.push_back(name +
                             " is a credential that systemd gives to told's unit alone: `systemctl status told` "
                             "shows whether it was given");
      continue;
    }
    const std::string path = config::key_path(key.setting);
    if (::access(path.c_str(), R_OK) != 0 && errno == EACCES) {
      found.unseen.push_back(name + ": " + path +
                             " is not for you to read, as it should be: to have it checked too, run " +
                             "this as told's user (sudo -u told toldctl check " + service.file + ")");
      continue;
    }
    try {
      key.read(path);
    } catch (const std::runtime_error& wrong) {
      const bool missing = ::access(path.c_str(), F_OK) != 0;
      found.problems.push_back(config::problem_of_setting(
          service, "keys", key.key, name + ": " + wrong.what() + (missing ? how_to_make(key) : "")));
    }
  }
  return found;
}

}  // namespace told::ctl
