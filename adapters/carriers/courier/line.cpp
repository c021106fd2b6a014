#include "carriers/courier/line.hpp"

#include <curl/curl.h>

#include "carriers/courier/libcurl.hpp"
#include "carriers/courier/run.hpp"

namespace told::carriers {
namespace {

Line::Moved moved(CURLcode result, std::size_t bytes, bool nothing_is_the_end) {
  if (result == CURLE_AGAIN) return {};
  return {bytes, result != CURLE_OK || (nothing_is_the_end && bytes == 0)};
}

}  // namespace

Line::Line() { ready_libcurl(); }
Line::~Line() = default;

Ending Line::open(Errand errand) {
  run_ = std::make_unique<Run>(std::move(errand), nullptr, sockets_);
  return run_->end(run_->handle() == nullptr ? CURLE_OUT_OF_MEMORY : curl_easy_perform(run_->handle()));
}

int Line::descriptor() const {
  curl_socket_t socket = CURL_SOCKET_BAD;
  if (run_) static_cast<void>(curl_easy_getinfo(run_->handle(), CURLINFO_ACTIVESOCKET, &socket));
  return socket;
}

Line::Moved Line::read(char* into, std::size_t room) {
  std::size_t bytes = 0;
  const CURLcode result = curl_easy_recv(run_->handle(), into, room, &bytes);
  return moved(result, bytes, true);
}

Line::Moved Line::write(std::string_view bytes) {
  std::size_t went = 0;
  const CURLcode result = curl_easy_send(run_->handle(), bytes.data(), bytes.size(), &went);
  return moved(result, went, false);
}

Failure Line::broken(Phase phase) const { return run_->why_not(CURLE_RECV_ERROR, phase, {}); }
Failure Line::timed_out(Phase phase, std::chrono::milliseconds within) const {
  return run_->why_not(CURLE_OPERATION_TIMEDOUT, phase, within);
}

void Line::cut() { sockets_.cut(); }

}  // namespace told::carriers
