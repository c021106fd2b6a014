#include "door/door.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>

#include "audit/clock.hpp"
#include "audit/glossary.hpp"
#include "audit/kinds.hpp"
#include "board/http.hpp"
#include "board/problem.hpp"
#include "core/reference.hpp"
#include "core/text_rules.hpp"
#include "door/page.hpp"

namespace told::door {
namespace {

using namespace std::chrono_literals;
using board::ExchangePtr;
using board::Request;

constexpr std::size_t connections_max = 256;
const std::string links_path = "/acknowledge/";
const std::string callbacks_path = "/callback/";

/// Links and callbacks have secrets in their addresses and bodies: nothing of a request is ever logged.
board::Response no_such_link() {
  return message_page(
      404, "This link cannot be used",
      "It is incomplete, or was never made by told. Open it again from the message itself, all of it on one "
      "line. If that does not help, telephone the duty desk and give them the reference in the message.");
}

}  // namespace

class Door::Impl {
 public:
  Impl(boost::asio::io_context& loop, Options options, House house)
      : options_(std::move(options)),
        house_(std::move(house)),
        links_(house_.authenticate),
        http_(loop, options_.socket_path, {5s, 10s, 30s, connections_max},
              [this](Request request, ExchangePtr exchange) { handle(std::move(request), std::move(exchange)); }) {}

  void start() { http_.start(); }
  void close() { http_.close(); }

  std::string link(const core::Transmit& t) const {
    if (t.deadline == core::Instant{}) return {};
    // However late it is sent: it can be answered from then on for as long.
    return options_.public_url + links_path +
           links_.token(t.notification, std::max(t.deadline, house_.now()) + options_.links_live);
  }

 private:
  void handle(Request request, ExchangePtr exchange) {
    if (request.path == "/style.css" && request.method == "GET") return exchange->answer(style_sheet());
    if (request.path.starts_with(links_path)) return acknowledge(request, exchange);
    if (request.path.starts_with(callbacks_path)) return call_back(std::move(request), exchange);
    exchange->answer(board::problem(404, "there is no such address behind told's door"));
  }

  void acknowledge(const Request& request, const ExchangePtr& exchange) {
    const Links::Read link = links_.read(request.path.substr(links_path.size()), house_.now());
    if (link.is == Links::Read::Is::no_link) return exchange->answer(no_such_link());
    if (link.is == Links::Read::Is::expired)
      return exchange->answer(message_page(410, "This link has expired",
                                           "Telephone the duty desk and give them the reference " +
                                               core::to_reference(link.id) + ": they record your answer."));
    if (request.method == "GET") return exchange->answer(form_page(shown(link.id), {}));
    if (request.method != "POST") return exchange->answer(board::wrong_method("GET, POST"));
    take(link.id, request, exchange);
  }

  /// A browser says where a form was filled in. No other site has business with a link: it would be somebody who found
  /// one, and has another press the button. (`Origin: null` is this page's own, which asks for no referrer.)
  bool from_elsewhere(const Request& request) const {
    const std::string& site = request.header("sec-fetch-site");
    const std::string& origin = request.header("origin");
    return (!site.empty() && site != "same-origin" && site != "none") ||
           (!origin.empty() && origin != "null" && origin != origin_of(options_.public_url));
  }

  /// "https://told.council.example" of that and any path.
  static std::string origin_of(const std::string& url) { return url.substr(0, url.find('/', url.find("://") + 3)); }

