#include "config/service_reader.hpp"

#include "config/key_file.hpp"
#include "config/nearest.hpp"
#include "config/shapes.hpp"
#include "config/words.hpp"

namespace told::config {
namespace {

using namespace std::chrono_literals;

/// sockaddr_un::sun_path less its closing zero (unix(7)).
constexpr std::size_t socket_path_max = 107;
constexpr std::uint64_t reserve_default = std::uint64_t{16} << 20;
/// Below this the reserve would not hold the write-ahead log of one busy minute.
constexpr std::uint64_t reserve_least = std::uint64_t{1} << 20;
constexpr std::chrono::milliseconds worker_heartbeat_default = 5s;
constexpr std::chrono::milliseconds watcher_every_default = 60s;
/// A weekend, and the working day after it.
constexpr std::chrono::milliseconds links_live_default = 72h;

const std::vector<std::string>& log_levels() {
  static const std::vector<std::string> all{"trace", "debug", "info", "warning", "error"};
  return all;
}

std::string key_setting(Reader& keys, std::string_view key, const std::filesystem::path& directory,
                        Findings& findings) {
  return key_file(keys.text(key, Need::required), directory, findings);
}

Text endpoint(Reader& gateway, std::string_view key, Findings& findings) {
  Text said = gateway.text(key, Need::required);
  if (!said.given) return said;
  if (const auto problem = problem_of_endpoint(said.value); !problem.empty()) {
    findings.add(said.at, "gateway." + std::string{key} + ": " + problem);
    said.given = false;
  }
  return said;
}

void read_gateway(Reader& gateway, Service& service, Findings& findings) {
  const Text publishers = endpoint(gateway, "publishers_endpoint", findings);
  const Text agencies = endpoint(gateway, "agencies_endpoint", findings);
  const auto port = [](const std::string& at) { return at.substr(at.rfind(':')); };
  if (publishers.given && agencies.given && port(publishers.value) == port(agencies.value)) {
    findings.add(agencies.at,
                 "gateway.agencies_endpoint has the port of gateway.publishers_endpoint: give it another, "
                 "or the firewall could not tell publishers from agencies");
  }
  const auto heartbeat = gateway.duration("worker_heartbeat", Need::optional, 100ms);
  service.publishers_endpoint = publishers.value;
  service.agencies_endpoint = agencies.value;
  service.worker_heartbeat = heartbeat.given ? std::chrono::duration_cast<std::chrono::milliseconds>(heartbeat.value)
                                             : worker_heartbeat_default;
  gateway.finish();
}

void read_store(Reader& store, const std::filesystem::path& directory, Service& service) {
  service.store_directory = beside(directory, store.text("directory", Need::required).value);
  const auto reserve = store.bytes("reserve", Need::optional, reserve_least);
  service.reserve_bytes = reserve.given ? reserve.value : reserve_default;
  store.finish();
}

std::string socket_setting(Reader& table, const char* key, Need need, const std::filesystem::path& directory,
                           Findings& findings) {
  const Text socket = table.text(key, need);
  if (!socket.given) return {};
  std::string path = beside(directory, socket.value);
  if (path.size() > socket_path_max)
    findings.add(socket.at, table.name() + "." + key + " has " + std::to_string(path.size()) +
                                " bytes in full, and the system allows " + std::to_string(socket_path_max) +
                                " for a socket: choose a shorter path");
  return path;
}

void read_board(Reader& board, const std::filesystem::path& directory, Service& service, Findings& findings) {
  service.board_socket = socket_setting(board, "socket", Need::required, directory, findings);
  service.prevent_socket = socket_setting(board, "prevent_socket", Need::optional, directory, findings);
  service.audit_socket = socket_setting(board, "audit_socket", Need::optional, directory, findings);
  const bool twice = (!service.prevent_socket.empty() && service.prevent_socket == service.board_socket) ||
                     (!service.audit_socket.empty() &&
                      (service.audit_socket == service.board_socket || service.audit_socket == service.prevent_socket));
  if (twice)
    findings.add(board.at(),
                 "board: two of its sockets are one, and who may see what is said by who may open which: "
                 "give each a path of its own");
  board.finish();
}

void read_door(Reader& door, const std::filesystem::path& directory, Service& service, Findings& findings) {
  service.door_socket = socket_setting(door, "socket", Need::required, directory, findings);
  const Text url = door.text("public_url", Need::required);
  if (url.given)
    if (const auto problem = problem_of_public_url(url.value); !problem.empty())
      findings.add(url.at, "door.public_url: " + problem);
  service.door_public_url = url.value;
  const auto live = door.duration("links_live", Need::optional, 1min);
  service.door_links_live =
      live.given ? std::chrono::duration_cast<std::chrono::milliseconds>(live.value) : links_live_default;
  door.finish();
}

void read_keys(Reader& keys, const std::filesystem::path& directory, Service& service, Findings& findings) {
  service.master_key_file = key_setting(keys, "master", directory, findings);
  service.signing_key_file = key_setting(keys, "signing", directory, findings);
  service.curve_key_file = key_setting(keys, "curve", directory, findings);
  keys.finish();
}

void read_watcher(Reader& watcher, const std::filesystem::path& directory, Service& service, Findings& findings) {
  service.watcher_url_file = key_setting(watcher, "url_file", directory, findings);
  const auto every = watcher.duration("every", Need::optional, 1s);
  service.watcher_every =
      every.given ? std::chrono::duration_cast<std::chrono::milliseconds>(every.value) : watcher_every_default;
  watcher.finish();
}

void read_top(Reader& root, const std::filesystem::path& directory, Service& service, Findings& findings) {
  const Text origin = root.text("origin", Need::required);
  if (origin.given) {
    if (const auto problem = problem_of_origin(origin.value); !problem.empty()) findings.add(origin.at, problem);
  }
  service.origin = origin.value;
  service.policy_file = beside(directory, root.text("policy_file", Need::required).value);

  const Text level = root.text("log_level", Need::optional);
  service.log_level = level.given ? level.value : "info";
  if (!is_one_of(service.log_level, log_levels())) {
    findings.add(level.at, in_quotes(level.value) + " is no log level: " + suggestion(level.value, log_levels()));
  }
}

}  // namespace

Service read_service(const Node& root_node, const std::filesystem::path& directory, Findings& findings) {
  Service service;
  Reader root{root_node, "", findings};
  read_top(root, directory, service, findings);
  if (auto store = root.table("store", Need::required)) read_store(*store, directory, service);
  if (auto keys = root.table("keys", Need::required)) read_keys(*keys, directory, service, findings);
  if (auto gateway = root.table("gateway", Need::required)) read_gateway(*gateway, service, findings);
  if (auto board = root.table("board", Need::required)) read_board(*board, directory, service, findings);
  if (auto door = root.table("door", Need::optional)) read_door(*door, directory, service, findings);
  if (auto watcher = root.table("watcher", Need::optional)) read_watcher(*watcher, directory, service, findings);
  service.parties = read_parties(root, directory, findings);
  service.ways = read_ways(root, directory, findings);
  root.finish();
  return service;
}

}  // namespace told::config
