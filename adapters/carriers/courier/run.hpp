#pragma once
// One errand under way. For courier.cpp alone; its thread only.
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "carriers/courier/errand.hpp"
#include "carriers/courier/failure.hpp"
#include "carriers/courier/sockets.hpp"
#include "carriers/courier/tls_watch.hpp"

namespace told::carriers {

class Run {
 public:
  /// `sockets` outlives the connections that are kept after this.
  Run(Errand errand, std::function<void(Ending)> ended, Sockets& sockets);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// libcurl's CURL*, which is this in its header too; nullptr where there is no memory.
  [[nodiscard]] void* handle() const { return easy_; }
  /// Once, with the CURLcode that libcurl ended it with.
  [[nodiscard]] Ending end(int result) const;
  /// Of a line that stood: why it does no longer, in `phase` of what was said over it.
  [[nodiscard]] Failure why_not(int result, Phase phase, std::chrono::milliseconds within) const;
  [[nodiscard]] const std::function<void(Ending)>& ended() const { return ended_; }

 private:
  struct Callbacks;
  void set_common();
  void set_post();
  void set_mail();
  void set_line();
  void set_tls();
  [[nodiscard]] Phase phase() const;
  [[nodiscard]] Failed failed(int result, Phase phase, std::chrono::milliseconds within) const;
  [[nodiscard]] bool wholly_sent() const;
  [[nodiscard]] long status() const;

  Errand errand_;
  std::function<void(Ending)> ended_;
  Sockets& sockets_;
  void* easy_;
  void* headers_ = nullptr;     // curl_slist*
  void* recipients_ = nullptr;  // curl_slist*
  std::chrono::steady_clock::time_point began_;

  bool allowed_socket_ = false;  // at least one address could be tried
  bool ready_ = false;           // connected, TLS included: the request goes out next
  bool would_repeat_ = false;    // the connection broke without an answer, and libcurl was about to post anew
  bool answer_begun_ = false;
  bool answer_too_long_ = false;
  std::size_t read_ = 0;  // of a mail's message, by libcurl
  std::string refused_address_;
  std::string answer_;
  std::string reply_;
  std::shared_ptr<const TlsSeen> tls_;
};

}  // namespace told::carriers
