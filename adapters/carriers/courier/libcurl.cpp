#include "carriers/courier/libcurl.hpp"

#include <curl/curl.h>

#include <csignal>
#include <stdexcept>

namespace told::carriers {

void ready_libcurl() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  if (!ready) throw std::runtime_error("libcurl cannot be used on this machine: reinstall libcurl4");
}

void take_no_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace told::carriers
