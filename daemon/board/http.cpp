#include "board/http.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cctype>
#include <deque>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "board/problem.hpp"

namespace told::board {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using local = asio::local::stream_protocol;
using Stream = beast::basic_stream<local, asio::any_io_executor>;
using boost::system::error_code;

/// More than any request of ours has; a head beyond it is refused.
constexpr std::uint32_t head_bytes_max = 16U * 1024U;

std::uint32_t peer_uid(int socket) {
  ucred who{};
  socklen_t length = sizeof who;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &length) != 0) return static_cast<std::uint32_t>(-1);
  return who.uid;
}

}  // namespace

class Connection;

class HttpServer::Impl : public std::enable_shared_from_this<HttpServer::Impl> {
 public:
  Impl(asio::io_context& loop, std::string path, Limits limits, Handler handler)
      : loop_(loop),
        acceptor_(loop),
        pause_(loop),
        path_(std::move(path)),
        limits_(limits),
        handler_(std::move(handler)) {
    bind();
  }

  void bind() {
    remove_stale();
    const auto why = [&](const std::string& what) { return std::runtime_error(path_ + ": " + what); };
    try {
      acceptor_.open();
      // No moment in which others could connect: the file is made under a mask that lets nobody else in.
      const auto mask = ::umask(0117);
      error_code failed;
      acceptor_.bind(local::endpoint(path_), failed);
      ::umask(mask);
      if (failed) throw boost::system::system_error(failed);
      acceptor_.listen();
    } catch (const boost::system::system_error& e) {
      throw why("the board's socket cannot be made (" + e.code().message() +
                "): make its directory, and let told write there (board.socket)");
    } catch (const std::exception&) {
      throw why("the path of the board's socket is too long: 107 characters are the limit (board.socket)");
    }
  }

  /// A file left by a crash is removed; a socket on which somebody answers is not.
  void remove_stale() {
    struct stat info {};
    if (::lstat(path_.c_str(), &info) != 0) return;
    if (!S_ISSOCK(info.st_mode))
      throw std::runtime_error(path_ + ": is there and is no socket: move it away, or change board.socket");
    local::socket probe(loop_);
    error_code refused;
    probe.connect(local::endpoint(path_), refused);
    if (!refused) throw std::runtime_error(path_ + ": another told answers there: stop it, or change board.socket");
    ::unlink(path_.c_str());
  }

  void start() { accept(); }
  void accept();
  void close();

  asio::io_context& loop_;
  local::acceptor acceptor_;
  asio::steady_timer pause_;
  std::string path_;
  Limits limits_;
  Handler handler_;
  std::set<Connection*> connections_;
  bool closed_ = false;
};

