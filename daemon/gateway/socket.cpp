#include "gateway/socket.hpp"

#include <poll.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gateway/entrance.hpp"
#include "gateway/zmq_handle.hpp"

namespace told::gateway {
namespace {

// Hidden behind the draft switch in the header of 4.3.4, but the library takes it by number and obeys.
constexpr int zap_enforce_domain = 93;
// CURVE wraps a payload in 33 bytes (command name, nonce, box, flags); the limit is applied to the wrapped size.
constexpr std::int64_t curve_overhead = 33;
// So many messages in one go, then others on the loop have their turn.
constexpr int messages_a_turn = 512;

void configure(void* s, const RouterSocket::Settings& settings) {
  set_option(s, ZMQ_MAXMSGSIZE, static_cast<std::int64_t>(payload_bytes_max) + curve_overhead);
  set_option(s, ZMQ_HANDSHAKE_IVL, static_cast<int>(handshake_patience.count()));
  set_option(s, ZMQ_HEARTBEAT_IVL, 5000);
  set_option(s, ZMQ_HEARTBEAT_TIMEOUT, 15000);
  set_option(s, ZMQ_HEARTBEAT_TTL, 15000);
  set_option(s, ZMQ_ROUTER_MANDATORY, 1);
  set_option(s, ZMQ_SNDHWM, 64);
  set_option(s, ZMQ_LINGER, 0);
  set_option(s, ZMQ_IPV6, 0);
  set_option(s, ZMQ_CURVE_SERVER, 1);
  set_key(s, ZMQ_CURVE_SECRETKEY, settings.secret_key);
  set_option(s, ZMQ_ZAP_DOMAIN, settings.domain);
  set_option(s, zap_enforce_domain, 1);
  int enforced = 0;
  std::size_t size = sizeof enforced;
  if (zmq_getsockopt(s, zap_enforce_domain, &enforced, &size) != 0 || enforced != 1)
    throw std::runtime_error("this libzmq cannot enforce ZAP, so it would admit strangers: use 4.3.4 or later");
}

// libzmq's own names are a zero byte and four more; a peer that names itself could take another's place.
bool named_by_us(std::string_view peer) { return peer.size() == 5 && peer.front() == '\0'; }

}  // namespace

class RouterSocket::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& loop, std::shared_ptr<void> context, const Settings& settings)
      : loop_{loop},
        context_{std::move(context)},
        entrance_{settings.endpoint},
        socket_{open_socket(context_.get(), ZMQ_ROUTER)},
        descriptor_{loop},
        backlog_bytes_max_{settings.backlog_bytes_max} {
    configure(socket_.get(), settings);
    const int listening = entrance_.for_libzmq();
    set_option(socket_.get(), ZMQ_USE_FD, listening);
    if (zmq_bind(socket_.get(), settings.endpoint.c_str()) != 0)
      throw std::runtime_error("cannot listen on " + settings.endpoint + ": " + zmq_strerror(errno) +
                               "; is another told running, or is the address not this machine's?");
    std::array<char, 256> bound{};
    std::size_t size = bound.size();
    if (zmq_getsockopt(socket_.get(), ZMQ_LAST_ENDPOINT, bound.data(), &size) == 0) endpoint_ = bound.data();
    size = sizeof fd_;
    if (zmq_getsockopt(socket_.get(), ZMQ_FD, &fd_, &size) != 0)
      throw std::runtime_error(std::string("no descriptor from ZeroMQ: ") + zmq_strerror(errno));
    descriptor_.assign(fd_);
  }

  // Asio must let the descriptor go without closing it: it is libzmq's.
  ~Impl() {
    if (descriptor_.is_open()) descriptor_.release();
  }

  void start(std::function<void(const Message&)> hear, std::function<void(const std::string&)> gone,
             std::function<void()> after) {
    hear_ = std::move(hear);
    gone_ = std::move(gone);
    after_ = std::move(after);
    turn_soon();
  }

  Sent send(const std::string& peer, bool delimited, std::string_view payload) {
    if (!socket_) return Sent::gone;
    turn_soon();  // the send consumes the edge for whatever arrived meanwhile
    if (const auto waiting = backlogs_.find(peer); waiting != backlogs_.end())
      return wait(waiting->second, delimited, payload);
    const Sent sent = try_send(peer, delimited, payload);
    return sent == Sent::full ? wait(backlogs_[peer], delimited, payload) : sent;
  }

  void close(std::chrono::milliseconds linger) {
    if (!socket_) return;
    retry_backlogs();
    descriptor_.release();
    const int ms = static_cast<int>(linger.count());
    zmq_setsockopt(socket_.get(), ZMQ_LINGER, &ms, sizeof ms);
    socket_.reset();
    entrance_.close();
    backlogs_.clear();
    context_.reset();
  }

  void safety_poll() {
    if (!socket_ || !hear_ || turn_posted_) return;
    // A readable descriptor means that the loop is about to wake us: nothing was missed.
    pollfd p{fd_, POLLIN, 0};
    if (poll(&p, 1, 0) == 0 && readable()) {
      ++counts_.missed_wakeups;
      turn_soon();
    } else if (!backlogs_.empty()) {
      turn_soon();
    }
  }

  bool shut() { return entrance_.shut(); }
  bool let_in_all_but(const std::vector<std::uint32_t>& addresses) { return entrance_.let_in_all_but(addresses); }

  std::string endpoint_;
  Counts counts_;
  [[nodiscard]] bool open() const { return socket_ != nullptr; }

 private:
  struct Waiting {
    bool delimited;
    std::string payload;
  };
  struct Backlog {
    std::deque<Waiting> frames;
    std::size_t bytes = 0;
  };

  [[nodiscard]] bool readable() const {
    int events = 0;
    std::size_t size = sizeof events;
    return zmq_getsockopt(socket_.get(), ZMQ_EVENTS, &events, &size) == 0 && (events & ZMQ_POLLIN) != 0;
  }

  void turn_soon() {
    if (turn_posted_ || in_turn_ || !hear_) return;
    turn_posted_ = true;
    boost::asio::post(loop_, [self = shared_from_this()] {
      self->turn_posted_ = false;
      self->turn();
    });
  }

  void turn() {
    if (!socket_ || !hear_) return;
    in_turn_ = true;
    int left = messages_a_turn;
    do {
      while (left > 0 && receive()) --left;
      if (!socket_) break;  // closed by what was heard
      retry_backlogs();
    } while (socket_ && left > 0 && readable());
    if (socket_ && after_) after_();
    // What after_() sent has consumed edges too.
    const bool again = socket_ && hear_ && (left <= 0 || readable());
    in_turn_ = false;
    if (again)
      turn_soon();
    else
      wait_for_edge();
  }

  void wait_for_edge() {
    if (!socket_ || waiting_) return;
    waiting_ = true;
    descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                           [self = shared_from_this()](const boost::system::error_code& error) {
                             self->waiting_ = false;
                             if (!error) self->turn();
                           });
  }

  bool receive() {
    if (!socket_) return false;
    Frame peer;
    if (!peer.receive(socket_.get(), ZMQ_DONTWAIT)) return false;
    ++counts_.frames_in;
    Message message;
    message.peer = peer.bytes();
    Frame first;
    Frame second;
    const Frame* payload = &first;
    // The parts of one message arrive together: after the first there is nothing to wait for.
    if (!peer.more() || !first.receive(socket_.get(), ZMQ_DONTWAIT)) return true;
    if (first.more() && second.receive(socket_.get(), ZMQ_DONTWAIT)) {
      message.delimited = first.bytes().empty();
      message.well_framed = message.delimited && !second.more();
      payload = &second;
      for (bool more = second.more(); more;) {
        Frame rest;
        more = rest.receive(socket_.get(), ZMQ_DONTWAIT) && rest.more();
      }
    }
    // From the payload: on 4.3.4 the frame with the peer's number lacks it after a poll (fixed by 74529d97).
    message.user = payload->property("User-Id");
    message.key = payload->property("Told-Key");
    message.payload = payload->bytes();
    message.well_framed = message.well_framed && named_by_us(message.peer);
    if (message.user.empty())
      ++counts_.nameless;
    else
      hear_(message);
    return true;
  }

  Sent try_send(const std::string& peer, bool delimited, std::string_view payload) {
    int error = send_frame(socket_.get(), peer, ZMQ_SNDMORE);
    if (error == 0 && delimited) error = send_frame(socket_.get(), {}, ZMQ_SNDMORE);
    if (error == 0) error = send_frame(socket_.get(), payload, 0);
    if (error == 0) {
      ++counts_.frames_out;
      return Sent::queued;
    }
    if (error == EAGAIN) return Sent::full;
    ++counts_.dropped;
    return Sent::gone;
  }

  Sent wait(Backlog& backlog, bool delimited, std::string_view payload) {
    if (backlog.bytes + payload.size() > backlog_bytes_max_) {
      ++counts_.dropped;
      return Sent::full;
    }
    backlog.bytes += payload.size();
    backlog.frames.push_back({delimited, std::string{payload}});
    return Sent::queued;
  }

  // A ROUTER always says that it is writable, so room for one peer shows only in trying. libzmq wakes us when a full
  // pipe has been emptied by half.
  void retry_backlogs() {
    std::vector<std::string> gone;
    for (auto it = backlogs_.begin(); it != backlogs_.end();) {
      auto& [peer, backlog] = *it;
      Sent sent = Sent::queued;
      while (!backlog.frames.empty() && sent == Sent::queued) {
        sent = try_send(peer, backlog.frames.front().delimited, backlog.frames.front().payload);
        if (sent != Sent::queued) break;
        backlog.bytes -= backlog.frames.front().payload.size();
        backlog.frames.pop_front();
      }
      if (sent == Sent::gone) gone.push_back(peer);
      it = sent == Sent::full ? std::next(it) : backlogs_.erase(it);
    }
    for (const auto& peer : gone)
      if (gone_) gone_(peer);
  }

  boost::asio::io_context& loop_;
  std::shared_ptr<void> context_;
  Entrance entrance_;
  SocketHandle socket_;
  boost::asio::posix::stream_descriptor descriptor_;
  std::size_t backlog_bytes_max_;
  int fd_ = -1;
  bool turn_posted_ = false, in_turn_ = false, waiting_ = false;
  std::function<void(const Message&)> hear_;
  std::function<void(const std::string&)> gone_;
  std::function<void()> after_;
  std::unordered_map<std::string, Backlog> backlogs_;
};

