#include "house.hpp"

#include <sysexits.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <filesystem>
#include <string>

#include "audit/clock.hpp"
#include "board/board.hpp"
#include "config/shapes.hpp"
#include "door/door.hpp"
#include "gateway/curve_key.hpp"
#include "going_out.hpp"
#include "interior.hpp"
#include "ledger/secret_file.hpp"
#include "log/log.hpp"
#include "loop/asio_loop.hpp"
#include "parties.hpp"
#include "path/timerfd_clocks.hpp"
#include "service_manager.hpp"
#include "signs_of_life.hpp"
#include "tally.hpp"
#include "version.hpp"

namespace told {
namespace {

using namespace std::chrono_literals;
using boost::system::error_code;

constexpr auto stood_still_at_most = std::chrono::hours{24 * 90};
constexpr const char* long_stop = "long-stop";  ///< in the store's directory, once: it did stand still for longer
constexpr auto sends_may_finish_in = 2s;  ///< at a stop; what is still in flight then is sent again after the start

// A key that cannot be used is for a person to mend: systemd does not start the daemon again for that.
template <class Read>
auto key_from(Read&& read) {
  try {
    return read();
  } catch (const std::runtime_error& why) {
    throw Unusable(why.what());
  }
}

ledger::Options ledger_options(const config::Service& service) {
  ledger::Options options;
  options.directory = service.store_directory;
  options.origin = service.origin;
  options.signing_key =
      key_from([&] { return ledger::SigningKey::from_file(config::key_path(service.signing_key_file)); });
  options.master_key =
      key_from([&] { return ledger::MasterKey::from_file(config::key_path(service.master_key_file)); });
  options.reserve_bytes = service.reserve_bytes;
  return options;
}

}  // namespace

class House::Impl {
 public:
  Impl(std::string config_path, config::Service service, core::Policy policy)
      : config_path_(std::move(config_path)),
        service_(std::move(service)),
        ledger_(ledger_options(service_)),
        interior_(rooms_loop_, machine_clocks_, ledger_, &Impl::tell_progress),
        going_out_(
            rooms_loop_, interior_.dispatch(), interior_.door(),
            [this](const std::string& carrier, carriers::Answer answer) {
              interior_.answers().take(carrier, std::move(answer));
            },
            [this](std::function<void()> done) { interior_.when_durable(std::move(done)); }, service_.origin) {
    log::info("the ledger has {} entries ({} replayed after the projection); {} notifications are open", ledger_.size(),
              interior_.recovered().replayed, engine().state().open_notifications());
    need_a_likely_time();
    interior_.give_out(outside());

    interior_.begin(core::Start{version, service_.origin, on_record(service_.parties)}, std::move(policy));
    interior_.path().when_idle([this] { loop_.stop(); });
    loop_.run();
    loop_.restart();
    if (exit_code_ != EX_OK) throw ledger::StoreFailed("the start could not be recorded; look at the disk");
    interior_.upkeep().reconcile();

    open_gateway();
    key_from([this] { going_out_.replace(*engine().state().policy(), service_.ways); });
    open_boards();
    open_door();
    expect_signs_of_life();
  }

  int run() {
    interior_.serve();
    wait_for_signals();
    gateway_->start();
    for (const auto& board : boards_) board->start();
    if (door_) door_->start();
    signs_of_life_->start();
    log::info("serving: publishers on {}, agencies on {}, the board on {}", service_.publishers_endpoint,
              service_.agencies_endpoint, service_.board_socket);
    tell_service_manager("READY=1");
    loop_.run();
    if (exit_code_ == EX_OK) {
      interior_.path().project();
      ledger_.settle_projection();
      log::info("stopped: {} entries in the ledger", ledger_.size());
    }
    return exit_code_;
  }

 private:
  [[nodiscard]] const core::Engine& engine() const { return interior_.engine(); }

  static void tell_progress(core::EntryIndex done, core::EntryIndex all) {
    log::info("reading the ledger again: {} of {} entries", done, all);
    tell_service_manager("EXTEND_TIMEOUT_USEC=30000000\nSTATUS=reading the ledger: " + std::to_string(done) + " of " +
                         std::to_string(all) + " entries");
  }

  // --- opening ---

  // The ledger's time never goes back: one start with a clock that is years ahead would leave it there for good, and
  // every deadline would pass at once. Whoever starts us tries again, and the time service may have put the clock right
  // by then.
  void need_a_likely_time() {
    const core::Instant last = engine().state().last_time();
    const core::Instant wall = interior_.clock().wall();
    if (last == core::Instant{} || wall - last < stood_still_at_most) return;
    const std::string said = service_.store_directory + "/" + long_stop;
    if (std::filesystem::remove(said))
      return log::warn("told stood still since {}, as {} says", audit::utc_time(last), said);
    throw std::runtime_error("the clock says " + audit::utc_time(wall) + ", and the ledger's last entry is of " +
                             audit::utc_time(last) +
                             ": if the clock is wrong put it right, and told starts; if told stood " +
                             "still for so long, make the empty file " + said);
  }