/// One connection: reads a request, waits for its answer, and so on.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(local::socket socket, std::shared_ptr<HttpServer::Impl> server)
      : stream_(std::move(socket)), server_(std::move(server)), uid_(peer_uid(stream_.socket().native_handle())) {
    server_->connections_.insert(this);
  }
  ~Connection() { server_->connections_.erase(this); }

  void read() {
    parser_.emplace();
    head_only_ = false;
    parser_->header_limit(head_bytes_max);
    parser_->body_limit(body_bytes_max);
    stream_.expires_after(server_->limits_.head);
    http::async_read_header(stream_, buffer_, *parser_, [self = shared_from_this()](error_code failed, std::size_t) {
      failed ? self->unreadable(failed) : self->read_body();
    });
  }

  void answer(Response response) {
    auto head = head_of(response.status, response.type);
    if (!response.allow.empty()) head.set(http::field::allow, response.allow);
    for (const auto& [name, value] : response.headers) head.set(name, value);
    head.keep_alive(keep_alive_);
    head.content_length(response.body.size());
    if (head_only_) response.body.clear();  // its length stays in the head
    write({text_of(head), std::move(response.body), ""}, [this](error_code failed) {
      if (failed || !keep_alive_ || server_->closed_) return end();
      read();
    });
  }

  void begin(int status, const std::string& type) {
    auto head = head_of(status, type);
    head.keep_alive(false);
    head.chunked(true);
    writing_ = true;
    write({text_of(head), "", ""}, [this](error_code failed) {
      writing_ = false;
      failed || head_only_ ? end() : write_next();
    });
    watch_peer();
  }

  void piece(std::string bytes, std::function<void()> written) {
    pending_ += bytes.size();
    pieces_.push_back({std::move(bytes), std::move(written)});
    write_next();
  }

  void finish() {
    finishing_ = true;
    write_next();
  }

  void end() {
    if (ended_) return;
    ended_ = true;
    error_code ignored;
    stream_.socket().shutdown(local::socket::shutdown_both, ignored);
    stream_.close();
    pieces_.clear();
    if (auto gone = std::move(gone_)) gone();
  }

  std::size_t pending_ = 0;
  std::function<void()> gone_;

 private:
  struct Piece {
    std::string bytes;
    std::function<void()> written;
  };

  /// What is written in one go.
  struct Bytes {
    std::string head, body, tail;
  };

  /// Every write is of three strings and has one type of handler: Beast's own ways to write are new types for each kind
  /// of body and each handler, and were half of what there is to compile here. The connection lives until `then` was
  /// called.
  void write(Bytes given, std::function<void(error_code)> then) {
    auto bytes = std::make_shared<const Bytes>(std::move(given));
    const std::array<asio::const_buffer, 3> parts{asio::buffer(bytes->head), asio::buffer(bytes->body),
                                                  asio::buffer(bytes->tail)};
    stream_.expires_after(server_->limits_.write);
    asio::async_write(
        stream_, parts,
        [self = shared_from_this(), bytes, then = std::move(then)](error_code failed, std::size_t) { then(failed); });
  }

  static http::response<http::empty_body> head_of(int status, const std::string& type) {
    http::response<http::empty_body> head;
    head.version(11);
    head.result(static_cast<unsigned>(status));
    head.set(http::field::server, "told");
    head.set(http::field::content_type, type);
    head.set(http::field::cache_control, "no-store");
    return head;
  }

  static std::string text_of(const http::response<http::empty_body>& head) {
    auto text = "HTTP/1.1 " + std::to_string(head.result_int()) + " " + std::string(head.reason()) + "\r\n";
    for (const auto& field : head) text.append(field.name_string()).append(": ").append(field.value()).append("\r\n");
    return text + "\r\n";
  }

  void read_body() {
    // A 100-continue is not waited for by any client on a local socket with so small a body.
    stream_.expires_after(server_->limits_.body);
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code failed, std::size_t) {
      failed ? self->unreadable(failed) : self->handle();
    });
  }

  void unreadable(error_code failed) {
    keep_alive_ = false;
    if (failed == http::error::body_limit)
      return answer(problem(413, "the body is longer than 64 KiB: shorten the note"));
    if (failed == http::error::header_limit)
      return answer(problem(431, "the request's head is too long: send fewer or shorter header fields"));
    if (failed.category() == make_error_code(http::error::bad_method).category() &&
        failed != http::error::end_of_stream && failed != http::error::partial_message)
      return answer(problem(400, "this is not HTTP/1.1 as the board reads it: use curl --unix-socket, or toldctl"));
    end();
  }

  void handle();

  void write_next() {
    if (writing_ || ended_) return;
    if (pieces_.empty()) {
      if (finishing_) write_last();
      return;
    }
    writing_ = true;
    auto piece = std::move(pieces_.front());
    pieces_.pop_front();
    const auto length = piece.bytes.size();
    std::ostringstream size;
    size << std::hex << length << "\r\n";
    write({size.str(), std::move(piece.bytes), "\r\n"},
          [this, length, written = std::move(piece.written)](error_code failed) {
            writing_ = false;
            if (failed) return end();
            stream_.expires_never();
            pending_ -= length;
            if (written) written();
            write_next();
          });
  }

  void write_last() {
    writing_ = true;
    write({"0\r\n\r\n", "", ""}, [this](error_code) { end(); });
  }

  /// While a long answer is under way nothing more is read, but that the peer has left must be noticed.
  void watch_peer() {
    stream_.socket().async_wait(local::socket::wait_read, [self = shared_from_this()](error_code failed) {
      if (failed || self->ended_) return;
      char byte = 0;
      error_code state;
      const auto n = self->stream_.socket().receive(asio::buffer(&byte, 1), MSG_PEEK | MSG_DONTWAIT, state);
      if (state == asio::error::would_block) return self->watch_peer();
      if (state || n == 0) self->end();
      // Bytes of a next request: they are not read, since the connection ends with this answer.
    });
  }

  Stream stream_;
  std::shared_ptr<HttpServer::Impl> server_;
  std::uint32_t uid_;
  beast::flat_buffer buffer_{head_bytes_max + body_bytes_max};
  std::optional<http::request_parser<http::string_body>> parser_;
  std::deque<Piece> pieces_;
  bool keep_alive_ = true, head_only_ = false, writing_ = false, finishing_ = false, ended_ = false;
};

