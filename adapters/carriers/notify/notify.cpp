#include "carriers/notify/notify.hpp"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>

#include "carriers/courier/courier.hpp"
#include "carriers/courier/url.hpp"
#include "carriers/mail_address.hpp"
#include "carriers/notice.hpp"
#include "carriers/notify/token.hpp"
#include "carriers/notify/verdict.hpp"

namespace told::carriers {
namespace {

using namespace std::chrono_literals;

constexpr const char* usual_base_url = "https://api.notifications.service.gov.uk";
constexpr std::chrono::milliseconds usual_timeout = 10s;
constexpr std::chrono::milliseconds timeout_max = 1min;  // an attempt must end long before any deadline
constexpr std::chrono::milliseconds connect_max = 5s;

/// One recipient's, with its secret read. An attempt that is under way keeps the one that it began with.
struct Target {
  Errand errand;        ///< all but the body and the token
  const char* to_name;  ///< Notify's name for where it goes
  std::string to;
  std::string template_id;
  NotifyKey key;
};

std::string base_url_of(const Way& way) { return way.has("base_url") ? way.text("base_url") : usual_base_url; }

NotifyKey key_of(const Way& way, const Surroundings& surroundings) {
  const std::string whose = "the Notify key " + way.text("key_file") + " of " + way.recipient + ": ";
  try {
    if (auto key = read_notify_key(surroundings.secret(way.text("key_file")))) return *std::move(key);
  } catch (const std::runtime_error& e) {
    throw std::runtime_error(whose + e.what());
  }
  throw std::runtime_error(whose +
                           "it is no API key; its first line must be the key as Notify showed it when it was made, "
                           "NAME-SERVICE-SECRET");
}

Target target_of(const Way& way, const Surroundings& surroundings) {
  const bool mail = way.has("email_address");
  Target target;
  target.to_name = mail ? "email_address" : "phone_number";
  target.to = way.text(target.to_name);
  target.template_id = way.text("template_id");
  target.key = key_of(way, surroundings);
  target.errand.url = base_url_of(way) + "/v2/notifications/" + (mail ? "email" : "sms");
  target.errand.within = way.time("timeout", usual_timeout);
  target.errand.connect_within = std::min(target.errand.within, connect_max);
  target.errand.ca_file = way.text("ca_file");
  target.errand.rule = AddressRule(way.texts("allow"));
  return target;
}

std::string body_of(const Parcel& parcel, const Target& target) {
  const Notice notice = notice_of(parcel);
  google::protobuf::Struct body;
  const auto say = [](google::protobuf::Struct& in, const char* name, const std::string& text) {
    (*in.mutable_fields())[name].set_string_value(text);
  };
  say(body, target.to_name, target.to);
  say(body, "template_id", target.template_id);
  // Notify's callback repeats it: which notification, and which attempt, was delivered.
  say(body, "reference", notice.reference + "." + std::to_string(parcel.attempt));
  auto& personal = *(*body.mutable_fields())["personalisation"].mutable_struct_value();
  say(personal, "drill", notice.drill.empty() ? "" : notice.drill + ": ");
  say(personal, "reference", notice.reference);
  say(personal, "kind", notice.what);
  say(personal, "case_ref", notice.case_ref);
  say(personal, "deadline", notice.deadline);
  say(personal, "link", notice.link);
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(body, &text);
  if (!status.ok()) throw std::logic_error("ASCII could not be written as JSON: " + status.ToString());
  return text;
}

class Notify final : public Carrier {
 public:
  Notify(const std::vector<Way>& ways, const Surroundings& surroundings)
      : surroundings_(surroundings), targets_(targets_of(ways)), courier_(surroundings.post) {}

  [[nodiscard]] const char* name() const override { return "notify"; }
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
      report.problem = "told.toml has no [[way]] by notify for " + parcel.recipient + ": write one, and reload told";
      // Not from within send(): whoever calls it is not ready for the report.
      surroundings_.post([this, alive = std::weak_ptr<bool>(alive_), report] {
        if (!alive.expired()) report_(report);
      });
      return;
    }
    const Target& target = *found->second;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    Errand errand = target.errand;
    errand.body = body_of(parcel, target);
    errand.headers = {"Content-Type: application/json", "Authorization: Bearer " + notify_token(target.key, seconds)};
    courier_.go(std::move(errand), [this, report](const Ending& ending) {
      Report ended = notify_verdict(ending);
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

  Surroundings surroundings_;
  Targets targets_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  Courier courier_;
};

std::optional<std::string> problem_of_base_url(const Way& way) {
  const auto url = read_url(base_url_of(way));
  if (!url || base_url_of(way).ends_with('/'))
    return "must be an address such as https://api.notifications.service.gov.uk";
  if (url->has_user) return "must have no user and no password in it: told proves who it is by key_file";
  if (url->scheme != "https" && !(url->scheme == "http" && url->loopback_literal()))
    return "must begin with https:// (http:// only to this machine's own 127.0.0.1 or [::1])";
  return std::nullopt;
}

bool is_phone_number(const std::string& text) {
  const std::string digits = text.starts_with('+') ? text.substr(1) : text;
  return digits.size() >= 10 && digits.size() <= 15 &&
         std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<WayProblem> problems_of(const Way& way) {
  std::vector<WayProblem> problems;
  if (auto problem = problem_of_base_url(way)) problems.push_back({"base_url", *problem});
  if (way.has("email_address") == way.has("phone_number"))
    problems.push_back({way.has("email_address") ? "phone_number" : "",
                        "email_address or phone_number, one of the two: a way by notify goes to one place"});
  if (way.has("email_address") && !is_mail_address(way.text("email_address")))
    problems.push_back({"email_address", "must be one mail address: duty.manager@example.gov.uk"});
  if (way.has("phone_number") && !is_phone_number(way.text("phone_number")))
    problems.push_back({"phone_number", "must be a mobile's number in digits, such as +447700900123"});
  if (!is_uuid(way.text("template_id")))
    problems.push_back({"template_id", "must be a UUID: copy it from the template's page in Notify"});
  for (const std::string& text : way.texts("allow"))
    if (!read_network(text))
      problems.push_back({"allow", "\"" + text +
                                       "\" is no network: write an address and how many of its bits count, such as "
                                       "\"10.20.0.0/16\" or \"10.20.0.7\""});
  const auto timeout = way.time("timeout", usual_timeout);
  if (timeout < 100ms || timeout > timeout_max)
    problems.push_back({"timeout", "must be from 100 ms to 1 min: the next attempt waits for it"});
  return problems;
}

std::unique_ptr<Carrier> make(const std::vector<Way>& ways, const Surroundings& surroundings) {
  return std::make_unique<Notify>(ways, surroundings);
}

}  // namespace

Kind notify_kind() {
  using Is = Setting::Is;
  Kind kind;
  kind.name = "notify";
  kind.settings = {{"key_file", Is::secret_file, true},
                   {"template_id", Is::text, true},
                   {"email_address", Is::text},
                   {"phone_number", Is::text},
                   {"base_url", Is::text},
                   {"ca_file", Is::path},
                   {"allow", Is::texts},
                   {"timeout", Is::time}};
  kind.carries_content = false;
  kind.problems_of = problems_of;
  kind.make = make;
  return kind;
}

}  // namespace told::carriers
