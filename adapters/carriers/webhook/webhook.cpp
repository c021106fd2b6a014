#include "carriers/webhook/webhook.hpp"

#include <map>
#include <stdexcept>

#include "carriers/courier/courier.hpp"
#include "carriers/courier/url.hpp"
#include "carriers/frames.hpp"
#include "carriers/webhook/callback.hpp"
#include "carriers/webhook/cloud_event.hpp"
#include "carriers/webhook/signature.hpp"
#include "carriers/webhook/verdict.hpp"

namespace told::carriers {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds usual_timeout = 10s;
constexpr std::chrono::milliseconds timeout_max = 1min;  // an attempt must end long before any deadline
constexpr std::chrono::milliseconds connect_max = 5s;

/// One recipient's, with its secrets read. An attempt that is under way keeps the one that it began with.
struct Target {
  Errand errand;  ///< all but what differs from message to message
  std::string host;
  std::vector<SigningKey> keys;
  std::vector<ProvingKey> callback_keys;
};

/// Keys out of their files; a fault names the file and whose it is.
template <class Key>
void read_keys(const Way& way, std::string_view setting, const Surroundings& surroundings, std::vector<Key>& into) {
  for (const std::string& file : way.texts(setting)) {
    try {
      into.emplace_back(surroundings.secret(file));
    } catch (const std::runtime_error& e) {
      throw std::runtime_error("the webhook key " + file + " of " + way.recipient + ": " + e.what());
    }
  }
}

Target target_of(const Way& way, const Surroundings& surroundings) {
  Target target;
  Errand& errand = target.errand;
  errand.url = way.text("url");
  if (const auto url = read_url(errand.url)) target.host = url->host;
  errand.within = way.time("timeout", usual_timeout);
  errand.connect_within = std::min(errand.within, connect_max);
  errand.ca_file = way.text("ca_file");
  errand.client_certificate_file = way.text("client_certificate_file");
  if (way.has("client_key_file")) errand.client_key = surroundings.secret_text(way.text("client_key_file"));
  errand.rule = AddressRule(way.texts("allow"));
  read_keys(way, "key_files", surroundings, target.keys);
  read_keys(way, "callback_key_files", surroundings, target.callback_keys);
  return target;
}

class Webhook final : public Carrier {
 public:
  Webhook(const std::vector<Way>& ways, const Surroundings& surroundings)
      : surroundings_(surroundings), targets_(targets_of(ways)), courier_(surroundings.post) {}

  [[nodiscard]] const char* name() const override { return "webhook"; }
  [[nodiscard]] bool goes_out() const override { return true; }

  void send(Parcel parcel) override {
    const auto found = targets_.find(parcel.recipient);
    if (found == targets_.end()) {
      // Not from within send(): whoever calls it is not ready for the report.
      surroundings_.post([this, alive = std::weak_ptr<bool>(alive_), report = unsent(parcel)] {
        if (!alive.expired()) report_(report);
      });
      return;
    }
    const std::shared_ptr<const Target>& target = found->second;
    courier_.go(written(parcel, *target), [this, report = unsent(parcel), host = target->host](const Ending& ending) {
      Report ended = webhook_verdict(ending, host);
      ended.recipient = report.recipient;
      ended.notification = report.notification;
      ended.attempt = report.attempt;
      report_(ended);
    });
  }

