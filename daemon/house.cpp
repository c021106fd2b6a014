// Above 400 lines: every room of the daemon is put up, wired to the others and taken down here, and nowhere else.
#include "house.hpp"

#include <spdlog/spdlog.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <set>

#include "answers/answers.hpp"
#include "audit/opening.hpp"
#include "audit/words.hpp"
#include "board/board.hpp"
#include "config/shapes.hpp"
#include "digest/digest.hpp"
#include "dispatch/dispatch.hpp"
#include "door/door.hpp"
#include "gateway/curve_key.hpp"
#include "going_out.hpp"
#include "ledger/secret_file.hpp"
#include "loop/asio_loop.hpp"
#include "parties.hpp"
#include "path/clock.hpp"
#include "path/one_path.hpp"
#include "path/recovery.hpp"
#include "path/timerfd_clocks.hpp"
#include "signs_of_life.hpp"
#include "tally.hpp"
#include "upkeep.hpp"
#include "version.hpp"

namespace told {
namespace {

using namespace std::chrono_literals;
using boost::system::error_code;

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

// What a duty manager or IT reads in the log; the traffic of single deliveries is for debugging.
spdlog::level::level_enum level_of(const v1::LedgerEntry& entry) {
  switch (entry.head_case()) {
    case v1::LedgerEntry::kAttemptIntended:
    case v1::LedgerEntry::kAttemptEnded:
      return spdlog::level::debug;
    case v1::LedgerEntry::kEscalated:
    case v1::LedgerEntry::kDeclined:
    case v1::LedgerEntry::kAlarmRaised:
    case v1::LedgerEntry::kClockStepped:
      return spdlog::level::warn;
    default:
      return spdlog::level::info;
  }
}

}  // namespace

class House::Impl {
 public:
  Impl(std::string config_path, config::Service service, core::Policy policy)
      : config_path_(std::move(config_path)),
        service_(std::move(service)),
        ledger_(ledger_options(service_)),
        recovered_(path::recover(engine_, ledger_, &Impl::tell_progress)),
        clock_(machine_clocks_, engine_.state().last_time()),
        path_(rooms_loop_, engine_, ledger_, [this] { return clock_.now(); }),
        dispatch_(
            engine_.state(), [this](core::EntryIndex index) { return read_event(index); },
            [this](core::CaseNumber c, const std::string& recipient) { return case_names().name(c, recipient); },
            submit()),
        answers_(submit(), [this] { return clock_.now(); }),
        going_out_(
            rooms_loop_, dispatch_, submit(),
            [this](const std::string& carrier, carriers::Answer answer) { answers_.take(carrier, std::move(answer)); },
            service_.origin),
        upkeep_(rooms_loop_, engine_, ledger_, path_, clock_, submit()) {
    spdlog::info("the ledger has {} entries ({} replayed after the projection); {} notifications are open",
                 ledger_.size(), recovered_.replayed, engine_.state().open_notifications());
    path_.release_to({[this](core::Effect&& effect) { release(std::move(effect)); },
                      [this](std::span<const core::Entry> entries) { durable(entries); }, [this] { after_group(); },
                      [this](std::exception_ptr failure) { store_failed(failure); },
                      [this](core::Instant at) { clock_.arm(at); }});

    path_.submit(core::Start{version, service_.origin, on_record(service_.parties)});
    adopt(std::move(policy));
    path_.when_idle([this] { loop_.stop(); });
    loop_.run();
    loop_.restart();
    if (exit_code_ != EX_OK) throw ledger::StoreFailed("the start could not be recorded; look at the disk");
    upkeep_.reconcile();

    open_gateway();
    key_from([this] { going_out_.replace(*engine_.state().policy(), service_.ways); });
    open_board();
    open_door();
    expect_signs_of_life();
  }

  int run() {
    clock_.on_due([this] { submit()(core::Tick{}); });
    clock_.on_step([this](core::Duration step) {
      spdlog::warn("the wall clock was stepped by {} s; running deadlines go on by the boot clock",
                   std::chrono::duration_cast<std::chrono::seconds>(step).count());
      submit()(core::StepClock{step});
    });
    clock_.arm(engine_.next_due());
    wait_for_signals();
    upkeep_.start();
    gateway_->start();
    board_->start();
    if (door_) door_->start();
    signs_of_life_->start();
    spdlog::info("serving: publishers on {}, agencies on {}, the board on {}", service_.publishers_endpoint,
                 service_.agencies_endpoint, service_.board_socket);
    ::sd_notify(0, "READY=1");
    loop_.run();
    if (exit_code_ == EX_OK) {
      path_.project();
      ledger_.settle_projection();
      spdlog::info("stopped: {} entries in the ledger", ledger_.size());
    }
    return exit_code_;
  }

 private:
  std::function<void(core::Command)> submit() {
    // Once the daemon closes nothing more is decided: what was not answered is said again after the start.
    return [this](core::Command command) {
      if (!closing_) path_.submit(std::move(command));
    };
  }