  void take(core::NotificationId id, const Request& request, const ExchangePtr& exchange) {
    if (from_elsewhere(request))
      return exchange->answer(
          message_page(403, "Nothing is recorded",
                       "This came from another page than told's own. Open the link itself, from the "
                       "message that you were sent, and answer there."));
    std::map<std::string, std::string> fields;
    if (!request.header("content-type").starts_with("application/x-www-form-urlencoded") ||
        !board::read_form(request.body, fields))
      return exchange->answer(board::problem(415, "send the page's form: application/x-www-form-urlencoded"));
    for (const auto& [name, value] : fields)
      if (!core::is_utf8(value))
        return exchange->answer(
            message_page(400, "Nothing is recorded",
                         "What was sent is not UTF-8, as every browser sends it. Open the link in a "
                         "browser, and answer there; or telephone whoever told you."));
    const FilledIn filled{fields["person"], fields["role"], fields["note"], fields["answer"], {}};
    const bool not_ours = filled.answer == "not_ours";
    if (!not_ours && filled.answer != "have") return again(id, filled, "choose one of the two answers", exchange);

    carriers::Answer answer;
    // One that closed long ago is not in memory: the path finds it, and the engine knows then whose it is.
    const core::Notification* n = house_.engine.state().notification(id);
    if (n != nullptr) answer.recipient = house_.engine.state().recipient_name(n->recipient);
    answer.means = v1::MEANS_LINK;
    const std::string reference = core::to_reference(id);
    if (not_ours) {
      v1::Refusal& said = *answer.said.add_refusals();
      said.set_notification(reference);
      said.set_person(filled.name);
      said.set_role(filled.role);
      said.set_reason(filled.note);
    } else {
      v1::Acknowledgement& said = *answer.said.add_acknowledgements();
      said.set_notification(reference);
      said.set_person(filled.name);
      said.set_role(filled.role);
      said.set_note(filled.note);
    }
    answer.answered = [this, exchange, id, filled](const v1::ServiceFrame& results) {
      if (results.results_size() != 1) return again(id, filled, "told is busy: send it again", exchange);
      const v1::AcknowledgementResult& result = results.results(0);
      if (result.has_problem())
        return again(id, filled, result.problem().reason() + ": " + result.problem().mend(), exchange);
      exchange->answer(recorded(id, filled, result));
    };
    house_.answer(std::move(answer));
  }

  void again(core::NotificationId id, FilledIn filled, const std::string& problem, const ExchangePtr& exchange) const {
    filled.problem = problem;
    exchange->answer(form_page(shown(id), filled));
  }

  static board::Response recorded(core::NotificationId id, const FilledIn& filled,
                                  const v1::AcknowledgementResult& result) {
    const std::string reference = core::to_reference(id);
    if (result.repeated())
      return message_page(200, "It was answered before you",
                          "What you said of " + reference + " is on the record too. Nothing changes.");
    if (filled.answer == "not_ours")
      return message_page(200, "Recorded: not for you",
                          "Others are called about " + reference +
                              " now. If you should not have been sent this, delete "
                              "the message.");
    return message_page(200, result.late() ? "Recorded, after the deadline" : "Recorded: you have it",
                        "Your answer to " + reference + " is on the record. Nobody else is called about it for you.");
  }

  Shown shown(core::NotificationId id) const {
    const core::State& state = house_.engine.state();
    const core::Event* event = state.event(id.event);
    const core::Notification* n = state.notification(id);
    Shown shown;
    shown.reference = core::to_reference(id);
    shown.answered = n == nullptr || !n->open();
    if (n == nullptr || event == nullptr) return shown;
    shown.recipient = audit::title_of(state, state.recipient_name(n->recipient));
    shown.exercise = event->status != v1::STATUS_ACTUAL;
    const auto kind = static_cast<v1::NotificationKind>(n->kind);
    shown.what = audit::event_words(std::string(event->type));
    if (kind != v1::NOTIFICATION_KIND_TELL) shown.what += " (" + audit::kind_words(kind) + ")";
    shown.deadline = audit::full_time(n->deadline);
    shown.time_left = shown.answered ? "" : audit::time_left(n->deadline, house_.now());
    return shown;
  }

  void call_back(Request request, const ExchangePtr& exchange) {
    if (request.method != "POST") return exchange->answer(board::wrong_method("POST"));
    const std::string named = request.path.substr(callbacks_path.size());
    const auto slash = std::min(named.find('/'), named.size());
    carriers::Callback callback;
    if (slash < named.size()) callback.recipient = named.substr(slash + 1);
    if (slash == 0 || callback.recipient.find('/') != std::string::npos)
      return exchange->answer(
          board::problem(404, "a callback goes to /callback/CARRIER/RECIPIENT, or to /callback/CARRIER"));
    callback.headers = std::move(request.headers);
    callback.body = std::move(request.body);
    callback.now = std::chrono::duration_cast<std::chrono::seconds>(house_.now().time_since_epoch()).count();
    callback.reply = [exchange](int status, const std::string& json) {
      exchange->answer({status, status < 400 ? "application/json" : "application/problem+json", json});
    };
    if (!house_.call_back(named.substr(0, slash), std::move(callback)))
      exchange->answer(board::problem(404, "no recipient is told by that carrier"));
  }

  Options options_;
  House house_;
  Links links_;
  board::HttpServer http_;
};

Door::Door(boost::asio::io_context& loop, Options options, House house)
    : impl_(std::make_unique<Impl>(loop, std::move(options), std::move(house))) {}
Door::~Door() = default;
void Door::start() { impl_->start(); }
void Door::close() { impl_->close(); }
std::string Door::link(const core::Transmit& transmit) const { return impl_->link(transmit); }

}  // namespace told::door
