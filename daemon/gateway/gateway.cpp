#include "gateway/gateway.hpp"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stdexcept>
#include <utility>

#include "gateway/agencies.hpp"
#include "gateway/context.hpp"
#include "gateway/directory.hpp"
#include "gateway/doors.hpp"
#include "gateway/publishers.hpp"
#include "gateway/self_test.hpp"
#include "gateway/socket.hpp"
#include "gateway/zap.hpp"
#include "log/log.hpp"
#include "loop/asio_loop.hpp"

namespace told::gateway {
namespace {

// The sockets' safety poll, and how finely silences are noticed. Shorter where a test's heartbeat is.
constexpr std::chrono::milliseconds tick_period{250};
constexpr std::chrono::seconds summary_period{60};

void check_key_pair(const Options& options) {
  std::array<char, 41> derived{};
  if (options.server_secret_key.size() != 40 ||
      zmq_curve_public(derived.data(), options.server_secret_key.c_str()) != 0)
    throw std::runtime_error(
        "the gateway's secret key is not 40 characters of Z85 (make a pair with `toldctl keys new curve NAME`)");
  if (options.server_public_key != derived.data())
    throw std::runtime_error("the gateway's public key does not belong to its secret key: nobody could connect");
}

// Nothing can be bound before ZAP is: a CURVE socket without a handler would admit strangers meanwhile.
std::unique_ptr<Zap> shut_the_door(const std::shared_ptr<void>& context, const Options& options,
                                   const Directory& directory) {
  check_key_pair(options);
  auto zap = std::make_unique<Zap>(context);
  zap->allow(directory.allow_lists());
  return zap;
}

}  // namespace

class Gateway::Impl {
 public:
  Impl(boost::asio::io_context& loop, Options options, Listener listener)
      : options_{std::move(options)},
        listener_{std::move(listener)},
        directory_{std::make_shared<const Directory>(options_.parties)},
        loop_{loop},
        context_{process_context()},
        zap_{shut_the_door(context_, options_, *directory_)},
        publishers_socket_{
            loop, context_, {options_.publishers_endpoint, publishers_domain, options_.server_secret_key}},
        agencies_socket_{loop, context_, {options_.agencies_endpoint, agencies_domain, options_.server_secret_key}},
        publishers_{publishers_socket_, listener_, directory_},
        agencies_{
            loop_, agencies_socket_, listener_, directory_, {options_.worker_heartbeat, options_.receipt_patience}},
        doors_{loop_, *zap_, publishers_socket_, agencies_socket_},
        timer_{loop} {
    prove_strangers_are_refused(context_.get(), publishers_socket_.endpoint(), options_.server_public_key);
    prove_strangers_are_refused(context_.get(), agencies_socket_.endpoint(), options_.server_public_key);
    strangers_at_start_ = zap_->refused();
  }

  void start() {
    const auto now = std::chrono::steady_clock::now();
    publishers_.parties_replaced(now);
    agencies_.parties_replaced(now);
    summarised_ = now;
    publishers_socket_.start([this](const Message& m) { publishers_.hear(m, std::chrono::steady_clock::now()); },
                             [](const std::string&) {}, [this] { publishers_.flush(); });
    agencies_socket_.start([this](const Message& m) { agencies_.hear(m, std::chrono::steady_clock::now()); },
                           [this](const std::string& peer) { agencies_.peer_gone(peer); },
                           [this] { agencies_.flush(std::chrono::steady_clock::now()); });
    log::info("listening: publishers on {}, agencies on {}", publishers_socket_.endpoint(),
              agencies_socket_.endpoint());
    tick_later();
    doors_.watch();
  }

  void close(std::chrono::milliseconds linger) {
    if (!context_) return;
    timer_.cancel();
    doors_.close();
    flush();
    publishers_socket_.close(linger);
    agencies_socket_.close(linger);
    zap_.reset();
    context_.reset();  // the last of the sharers waits here for what lingers
  }

  void replace_parties(Parties parties) {
    auto fresh = std::make_shared<const Directory>(std::move(parties));
    if (zap_) zap_->allow(fresh->allow_lists());
    directory_ = std::move(fresh);
    const auto now = std::chrono::steady_clock::now();
    publishers_.parties_replaced(now);
    agencies_.parties_replaced(now);
  }

