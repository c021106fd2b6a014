#pragma once
// Kinds of carriers: what each is called, which settings its ways have, and how it is made. A new carrier is a folder
// with one of these, and a line in registry.cpp; told.toml, its checks and `toldctl check --live` know it then.
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "carriers/carrier.hpp"

namespace told::carriers {

/// One setting of a way. It may stand in the way's own [[way]], or for all ways of the carrier in [carrier.NAME].
struct Setting {
  enum class Is : std::uint8_t {
    text,
    texts,
    path,         ///< a file or a directory; one that does not begin with / is beside told.toml
    secret_file,  ///< as a key file: a path, or "credential:NAME"; read with Surroundings::secret
    secret_files,
    time  ///< "10 s"
  };
  const char* name;
  Is is;
  bool needed = false;
};

/// The value of a setting, in the member of its kind.
struct Value {
  std::string text;                  ///< text, path, secret_file
  std::vector<std::string> texts;    ///< texts, secret_files
  std::chrono::milliseconds time{};  ///< time
};

/// How one recipient is reached by one carrier: a [[way]] of told.toml, checked as far as its kind's settings say.
struct Way {
  std::string recipient;
  std::string carrier;
  std::uint32_t rate = 0;  ///< at most so many a minute, urgent ones apart; 0: as many as it takes
  std::map<std::string, Value, std::less<>> settings;  ///< only those that were said

  [[nodiscard]] bool has(std::string_view setting) const { return settings.find(setting) != settings.end(); }
  [[nodiscard]] const std::string& text(std::string_view setting) const;  ///< "" where it was not said
  [[nodiscard]] const std::vector<std::string>& texts(std::string_view setting) const;
  [[nodiscard]] std::chrono::milliseconds time(std::string_view setting, std::chrono::milliseconds otherwise) const;
};

/// What a carrier is given of the house.
struct Surroundings {
  /// Has it called on the loop thread, soon. May be called from any thread.
  std::function<void(std::function<void()>)> post;
  /// The first line of a secret's file. Throws std::runtime_error with the mend.
  std::function<std::string(const std::string& setting)> secret;
  /// The whole of a secret's file, for what has more than a line: a key in PEM. Throws as `secret` does.
  std::function<std::string(const std::string& setting)> secret_text;
  std::string origin;  ///< of the ledger: "told.example.gov.uk/ledger"
  /// Has it called on the loop thread once whatever was reported before is durable: only then may a peer hear that it
  /// is. Not called where told ends first. Where nothing is kept (a live check, a test) it is called at once.
  std::function<void(std::function<void()>)> when_durable = [](const std::function<void()>& done) { done(); };
  bool only_tries = false;  ///< `toldctl check --live`: what recipients say stays where it is, for told to hear
};

/// What is wrong with a way that its settings only show together: which setting (or ""), the rule and the mend.
struct WayProblem {
  std::string setting;
  std::string text;
};

struct Kind {
  const char* name;  ///< as the policy says it: "webhook"
  std::vector<Setting> settings;
  /// Whether what a recipient is told travels whole. Otherwise it says only that something waits, and where.
  bool carries_content = true;
  /// It can have the agency's form beside, where the policy says that the recipient's may (`Parcel::form`).
  bool may_carry_form = false;
  /// How long an attempt may take where a way's `timeout` says nothing; 0: nothing is waited for.
  std::chrono::milliseconds usual_timeout{0};
  std::vector<WayProblem> (*problems_of)(const Way& way) = nullptr;
  /// What is wrong with a way beside another one by the same carrier: they may not have everything in common.
  std::vector<WayProblem> (*problems_beside)(const Way& way, const Way& other) = nullptr;
  /// Reads the secrets and certificates of a way as `make` will, and keeps nothing: for `toldctl check`. Throws as it
  /// does.
  void (*try_files)(const Way& way, const Surroundings& surroundings) = nullptr;
  /// Throws std::runtime_error, with the mend, where a secret cannot be read.
  std::unique_ptr<Carrier> (*make)(const std::vector<Way>& ways, const Surroundings& surroundings) = nullptr;
};

/// Every kind whose ways go out from told; `zmq_queue`, which waits for workers, is the gateway's.
[[nodiscard]] const std::vector<Kind>& kinds();
[[nodiscard]] const Kind* kind(std::string_view name);  ///< nullptr where there is none

}  // namespace told::carriers
