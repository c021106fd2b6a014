#include "carriers/smtp/smtp.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>

#include "carriers/courier/courier.hpp"
#include "carriers/courier/url.hpp"
#include "carriers/smtp/message.hpp"
#include "carriers/smtp/verdict.hpp"

namespace told::carriers {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds usual_timeout = 30s;  // relays look into a mail before they answer
constexpr std::chrono::milliseconds timeout_max = 2min;   // an attempt must end long before any deadline
constexpr std::chrono::milliseconds connect_max = 10s;

enum class Tls : std::uint8_t { required, implicit, none, unknown };

Tls tls_of(const Way& way) {
  const std::string& said = way.text("tls");
  if (said.empty() || said == "required") return Tls::required;
  if (said == "implicit") return Tls::implicit;
  return said == "none" ? Tls::none : Tls::unknown;
}

std::string relay_url(const Way& way) {
  return (tls_of(way) == Tls::implicit ? "smtps://" : "smtp://") + way.text("relay");
}

/// One recipient's, with its secret read. An attempt that is under way keeps the one that it began with.
struct Target {
  Errand errand;  ///< all but the mail
  MailText text;
  std::string relay;
};

std::string password_of(const Way& way, const Surroundings& surroundings) {
  if (!way.has("password_file")) return {};
  const std::string& file = way.text("password_file");
  try {
    return surroundings.secret(file);
  } catch (const std::runtime_error& e) {
    throw std::runtime_error("the mail password " + file + " of " + way.recipient + ": " + e.what());
  }
}

Target target_of(const Way& way, const Surroundings& surroundings) {
  Target target;
  target.relay = way.text("relay");
  target.text.from = way.text("from");
  target.text.to = way.text("to");
  target.text.domain = surroundings.origin.substr(0, surroundings.origin.find('/'));
  target.text.contact = way.text("contact");
  Errand& errand = target.errand;
  errand.is = Errand::Is::mail;
  errand.url = relay_url(way) + "/" + target.text.domain;  // what EHLO says
  errand.within = way.time("timeout", usual_timeout);
  errand.connect_within = std::min(errand.within, connect_max);
  errand.ca_file = way.text("ca_file");
  errand.rule = AddressRule(way.texts("allow"));
  errand.envelope.from = target.text.from;
  errand.envelope.to = {target.text.to};
  errand.envelope.starttls = tls_of(way) == Tls::required;
  errand.envelope.user = way.text("user");
  errand.envelope.password = password_of(way, surroundings);
  return target;
}

class Smtp final : public Carrier {
 public:
  Smtp(const std::vector<Way>& ways, const Surroundings& surroundings)
      : surroundings_(surroundings), targets_(targets_of(ways)) {}

  [[nodiscard]] const char* name() const override { return "smtp"; }
  [[nodiscard]] bool goes_out() const override { return true; }

  void send(Parcel parcel) override {
    Report report;
    report.recipient = parcel.recipient;
    report.notification = parcel.notification;
    report.attempt = parcel.attempt;
    const auto found = targets_.find(parcel.recipient);
    if (found == targets_.end()) {
      report.outcome = v1::OUTCOME_DEFERRED;
      report.code = "no_way";
      report.problem = "told.toml has no [[way]] by smtp for " + parcel.recipient + ": write one, and reload told";
      // Not from within send(): whoever calls it is not ready for the report.
      surroundings_.post([this, alive = std::weak_ptr<bool>(alive_), report] {
        if (!alive.expired()) report_(report);
      });
      return;
    }
    const Target& target = *found->second;
    Errand errand = target.errand;
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    errand.body = mail_message(parcel, target.text, now);
    courier_of(parcel.recipient).go(std::move(errand), [this, report, relay = target.relay](const Ending& ending) {
      Report ended = smtp_verdict(ending, relay);
      ended.recipient = report.recipient;
      ended.notification = report.notification;
      ended.attempt = report.attempt;
      report_(ended);
    });
  }

  /// Throws as making it does, and then goes on with the ways that it had.
  void replace_ways(const std::vector<Way>& ways) override { targets_ = targets_of(ways); }

 private:
  using Targets = std::map<std::string, std::shared_ptr<const Target>, std::less<>>;

  [[nodiscard]] Targets targets_of(const std::vector<Way>& ways) const {
    Targets targets;
    for (const Way& way : ways)
      targets.emplace(way.recipient, std::make_shared<const Target>(target_of(way, surroundings_)));
    return targets;
  }

