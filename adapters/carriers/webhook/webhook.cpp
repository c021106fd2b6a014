#include "carriers/webhook/webhook.hpp"

#include "carriers/callback.hpp"
#include "carriers/cloud_event.hpp"
#include "carriers/courier/errand_carrier.hpp"
#include "carriers/courier/way_checks.hpp"
#include "carriers/frames.hpp"
#include "carriers/signature.hpp"
#include "carriers/webhook/verdict.hpp"
#include "core/problem.hpp"

namespace told::carriers {
namespace {

using namespace std::chrono_literals;

constexpr Patience patience{10s, 1min, 5s};

/// One recipient's, with its secrets read. An attempt that is under way keeps the one that it began with.
struct Target {
  Errand errand;  ///< all but what differs from message to message
  std::string host;
  std::vector<SigningKey> keys;
  std::vector<ProvingKey> callback_keys;
};

/// Keys out of their files.
template <class Key>
void read_keys(const Way& way, std::string_view setting, const Surroundings& surroundings, std::vector<Key>& into) {
  for (const std::string& file : way.texts(setting))
    secret_of(way, "webhook key", file, [&] { into.emplace_back(surroundings.secret(file)); });
}

Target read_target(const Way& way, const Surroundings& surroundings) {
  Target target;
  Errand& errand = target.errand = errand_by(way, patience);
  errand.url = way.text("url");
  if (const auto url = read_url(errand.url)) target.host = url->host;
  errand.client_certificate_file = way.text("client_certificate_file");
  if (way.has("client_key_file")) errand.client_key = surroundings.secret_text(way.text("client_key_file"));
  read_keys(way, "key_files", surroundings, target.keys);
  read_keys(way, "callback_key_files", surroundings, target.callback_keys);
  return target;
}

class Webhook final : public ErrandCarrier<Target> {
 public:
  Webhook(const std::vector<Way>& ways, const Surroundings& house)
      : ErrandCarrier(ways, house, read_target), courier_(house.post) {}

  [[nodiscard]] const char* name() const override { return "webhook"; }

  void called_back(Callback callback) override {
    const auto target = target_of(callback.recipient);
    if (!target || target->callback_keys.empty())
      return reply(callback, 404,
                   core::make_problem("no_callback", "", "this recipient has no callback by webhook",
                                      "ask the council to name your key in callback_key_files"));
    if (const auto why = why_not_proved(target->callback_keys, callback.headers, callback.body, callback.now))
      return reply(callback, 401, core::make_problem("not_proved", "", *why, "nothing was recorded"));
    Answer answer;
    if (const auto problem = read_frame(callback.body, answer.said)) return reply(callback, 400, *problem);
    answer.recipient = callback.recipient;
    answer.means = v1::MEANS_CALLBACK;
    answer.answered = [callback](const v1::ServiceFrame& results) {
      callback.reply(results.has_problem() ? 503 : 200, to_text(results));
    };
    answer_(std::move(answer));
  }

 private:
  [[nodiscard]] Errand errand(const Parcel& parcel, const Target& target) const override {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    const std::string id = call_id(parcel.delivery);
    Errand out = target.errand;
    out.body = cloud_event(parcel, surroundings().origin);
    out.headers = {"Content-Type: application/cloudevents+json; charset=utf-8", "webhook-id: " + id,
                   "webhook-timestamp: " + std::to_string(seconds),
                   "webhook-signature: " + signatures(target.keys, id, seconds, out.body)};
    return out;
  }

  static void reply(const Callback& callback, int status, v1::Problem problem) {
    callback.reply(status, to_text(problem_frame(std::move(problem))));
  }

  [[nodiscard]] Report verdict(const Ending& ending, const Target& target) const override {
    return webhook_verdict(ending, target.host);
  }
  [[nodiscard]] Courier& courier_of(const std::string&) override { return courier_; }

  Courier courier_;
};

std::string problem_of_url(const Way& way) {
  const auto url = read_url(way.text("url"));
  if (!url) return "must be an address such as https://hooks.example.gov.uk/told";
  if (url->has_user)
    return "must have no user and no password in it: they would be read by whoever reads this file; told proves who it "
           "is by key_files, and by client_certificate_file";
  if (!is_sealed(*url))
    return "must begin with https:// (http:// only to this machine's own 127.0.0.1 or [::1]): what told says about "
           "a child travels sealed";
  return problem_of_address(*url, way);
}

std::vector<WayProblem> problems_of(const Way& way) {
  std::vector<WayProblem> problems;
  if (auto problem = problem_of_url(way); !problem.empty()) problems.push_back({"url", std::move(problem)});
  if (way.texts("key_files").empty())
    problems.push_back({"key_files",
                        "must name one key at least: without a signature anybody could say that they are "
                        "told; make one with `echo whsec_$(openssl rand -base64 32)`"});
  check_pair(way, "client_certificate_file", "client_key_file", problems);
  check_common(way, patience, problems);
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
  kind.usual_timeout = patience.usual;
  kind.problems_of = problems_of;
  kind.try_files = [](const Way& way, const Surroundings& house) { static_cast<void>(read_target(way, house)); };
  kind.make = make;
  return kind;
}

}  // namespace told::carriers