  Outside outside() {
    Outside out;
    out.published = [this](const core::ReplyPublished& reply) {
      tally_.count(reply.result.verdict(), reply.prevent);
      if (gateway_) gateway_->reply(reply);
    };
    out.acted = [this](const core::ReplyActed& reply) {
      if (board::Board::owns(reply.reply_to))
        for (const auto& board : boards_) board->answered(reply);  // each knows its own
      else if (gateway_)
        gateway_->reply(reply);
    };
    out.drop = [this](const core::DropSession& drop) {
      if (gateway_) gateway_->drop(drop);
    };
    out.committed = [this](std::span<const core::Entry> entries) {
      for (const core::Entry& entry : entries) tally_.count(entry.head, !sight_.entry(entry.head));
      for (const auto& board : boards_) board->committed(entries);
    };
    out.checkpoint = [this](const std::string& note) {
      if (gateway_) gateway_->checkpoint(note);
    };
    out.flush = [this] {
      if (gateway_) gateway_->flush();
    };
    out.failed = [this](std::exception_ptr failure) { store_failed(std::move(failure)); };
    return out;
  }

  void open_gateway() {
    gateway::Options options;
    options.publishers_endpoint = service_.publishers_endpoint;
    options.agencies_endpoint = service_.agencies_endpoint;
    const gateway::CurveKey keys = key_from([this] {
      return gateway::curve_key_of(
          ledger::read_secret_line(config::key_path(service_.curve_key_file), "the CURVE key"));
    });
    options.server_secret_key = keys.secret_key;
    options.server_public_key = keys.public_key;
    options.parties = service_.parties;
    options.worker_heartbeat = service_.worker_heartbeat;
    gateway_ = std::make_unique<gateway::Gateway>(
        loop_, std::move(options),
        gateway::Listener{interior_.door(), interior_.latest(),
                          [this](const v1::Event& event) { return ledger_.seal().prints(event); }});
    interior_.dispatch().add_carrier(gateway_->zmq_queue());
  }

  void open_boards() {
    open_board(service_.board_socket, audit::Sees::safeguarding);
    if (!service_.prevent_socket.empty()) open_board(service_.prevent_socket, audit::Sees::prevent);
    if (!service_.audit_socket.empty()) open_board(service_.audit_socket, audit::Sees::everything);
  }

  void open_board(const std::string& socket, audit::Sees sees) {
    board::Options options;
    options.socket_path = socket;
    options.sees = sees;
    options.verifier_key = ledger::SigningKey::from_file(config::key_path(service_.signing_key_file)).verifier_text();
    boards_.push_back(std::make_unique<board::Board>(
        loop_, std::move(options),
        board::House{engine(), ledger_, interior_.door(), interior_.now(), [this] { return readiness(); },
                     [this](audit::Sees whose) { return metrics(whose); },
                     [this](std::function<void()> done) { interior_.path().when_durable(std::move(done)); },
                     [this](const v1::LedgerEntry& entry) { return ledger_.seal().opening(entry); }, path::read_policy,
                     [this] { return going_out_.figures(); }}));
  }

  board::Readiness readiness() {
    board::Readiness checks = interior_.upkeep().readiness(gateway_->listening());
    const bool room = gateway_->letting_in();
    checks.push_back({"room_for_peers", room,
                      room ? "new connections are taken in"
                           : "too many connections: nobody new is let in; let the firewall bound them"});
    return checks;
  }

  void open_door() {
    if (service_.door_socket.empty()) return;
    door_ = std::make_unique<door::Door>(
        loop_, door::Options{service_.door_socket, service_.door_public_url, service_.door_links_live},
        door::House{
            engine(), interior_.now(),
            [this](std::string_view bytes) { return ledger_.seal().authenticate("acknowledge link", bytes); },
            [this](carriers::Answer answer) { interior_.answers().take("", std::move(answer)); },
            [this](const std::string& carrier, carriers::Callback callback) {
              // Who signs a call goes by the world's time, and ours may stand apart from it until a restart.
              callback.now =
                  std::chrono::duration_cast<std::chrono::seconds>(interior_.clock().wall().time_since_epoch()).count();
              return going_out_.call_back(carrier, std::move(callback));
            }});
    interior_.dispatch().link_by([this](const core::Transmit& transmit) { return door_->link(transmit); });
  }

  void expect_signs_of_life() {
    std::string url;
    if (!service_.watcher_url_file.empty()) {
      url = key_from([this] {
        return ledger::read_secret_line(config::key_path(service_.watcher_url_file), "the watcher's address");
      });
      if (const std::string problem = config::problem_of_watcher_url(url); !problem.empty()) throw Unusable(problem);
    }
    signs_of_life_ = std::make_unique<SignsOfLife>(
        rooms_loop_, interior_.path(), [this] { return gateway_->listening(); }, std::move(url),
        service_.watcher_every);
  }

