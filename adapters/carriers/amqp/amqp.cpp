#include "carriers/amqp/amqp.hpp"

#include <algorithm>

#include "carriers/amqp/clerk.hpp"
#include "carriers/courier/way_checks.hpp"

namespace told::carriers {
namespace amqp {
namespace {

using namespace std::chrono_literals;

constexpr Patience patience{10s, 1min, 5s};
/// So many replies of one recipient are handed in before the first of them is answered.
constexpr std::uint32_t replies_at_once = 64;
constexpr std::size_t address_characters_max = 255;

Errand line_to(const Way& way, const Url& broker, const Surroundings& surroundings) {
  Errand line = errand_by(way, patience);
  line.is = Errand::Is::line;
  const bool six = broker.host.find(':') != std::string::npos;
  line.url = std::string(broker.scheme == "amqps" ? "https://" : "http://") + (six ? "[" : "") + broker.host +
             (six ? "]" : "") + ":" + std::to_string(broker.port);
  line.client_certificate_file = way.text("client_certificate_file");
  if (way.has("client_key_file")) line.client_key = surroundings.secret_text(way.text("client_key_file"));
  return line;
}

Target read_target(const Way& way, const Surroundings& surroundings) {
  const Url broker = read_url(way.text("broker")).value_or(Url{});
  Target target;
  target.recipient = way.recipient;
  target.line = line_to(way, broker, surroundings);
  target.opening.host = way.has("virtual_host") ? way.text("virtual_host") : broker.host;
  target.opening.user = way.text("user");
  if (way.has("password_file")) {
    const std::string& file = way.text("password_file");
    target.opening.password = secret_of(way, "broker's password", file, [&] { return surroundings.secret(file); });
  }
  target.opening.queue = way.text("queue");
  target.opening.reply_queue = way.text("reply_queue");
  const bool replies = way.has("reply_queue") && !surroundings.only_tries;
  target.opening.replies_at_once = replies ? replies_at_once : 0;
  target.places = {broker.host + " (port " + std::to_string(broker.port) + ")", target.opening.queue};
  target.origin = surroundings.origin;
  target.when_durable = surroundings.when_durable;
  for (const std::string& file : way.texts("reply_key_files"))
    secret_of(way, "key of replies", file, [&] { target.reply_keys.emplace_back(surroundings.secret(file)); });
  return target;
}

class Amqp final : public ServedCarrier<Clerk> {
 public:
  Amqp(const std::vector<Way>& ways, const Surroundings& surroundings)
      : ServedCarrier(surroundings.post), surroundings_(surroundings) {
    Amqp::replace_ways(ways);
  }

  [[nodiscard]] const char* name() const override { return "amqp"; }

  // Each way is opened anew, also where it is said to be as it was: a password or an authority may be another.
  void replace_ways(const std::vector<Way>& ways) override {
    std::map<std::string, std::shared_ptr<Clerk>> clerks;
    for (const Way& way : ways)
      clerks.emplace(way.recipient, std::make_shared<Clerk>(read_target(way, surroundings_), hands()));
    for (const auto& [recipient, clerk] : servers_) clerk->retire();
    servers_ = std::move(clerks);
    for (const auto& [recipient, clerk] : servers_) clerk->start();
  }

 private:
  Surroundings surroundings_;
};

std::string problem_of_broker(const Way& way) {
  const std::string& text = way.text("broker");
  const auto url = read_url(text);
  const bool whole = url && text.find_first_of("/?#", text.find("://") + 3) == std::string::npos;
  if (!whole) return "must be a scheme, a host and its port, such as amqps://broker.example.gov.uk:5671";
  if (url->has_user)
    return "must have no user and no password in it: they would be read by whoever reads this file; say user and "
           "password_file";
  if (url->scheme != "amqps" && !(url->scheme == "amqp" && url->loopback_literal()))
    return "must begin with amqps:// (amqp:// only to this machine's own 127.0.0.1 or [::1]): what told says about a "
           "child travels sealed";
  return problem_of_address(*url, way);
}

// What may stand in a link's address; AMQP itself allows more.
std::string problem_of_queue(const std::string& address) {
  const bool printable = std::all_of(address.begin(), address.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!address.empty() && printable && address.size() <= address_characters_max) return {};
  return "must be the queue's address as the broker names it, in ASCII without spaces, such as /amq/queue/told.police";
}

void check_login(const Way& way, std::vector<WayProblem>& problems) {
  check_pair(way, "user", "password_file", problems);
  check_pair(way, "client_certificate_file", "client_key_file", problems);
  if (!way.has("user") && !way.has("client_certificate_file"))
    problems.push_back({"user",
                        "is not said, and neither is client_certificate_file: the broker must know who told is; say "
                        "user and password_file (SASL PLAIN), or the certificate (EXTERNAL), or both"});
}

std::vector<WayProblem> problems_of(const Way& way) {
  std::vector<WayProblem> problems;
  if (auto problem = problem_of_broker(way); !problem.empty()) problems.push_back({"broker", std::move(problem)});
  for (const char* setting : {"queue", "reply_queue"})
    if (way.has(setting))
      if (auto problem = problem_of_queue(way.text(setting)); !problem.empty())
        problems.push_back({setting, std::move(problem)});
  if (way.has("reply_queue") && way.text("reply_queue") == way.text("queue"))
    problems.push_back({"reply_queue", "is queue itself: told would take back what it puts there"});
  if (way.has("reply_key_files") && !way.has("reply_queue"))
    problems.push_back({"reply_key_files", "is for replies, and there is no reply_queue: say one, or take this out"});
  check_login(way, problems);
  check_common(way, patience, problems);
  return problems;
}

// Two ways with one queue: one recipient would read what the other is told; or told would take what it is told itself,
// or hear one for the other.
std::vector<WayProblem> problems_beside(const Way& way, const Way& other) {
  std::vector<WayProblem> problems;
  if (way.text("broker") != other.text("broker") || way.text("virtual_host") != other.text("virtual_host"))
    return problems;
  for (const char* mine : {"queue", "reply_queue"})
    for (const char* theirs : {"queue", "reply_queue"})
      if (way.has(mine) && other.has(theirs) && way.text(mine) == other.text(theirs))
        problems.push_back({mine, "is " + std::string(theirs) + " of the way to " + other.recipient +
                                      " too: each recipient has queues of its own, or one would read what another is "
                                      "told, and speak for it"});
  return problems;
}

std::unique_ptr<Carrier> make(const std::vector<Way>& ways, const Surroundings& surroundings) {
  return std::make_unique<Amqp>(ways, surroundings);
}

}  // namespace
}  // namespace amqp

Kind amqp_kind() {
  using Is = Setting::Is;
  Kind kind;
  kind.name = "amqp";
  kind.settings = {{"broker", Is::text, true},
                   {"queue", Is::text, true},
                   {"reply_queue", Is::text},
                   {"reply_key_files", Is::secret_files},
                   {"virtual_host", Is::text},
                   {"user", Is::text},
                   {"password_file", Is::secret_file},
                   {"client_certificate_file", Is::path},
                   {"client_key_file", Is::secret_file},
                   {"ca_file", Is::path},
                   {"allow", Is::texts},
                   {"timeout", Is::time}};
  kind.usual_timeout = amqp::patience.usual;
  kind.problems_of = amqp::problems_of;
  kind.problems_beside = amqp::problems_beside;
  kind.try_files = [](const Way& way, const Surroundings& house) { static_cast<void>(amqp::read_target(way, house)); };
  kind.make = amqp::make;
  return kind;
}

}  // namespace told::carriers
