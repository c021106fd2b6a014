#pragma once
// The door: what told takes from outside over HTTP. Two things, and no more: the page of an acknowledge link, and the
// callbacks of recipients' systems (which their carrier proves). It listens on a Unix socket of its own, where the
// council's web server hands on what comes to `public_url`; the board's API is not behind it.
//
//   GET  /acknowledge/TOKEN            the page; changes nothing (scanners open links)
//   POST /acknowledge/TOKEN            a person's answer: person, role, answer (have, not_ours), note
//   POST /callback/CARRIER/RECIPIENT   a system's answer; without RECIPIENT where one address serves all of a carrier's
#include <functional>
#include <memory>
#include <string>

#include "carriers/carrier.hpp"
#include "core/engine.hpp"
#include "door/links.hpp"

namespace boost::asio {
class io_context;
}

namespace told::door {

struct Options {
  std::string socket_path;
  std::string public_url;       ///< "https://told.council.example": what a link begins with
  core::Duration links_live{};  ///< so long after they were made
};

/// What the door sees of the rest of the house; all are called on the loop thread.
struct House {
  const core::Engine& engine;
  std::function<core::Instant()> now;
  std::function<std::string(std::string_view)> authenticate;
  std::function<void(carriers::Answer)> answer;
  /// Gives a callback to its carrier; false where there is no such carrier.
  std::function<bool(const std::string& carrier, carriers::Callback)> call_back;
};

class Door {
 public:
  /// Binds. Throws std::runtime_error with the mend. Nothing is accepted before start().
  Door(boost::asio::io_context& loop, Options options, House house);
  ~Door();
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  void start();
  void close();
  /// The link for what is being sent; "" where no acknowledgement is asked for.
  [[nodiscard]] std::string link(const core::Transmit& transmit) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace told::door
