// What comes in over HTTP: the board's API on its socket, and the door's forms and links.
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <string>

#include "../unit/board/raw_client.hpp"
#include "board/actions.hpp"
#include "board/export_query.hpp"
#include "board/http.hpp"
#include "board/route.hpp"
#include "core/state.hpp"
#include "door/links.hpp"
#include "ledger/case_names.hpp"
#include "target.hpp"

namespace told::fuzz {
namespace {

const ledger::CaseNames& names() {
  static const unsigned char key[ledger::CaseNames::key_bytes] = {1, 2, 3};
  static const ledger::CaseNames all{key};
  return all;
}

/// A server on a socket, whose loop is turned by whoever asks it.
class Server {
 public:
  Server() : directory_{"/tmp/told-fuzz-" + std::to_string(::getpid())} {
    std::filesystem::create_directories(directory_);
    server_ = std::make_unique<board::HttpServer>(
        loop_, path(),
        board::HttpServer::Limits{std::chrono::seconds{1}, std::chrono::seconds{1}, std::chrono::seconds{1}, 8},
        [](board::Request request, const board::ExchangePtr& exchange) { answer(request, *exchange); });
    server_->start();
  }
  ~Server() {
    server_.reset();
    std::filesystem::remove_all(directory_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::string path() const { return directory_ + "/s"; }
  /// Until nothing more is ready.
  void turn() {
    loop_.restart();
    while (loop_.poll() > 0) {
    }
  }
  [[nodiscard]] std::size_t connections() const { return server_->connections(); }

 private:
  static void answer(const board::Request& request, board::Exchange& exchange) {
    hold(request.body.size() <= board::body_bytes_max, "no body is longer than the bound");
    hold(request.path.find('\0') == std::string::npos, "no path has a zero byte");
    auto route = board::route_of(request, names());
    if (auto* refused = std::get_if<board::Response>(&route)) {
      hold(refused->status >= 400 && refused->status < 500, "what is refused is the asker's to mend");
      return exchange.answer(std::move(*refused));
    }
    exchange.answer({200, "text/plain", std::get<board::Route>(route).reference});
  }

  std::string directory_;
  boost::asio::io_context loop_;
  std::unique_ptr<board::HttpServer> server_;
};

void http_request(std::string_view bytes) {
  static Server server;
  {
    board::testing::RawClient client(server.path());
    server.turn();
    client.say(std::string{bytes});
    client.end();
    server.turn();
    const std::string heard = client.heard_so_far();
    hold(heard.empty() || heard.starts_with("HTTP/1.1 "), "what is answered is HTTP");
    hold(heard.find("500 ") != 9, "nothing that is asked is told's own fault");
  }
  server.turn();
  hold(server.connections() == 0, "whoever has gone leaves no connection behind");
}

/// The first byte chooses which action; the rest is the JSON.
void action(std::string_view bytes) {
  static const core::State state;
  if (bytes.empty()) return;
  const std::string json{bytes.substr(1)};
  const board::Hand hand{1000, 1, now};
  const auto made = [&]() -> board::Action {
    switch (static_cast<unsigned char>(bytes.front()) % 7) {
      case 0:
        return board::acknowledge(state, {1, 0}, json, hand);
      case 1:
        return board::call(state, {1, 0}, json, hand);
      case 2:
        return board::stand_down(1, json, hand);
      case 3:
        return board::screen(state, 1, json, hand);
      case 4:
        return board::same_child(names(), 1, json, hand);
      case 5:
        return board::another_child(names(), 1, json, hand);
      default:
        return board::close_alarm(1, json, hand);
    }
  }();
  if (const auto* refused = std::get_if<board::Response>(&made)) {
    hold(refused->status >= 400 && refused->status < 500, "what is refused is the asker's to mend");
    hold(refused->body.size() < 16384, "a refusal is short, whatever was sent");
  }
}

void form(std::string_view bytes) {
  std::map<std::string, std::string> fields;
  if (!board::read_form(std::string{bytes}, fields)) return;
  for (const auto& [name, value] : fields)
    hold(name.find('\0') == std::string::npos && value.find('\0') == std::string::npos, "no field has a zero byte");
  board::Request request{"GET", "/v1/export", fields, "", 0};
  const auto query = board::export_query(request, {"police.control_room", "duty_manager"}, names());
  if (const auto* refused = std::get_if<board::Response>(&query))
    hold(refused->status >= 400 && refused->status < 500, "what is refused is the asker's to mend");
}

/// The bytes change a good token; what is then still taken is the token itself.
void link(std::string_view bytes) {
  static const door::Links links([](std::string_view said) {
    std::string proof(crypto_generichash_BYTES, '\0');
    crypto_generichash(reinterpret_cast<unsigned char*>(proof.data()), proof.size(),
                       reinterpret_cast<const unsigned char*>(said.data()), said.size(), nullptr, 0);
    return proof;
  });
  const std::string good = links.token({4711, 2}, now + std::chrono::minutes{10});
  std::string token = good;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i < token.size())
      token[i] = static_cast<char>(token[i] ^ bytes[i]);
    else
      token += bytes[i];
  }
  if (links.read(token, now).is != door::Links::Read::Is::no_link)
    hold(token == good, "no other link is taken for this");
}

}  // namespace

std::vector<Target> http_targets() {
  return {{"http_request", "what a client says on the board's socket", http_request},
          {"action", "the JSON of what a person does", action},
          {"form", "a query, or a form that was sent", form},
          {"link", "the token of an acknowledge link", link}};
}

}  // namespace told::fuzz