namespace {

class ConnectionExchange : public Exchange {
 public:
  explicit ConnectionExchange(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  ~ConnectionExchange() override {
    if (!begun_) connection_->end();
  }
  void answer(Response response) override {
    begun_ = true;
    connection_->answer(std::move(response));
  }
  void begin(int status, const std::string& type) override {
    begun_ = true;
    connection_->begin(status, type);
  }
  void piece(std::string bytes, std::function<void()> written) override {
    connection_->piece(std::move(bytes), std::move(written));
  }
  void finish() override { connection_->finish(); }
  void abort() override { connection_->end(); }
  void on_gone(std::function<void()> gone) override { connection_->gone_ = std::move(gone); }
  std::size_t pending() const override { return connection_->pending_; }

 private:
  std::shared_ptr<Connection> connection_;
  bool begun_ = false;
};

}  // namespace

void Connection::handle() {
  auto message = parser_->release();
  keep_alive_ = message.keep_alive();
  stream_.expires_never();
  Request request;
  // What HEAD asks for is GET's answer without its body.
  head_only_ = message.method() == http::verb::head;
  request.method = head_only_ ? "GET" : std::string(message.method_string());
  request.body = std::move(message.body());
  request.uid = uid_;
  for (const auto& field : message) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    request.headers.emplace(std::move(name), std::string(field.value()));
  }
  const std::string target(message.target());
  const auto mark = target.find('?');
  const bool readable = percent_decoded(target.substr(0, mark), false, request.path) &&
                        (mark == std::string::npos || read_form(target.substr(mark + 1), request.query));
  if (!readable)
    return answer(problem(400, "the address has a broken % escape or names a parameter twice: correct it"));
  server_->handler_(std::move(request), std::make_shared<ConnectionExchange>(shared_from_this()));
}

void HttpServer::Impl::accept() {
  acceptor_.async_accept([self = shared_from_this()](error_code failed, local::socket socket) {
    if (self->closed_) return;
    if (failed) {
      // Out of descriptors, as a rule: trying again at once would only spin.
      self->pause_.expires_after(std::chrono::milliseconds(100));
      self->pause_.async_wait([self](error_code) {
        if (!self->closed_) self->accept();
      });
      return;
    }
    // Beyond the limit the connection is closed at once: a queue would only hide it.
    if (self->connections_.size() < self->limits_.connections)
      std::make_shared<Connection>(std::move(socket), self)->read();
    self->accept();
  });
}

void HttpServer::Impl::close() {
  if (closed_) return;
  closed_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
  ::unlink(path_.c_str());
  const auto all = connections_;  // ending one may remove it
  for (auto* connection : all)
    if (connections_.contains(connection)) connection->end();
}

HttpServer::HttpServer(asio::io_context& loop, const std::string& socket_path, Limits limits, Handler handler)
    : impl_(std::make_shared<Impl>(loop, socket_path, limits, std::move(handler))) {}
HttpServer::~HttpServer() { close(); }
void HttpServer::start() { impl_->start(); }
void HttpServer::close() { impl_->close(); }
std::size_t HttpServer::connections() const { return impl_->connections_.size(); }

}  // namespace told::board