  void store_failed(std::exception_ptr failure) {
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& why) {
      log::critical("the store failed, so nothing more can be promised: {}", why.what());
    }
    exit_code_ = ledger::exit_storage;
    loop_.stop();
  }

  std::string metrics(audit::Sees sees) {
    board::Board::Figures figures;
    for (const auto& board : boards_) {
      figures.connections += board->figures().connections;
      figures.watchers += board->figures().watchers;
    }
    return board::metrics_text(tally_.metrics(audit::Sight(sees, engine().state(), ledger_), engine(), ledger_,
                                              *gateway_, figures, interior_.upkeep().limbo(), signs_of_life_->watcher(),
                                              going_out_.figures(), interior_.clock().now(),
                                              interior_.clock().wall_offset()));
  }

  // --- signals ---

  void wait_for_signals() {
    signals_.async_wait([this](const error_code& error, int signal) {
      if (error) return;
      if (signal == SIGHUP)
        reload();
      else
        stop();
      wait_for_signals();
    });
  }

  // All or nothing: with one problem in it, everything stays as it was.
  void reload() {
    tell_service_manager("RELOADING=1");
    auto service = config::load_service(config_path_);
    auto policy = service.ok() ? config::load_policy_of(service.value) : config::Loaded<core::Policy>{};
    std::vector<config::Problem> problems = service.ok() ? policy.problems : service.problems;
    if (problems.empty()) problems = config::check_together(service.value, policy.value);
    for (const config::Problem& problem : problems) log::error("{}", problem.to_string());
    if (!problems.empty()) {
      log::error("the configuration was not reloaded: everything stays as it was");
    } else {
      replace_parties(std::move(service.value.parties));
      interior_.adopt(std::move(policy.value));
      replace_ways(std::move(service.value.ways));
      log::info("the configuration was reloaded (sockets, store and keys change at a restart only)");
    }
    tell_service_manager("READY=1");
  }

  void replace_parties(gateway::Parties&& parties) {
    const v1::Parties before = on_record(service_.parties);
    service_.parties = std::move(parties);
    const v1::Parties now = on_record(service_.parties);
    gateway_->replace_parties(service_.parties);
    if (now.sha256() != before.sha256()) interior_.submit(core::ReplaceParties{now});
  }

  void replace_ways(std::vector<carriers::Way>&& ways) {
    try {
      going_out_.replace(*engine().state().policy(), ways);
      service_.ways = std::move(ways);
    } catch (const std::runtime_error& why) {
      log::error("the ways to recipients stay as they were: {}", why.what());
    }
  }

  // The stop order: refuse intake, finish or park the sends, commit, close.
  void stop() {
    if (std::exchange(stopping_, true)) return;
    log::info("stopping: publishers are asked to retry; sends under way may finish");
    tell_service_manager("STOPPING=1");
    gateway_->stop_intake();
    going_out_.stop();
    stop_deadline_ = std::chrono::steady_clock::now() + sends_may_finish_in;
    stop_timer_->every(20ms, [this] {
      if (in_flight() > 0 && std::chrono::steady_clock::now() < stop_deadline_) return;
      stop_timer_->cancel();
      close();
    });
  }

  std::size_t in_flight() const {
    std::size_t n = 0;
    for (std::size_t r = 0; r < engine().state().recipients(); ++r)
      if (const core::Lane* lane = engine().lanes().find(static_cast<core::RecipientId>(r)); lane != nullptr)
        n += lane->in_flight().size();
    return n;
  }

  void close() {
    if (std::exchange(closing_, true)) return;
    interior_.close([this] {
      for (const auto& board : boards_) board->close();
      if (door_) door_->close();
      gateway_->close(1s);
      loop_.stop();
    });
  }

  boost::asio::io_context loop_{1};
  loop::AsioLoop rooms_loop_{loop_};
  std::string config_path_;
  config::Service service_;
  ledger::Ledger ledger_;
  path::TimerfdClocks machine_clocks_{loop_};
  Interior interior_;
  GoingOut going_out_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::vector<std::unique_ptr<board::Board>> boards_;
  audit::Sight sight_{audit::Sees::safeguarding, engine().state(), ledger_};
  std::unique_ptr<door::Door> door_;
  std::unique_ptr<SignsOfLife> signs_of_life_;
  boost::asio::signal_set signals_{loop_, SIGTERM, SIGINT, SIGHUP};
  std::unique_ptr<loop::Timer> stop_timer_ = rooms_loop_.timer();
  Tally tally_;
  bool stopping_ = false;
  bool closing_ = false;
  std::chrono::steady_clock::time_point stop_deadline_{};
  int exit_code_ = EX_OK;
};

House::House(std::string config_path, config::Service service, core::Policy policy)
    : impl_(std::make_unique<Impl>(std::move(config_path), std::move(service), std::move(policy))) {}
House::~House() = default;
int House::run() { return impl_->run(); }

}  // namespace told
