#pragma once
// Serves one recipient's queues at its broker on a thread of its own: keeps the connection, sends one message at a
// time, and takes replies. A broker that is slow, dead or hostile holds up this recipient and nobody else.
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "carriers/amqp/conversation.hpp"
#include "carriers/amqp/verdict.hpp"
#include "carriers/callback.hpp"
#include "carriers/courier/line.hpp"
#include "carriers/served_carrier.hpp"

namespace told::carriers::amqp {

/// One recipient's way, with its secrets read.
struct Target {
  std::string recipient;
  Errand line;      ///< how the broker is reached
  Opening opening;  ///< what is said to it first; the container is made up by the clerk
  Places places;
  std::string origin;
  std::vector<ProvingKey> reply_keys;  ///< none: whoever may write into the reply queue is believed
  std::function<void(std::function<void()>)> when_durable;  ///< as Surroundings'
};

/// All of its public functions may be called from any thread, and none of them waits for the broker.
class Clerk : public std::enable_shared_from_this<Clerk> {
 public:
  Clerk(Target target, Hands hands);
  ~Clerk();
  Clerk(const Clerk&) = delete;
  Clerk& operator=(const Clerk&) = delete;

  /// Begins to serve. The thread keeps the clerk alive until it ended.
  void start();
  void send(Parcel parcel);
  /// The thread ends when the attempt that is under way has ended as it began; no reply is handed in any more.
  void retire();
  /// The thread ends at once, and cuts what is under way.
  void stop();
  [[nodiscard]] bool ended_within(std::chrono::milliseconds at_most);

 private:
  using Steady = std::chrono::steady_clock;
  struct Attempt {
    Report about;  ///< whose it is
    std::string message;
    Steady::time_point began;
    bool handed_over = false;       ///< to the conversation
    bool connected = false;         ///< a connection has been made for it
    std::optional<Report> settled;  ///< what came of it; one that only tries waits for what comes of the reply queue
  };
  /// A reply that was handed in, until the broker hears what became of it.
  struct Asked {
    Answer answer;
    std::optional<Steady::time_point> again;  ///< it could not be taken for now
  };

  void run();
  [[nodiscard]] bool take_in();  ///< what others have left for it; false: it is to end
  void wake() const;
  void wait();
  void goodbye();
  [[nodiscard]] Steady::time_point next_look(Steady::time_point now) const;

  // the connection
  [[nodiscard]] bool wanted(Steady::time_point now) const;
  void connect();
  void exchange();
  void hear();
  void read();
  void write();
  void lose(const Failure& failure);
  void drop();

  // the attempt
  void push_on(Steady::time_point now);
  void give_up(Steady::time_point now);
  void end_attempt(Report report);
  void fail_attempt(const Failure& failure);
  [[nodiscard]] Phase phase() const;

  // what the broker says
  void heard(const Settled& settled);
  void heard(const Came& came);
  void heard(const Closed& closed);
  void heard(const Over& over);

  // replies
  [[nodiscard]] bool takes_replies() const;  ///< and not only tries whether it could
  void hand_in_again(Steady::time_point now);
  void answered(std::uint64_t number, v1::ServiceFrame frame);
  void settle(std::uint64_t number, const v1::ServiceFrame& frame);
  void cannot_listen(const Failure& failure);

  const Target target_;
  const Hands hands_;
  const int wake_;  ///< an eventfd

  std::mutex mutex_;  ///< guards what follows, up to the thread's own
  std::condition_variable ended_now_;
  std::deque<Attempt> to_send_;
  std::deque<std::pair<std::uint64_t, v1::ServiceFrame>> to_settle_;
  std::shared_ptr<Line> line_;  ///< the thread's; stop() cuts it
  bool retiring_ = false;
  bool stopping_ = false;
  bool ended_ = false;

  // The thread's own.
  std::optional<Attempt> attempt_;
  std::unique_ptr<Conversation> talk_;
  Seen seen_;  ///< of the broker, when the connection was made
  Steady::time_point connected_at_{};
  bool leaving_ = false;        ///< retiring
  bool broken_ = false;         ///< nothing more comes over the line
  bool more_to_read_ = false;   ///< reading was broken off, so that what goes out has its turn
  bool more_to_write_ = false;  ///< the line takes no more at present
  std::optional<Steady::time_point> tick_at_;
  std::map<std::uint64_t, Asked> asked_;  ///< by the reply's number
  std::uint64_t last_reply_ = 0;          ///< its number, over all connections
  std::string cannot_listen_;             ///< for the reports: why replies cannot be taken; empty where they can
  unsigned failures_ = 0;                 ///< of listening, in a row
  Steady::time_point listen_at_{};        ///< not before
};

}  // namespace told::carriers::amqp
