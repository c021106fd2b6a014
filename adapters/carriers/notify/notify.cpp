#include "carriers/notify/notify.hpp"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <stdexcept>

#include "carriers/courier/errand_carrier.hpp"
#include "carriers/courier/way_checks.hpp"
#include "carriers/mail_address.hpp"
#include "carriers/notice.hpp"
#include "carriers/notify/token.hpp"
#include "carriers/notify/verdict.hpp"

namespace told::carriers {
namespace {

using namespace std::chrono_literals;

constexpr const char* usual_base_url = "https://api.notifications.service.gov.uk";
constexpr Patience patience{10s, 1min, 5s};

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
  const std::string& file = way.text("key_file");
  return secret_of(way, "Notify key", file, [&] {
    auto key = read_notify_key(surroundings.secret(file));
    if (!key)
      throw std::runtime_error(
          "it is no API key; its first line must be the key as Notify showed it when it was made, NAME-SERVICE-SECRET");
    return *std::move(key);
  });
}

Target read_target(const Way& way, const Surroundings& surroundings) {
  const bool mail = way.has("email_address");
  Target target;
  target.errand = errand_by(way, patience);
  target.to_name = mail ? "email_address" : "phone_number";
  target.to = way.text(target.to_name);
  target.template_id = way.text("template_id");
  target.key = key_of(way, surroundings);
  target.errand.url = base_url_of(way) + "/v2/notifications/" + (mail ? "email" : "sms");
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

class Notify final : public ErrandCarrier<Target> {
 public:
  Notify(const std::vector<Way>& ways, const Surroundings& house)
      : ErrandCarrier(ways, house, read_target), courier_(house.post) {}

  [[nodiscard]] const char* name() const override { return "notify"; }

 private:
  [[nodiscard]] Errand errand(const Parcel& parcel, const Target& target) const override {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    Errand out = target.errand;
    out.body = body_of(parcel, target);
    out.headers = {"Content-Type: application/json", "Authorization: Bearer " + notify_token(target.key, seconds)};
    return out;
  }
  [[nodiscard]] Report verdict(const Ending& ending, const Target&) const override { return notify_verdict(ending); }
  [[nodiscard]] Courier& courier_of(const std::string&) override { return courier_; }

  Courier courier_;
};

std::string problem_of_base_url(const Way& way) {
  const auto url = read_url(base_url_of(way));
  if (!url || base_url_of(way).ends_with('/'))
    return "must be an address such as https://api.notifications.service.gov.uk";
  if (url->has_user) return "must have no user and no password in it: told proves who it is by key_file";
  if (!is_sealed(*url)) return "must begin with https:// (http:// only to this machine's own 127.0.0.1 or [::1])";
  return {};
}

bool is_phone_number(const std::string& text) {
  const std::string digits = text.starts_with('+') ? text.substr(1) : text;
  return digits.size() >= 10 && digits.size() <= 15 &&
         std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<WayProblem> problems_of(const Way& way) {
  std::vector<WayProblem> problems;
  if (auto problem = problem_of_base_url(way); !problem.empty()) problems.push_back({"base_url", std::move(problem)});
  if (way.has("email_address") == way.has("phone_number"))
    problems.push_back({way.has("email_address") ? "phone_number" : "",
                        "email_address or phone_number, one of the two: a way by notify goes to one place"});
  if (way.has("email_address") && !is_mail_address(way.text("email_address")))
    problems.push_back({"email_address", "must be one mail address: duty.manager@example.gov.uk"});
  if (way.has("phone_number") && !is_phone_number(way.text("phone_number")))
    problems.push_back({"phone_number", "must be a mobile's number in digits, such as +447700900123"});
  if (!is_uuid(way.text("template_id")))
    problems.push_back({"template_id", "must be a UUID: copy it from the template's page in Notify"});
  check_common(way, patience, problems);
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