  const ledger::CaseNames& case_names() const { return ledger_.seal().case_names(); }

  static void tell_progress(core::EntryIndex done, core::EntryIndex all) {
    spdlog::info("reading the ledger again: {} of {} entries", done, all);
    ::sd_notifyf(0, "EXTEND_TIMEOUT_USEC=30000000\nSTATUS=reading the ledger: %llu of %llu entries",
                 static_cast<unsigned long long>(done), static_cast<unsigned long long>(all));
  }

  // --- opening ---

  void adopt(core::Policy&& policy) {
    const core::PolicyPtr& in_force = engine_.state().policy();
    if (in_force && in_force->text == policy.text && in_force->attachments == policy.attachments) return;
    auto next = std::make_shared<core::Policy>(std::move(policy));
    const std::string digest = digest::of_policy(next->text, next->attachments);
    path_.submit(core::AdoptPolicy{0, std::move(next), digest});
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
        gateway::Listener{submit(), [this] { return clock_.now(); },
                          [this](const v1::Event& event) { return ledger_.seal().prints(event); }});
    dispatch_.add_carrier(gateway_->zmq_queue());
  }

  void open_board() {
    board::Options options;
    options.socket_path = service_.board_socket;
    options.verifier_key = ledger::SigningKey::from_file(config::key_path(service_.signing_key_file)).verifier_text();
    board_ = std::make_unique<board::Board>(
        loop_, std::move(options),
        board::House{engine_, ledger_, submit(), [this] { return clock_.now(); },
                     [this] { return upkeep_.readiness(gateway_->listening()); }, [this] { return metrics(); },
                     [this](std::function<void()> done) { path_.when_durable(std::move(done)); },
                     [this](const v1::LedgerEntry& entry) { return ledger_.seal().opening(entry); },
                     [this] { return going_out_.figures(); }});
  }