  void called_back(Callback callback) override {
    const auto found = targets_.find(callback.recipient);
    if (found == targets_.end() || found->second->callback_keys.empty())
      return reply(callback, 404,
                   make_problem("no_callback", "this recipient has no callback by webhook",
                                "ask the council to name your key in callback_key_files"));
    if (const auto why = why_not_proved(found->second->callback_keys, callback.headers, callback.body, callback.now))
      return reply(callback, 401, make_problem("not_proved", why->c_str(), "nothing was recorded"));
    Answer answer;
    if (const auto problem = read_frame(callback.body, answer.said)) return reply(callback, 400, *problem);
    answer.recipient = callback.recipient;
    answer.means = v1::MEANS_CALLBACK;
    answer.answered = [callback](const v1::ServiceFrame& results) {
      callback.reply(results.has_problem() ? 503 : 200, to_text(results));
    };
    answer_(std::move(answer));
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

  [[nodiscard]] Errand written(const Parcel& parcel, const Target& target) const {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    const std::string id = call_id(parcel.delivery);
    Errand errand = target.errand;
    errand.body = cloud_event(parcel, surroundings_.origin);
    errand.headers = {"Content-Type: application/cloudevents+json; charset=utf-8", "webhook-id: " + id,
                      "webhook-timestamp: " + std::to_string(seconds),
                      "webhook-signature: " + signatures(target.keys, id, seconds, errand.body)};
    return errand;
  }

  static void reply(const Callback& callback, int status, v1::Problem problem) {
    callback.reply(status, to_text(problem_frame(std::move(problem))));
  }

  [[nodiscard]] static Report unsent(const Parcel& parcel) {
    Report report;
    report.recipient = parcel.recipient;
    report.notification = parcel.notification;
    report.attempt = parcel.attempt;
    report.outcome = v1::OUTCOME_DEFERRED;
    report.code = "no_way";
    report.problem = "told.toml has no [[way]] by webhook for " + parcel.recipient + ": write one, and reload told";
    return report;
  }

  Surroundings surroundings_;
  Targets targets_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  Courier courier_;
};

std::optional<std::string> problem_of_url(const Way& way) {
  const auto url = read_url(way.text("url"));
  if (!url) return "must be an address such as https://hooks.example.gov.uk/told";
  if (url->has_user)
    return "must have no user and no password in it: they would be read by whoever reads this file; told proves who it "
           "is by key_files, and by client_certificate_file";
  if (url->scheme != "https" && !(url->scheme == "http" && url->loopback_literal()))
    return "must begin with https:// (http:// only to this machine's own 127.0.0.1 or [::1]): what told says about "
           "a child travels sealed";
  if (const auto address = read_address(url->host); address && !AddressRule(way.texts("allow")).allows(*address))
    return text_of(*address) + " is not a public address: if that is right, add \"" + text_of(*address) + "\" to allow";
  return std::nullopt;
}

std::vector<WayProblem> problems_of(const Way& way) {
  std::vector<WayProblem> problems;
  if (auto problem = problem_of_url(way)) problems.push_back({"url", *problem});
  if (way.texts("key_files").empty())
    problems.push_back({"key_files",
                        "must name one key at least: without a signature anybody could say that they are "
                        "told; make one with `echo whsec_$(openssl rand -base64 32)`"});
  if (way.has("client_key_file") != way.has("client_certificate_file"))
    problems.push_back({way.has("client_key_file") ? "client_key_file" : "client_certificate_file",
                        "client_certificate_file and client_key_file belong together: say both or none"});
  for (const std::string& text : way.texts("allow"))
    if (!read_network(text))
      problems.push_back({"allow", "\"" + text +
                                       "\" is no network: write an address and how many of its bits count, "
                                       "such as \"10.20.0.0/16\" or \"10.20.0.7\""});
  const auto timeout = way.time("timeout", usual_timeout);
  if (timeout < 100ms || timeout > timeout_max)
    problems.push_back({"timeout", "must be from 100 ms to 1 min: the next attempt waits for it"});
  return problems;
}

std::unique_ptr<Carrier> make(const std::vector<Way>& ways, const Surroundings& surroundings) {
  return std::make_unique<Webhook>(ways, surroundings);
}

}  // namespace

Kind webhook_kind() {
  using Is = Setting::Is;
  Kind kind;
  kind.name = "webhook";
  kind.settings = {{"url", Is::text, true},
                   {"key_files", Is::secret_files, true},
                   {"callback_key_files", Is::secret_files},
                   {"ca_file", Is::path},
                   {"client_certificate_file", Is::path},
                   {"client_key_file", Is::secret_file},
                   {"allow", Is::texts},
                   {"timeout", Is::time}};
  kind.problems_of = problems_of;
  kind.make = make;
  return kind;
}

}  // namespace told::carriers