RouterSocket::RouterSocket(boost::asio::io_context& loop, std::shared_ptr<void> context, const Settings& settings)
    : impl_{std::make_shared<Impl>(loop, std::move(context), settings)} {}
RouterSocket::~RouterSocket() { impl_->close(std::chrono::milliseconds{0}); }
void RouterSocket::start(std::function<void(const Message&)> hear, std::function<void(const std::string&)> gone,
                         std::function<void()> after) {
  impl_->start(std::move(hear), std::move(gone), std::move(after));
}
RouterSocket::Sent RouterSocket::send(const std::string& peer, bool delimited, std::string_view payload) {
  return impl_->send(peer, delimited, payload);
}
void RouterSocket::close(std::chrono::milliseconds linger) { impl_->close(linger); }
bool RouterSocket::shut() { return impl_->shut(); }
bool RouterSocket::let_in_all_but(const std::vector<std::uint32_t>& addresses) {
  return impl_->let_in_all_but(addresses);
}
void RouterSocket::safety_poll() { impl_->safety_poll(); }
const std::string& RouterSocket::endpoint() const { return impl_->endpoint_; }
bool RouterSocket::open() const { return impl_->open(); }
const RouterSocket::Counts& RouterSocket::counts() const { return impl_->counts_; }

}  // namespace told::gateway
