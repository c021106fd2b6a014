#pragma once
// One AMQP 1.0 connection as Proton's engine holds it, without its network: bytes come in and go out, and what they
// come to is read off. It belongs to one thread, and never waits.
//
// By Proton's C interface, of which its C++ one is a covering, and not by its container. What told must do cannot be
// said in the covering: why a reply is rejected; that a broker says `undeliverable here`; and a reply that is no
// message would stay unsettled for ever, and come again with every connection. And the container looks up names and
// makes connections itself: past the addresses that told may reach, and without saying what is wrong with a
// certificate, or when it ends.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace told::carriers::amqp {

struct Opening {
  std::string container;  ///< what this connection calls itself: no two of one told may be the same
  std::string host;       ///< which of the broker's hosts is meant
  std::string user;       ///< SASL PLAIN; empty: EXTERNAL, by the certificate that was shown
  std::string password;
  std::string queue;                  ///< where messages go
  std::string reply_queue;            ///< whence replies come; empty: from nowhere
  std::uint32_t replies_at_once = 0;  ///< so many unanswered ones may be under way; 0: none are taken
  std::uint64_t replies_before = 0;   ///< replies are numbered from the next one on
};

/// What became of the message that was sent.
enum class Settlement : std::uint8_t { accepted, rejected, released, modified, undeliverable, without_outcome };

struct Settled {
  Settlement settlement = Settlement::without_outcome;
  std::string condition;  ///< why, in AMQP's word ("amqp:resource-limit-exceeded"); may be empty
};
/// Something came out of the reply queue. It is to be taken or rejected, by its number.
struct Came {
  std::uint64_t number = 0;
  std::string bytes;
  bool too_large = false;  ///< it had more than was kept of it
};
/// The broker ended the way to its queue, or from the reply queue. The connection stands.
struct Closed {
  bool replies = false;
  std::string condition;
};
/// The connection is over.
struct Over {
  enum class Why : std::uint8_t {
    ended,        ///< the broker ended it, or it broke: `condition` where it said why
    silent,       ///< it gave no sign of life for longer than it may
    login,        ///< it does not take the user and the password, or the certificate
    no_mechanism  ///< it offers no way of logging in that told has
  };
  Why why = Why::ended;
  std::string condition;
};
using Happening = std::variant<Settled, Came, Closed, Over>;

/// More of a reply is not kept.
inline constexpr std::size_t reply_bytes_max = 64U * 1024U + 4U * 1024U;  // a frame of the queue, and what is around it

class Conversation {
 public:
  explicit Conversation(const Opening& opening);
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  // --- bytes ---
  struct Room {
    char* at = nullptr;
    std::size_t size = 0;  ///< 0: nothing more is taken at present
  };
  [[nodiscard]] Room room();
  void put(std::size_t bytes);           ///< so many were put into room()
  [[nodiscard]] std::string_view out();  ///< what is to be written next
  void written(std::size_t bytes);
  /// `now` of a steady clock. When it is to be called again at the latest.
  [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> tick(std::chrono::steady_clock::time_point now);

  /// What has happened since, in order; call it until there is nothing.
  [[nodiscard]] std::optional<Happening> next();
  /// There may be something: also when nothing came, but Proton looked at what goes out.
  [[nodiscard]] bool stirs() const;

  // --- sending: one message at a time ---
  [[nodiscard]] bool open() const;  ///< the broker has opened the connection: who told is was taken
  void want_to_send();              ///< opens the way to the queue where it is not open
  [[nodiscard]] bool may_send() const;
  /// Only where may_send().
  void send(std::string_view message);
  /// As many bytes have been written since send() as the message has: the broker may have the whole of it, and without
  /// a Settled nobody here knows. (How many of them were its own Proton does not say. Before that it surely has not.)
  [[nodiscard]] bool may_be_there() const;

  // --- replies ---
  void want_replies();  ///< opens the way from the reply queue where it is not open; once open() does
  enum class Listening : std::uint8_t { no, opening, yes };
  [[nodiscard]] Listening listening() const;
  /// What does not come from this connection, or is settled already, changes nothing.
  void take(std::uint64_t number);
  /// `why`: a short word; `sentence`: the mend. Neither says anything of what was in it.
  void reject(std::uint64_t number, const std::string& why, const std::string& sentence);

  /// Says goodbye: what is unsettled goes back to the broker. Write what is out() once more.
  void close();

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace told::carriers::amqp
