#include "carriers/courier/url.hpp"

#include <curl/curl.h>

#include <charconv>
#include <memory>

#include "carriers/courier/address_rule.hpp"
#include "carriers/courier/libcurl.hpp"

namespace told::carriers {
namespace {

// "" where that part is not there.
std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, decltype(&curl_free)> owned(text, curl_free);
  return text;
}

}  // namespace

bool Url::loopback_literal() const {
  const auto address = read_address(host);
  return address && is_loopback(*address);
}

std::optional<Url> read_url(const std::string& text) {
  ready_libcurl();
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), curl_url_cleanup);
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    return std::nullopt;
  Url url;
  url.scheme = part(parsed.get(), CURLUPART_SCHEME);
  url.host = part(parsed.get(), CURLUPART_HOST);
  if (url.host.size() > 2 && url.host.front() == '[') url.host = url.host.substr(1, url.host.size() - 2);
  const std::string port = part(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), url.port);
  url.has_user = !part(parsed.get(), CURLUPART_USER).empty() || !part(parsed.get(), CURLUPART_PASSWORD).empty();
  if (url.host.empty() || url.port == 0) return std::nullopt;
  return url;
}

}  // namespace told::carriers
