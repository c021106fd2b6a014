#pragma once
// The other side of both conversations, for toldctl, benches and tests: small, blocking, libzmq only. One thread each.
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "told/v1/gateway.pb.h"

namespace told::gateway {

/// Where told is and who calls. Keys are Z85, 40 characters; the caller's public key is derived from its secret one.
struct Address {
  std::string endpoint;
  std::string server_public_key;
  std::string secret_key;
};

/// No answer in time, or the connection was refused (libzmq does not say which). What was sent may have arrived.
struct NoAnswer : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// told answered that this worker may not serve; the sentence says why, and the mend.
struct NotWelcome : std::runtime_error {
  using std::runtime_error::runtime_error;
};

namespace detail {
class Dealer;
}

class PublisherClient {
 public:
  /// Connects in the background. Throws std::runtime_error where a key is none.
  explicit PublisherClient(const Address& address);
  ~PublisherClient();
  PublisherClient(PublisherClient&&) noexcept;
  PublisherClient& operator=(PublisherClient&&) noexcept;

  /// Sends and waits for the reply to this very request (`request.request` is numbered here). Throws NoAnswer; then
  /// publish the same events again: told answers DUPLICATE for what it had.
  [[nodiscard]] v1::PublishReply publish(v1::PublishRequest request, std::chrono::milliseconds timeout);

  /// The two halves, for many requests in the air: send() takes `request.request` as it is.
  void send(const v1::PublishRequest& request);
  [[nodiscard]] std::optional<v1::PublishReply> poll(std::chrono::milliseconds timeout);

 private:
  std::unique_ptr<detail::Dealer> dealer_;
  std::uint64_t last_ = 0;
};

class AgencyClient {
 public:
  explicit AgencyClient(const Address& address);
  ~AgencyClient();
  AgencyClient(AgencyClient&&) noexcept;
  AgencyClient& operator=(AgencyClient&&) noexcept;

  /// Opens a session for `recipient` and waits for its welcome. Throws NoAnswer, and NotWelcome where the key is
  /// another recipient's.
  v1::Welcome hello(const std::string& worker, const std::string& recipient, std::chrono::milliseconds timeout);
  void credit(std::uint32_t deliveries);
  void receipt(const v1::Delivery& delivery);
  void acknowledge(const std::string& notification, const std::string& person, const std::string& role);
  /// Anything else, or many in one frame. An empty frame is a heartbeat.
  void send(const v1::AgencyFrame& frame);
  /// The next frame (heartbeats too), or nullopt where none comes in time.
  [[nodiscard]] std::optional<v1::ServiceFrame> poll(std::chrono::milliseconds timeout);

 private:
  std::unique_ptr<detail::Dealer> dealer_;
};

}  // namespace told::gateway
