#pragma once
// A connection that stands, to a peer whose protocol libcurl does not speak: looked up, connected, its address and its
// certificate judged, and what failed said, as for any errand of a courier. What is said over it is its user's.
//
// It belongs to one thread, which waits in open(); cut() alone may be called from another.
#include <cstddef>
#include <memory>
#include <string_view>

#include "carriers/courier/errand.hpp"
#include "carriers/courier/failure.hpp"
#include "carriers/courier/sockets.hpp"

namespace told::carriers {

class Run;

class Line {
 public:
  Line();
  ~Line();  ///< breaks it off
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  /// Once. `errand` is a line. Waits, at most its `connect_within`; `answered` says that it stands.
  [[nodiscard]] Ending open(Errand errand);

  /// What poll() waits for; -1 where nothing stands.
  [[nodiscard]] int descriptor() const;
  struct Moved {
    std::size_t bytes = 0;  ///< 0, and not broken: nothing now; wait until the descriptor says so
    bool broken = false;    ///< the peer ended it, or it broke
  };
  /// Neither waits. What TLS has taken from the descriptor is not seen by poll(): read until nothing comes.
  [[nodiscard]] Moved read(char* into, std::size_t room);
  [[nodiscard]] Moved write(std::string_view bytes);

  /// Why it is broken, or given up after `within`, in that phase of what was said over it.
  [[nodiscard]] Failure broken(Phase phase) const;
  [[nodiscard]] Failure timed_out(Phase phase, std::chrono::milliseconds within) const;

  /// From any thread: open() ends, and whatever waits for the descriptor is woken.
  void cut();

 private:
  Sockets sockets_;  // outlives the connection
  std::unique_ptr<Run> run_;
};

}  // namespace told::carriers