  // One for each recipient: a relay that thinks long about one recipient's mail holds up its courier, and nobody else
  // may wait for it. A recipient whose way goes keeps its courier, since a mail may be under way.
  Courier& courier_of(const std::string& recipient) {
    std::unique_ptr<Courier>& courier = couriers_[recipient];
    if (!courier) courier = std::make_unique<Courier>(surroundings_.post);
    return *courier;
  }

  Surroundings surroundings_;
  Targets targets_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::map<std::string, std::unique_ptr<Courier>> couriers_;
};

bool ends_with_a_port(const std::string& relay) {
  const auto colon = relay.rfind(':');
  return colon != std::string::npos && colon + 1 < relay.size() &&
         relay.find_first_not_of("0123456789", colon + 1) == std::string::npos;
}

std::optional<std::string> problem_of_relay(const Way& way) {
  const std::string& relay = way.text("relay");
  const auto url = read_url(relay_url(way));
  if (!url || url->has_user || relay.find('/') != std::string::npos || !ends_with_a_port(relay))
    return "must be a host and its port, such as mail.example.gov.uk:587";
  if (tls_of(way) == Tls::none && !url->loopback_literal())
    return "is not this machine's own 127.0.0.1 or [::1], and tls is \"none\": whoever listens on the way would read "
           "who is told, and the link; say \"required\" or \"implicit\"";
  if (const auto address = read_address(url->host); address && !AddressRule(way.texts("allow")).allows(*address))
    return text_of(*address) + " is not a public address: if that is right, add \"" + text_of(*address) + "\" to allow";
  return std::nullopt;
}

std::vector<WayProblem> problems_of(const Way& way) {
  std::vector<WayProblem> problems;
  if (tls_of(way) == Tls::unknown)
    problems.push_back({"tls", "must be \"required\" (STARTTLS), \"implicit\" (TLS from the first byte) or \"none\""});
  if (auto problem = problem_of_relay(way)) problems.push_back({"relay", *problem});
  for (const char* setting : {"from", "to"})
    if (!is_mail_address(way.text(setting)))
      problems.push_back({setting, "must be one mail address, without a name: duty.manager@example.gov.uk"});
  const auto& domains = way.texts("domains");
  const std::string domain = domain_of(way.text("to"));
  if (!domains.empty() &&
      std::none_of(domains.begin(), domains.end(), [&](const auto& allowed) { return domain_of(allowed) == domain; }))
    problems.push_back({"to", "is not at one of `domains`: look at the address for a slip, or add its domain there"});
  if (way.has("user") != way.has("password_file"))
    problems.push_back(
        {way.has("user") ? "user" : "password_file", "user and password_file belong together: say both or none"});
  const std::string& contact = way.text("contact");
  if (std::any_of(contact.begin(), contact.end(), [](char c) { return c < ' ' || c > '~'; }))
    problems.push_back({"contact", "must be one line of ASCII, such as \"telephone the duty desk, 01632 960000\""});
  for (const std::string& text : way.texts("allow"))
    if (!read_network(text))
      problems.push_back({"allow", "\"" + text +
                                       "\" is no network: write an address and how many of its bits count, such as "
                                       "\"10.20.0.0/16\" or \"10.20.0.7\""});
  const auto timeout = way.time("timeout", usual_timeout);
  if (timeout < 100ms || timeout > timeout_max)
    problems.push_back({"timeout", "must be from 100 ms to 2 min: the next attempt waits for it"});
  return problems;
}

std::unique_ptr<Carrier> make(const std::vector<Way>& ways, const Surroundings& surroundings) {
  return std::make_unique<Smtp>(ways, surroundings);
}

}  // namespace

Kind smtp_kind() {
  using Is = Setting::Is;
  Kind kind;
  kind.name = "smtp";
  kind.settings = {{"relay", Is::text, true},
                   {"to", Is::text, true},
                   {"from", Is::text, true},
                   {"user", Is::text},
                   {"password_file", Is::secret_file},
                   {"tls", Is::text},
                   {"ca_file", Is::path},
                   {"domains", Is::texts},
                   {"contact", Is::text},
                   {"allow", Is::texts},
                   {"timeout", Is::time}};
  kind.carries_content = false;
  kind.problems_of = problems_of;
  kind.make = make;
  return kind;
}

}  // namespace told::carriers
