#pragma once
// HTTP/1.1 on a Unix socket, without the library's names: only http.cpp knows Boost.Beast.
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace told::board {

struct Request {
  std::string method;                               ///< "GET", for HEAD too: the body is then left out of the answer
  std::string path;                                 ///< decoded: "/v1/cases/C-7K3-M9QG"
  std::map<std::string, std::string> query;         ///< decoded
  std::string body;                                 ///< at most `body_bytes_max`
  std::uint32_t uid = 0;                            ///< of the process at the other end
  std::map<std::string, std::string> headers = {};  ///< names in small letters; of several alike the first

  [[nodiscard]] const std::string& header(const std::string& name) const;  ///< "" where there is none
};

inline constexpr std::size_t body_bytes_max = 64U * 1024U;

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::string allow = {};                           ///< 405: the methods that there are
  std::map<std::string, std::string> headers = {};  ///< beside those that every answer has
};

/// One request that is to be answered, now or later: either by answer(), or by begin() and then pieces until finish().
/// Loop thread only. Dropping the last reference unanswered closes the connection.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual void answer(Response response) = 0;
  /// A chunked answer of unknown length begins.
  virtual void begin(int status, const std::string& type) = 0;
  /// The next piece. `written` is called when it has left us; nothing is called once the connection is gone.
  virtual void piece(std::string bytes, std::function<void()> written) = 0;
  virtual void finish() = 0;
  /// Breaks the connection off, so that an unfinished answer cannot be taken for a whole one.
  virtual void abort() = 0;
  /// Called at most once, when the connection is gone.
  virtual void on_gone(std::function<void()> gone) = 0;
  /// Bytes of pieces that have not left us yet.
  [[nodiscard]] virtual std::size_t pending() const = 0;
};
using ExchangePtr = std::shared_ptr<Exchange>;

class HttpServer {
 public:
  struct Limits {
    std::chrono::milliseconds head, body, write;
    std::size_t connections;
  };
  using Handler = std::function<void(Request, ExchangePtr)>;

  /// Binds and sets the socket's mode to 0660. Throws std::runtime_error with the mend.
  HttpServer(boost::asio::io_context& loop, const std::string& socket_path, Limits limits, Handler handler);
  ~HttpServer();
  void start();
  void close();
  [[nodiscard]] std::size_t connections() const;

  class Impl;  ///< http.cpp's

 private:
  std::shared_ptr<Impl> impl_;
};

/// "person=child+A&note=%41" → its fields, decoded: a query, or a form that was sent. False where an escape is broken
/// or a field comes twice.
[[nodiscard]] bool read_form(const std::string& text, std::map<std::string, std::string>& into);

/// "a%20b" → "a b"; false where an escape is broken, or a zero byte is in it, escaped or not.
[[nodiscard]] bool percent_decoded(const std::string& text, bool plus_is_space, std::string& out);

}  // namespace told::board
