#include "ctl/board_client.hpp"

#include <curl/curl.h>

#include <memory>

#include "audit/json.hpp"
#include "audit/kinds.hpp"
#include "ctl/exit.hpp"
#include "told/v1/api.pb.h"

namespace told::ctl {
namespace {

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using Fields = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

/// What arrives: pieces of a good answer go to `piece`; a problem is kept whole.
struct Arrival {
  CURL* handle = nullptr;
  const std::function<bool(std::string_view)>* piece = nullptr;
  std::string problem;
  bool enough = false;
};

std::size_t arrived(char* bytes, std::size_t size, std::size_t count, void* into) {
  auto& arrival = *static_cast<Arrival*>(into);
  long status = 0;
  curl_easy_getinfo(arrival.handle, CURLINFO_RESPONSE_CODE, &status);
  const std::string_view piece(bytes, size * count);
  if (status != 200) {
    if (arrival.problem.size() < 65536) arrival.problem += piece;
    return size * count;
  }
  arrival.enough = !(*arrival.piece)(piece);
  return arrival.enough ? 0 : size * count;
}

[[noreturn]] void refused(long status, const std::string& text) {
  v1::ProblemDetails problem;
  const bool told = audit::from_json(text, &problem).empty() && !problem.detail().empty();
  const std::string sentence = told ? problem.detail()
                                    : "the board answered with HTTP status " + std::to_string(status) +
                                          ": is something else listening on that socket?";
  const int code = status == 503   ? exit_retry
                   : status == 504 ? exit_retry
                   : status >= 500 ? exit_software
                   : status >= 400 ? exit_data
                                   : exit_unavailable;
  throw Failure(code, sentence);
}

[[noreturn]] void unreachable(CURLcode why, const std::string& socket, long os_error) {
  if (why == CURLE_COULDNT_CONNECT && os_error == EACCES)
    throw Failure(exit_no_permission,
                  "you may not use told's socket " + socket + ": ask to be put into the group told, and log in again");
  if (why == CURLE_COULDNT_CONNECT)
    throw Failure(exit_unavailable, "cannot reach told at " + socket +
                                        ": is it running? `systemctl status told`; another socket: --socket PATH or "
                                        "TOLD_SOCKET");
  if (why == CURLE_OPERATION_TIMEDOUT)
    throw Failure(exit_retry,
                  "told did not answer in time; what you asked may have been done all the same: look before "
                  "doing it again");
  throw Failure(exit_io, std::string("the connection to told broke off (") + curl_easy_strerror(why) +
                             "): what came is not the whole; ask again");
}

void perform(const std::string& socket, const std::string& path, const std::string* body, const std::string& reason,
             bool endless, const std::function<bool(std::string_view)>& piece) {
  static const bool ready = curl_global_init(CURL_GLOBAL_NOTHING) == CURLE_OK;
  const Handle handle(ready ? curl_easy_init() : nullptr, curl_easy_cleanup);
  if (!handle) throw Failure(exit_software, "libcurl cannot be used on this machine: reinstall libcurl4");
  Arrival arrival{handle.get(), &piece, {}, false};
  const std::string url = "http://told" + path;
  curl_easy_setopt(handle.get(), CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, arrived);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &arrival);
  curl_easy_setopt(handle.get(), CURLOPT_CONNECTTIMEOUT, 5L);
  // An endless answer has a heartbeat every 10 s: silence for 35 s means that it is broken.
  curl_easy_setopt(handle.get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_LOW_SPEED_TIME, endless ? 35L : 120L);
  Fields fields(nullptr, curl_slist_free_all);
  const auto add_field = [&](const std::string& field) {
    fields.reset(curl_slist_append(fields.release(), field.c_str()));
  };
  if (!reason.empty()) add_field("Told-Reason: " + audit::on_one_line(reason));
  if (body) add_field("Content-Type: application/json");
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, fields.get());
  if (body) {
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, body->c_str());
    curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
    curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, 20L);  // the board gives up on an action after 10 s
  }
  const CURLcode ended = curl_easy_perform(handle.get());
  if (ended == CURLE_WRITE_ERROR && arrival.enough) return;
  long os_error = 0, status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_OS_ERRNO, &os_error);
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (ended != CURLE_OK) unreachable(ended, socket, os_error);
  if (status != 200) refused(status, arrival.problem);
}

void parse(const std::string& text, google::protobuf::Message* answer) {
  if (const auto why = audit::from_json(text, answer); !why.empty())
    throw Failure(exit_software, "told answered in a form that this toldctl does not know (" + why +
                                     "): use the toldctl that came with it");
}

}  // namespace

void BoardClient::get(const std::string& path, google::protobuf::Message* answer) const {
  std::string text;
  perform(socket_, path, nullptr, reason_, false, [&](std::string_view piece) { return text += piece, true; });
  parse(text, answer);
}

void BoardClient::post(const std::string& path, const google::protobuf::Message& request,
                       google::protobuf::Message* answer) const {
  const std::string body = audit::to_json(request);
  std::string text;
  perform(socket_, path, &body, reason_, false, [&](std::string_view piece) { return text += piece, true; });
  parse(text, answer);
}

void BoardClient::stream(const std::string& path, const std::function<bool(std::string_view)>& piece,
                         bool endless) const {
  perform(socket_, path, nullptr, reason_, endless, piece);
}

std::string in_path(const std::string& reference) {
  if (reference.empty())
    throw Failure(exit_usage, "a reference is needed, such as C-7K3-M9QG, and an empty one was given");
  return percent_encoded(reference);
}

std::string percent_encoded(const std::string& text) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += hex[byte >> 4U];
      out += hex[byte & 15U];
    }
  }
  return out;
}

}  // namespace told::ctl
