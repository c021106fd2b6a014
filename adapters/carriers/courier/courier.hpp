#pragma once
// The courier: runs errands to web servers and mail relays by libcurl, many at once.
//
// It has a thread of its own because what it does takes the thread it runs on: a TLS handshake is milliseconds of
// arithmetic, reading a bundle of certificates is tens of them, and libcurl waits in its place for a mail relay's word
// after the last byte of a message. The daemon's loop, on which deadlines depend, does none of that.
//
// Each carrier has a courier of its own, so that one carrier's peers never hold up another's. A mail relay that answers
// slowly holds up its courier's other errands (libcurl waits for it, see above): a carrier that talks to several relays
// has a courier for each. Web servers hold up nobody.
//
// A connection is used again. Where it breaks before the answer to a POST, the errand ends, and nothing is said twice
// by the library's own choice (run.cpp): whether it is said again, and as which attempt, is the engine's to decide.
#include <functional>
#include <memory>

#include "carriers/courier/errand.hpp"

namespace told::carriers {

class Courier {
 public:
  /// `post` as Surroundings::post: endings are handed over by it. Throws std::runtime_error with the mend where libcurl
  /// cannot be used.
  explicit Courier(std::function<void(std::function<void()>)> post);
  /// On the thread where endings arrive. Cuts what is under way, without waiting for any peer; no ending comes after
  /// it.
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  /// Begins at once. `ended` is called exactly once, through `post`, unless the courier is destroyed before.
  void go(Errand errand, std::function<void(Ending)> ended);

 private:
  class Round;
  std::unique_ptr<Round> round_;
};

}  // namespace told::carriers
