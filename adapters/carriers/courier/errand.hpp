#pragma once
// What a courier is asked to do, and what it comes back with. No library's names: carriers and tests read these.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "carriers/carrier.hpp"
#include "carriers/courier/address_rule.hpp"

namespace told::carriers {

/// An envelope for a mail relay.
struct Envelope {
  std::string from;
  std::vector<std::string> to;
  bool starttls = true;  ///< for smtp://: no word about anybody is said before TLS; false only where a way says so
  std::string user;      ///< empty: the relay knows us by other means
  std::string password;
};

/// One exchange with one peer. Secrets in it go to libcurl and nowhere else.
struct Errand {
  /// line: a connection and no more, over which something else is said (line.hpp)
  enum class Is : std::uint8_t { post, mail, line };

  Is is = Is::post;
  std::string url;                   ///< https://, http://; for mail smtp:// or smtps://, its path is what EHLO says
                                     ///< for a line https:// where it is under TLS, else http://
  std::vector<std::string> headers;  ///< "Name: value"; HTTP only
  std::string body;                  ///< of a POST; the whole message of a mail, lines ended by CRLF
  Envelope envelope;                 ///< mail only

  std::chrono::milliseconds connect_within{5'000};  ///< look-up, TCP and TLS together
  std::chrono::milliseconds within{10'000};         ///< the whole of it

  std::string ca_file;                  ///< PEM; empty: the system's
  std::string client_certificate_file;  ///< PEM, with its chain; empty: none is shown
  std::string client_key;               ///< PEM, the text itself
  AddressRule rule;
};

/// How an errand ended.
struct Ending {
  /// The peer answered: `status` is its final word. Otherwise `code` and `problem` say what failed.
  bool answered = false;
  int status = 0;  ///< HTTP's, or the last that the mail relay said; 0: none. May be set where it was not `answered`
  /// The last byte of the request left this machine: without an answer nobody here knows whether the peer acted on it.
  bool sent = false;
  std::string code;     ///< stable: "name_not_found", "connection_refused", "certificate_expired", ... (failure.cpp)
  std::string problem;  ///< a sentence with its mend
  std::string body;     ///< of an HTTP answer: its first 64 KiB
  std::string reply;    ///< a mail relay's last line; it may hold addresses, so it is for programs and never for logs
  std::chrono::milliseconds retry_after{0};  ///< the peer asks for so long a pause; 0: it does not. At most a day
  Seen seen;
};

/// What every carrier says of an ending: all of it where the peer did not answer; else what was seen, and no outcome
/// yet.
[[nodiscard]] Report report_of(const Ending& ending);

/// More of an answer is not read.
inline constexpr std::size_t answer_bytes_max = 64 * 1024;

}  // namespace told::carriers
