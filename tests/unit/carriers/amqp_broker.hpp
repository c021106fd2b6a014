#pragma once
// A broker for tests, without a network: Proton's own engine, behind a login written by hand.
#include <proton/connection.h>
#include <proton/connection_driver.h>
#include <proton/delivery.h>
#include <proton/event.h>
#include <proton/link.h>
#include <proton/session.h>
#include <proton/terminus.h>
#include <proton/transport.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace told::carriers::amqp::tests {

using namespace std::string_literals;

// AMQP 1.0, 5.3.3: the header, sasl-mechanisms with PLAIN alone, and sasl-outcome with the code 0.
inline const std::string sasl_header = "AMQP\x03\x01\x00\x00"s;
inline const std::string offers_plain = "\x00\x00\x00\x15\x02\x01\x00\x00\x00\x53\x40\xc0\x08\x01\xa3\x05PLAIN"s;
inline const std::string lets_in = "\x00\x00\x00\x10\x02\x01\x00\x00\x00\x53\x44\xc0\x03\x01\x50\x00"s;

/// A broker that takes any login, and lets links be opened.
class Broker {
 public:
  Broker() {
    pn_connection_driver_init(&driver_, nullptr, nullptr);
    pn_transport_set_server(driver_.transport);
  }
  ~Broker() { pn_connection_driver_destroy(&driver_); }
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  void hear(std::string_view bytes) {
    heard_.append(bytes);
    if (!let_in_) {
      // The header, and one frame, whose length stands first: sasl-init.
      if (heard_.size() < 12) return;
      const std::size_t length = static_cast<unsigned char>(heard_[11]);
      if (heard_.size() < 8 + length) return;
      heard_.erase(0, 8 + length);
      let_in_ = true;
      said_ += lets_in;
    }
    while (!heard_.empty()) {
      const pn_rwbytes_t room = pn_connection_driver_read_buffer(&driver_);
      const std::size_t bytes_now = std::min(room.size, heard_.size());
      if (bytes_now == 0) break;
      std::copy_n(heard_.data(), bytes_now, room.start);
      pn_connection_driver_read_done(&driver_, bytes_now);
      heard_.erase(0, bytes_now);
      handle();
    }
  }

  std::string says() {
    handle();
    std::string all = std::exchange(said_, {});
    for (pn_bytes_t bytes = pn_connection_driver_write_buffer(&driver_); bytes.size > 0 && let_in_;
         bytes = pn_connection_driver_write_buffer(&driver_)) {
      all.append(bytes.start, bytes.size);
      pn_connection_driver_write_done(&driver_, bytes.size);
    }
    return all;
  }

  void reply(const std::string& bytes) {
    pn_delivery(replies, pn_dtag("r", 1));
    pn_link_send(replies, bytes.data(), bytes.size());
    pn_link_advance(replies);
  }

  /// What the other side asked for: a sign of life from the broker so often.
  [[nodiscard]] std::chrono::milliseconds sign_of_life_every() const {
    return std::chrono::milliseconds{pn_transport_get_remote_idle_timeout(driver_.transport)};
  }

  std::vector<std::string> took;
  pn_delivery_t* last = nullptr;      ///< of `took`, not settled
  pn_delivery_t* answered = nullptr;  ///< the reply that was settled last
  pn_link_t* replies = nullptr;

 private:
  void handle() {
    while (pn_event_t* event = pn_connection_driver_next_event(&driver_)) switch (pn_event_type(event)) {
        case PN_CONNECTION_REMOTE_OPEN:
          pn_connection_open(driver_.connection);
          break;
        case PN_SESSION_REMOTE_OPEN:
          pn_session_open(pn_event_session(event));
          break;
        case PN_LINK_REMOTE_OPEN: {
          pn_link_t* link = pn_event_link(event);
          pn_terminus_copy(pn_link_source(link), pn_link_remote_source(link));
          pn_terminus_copy(pn_link_target(link), pn_link_remote_target(link));
          pn_link_open(link);
          if (pn_link_is_receiver(link))
            pn_link_flow(link, 10);
          else
            replies = link;
          break;
        }
        case PN_DELIVERY:
          delivery(pn_event_delivery(event));
          break;
        default:
          break;
      }
  }

  void delivery(pn_delivery_t* delivery) {
    pn_link_t* link = pn_delivery_link(delivery);
    if (pn_link_is_sender(link)) {
      if (pn_delivery_settled(delivery)) answered = delivery;
      return;
    }
    if (!pn_delivery_readable(delivery) || pn_delivery_partial(delivery)) return;
    std::string bytes(pn_delivery_pending(delivery), '\0');
    pn_link_recv(link, bytes.data(), bytes.size());
    took.push_back(bytes);
    last = delivery;
    pn_link_advance(link);
  }

  pn_connection_driver_t driver_{};
  std::string heard_;
  std::string said_ = sasl_header + offers_plain;
  bool let_in_ = false;
};

}  // namespace told::carriers::amqp::tests