  void flush() {
    if (!context_) return;  // closed: what is unsent is sent after the next start
    publishers_.flush();
    agencies_.flush(std::chrono::steady_clock::now());
  }

  [[nodiscard]] Figures figures() const {
    const auto& p = publishers_socket_.counts();
    const auto& a = agencies_socket_.counts();
    Figures f;
    f.frames_in = p.frames_in + a.frames_in;
    f.frames_out = p.frames_out + a.frames_out;
    f.refused_strangers = zap_ ? zap_->refused() - strangers_at_start_ : 0;
    f.refused_frames = publishers_.refused() + agencies_.refused() + p.nameless + a.nameless;
    f.missed_wakeups = p.missed_wakeups + a.missed_wakeups;
    f.ignored_receipts = agencies_.ignored_receipts();
    f.descriptors = doors_.descriptors().in_use;
    f.descriptors_limit = doors_.descriptors().limit;
    f.addresses_kept_out = doors_.addresses_kept_out();
    const auto now = std::chrono::steady_clock::now();
    publishers_.connected(f.connected, now);
    agencies_.connected(f.connected, now);
    return f;
  }

  Options options_;
  Listener listener_;
  std::shared_ptr<const Directory> directory_;
  loop::AsioLoop loop_;
  std::shared_ptr<void> context_;
  std::unique_ptr<Zap> zap_;
  RouterSocket publishers_socket_;
  RouterSocket agencies_socket_;
  Publishers publishers_;
  Agencies agencies_;
  Doors doors_;

 private:
  void tick_later() {
    auto period = tick_period;
    if (options_.worker_heartbeat.count() > 0) period = std::min(period, options_.worker_heartbeat);
    timer_.expires_after(period);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (error || !context_) return;  // cancelled: by close(), or by our end
      const auto now = std::chrono::steady_clock::now();
      publishers_socket_.safety_poll();
      agencies_socket_.safety_poll();
      publishers_.tick(now);
      agencies_.tick(now);
      summarise(now);
      tick_later();
    });
  }

  // Refusals are kept one by one in the ledger (bounded there); the log gets one line a minute at most.
  void summarise(Steady now) {
    if (now - summarised_ < summary_period) return;
    summarised_ = now;
    const Figures f = figures();
    if (f.refused_frames != last_refused_ || f.refused_strangers != last_strangers_)
      log::warn("in the last minute: {} refusals, {} strangers turned away", f.refused_frames - last_refused_,
                f.refused_strangers - last_strangers_);
    last_refused_ = f.refused_frames;
    last_strangers_ = f.refused_strangers;
  }

  boost::asio::steady_timer timer_;
  Steady summarised_{};
  std::uint64_t strangers_at_start_ = 0, last_refused_ = 0, last_strangers_ = 0;
};

Gateway::Gateway(boost::asio::io_context& loop, Options options, Listener listener)
    : impl_{std::make_unique<Impl>(loop, std::move(options), std::move(listener))} {}
Gateway::~Gateway() = default;

void Gateway::start() { impl_->start(); }
void Gateway::stop_intake() { impl_->publishers_.stop_intake(); }
void Gateway::close(std::chrono::milliseconds linger) { impl_->close(linger); }
void Gateway::replace_parties(Parties parties) { impl_->replace_parties(std::move(parties)); }
void Gateway::reply(const core::ReplyPublished& reply) { impl_->publishers_.reply(reply); }
void Gateway::reply(const core::ReplyActed& reply) { impl_->agencies_.reply(reply); }
void Gateway::drop(const core::DropSession& drop) { impl_->agencies_.drop(drop); }
void Gateway::checkpoint(std::string note) { impl_->agencies_.checkpoint(std::move(note)); }
void Gateway::flush() { impl_->flush(); }
carriers::Carrier& Gateway::zmq_queue() { return impl_->agencies_; }
Gateway::Figures Gateway::figures() const { return impl_->figures(); }
bool Gateway::listening() const { return impl_->publishers_socket_.open() && impl_->agencies_socket_.open(); }
bool Gateway::letting_in() const { return impl_->doors_.letting_in(); }
std::string Gateway::publishers_endpoint() const { return impl_->publishers_socket_.endpoint(); }
std::string Gateway::agencies_endpoint() const { return impl_->agencies_socket_.endpoint(); }

}  // namespace told::gateway
