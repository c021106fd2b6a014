// flood: many bad peers at once, each a bare TCP connection that speaks as much of ZeroMQ as it is to.
//
//   flood PORT SERVER_KEY OPEN NEW_A_SECOND SECONDS KIND[,KIND]... [ADDRESSES]
//
// Keeps OPEN connections to 127.0.0.1:PORT open or knocking, beginning another wherever one is closed by the other
// side, and begins NEW_A_SECOND more every second, for which the oldest give way. It comes from ADDRESSES of this
// machine (127.0.1.1 and on; 64 where none are said), so that ports do not run out. Kinds:
//
//   silent      says nothing
//   junk        bytes at random
//   greeting    ZeroMQ's greeting, and then nothing
//   hello       the greeting and a good HELLO of CURVE's, which costs the server arithmetic, and then nothing
//   initiate    hello, and after the WELCOME an INITIATE that is far too long, of junk (CVE-2019-13132's shape)
//   huge        the greeting, and a frame that says it has up to 2^63 bytes (CVE-2019-6250's shape), and some of them
//   drip        a byte of the greeting a second, each at its own moment
//   reconnect   connects and goes at once
//
// A line each second: open, knocking, begun, closed by the other side, refused, without a port. `wrong` keys and
// revoked ones need whole clients: floods.py has them. SERVER_KEY is told's, Z85.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>
#include <zmq.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t greeting_bytes = 64;

/// ZMTP 3.1's: signature, version, mechanism CURVE, client.
std::string greeting() {
  std::string out(greeting_bytes, '\0');
  out[0] = '\xFF';
  out[8] = '\x01';
  out[9] = '\x7F';
  out[10] = 3;
  out[11] = 1;
  std::memcpy(out.data() + 12, "CURVE", 5);
  return out;
}

/// A command frame; long where it must be.
std::string command(const std::string& body) {
  std::string out;
  if (body.size() < 256) {
    out = {'\x04', static_cast<char>(body.size())};
  } else {
    out = "\x06";
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(body.size() >> static_cast<unsigned>(shift));
  }
  return out + body;
}

/// CurveZMQ's HELLO (RFC 26): our transient key, and 64 zeros sealed to the server.
std::string hello(const std::array<unsigned char, 32>& server) {
  std::array<unsigned char, crypto_box_PUBLICKEYBYTES> own{};
  std::array<unsigned char, crypto_box_SECRETKEYBYTES> secret{};
  crypto_box_keypair(own.data(), secret.data());
  std::array<unsigned char, crypto_box_NONCEBYTES> nonce{};
  std::memcpy(nonce.data(), "CurveZMQHELLO---", 16);
  nonce[23] = 1;
  const std::array<unsigned char, 64> zeros{};
  std::array<unsigned char, 64 + crypto_box_MACBYTES> sealed{};
  if (crypto_box_easy(sealed.data(), zeros.data(), zeros.size(), nonce.data(), server.data(), secret.data()) != 0)
    std::exit(EX_SOFTWARE);
  std::string body = "\x05HELLO";
  body += '\x01';
  body += std::string(1 + 72, '\0');
  body.append(reinterpret_cast<const char*>(own.data()), own.size());
  body.append(reinterpret_cast<const char*>(nonce.data()) + 16, 8);
  body.append(reinterpret_cast<const char*>(sealed.data()), sealed.size());
  return command(body);
}

class Flood {
 public:
  Flood(char** argv)
      : port_{static_cast<std::uint16_t>(std::stoul(argv[1]))},
        open_wanted_{std::stoull(argv[3])},
        new_a_second_{std::stoull(argv[4])},
        seconds_{std::stod(argv[5])},
        addresses_{argv[7] == nullptr ? 64 : std::stoull(argv[7])},
        poll_{::epoll_create1(EPOLL_CLOEXEC)} {
    if (zmq_z85_decode(server_.data(), argv[2]) == nullptr) fail("the server's key is no Z85");
    for (std::string rest = argv[6]; !rest.empty();) {
      kinds_.push_back(rest.substr(0, rest.find(',')));
      rest.erase(0, kinds_.back().size() + 1);
    }
  }

  void run() {
    const auto begun = Clock::now();
    auto said = begun;
    double owed = 0;
    auto last = begun;
    while (std::chrono::duration<double>(Clock::now() - begun).count() < seconds_) {
      const auto now = Clock::now();
      owed += static_cast<double>(new_a_second_) * std::chrono::duration<double>(now - last).count();
      last = now;
      for (int burst = 0; burst < 200 && (owed >= 1 || all_.size() < open_wanted_); ++burst) {
        if (owed >= 1) {
          owed -= 1;
          if (all_.size() >= open_wanted_) close_oldest();
        }
        open_one();
      }
      listen();
      drip(now - begun);
      if (now - said >= std::chrono::seconds{1}) {
        said = now;
        std::printf("%zu %zu %llu %llu %llu %llu\n", connected_, all_.size() - connected_, opened_, closed_, refused_,
                    portless_);
        std::fflush(stdout);
      }
    }
  }

 private:
  struct Peer {
    const std::string* kind;
    std::uint64_t number;
    std::size_t dripped = 0;
    bool connected = false;
    bool welcomed = false;
  };

  [[noreturn]] static void fail(const char* why) {
    std::fprintf(stderr, "flood: %s\n", why);
    std::exit(EX_USAGE);
  }

