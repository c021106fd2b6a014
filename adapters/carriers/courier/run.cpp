#include "carriers/courier/run.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>

#include "carriers/courier/url.hpp"

namespace told::carriers {
namespace {

static_assert(std::is_same_v<CURL, void>, "run.hpp names libcurl's handle without its header");

// libcurl's functions take any type; what cannot be set (there is no memory) ends the errand when it is run.
template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  static_cast<void>(curl_easy_setopt(easy, option, value));
}

template <typename Value>
Value got(CURL* easy, CURLINFO what) {
  Value value{};
  static_cast<void>(curl_easy_getinfo(easy, what, &value));
  return value;
}

void* list(const std::vector<std::string>& texts) {
  curl_slist* all = nullptr;
  for (const std::string& text : texts)
    if (curl_slist* longer = curl_slist_append(all, text.c_str())) all = longer;
  return all;
}

void set_text(CURL* easy, CURLoption option, const std::string& text) {
  if (!text.empty()) set(easy, option, text.c_str());
}

}  // namespace

struct Run::Callbacks {
  // The address that is looked at is the one that is connected to: nothing is looked up in between.
  static curl_socket_t open(void* self, curlsocktype, curl_sockaddr* at) {
    auto& run = *static_cast<Run*>(self);
    const auto address = address_of(at->addr);
    if (!address || !run.errand_.rule.allows(*address)) {
      run.refused_address_ = address ? text_of(*address) : "an address of an unknown family";
      return CURL_SOCKET_BAD;
    }
    run.allowed_socket_ = true;
    return run.sockets_.open(at->family, at->socktype, at->protocol);
  }

  static int close(void* sockets, curl_socket_t socket) {
    static_cast<Sockets*>(sockets)->close(socket);
    return 0;
  }

  // A kept connection may have been opened for another way, whose rule allows more.
  static int ready(void* self, char* peer, char*, int, int) {
    auto& run = *static_cast<Run*>(self);
    const auto address = read_address(peer);
    if (!address || !run.errand_.rule.allows(*address)) {
      run.refused_address_ = peer;
      run.allowed_socket_ = false;
      return CURL_PREREQFUNC_ABORT;
    }
    // libcurl by itself says a request once more where a kept connection broke before the answer. The peer may have
    // acted on the first: whether to say it again, and as which attempt, is not for a library to decide.
    if (run.ready_ && run.errand_.is == Errand::Is::post) {
      run.would_repeat_ = true;
      return CURL_PREREQFUNC_ABORT;
    }
    run.ready_ = true;
    const auto* session = got<curl_tlssessioninfo*>(run.easy_, CURLINFO_TLS_SSL_PTR);
    if (session != nullptr)
      if (auto seen = tls_seen(session->internals)) run.tls_ = std::move(seen);
    return CURL_PREREQFUNC_OK;
  }

  static CURLcode tls(CURL*, void* context, void* self) {
    static_cast<Run*>(self)->tls_ = watch_tls(context);
    return CURLE_OK;
  }

  static std::size_t body(char* bytes, std::size_t, std::size_t count, void* self) {
    auto& run = *static_cast<Run*>(self);
    const std::size_t room = answer_bytes_max - run.answer_.size();
    run.answer_.append(bytes, std::min(room, count));
    run.answer_too_long_ = count > room;
    return run.answer_too_long_ ? 0 : count;
  }

  static std::size_t header(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& run = *static_cast<Run*>(self);
    run.answer_begun_ = true;
    constexpr std::size_t line = 512;  // RFC 5321, 4.5.3.1.5: a reply line's length
    if (run.errand_.is == Errand::Is::mail) run.reply_.assign(bytes, std::min(line, size * count));
    return size * count;
  }

  static std::size_t read(char* into, std::size_t size, std::size_t count, void* self) {
    auto& run = *static_cast<Run*>(self);
    const std::size_t bytes = std::min(size * count, run.errand_.body.size() - run.read_);
    std::memcpy(into, run.errand_.body.data() + run.read_, bytes);
    run.read_ += bytes;
    return bytes;
  }

  static int seek(void* self, curl_off_t offset, int) {
    static_cast<Run*>(self)->read_ = static_cast<std::size_t>(offset);
    return CURL_SEEKFUNC_OK;
  }
};

