#include "carriers/smtp/smtp.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "carriers/courier/errand_carrier.hpp"
#include "carriers/courier/way_checks.hpp"
#include "carriers/mail_address.hpp"
#include "carriers/smtp/message.hpp"
#include "carriers/smtp/seal.hpp"
#include "carriers/smtp/verdict.hpp"

namespace told::carriers {
namespace {

using namespace std::chrono_literals;

constexpr Patience patience{30s, 2min, 10s};  // relays look into a mail before they answer

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
  std::optional<Seal> seal;  ///< of the mailbox; nullopt where told has no certificate of it
};

std::string password_of(const Way& way, const Surroundings& surroundings) {
  if (!way.has("password_file")) return {};
  const std::string& file = way.text("password_file");
  return secret_of(way, "mail password", file, [&] { return surroundings.secret(file); });
}

Target read_target(const Way& way, const Surroundings& surroundings) {
  Target target;
  target.relay = way.text("relay");
  target.text.from = way.text("from");
  target.text.to = way.text("to");
  target.text.domain = surroundings.origin.substr(0, surroundings.origin.find('/'));
  target.text.contact = way.text("contact");
  if (way.has("certificate_file")) target.seal.emplace(way.text("certificate_file"), target.text.to);
  Errand& errand = target.errand = errand_by(way, patience);
  errand.is = Errand::Is::mail;
  errand.url = relay_url(way) + "/" + target.text.domain;  // what EHLO says
  errand.envelope.from = target.text.from;
  errand.envelope.to = {target.text.to};
  errand.envelope.starttls = tls_of(way) == Tls::required;
  errand.envelope.user = way.text("user");
  errand.envelope.password = password_of(way, surroundings);
  return target;
}

std::chrono::sys_seconds clock_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// What the policy lets go beside the words. It goes sealed or not at all: the mail goes in any case.
Enclosure enclosure_of(const Parcel& parcel, const Target& target, std::chrono::sys_seconds now) {
  using Is = Enclosure::Is;
  if (!parcel.form) return {};
  if (!parcel.form->sealed) return {Is::clear, form_entity(parcel)};
  if (!target.seal) return {Is::not_sealed, "", "told has no certificate of yours"};
  const std::int64_t seconds = now.time_since_epoch().count();
  if (std::string problem = target.seal->problem(seconds); !problem.empty()) return {Is::not_sealed, "", problem};
  try {
    return {Is::sealed, sealed_entity(parcel, target.seal->seal(form_entity(parcel), seconds))};
  } catch (const std::runtime_error& failed) {
    return {Is::not_sealed, "", failed.what()};
  }
}

class Smtp final : public ErrandCarrier<Target> {
 public:
  Smtp(const std::vector<Way>& ways, const Surroundings& house) : ErrandCarrier(ways, house, read_target) {}

  [[nodiscard]] const char* name() const override { return "smtp"; }

 private:
  [[nodiscard]] Errand errand(const Parcel& parcel, const Target& target) const override {
    Errand out = target.errand;
    const auto now = clock_now();
    out.body = mail_message(parcel, target.text, now, enclosure_of(parcel, target, now));
    return out;
  }
  [[nodiscard]] Report verdict(const Ending& ending, const Target& target) const override {
    Report report = smtp_verdict(ending, target.relay);
    if (report.outcome != v1::OUTCOME_SENT || !target.seal) return report;
    if (const std::string problem = target.seal->problem(clock_now().time_since_epoch().count()); !problem.empty())
      report.problem = "the mail went without the form: " + problem +
                       "; ask them for their new one, put it into certificate_file and reload told";
    return report;
  }

  // One for each recipient: a relay that thinks long about one recipient's mail holds up its courier, and nobody else
  // may wait for it. A recipient whose way goes keeps its courier, since a mail may be under way.
  [[nodiscard]] Courier& courier_of(const std::string& recipient) override {
    std::unique_ptr<Courier>& courier = couriers_[recipient];
    if (!courier) courier = std::make_unique<Courier>(surroundings().post);
    return *courier;
  }

  std::map<std::string, std::unique_ptr<Courier>> couriers_;
};

bool ends_with_a_port(const std::string& relay) {
  const auto colon = relay.rfind(':');
  return colon != std::string::npos && colon + 1 < relay.size() &&
         relay.find_first_not_of("0123456789", colon + 1) == std::string::npos;
}

std::string problem_of_relay(const Way& way) {
  const std::string& relay = way.text("relay");
  const auto url = read_url(relay_url(way));
  if (!url || url->has_user || relay.find('/') != std::string::npos || !ends_with_a_port(relay))
    return "must be a host and its port, such as mail.example.gov.uk:587";
  if (tls_of(way) == Tls::none && !url->loopback_literal())
    return "is not this machine's own 127.0.0.1 or [::1], and tls is \"none\": whoever listens on the way would read "
           "who is told, and the link; say \"required\" or \"implicit\"";
  return problem_of_address(*url, way);
}

std::vector<WayProblem> problems_of(const Way& way) {
  std::vector<WayProblem> problems;
  if (tls_of(way) == Tls::unknown)
    problems.push_back({"tls", "must be \"required\" (STARTTLS), \"implicit\" (TLS from the first byte) or \"none\""});
  if (auto problem = problem_of_relay(way); !problem.empty()) problems.push_back({"relay", std::move(problem)});
  for (const char* setting : {"from", "to"})
    if (!is_mail_address(way.text(setting)))
      problems.push_back({setting, "must be one mail address, without a name: duty.manager@example.gov.uk"});
  const auto& domains = way.texts("domains");
  const std::string domain = domain_of(way.text("to"));
  if (!domains.empty() &&
      std::none_of(domains.begin(), domains.end(), [&](const auto& allowed) { return domain_of(allowed) == domain; }))
    problems.push_back({"to", "is not at one of `domains`: look at the address for a slip, or add its domain there"});
  check_pair(way, "user", "password_file", problems);
  const std::string& contact = way.text("contact");
  if (std::any_of(contact.begin(), contact.end(), [](char c) { return c < ' ' || c > '~'; }))
    problems.push_back({"contact", "must be one line of ASCII, such as \"telephone the duty desk, 01632 960000\""});
  check_common(way, patience, problems);
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
                   {"certificate_file", Is::path},
                   {"allow", Is::texts},
                   {"timeout", Is::time}};
  kind.carries_content = false;
  kind.may_carry_form = true;
  kind.usual_timeout = patience.usual;
  kind.problems_of = problems_of;
  kind.try_files = [](const Way& way, const Surroundings& house) { static_cast<void>(read_target(way, house)); };
  kind.make = make;
  return kind;
}

}  // namespace told::carriers
