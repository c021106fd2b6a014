#include "watcher.hpp"

#include <curl/curl.h>

#include <memory>

#include "carriers/courier/libcurl.hpp"
#include "log/log.hpp"

namespace told {
namespace {

std::size_t ignored(char*, std::size_t size, std::size_t count, void*) { return size * count; }

int given_up(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

}  // namespace

Watcher::Watcher(std::string url, std::chrono::milliseconds patience) : url_(std::move(url)), patience_(patience) {
  carriers::ready_libcurl();
  thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

Watcher::~Watcher() = default;

void Watcher::say() {
  const std::lock_guard lock{mutex_};
  due_ = true;
  wake_.notify_one();
}

Watcher::Figures Watcher::figures() const {
  const std::lock_guard lock{mutex_};
  return figures_;
}

void Watcher::serve(const std::stop_token& stop) {
  for (;;) {
    {
      std::unique_lock lock{mutex_};
      if (!wake_.wait(lock, stop, [this] { return due_; })) return;
    }
    std::string failure = ask(stop);
    if (stop.stop_requested()) return;
    took(std::move(failure));
  }
}

std::string Watcher::ask(const std::stop_token& stop) const {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), curl_easy_cleanup);
  if (!handle) return "out of memory";
  curl_easy_setopt(handle.get(), CURLOPT_URL, url_.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, "https,http");
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(patience_.count()));
  curl_easy_setopt(handle.get(), CURLOPT_USERAGENT, "told");
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, ignored);
  curl_easy_setopt(handle.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle.get(), CURLOPT_XFERINFOFUNCTION, given_up);
  curl_easy_setopt(handle.get(), CURLOPT_XFERINFODATA, &stop);
  const CURLcode result = curl_easy_perform(handle.get());
  if (result != CURLE_OK) return curl_easy_strerror(result);
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  return status >= 200 && status < 300 ? std::string() : "it answered with HTTP status " + std::to_string(status);
}

void Watcher::took(std::string failure) {
  const std::lock_guard lock{mutex_};
  due_ = false;
  ++(failure.empty() ? figures_.answered : figures_.failed);
  if (!failure.empty() && figures_.last_failure.empty())
    log::warn(
        "the watcher outside does not hear told ({}): it will call somebody about told's silence. Look at the network, "
        "and at the address in watcher.url_file",
        failure);
  if (failure.empty() && !figures_.last_failure.empty()) log::info("the watcher outside hears told again");
  figures_.last_failure = std::move(failure);
}

}  // namespace told