  void open_one() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) fail("no more descriptors here: raise the limit of the flood itself");
    const int on = 1;
    const linger at_once{1, 0};  // RST: nothing waits in TIME_WAIT
    ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(0x7F000101U + static_cast<std::uint32_t>(number_ % addresses_));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port_);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(fd, reinterpret_cast<sockaddr*>(&from), sizeof from) != 0 ||
        (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0 && errno != EINPROGRESS)) {
      ++(errno == ECONNREFUSED ? refused_ : portless_);
      ::close(fd);
      return;
    }
    ++opened_;
    epoll_event event{};
    event.events = EPOLLOUT | EPOLLRDHUP;
    event.data.fd = fd;
    ::epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event);
    all_[fd] = {&kinds_[number_ % kinds_.size()], number_};
    order_.emplace_back(fd, number_++);
  }

  void close_oldest() {
    while (!order_.empty()) {
      const auto [fd, number] = order_.front();
      order_.pop_front();
      if (const auto found = all_.find(fd); found != all_.end() && found->second.number == number) return end(fd);
    }
  }

  void end(int fd) {
    const auto found = all_.find(fd);
    if (found->second.connected) --connected_;
    all_.erase(found);
    ::close(fd);
  }

  void listen() {
    std::array<epoll_event, 512> events;
    const int n = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), 1);
    for (int i = 0; i < n; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      const auto what = events[static_cast<std::size_t>(i)].events;
      if (!all_.contains(fd)) continue;
      if ((what & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0) {
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        ++(error == ECONNREFUSED ? refused_ : closed_);
        end(fd);
      } else if ((what & EPOLLOUT) != 0) {
        begin(fd, all_[fd]);
      } else if ((what & EPOLLIN) != 0) {
        hear(fd, all_[fd]);
      }
    }
  }

  /// It is connected: says what its kind says first, and from then on listens.
  void begin(int fd, Peer& peer) {
    peer.connected = true;
    ++connected_;
    const std::string& kind = *peer.kind;
    if (kind == "reconnect") return end(fd);
    if (kind == "junk") {
      say(fd, junk(512));
    } else if (kind == "greeting") {
      say(fd, greeting());
    } else if (kind == "hello" || kind == "initiate") {
      say(fd, greeting() + hello(server_));
    } else if (kind == "huge") {
      // A message or a command, of 2^63 bytes, or of all that 64 bits can say, or of what a frame may just not have.
      std::string frame(1, peer.number % 2 == 0 ? '\x02' : '\x06');
      const std::array<std::string, 3> sizes{std::string{"\x80\0\0\0\0\0\0\0", 8}, std::string(8, '\xFF'),
                                             std::string{"\0\0\0\0\0\x01\x00\x22", 8}};
      say(fd, greeting() + frame + sizes[peer.number % 3] + junk(32 * 1024));
    }
    epoll_event event{};
    event.events = EPOLLIN | EPOLLRDHUP;
    event.data.fd = fd;
    ::epoll_ctl(poll_, EPOLL_CTL_MOD, fd, &event);
  }

  void hear(int fd, Peer& peer) {
    std::array<char, 4096> bytes;
    const auto got = ::recv(fd, bytes.data(), bytes.size(), 0);
    if (got == 0) {
      ++closed_;
      return end(fd);
    }
    if (*peer.kind == "initiate" && !peer.welcomed && got > 0 &&
        std::string_view{bytes.data(), static_cast<std::size_t>(got)}.find("WELCOME") != std::string_view::npos) {
      peer.welcomed = true;
      say(fd, command("\x08INITIATE" + junk(16 * 1024)));
    }
  }

  /// Each in its own hundredth of the second: ten thousand slow machines are not slow in step.
  void drip(Clock::duration since) {
    const std::string all = greeting();
    for (const auto until = since / std::chrono::milliseconds{10}; dripped_until_ < until; ++dripped_until_)
      for (auto& [fd, peer] : all_)
        if (peer.number % 100 == static_cast<std::uint64_t>(dripped_until_) % 100 && *peer.kind == "drip" &&
            peer.connected && peer.dripped < all.size())
          say(fd, all.substr(peer.dripped++, 1));
  }

  /// What does not fit is left unsaid: a bad peer owes nobody the rest.
  static void say(int fd, const std::string& bytes) {
    if (::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) return;
  }

  std::string junk(std::size_t bytes) {
    std::string out(bytes, '\0');
    for (auto& c : out) c = static_cast<char>(random_());
    return out;
  }

  std::uint16_t port_;
  std::uint64_t open_wanted_, new_a_second_;
  double seconds_;
  std::uint64_t addresses_;
  int poll_;
  std::array<unsigned char, 32> server_{};
  std::vector<std::string> kinds_;
  std::unordered_map<int, Peer> all_;
  std::deque<std::pair<int, std::uint64_t>> order_;
  std::uint64_t number_ = 0;
  std::size_t connected_ = 0;
  Clock::rep dripped_until_ = 0;  ///< in hundredths of a second
  unsigned long long opened_ = 0, closed_ = 0, refused_ = 0, portless_ = 0;
  std::mt19937 random_{1};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 7 || argc > 8 || sodium_init() < 0) {
    std::fprintf(stderr, "usage: flood PORT SERVER_KEY OPEN NEW_A_SECOND SECONDS KIND[,KIND]... [ADDRESSES]\n");
    return EX_USAGE;
  }
  Flood{argv}.run();
}