  void open_door() {
    if (service_.door_socket.empty()) return;
    door_ = std::make_unique<door::Door>(
        loop_, door::Options{service_.door_socket, service_.door_public_url, service_.door_links_live},
        door::House{engine_, [this] { return clock_.now(); },
                    [this](std::string_view bytes) { return ledger_.seal().authenticate("acknowledge link", bytes); },
                    [this](carriers::Answer answer) { answers_.take("", std::move(answer)); },
                    [this](const std::string& carrier, carriers::Callback callback) {
                      return going_out_.call_back(carrier, std::move(callback));
                    }});
    dispatch_.link_by([this](const core::Transmit& transmit) { return door_->link(transmit); });
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
        rooms_loop_, path_, [this] { return gateway_->listening(); }, std::move(url), service_.watcher_every);
  }

  // --- the released effects ---

  void release(core::Effect&& effect) {
    if (auto* transmit = std::get_if<core::Transmit>(&effect)) {
      dispatch_.perform(*transmit);
    } else if (auto* published = std::get_if<core::ReplyPublished>(&effect)) {
      tally_.count(published->result.verdict());
      if (published->case_number != 0)
        published->result.set_case_ref(case_names().name(published->case_number, published->publisher));
      if (gateway_) gateway_->reply(*published);
    } else if (auto* acted = std::get_if<core::ReplyActed>(&effect)) {
      if (answers::Answers::owns(acted->reply_to))
        answers_.reply(*acted);
      else if (board_ && board::Board::owns(acted->reply_to))
        board_->answered(*acted);
      else if (gateway_)
        gateway_->reply(*acted);
    } else if (auto* drop = std::get_if<core::DropSession>(&effect)) {
      if (gateway_) gateway_->drop(*drop);
    }
  }

  void durable(std::span<const core::Entry> entries) {
    const auto withdraws = [](const core::Entry& entry) { return entry.head.event_accepted().withdraws(); };
    if (std::any_of(entries.begin(), entries.end(), withdraws)) {
      dispatch_.forget_all();
      reader_.reset();  // a snapshot would keep the destroyed key in SQLite's log of changes
    }
    for (const core::Entry& entry : entries) {
      if (entry.event && !was_withdrawn(entry.head)) dispatch_.remember(entry.head.index(), entry.event);
      tally_.count(entry.head);
      const auto level = level_of(entry.head);
      if (spdlog::should_log(level)) spdlog::log(level, "{}", audit::in_words(entry.head, nullptr, glossary_));
    }
    if (board_) board_->committed(entries);
    const std::string checkpoint = ledger_.checkpoint();
    if (gateway_) gateway_->checkpoint(checkpoint);
    dispatch_.checkpoint(checkpoint);
  }

  /// It was withdrawn in the same group, or what it corrects was.
  bool was_withdrawn(const v1::LedgerEntry& head) const {
    const core::EntryIndex about = head.event_accepted().amends() != 0 ? head.event_accepted().amends() : head.index();
    const core::Event* event = engine_.state().event(about);
    return event != nullptr && event->withdrawn && !head.event_accepted().withdraws();
  }

  void after_group() {
    if (gateway_) gateway_->flush();
    reader_.reset();  // a snapshot that is kept keeps SQLite's log of changes from being emptied
    upkeep_.look_at_the_disk();
  }

  void store_failed(std::exception_ptr failure) {
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& why) {
      spdlog::critical("the store failed, so nothing more can be promised: {}", why.what());
    }
    exit_code_ = ledger::exit_storage;
    loop_.stop();
  }

  std::shared_ptr<const v1::Event> read_event(core::EntryIndex index) {
    if (!reader_ || reader_->size() <= index) reader_ = ledger_.reader();
    const auto entry = reader_->entry(index);
    auto body = entry ? reader_->body(*entry) : std::nullopt;
    if (!body || !body->has_event()) return nullptr;
    return std::shared_ptr<const v1::Event>(body->release_event());
  }

  std::string metrics() {
    return board::metrics_text(tally_.metrics(engine_, ledger_, *gateway_, board_->figures(), upkeep_.limbo(),
                                              signs_of_life_->watcher(), going_out_.figures(), clock_.now(),
                                              clock_.wall_offset()));
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
    ::sd_notify(0, "RELOADING=1");
    auto service = config::load_service(config_path_);
    auto policy = service.ok() ? config::load_policy(service.value.policy_file) : config::Loaded<core::Policy>{};
    std::vector<config::Problem> problems = service.ok() ? policy.problems : service.problems;
    if (problems.empty()) problems = config::check_together(service.value, policy.value);
    for (const config::Problem& problem : problems) spdlog::error("{}", problem.to_string());
    if (!problems.empty()) {
      spdlog::error("the configuration was not reloaded: everything stays as it was");
    } else {
      replace_parties(std::move(service.value.parties));
      adopt(std::move(policy.value));
      replace_ways(std::move(service.value.ways));
      spdlog::info("the configuration was reloaded (sockets, store and keys change at a restart only)");
    }
    ::sd_notify(0, "READY=1");
  }

  void replace_parties(gateway::Parties&& parties) {
    const v1::Parties before = on_record(service_.parties);
    service_.parties = std::move(parties);
    const v1::Parties now = on_record(service_.parties);
    gateway_->replace_parties(service_.parties);
    if (now.sha256() != before.sha256()) submit()(core::ReplaceParties{now});
  }

  void replace_ways(std::vector<carriers::Way>&& ways) {
    try {
      going_out_.replace(*engine_.state().policy(), ways);
      service_.ways = std::move(ways);
    } catch (const std::runtime_error& why) {
      spdlog::error("the ways to recipients stay as they were: {}", why.what());
    }
  }

  // The stop order: refuse intake, finish or park the sends, commit, close.
  void stop() {
    if (std::exchange(stopping_, true)) return;
    spdlog::info("stopping: publishers are asked to retry; sends under way may finish");
    ::sd_notify(0, "STOPPING=1");
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
    for (std::size_t r = 0; r < engine_.state().recipients(); ++r)
      if (const core::Lane* lane = engine_.lanes().find(static_cast<core::RecipientId>(r)); lane != nullptr)
        n += lane->in_flight().size();
    return n;
  }

  void close() {
    if (std::exchange(closing_, true)) return;
    path_.submit(core::Stop{});
    path_.when_idle([this] {
      board_->close();
      if (door_) door_->close();
      gateway_->close(1s);
      loop_.stop();
    });
  }

  boost::asio::io_context loop_{1};
  loop::AsioLoop rooms_loop_{loop_};
  std::string config_path_;
  config::Service service_;
  core::Engine engine_;
  ledger::Ledger ledger_;
  path::Recovered recovered_;
  path::TimerfdClocks machine_clocks_{loop_};
  path::Clock clock_;
  path::OnePath path_;
  dispatch::Dispatch dispatch_;
  answers::Answers answers_;
  GoingOut going_out_;
  Upkeep upkeep_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::unique_ptr<board::Board> board_;
  std::unique_ptr<door::Door> door_;
  std::unique_ptr<SignsOfLife> signs_of_life_;
  std::unique_ptr<ledger::Reader> reader_;
  boost::asio::signal_set signals_{loop_, SIGTERM, SIGINT, SIGHUP};
  std::unique_ptr<loop::Timer> stop_timer_ = rooms_loop_.timer();
  audit::Glossary glossary_{[this](core::NotificationId id) {
                              const core::Notification* n = engine_.state().notification(id);
                              return n == nullptr ? std::string() : engine_.state().recipient_name(n->recipient);
                            },
                            [this](const std::string& recipient) {
                              const core::PolicyPtr& policy = engine_.state().policy();
                              const core::Recipient* r = policy ? policy->recipient(recipient) : nullptr;
                              return r == nullptr ? std::string() : r->title;
                            }};
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
