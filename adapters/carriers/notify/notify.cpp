#include "carriers/notify/notify.hpp"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <stdexcept>

#include "carriers/courier/errand_carrier.hpp"
#include "carriers/courier/way_checks.hpp"
#include "carriers/frames.hpp"
#include "carriers/mail_address.hpp"
#include "carriers/notice.hpp"
#include "carriers/notify/receipt.hpp"
#include "carriers/notify/token.hpp"
#include "carriers/notify/verdict.hpp"
#include "core/problem.hpp"

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
  std::string callback_token;  ///< empty: Notify does not call back
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

std::string callback_token_of(const Way& way, const Surroundings& surroundings) {
  if (!way.has("callback_token_file")) return {};
  const std::string& file = way.text("callback_token_file");
  return secret_of(way, "callback token", file, [&] {
    std::string token = surroundings.secret(file);
    if (token.size() < callback_token_least)
      throw std::runtime_error(
          "a token of fewer than 20 characters can be guessed: make one with "
          "`openssl rand -hex 32`, and give Notify the same");
    return token;
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
  target.callback_token = callback_token_of(way, surroundings);
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
  say(body, "reference", to_text(NotifyReference{parcel.notification, parcel.attempt, parcel.recipient}));
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

  void called_back(Callback callback) override {
    if (!any_target([](const Target& target) { return !target.callback_token.empty(); }))
      return refuse(callback, 404, "no_callback", "no way by notify has a callback",
                    "name the token in callback_token_file, and reload told");
    const auto is_borne = [&](const Target& target) {
      return !target.callback_token.empty() && bears(callback.headers, target.callback_token);
    };
    if (!any_target(is_borne))
      return refuse(callback, 401, "not_proved", "the call does not bear told's token",
                    "give Notify, on its page of callbacks, the token that is in callback_token_file");
    const auto receipt = read_notify_receipt(callback.body);
    if (!receipt)
      return refuse(callback, 400, "not_readable", "this is no delivery receipt of GOV.UK Notify's",
                    "give Notify this address for delivery receipts alone");
    if (const auto report = what_it_says(*receipt, is_borne)) report_(*report);
    // What is not ours, or not final, is taken as well: Notify would only say it again.
    surroundings().when_durable([callback] { callback.reply(204, ""); });
  }

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

  /// Nullopt where it is about no message by a way that the token is of, or says nothing that is final.
  template <class IsBorne>
  [[nodiscard]] std::optional<Report> what_it_says(const NotifyReceipt& receipt, const IsBorne& is_borne) const {
    const auto about = read_notify_reference(receipt.reference);
    const auto target = about ? target_of(about->recipient) : nullptr;
    auto report = receipt_verdict(receipt.status);
    if (!target || !is_borne(*target) || !report) return std::nullopt;
    report->recipient = about->recipient;
    report->notification = about->notification;
    report->attempt = about->attempt;
    return report;
  }

  static void refuse(const Callback& callback, int status, const char* code, const char* reason, const char* mend) {
    callback.reply(status, to_text(problem_frame(core::make_problem(code, "", reason, mend))));
  }

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
                   {"callback_token_file", Is::secret_file},
                   {"ca_file", Is::path},
                   {"allow", Is::texts},
                   {"timeout", Is::time}};
  kind.carries_content = false;
  kind.usual_timeout = patience.usual;
  kind.problems_of = problems_of;
  kind.try_files = [](const Way& way, const Surroundings& house) { static_cast<void>(read_target(way, house)); };
  kind.make = make;
  return kind;
}

}  // namespace told::carriers