Run::Run(Errand errand, std::function<void(Ending)> ended, Sockets& sockets)
    : errand_(std::move(errand)),
      ended_(std::move(ended)),
      sockets_(sockets),
      easy_(curl_easy_init()),
      began_(std::chrono::steady_clock::now()) {
  if (easy_ == nullptr) return;
  set_common();
  set_tls();
  if (errand_.is == Errand::Is::post) set_post();
  if (errand_.is == Errand::Is::mail) set_mail();
  if (errand_.is == Errand::Is::line) set_line();
}

Run::~Run() {
  curl_easy_cleanup(easy_);
  curl_slist_free_all(static_cast<curl_slist*>(headers_));
  curl_slist_free_all(static_cast<curl_slist*>(recipients_));
}

void Run::set_common() {
  const bool mail = errand_.is == Errand::Is::mail;
  set(easy_, CURLOPT_PRIVATE, this);
  set(easy_, CURLOPT_URL, errand_.url.c_str());
  set(easy_, CURLOPT_PROTOCOLS_STR, mail ? "smtp,smtps" : "https,http");
  set(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy_, CURLOPT_PROXY, "");  // nothing of the environment's: the address rule would see the proxy only
  set(easy_, CURLOPT_NOSIGNAL, 1L);
  set(easy_, CURLOPT_QUICK_EXIT, 1L);  // a look-up that hangs is left behind, and the thread goes on
  set(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(errand_.connect_within.count()));
  set(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(errand_.within.count()));
  set(easy_, CURLOPT_SERVER_RESPONSE_TIMEOUT, std::max(1L, static_cast<long>(errand_.within.count() / 1000)));
  set(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  set(easy_, CURLOPT_OPENSOCKETFUNCTION, Callbacks::open);
  set(easy_, CURLOPT_OPENSOCKETDATA, this);
  set(easy_, CURLOPT_CLOSESOCKETFUNCTION, Callbacks::close);
  set(easy_, CURLOPT_CLOSESOCKETDATA, &sockets_);
  set(easy_, CURLOPT_PREREQFUNCTION, Callbacks::ready);
  set(easy_, CURLOPT_PREREQDATA, this);
  set(easy_, CURLOPT_HEADERFUNCTION, Callbacks::header);
  set(easy_, CURLOPT_HEADERDATA, this);
  set(easy_, CURLOPT_WRITEFUNCTION, Callbacks::body);
  set(easy_, CURLOPT_WRITEDATA, this);
}

void Run::set_tls() {
  set(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(easy_, CURLOPT_SSL_CTX_FUNCTION, Callbacks::tls);
  set(easy_, CURLOPT_SSL_CTX_DATA, this);
  // Each connection looks at the peer's certificate: one that has ended since is found.
  set(easy_, CURLOPT_SSL_SESSIONID_CACHE, 0L);
  set(easy_, CURLOPT_CA_CACHE_TIMEOUT, 60L);  // a new ca_file is read within a minute
  set_text(easy_, CURLOPT_CAINFO, errand_.ca_file);
  set_text(easy_, CURLOPT_SSLCERT, errand_.client_certificate_file);
  if (errand_.client_key.empty()) return;
  curl_blob key{errand_.client_key.data(), errand_.client_key.size(), CURL_BLOB_COPY};
  set(easy_, CURLOPT_SSLKEY_BLOB, &key);
}

void Run::set_post() {
  set(easy_, CURLOPT_USERAGENT, "told");
  // One request at a time goes to a recipient: HTTP/2 would bring nothing but its own faults.
  set(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  headers_ = list(errand_.headers);
  set(easy_, CURLOPT_HTTPHEADER, static_cast<curl_slist*>(headers_));
  set(easy_, CURLOPT_POSTFIELDS, errand_.body.data());
  set(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(errand_.body.size()));
}

void Run::set_mail() {
  const Envelope& envelope = errand_.envelope;
  recipients_ = list(envelope.to);
  set(easy_, CURLOPT_MAIL_FROM, envelope.from.c_str());
  set(easy_, CURLOPT_MAIL_RCPT, static_cast<curl_slist*>(recipients_));
  set(easy_, CURLOPT_USE_SSL, static_cast<long>(envelope.starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  set_text(easy_, CURLOPT_USERNAME, envelope.user);
  set_text(easy_, CURLOPT_PASSWORD, envelope.password);
  set(easy_, CURLOPT_UPLOAD, 1L);
  set(easy_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(errand_.body.size()));
  set(easy_, CURLOPT_READFUNCTION, Callbacks::read);
  set(easy_, CURLOPT_READDATA, this);
  set(easy_, CURLOPT_SEEKFUNCTION, Callbacks::seek);
  set(easy_, CURLOPT_SEEKDATA, this);
}

void Run::set_line() {
  set(easy_, CURLOPT_CONNECT_ONLY, 1L);
  set(easy_, CURLOPT_SSL_ENABLE_ALPN, 0L);  // it is not HTTP that is said next
}

long Run::status() const { return got<long>(easy_, CURLINFO_RESPONSE_CODE); }

bool Run::wholly_sent() const {
  return ready_ && got<curl_off_t>(easy_, CURLINFO_SIZE_UPLOAD_T) >= static_cast<curl_off_t>(errand_.body.size());
}

Phase Run::phase() const {
  if (would_repeat_) return Phase::waiting;
  if (ready_) {
    if (!wholly_sent()) return Phase::sending;
    return answer_begun_ && errand_.is != Errand::Is::mail ? Phase::reading : Phase::waiting;
  }
  if (!allowed_socket_) return Phase::looking_up;
  // libcurl's own time of connection counts TLS in.
  const bool connected = tls_ != nullptr || answer_begun_ || got<curl_off_t>(easy_, CURLINFO_CONNECT_TIME_T) > 0;
  return connected ? Phase::shaking_hands : Phase::connecting;
}

Ending Run::end(int result) const {
  constexpr int first_final_status = 200;
  constexpr int first_refusal = 400;
  constexpr std::chrono::milliseconds day = std::chrono::hours{24};
  Ending ending;
  ending.status = static_cast<int>(status());
  ending.sent = would_repeat_ || wholly_sent();
  ending.body = answer_;
  ending.reply = reply_;
  ending.seen.round_trip =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began_);
  if (tls_ != nullptr) {
    ending.seen.tls = tls_->version;
    ending.seen.certificate_ends = tls_->certificate_ends;
  }
  const bool mail = errand_.is == Errand::Is::mail;
  // A relay's "no" to a sender, a recipient or a message is an answer, which libcurl ends as one of several faults.
  const bool said_no = mail && ending.status >= first_refusal && result != CURLE_LOGIN_DENIED &&
                       result != CURLE_USE_SSL_FAILED && result != CURLE_OPERATION_TIMEDOUT;
  const bool cut_short = answer_too_long_ && ending.status >= first_final_status;
  ending.answered = result == CURLE_OK || said_no || cut_short;
  if (ending.answered) {
    const std::chrono::seconds asked{std::clamp<curl_off_t>(got<curl_off_t>(easy_, CURLINFO_RETRY_AFTER), 0,
                                                            curl_off_t{day / std::chrono::seconds{1}})};
    ending.retry_after = asked;
    return ending;
  }
  const Phase ended_in = phase();
  const auto within = ended_in < Phase::sending ? std::min(errand_.connect_within, errand_.within) : errand_.within;
  auto [code, problem] = why_not(would_repeat_ ? CURLE_RECV_ERROR : result, ended_in, within);
  // A server reads nothing of ours before it has looked at our certificate (RFC 8446, 4.4.4).
  if (code == client_certificate_refused) ending.sent = false;
  ending.code = std::move(code);
  ending.problem = std::move(problem);
  return ending;
}

Failed Run::failed(int result, Phase phase, std::chrono::milliseconds within) const {
  Failed failed;
  failed.curl = result;
  failed.os_error = static_cast<int>(got<long>(easy_, CURLINFO_OS_ERRNO));
  failed.phase = phase;
  if (const auto url = read_url(errand_.url)) {
    failed.host = url->host;
    failed.port = url->port;
  }
  failed.within = within;
  if (!allowed_socket_) failed.refused_address = refused_address_;
  failed.mail = errand_.is == Errand::Is::mail;
  return failed;
}

Failure Run::why_not(int result, Phase phase, std::chrono::milliseconds within) const {
  return why(failed(result, phase, within), tls_.get());
}

}  // namespace told::carriers
