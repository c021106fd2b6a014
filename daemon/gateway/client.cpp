#include "gateway/client.hpp"

#include <array>
#include <utility>

#include "gateway/context.hpp"
#include "gateway/zmq_handle.hpp"

namespace told::gateway {
namespace detail {

using Clock = std::chrono::steady_clock;

/// A DEALER with CURVE: one frame each way.
class Dealer {
 public:
  explicit Dealer(const Address& address)
      : context_{process_context()}, socket_{open_socket(context_.get(), ZMQ_DEALER)} {
    std::array<char, 41> public_key{};
    if (address.secret_key.size() != 40 || zmq_curve_public(public_key.data(), address.secret_key.c_str()) != 0)
      throw std::runtime_error("the secret key is not 40 characters of Z85");
    void* s = socket_.get();
    set_key(s, ZMQ_CURVE_SERVERKEY, address.server_public_key);
    set_key(s, ZMQ_CURVE_PUBLICKEY, public_key.data());
    set_key(s, ZMQ_CURVE_SECRETKEY, address.secret_key);
    set_option(s, ZMQ_LINGER, 0);
    // Nothing waits in a queue for a connection that may never be: what is not sent is known not to be sent.
    set_option(s, ZMQ_IMMEDIATE, 1);
    // told's replies may be twice its 64 KiB of request (a sentence for each of 256 refusals); it is the server.
    set_option(s, ZMQ_MAXMSGSIZE, std::int64_t{256 * 1024});
    set_option(s, ZMQ_HANDSHAKE_IVL, 3000);
    set_option(s, ZMQ_HEARTBEAT_IVL, 5000);
    set_option(s, ZMQ_HEARTBEAT_TIMEOUT, 15000);
    set_option(s, ZMQ_RECONNECT_IVL_MAX, 2000);
    if (zmq_connect(s, address.endpoint.c_str()) != 0)
      throw std::runtime_error("cannot call " + address.endpoint + ": " + zmq_strerror(errno));
  }

  void send(const google::protobuf::Message& message, std::chrono::milliseconds timeout) {
    bytes_ = message.SerializeAsString();
    set_option(socket_.get(), ZMQ_SNDTIMEO, static_cast<int>(timeout.count()));
    int rc = 0;
    do rc = zmq_send(socket_.get(), bytes_.data(), bytes_.size(), 0);
    while (rc < 0 && errno == EINTR);
    if (rc < 0) throw NoAnswer("told took nothing in time: is it running, and does it know this key?");
  }

  template <class Words>
  std::optional<Words> receive(Clock::time_point until) {
    while (true) {
      zmq_pollitem_t item{socket_.get(), 0, ZMQ_POLLIN, 0};
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
      if (zmq_poll(&item, 1, left > 0 ? static_cast<long>(left) : 0) <= 0 && left <= 0) return std::nullopt;
      Frame frame;
      if (!frame.receive(socket_.get(), ZMQ_DONTWAIT)) continue;
      Words words;
      if (!frame.more() && words.ParseFromArray(frame.bytes().data(), static_cast<int>(frame.bytes().size())))
        return words;
    }
  }

 private:
  std::shared_ptr<void> context_;
  SocketHandle socket_;
  std::string bytes_;
};

namespace {
// A frame that cannot be handed over within so long has nobody to go to.
constexpr std::chrono::milliseconds send_patience{5000};
}  // namespace

}  // namespace detail

using detail::Clock;

PublisherClient::PublisherClient(const Address& address) : dealer_{std::make_unique<detail::Dealer>(address)} {}
PublisherClient::~PublisherClient() = default;
PublisherClient::PublisherClient(PublisherClient&&) noexcept = default;
PublisherClient& PublisherClient::operator=(PublisherClient&&) noexcept = default;

v1::PublishReply PublisherClient::publish(v1::PublishRequest request, std::chrono::milliseconds timeout) {
  const auto until = Clock::now() + timeout;
  request.set_request(++last_);
  dealer_->send(request, timeout);
  while (auto reply = dealer_->receive<v1::PublishReply>(until))
    // A frame that could not be read is answered without its number.
    if (reply->request() == request.request() || (reply->request() == 0 && reply->has_problem())) return *reply;
  throw NoAnswer("told did not answer in time: publish the same events again");
}

void PublisherClient::send(const v1::PublishRequest& request) { dealer_->send(request, detail::send_patience); }

std::optional<v1::PublishReply> PublisherClient::poll(std::chrono::milliseconds timeout) {
  return dealer_->receive<v1::PublishReply>(Clock::now() + timeout);
}

AgencyClient::AgencyClient(const Address& address) : dealer_{std::make_unique<detail::Dealer>(address)} {}
AgencyClient::~AgencyClient() = default;
AgencyClient::AgencyClient(AgencyClient&&) noexcept = default;
AgencyClient& AgencyClient::operator=(AgencyClient&&) noexcept = default;

v1::Welcome AgencyClient::hello(const std::string& worker, const std::string& recipient,
                                std::chrono::milliseconds timeout) {
  const auto until = Clock::now() + timeout;
  v1::AgencyFrame frame;
  frame.mutable_hello()->set_worker(worker);
  frame.mutable_hello()->set_recipient(recipient);
  dealer_->send(frame, timeout);
  while (auto answer = dealer_->receive<v1::ServiceFrame>(until)) {
    if (answer->has_welcome()) return answer->welcome();
    if (answer->problem().code() == "not_yours")
      throw NotWelcome(answer->problem().reason() + ": " + answer->problem().mend());
  }
  throw NoAnswer("told did not welcome this worker in time: is it running, and does it know this key?");
}

void AgencyClient::credit(std::uint32_t deliveries) {
  v1::AgencyFrame frame;
  frame.set_credit(deliveries);
  send(frame);
}

void AgencyClient::receipt(const v1::Delivery& delivery) {
  v1::AgencyFrame frame;
  auto& receipt = *frame.add_receipts();
  receipt.set_notification(delivery.notification());
  receipt.set_attempt(delivery.attempt());
  send(frame);
}

void AgencyClient::acknowledge(const std::string& notification, const std::string& person, const std::string& role) {
  v1::AgencyFrame frame;
  auto& said = *frame.add_acknowledgements();
  said.set_notification(notification);
  said.set_person(person);
  said.set_role(role);
  send(frame);
}

void AgencyClient::send(const v1::AgencyFrame& frame) { dealer_->send(frame, detail::send_patience); }

std::optional<v1::ServiceFrame> AgencyClient::poll(std::chrono::milliseconds timeout) {
  return dealer_->receive<v1::ServiceFrame>(Clock::now() + timeout);
}

}  // namespace told::gateway
