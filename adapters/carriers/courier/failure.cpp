#include "carriers/courier/failure.hpp"

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <cerrno>
#include <optional>
#include <system_error>

namespace told::carriers {
namespace {

std::string day(std::int64_t seconds) {
  const std::chrono::sys_seconds at{std::chrono::seconds{seconds}};
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(at)};
  const auto two = [](unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::to_string(int(date.year())) + "-" + two(unsigned(date.month())) + "-" + two(unsigned(date.day()));
}

std::string place(const Failed& failed) { return failed.host + " (port " + std::to_string(failed.port) + ")"; }

Failure timed_out(const Failed& failed) {
  const std::string within = std::to_string(failed.within.count()) + " ms";
  switch (failed.phase) {
    case Phase::looking_up:
      return {"timed_out_looking_up", "the name " + failed.host + " was not found within " + within +
                                          ": look at this machine's name servers (/etc/resolv.conf)"};
    case Phase::connecting:
      return {"timed_out_connecting",
              place(failed) + " did not take the connection within " + within +
                  ": a firewall may drop it on the way; ask whoever runs that system which addresses it lets in"};
    case Phase::shaking_hands:
      return {"timed_out_shaking_hands", place(failed) +
                                             " took the connection and did not open the conversation within " + within +
                                             ": ask whoever runs that system whether it is overloaded"};
    case Phase::sending:
      return {"timed_out_sending", place(failed) + " did not take the whole message within " + within +
                                       ": ask whoever runs that system whether it is overloaded"};
    case Phase::waiting:
      return {"timed_out_waiting", place(failed) + " took the message and did not answer within " + within +
                                       ", so it may have it: it should answer before it works on a message"};
    case Phase::reading:
      break;
  }
  return {"timed_out_reading", place(failed) + " began an answer and did not end it within " + within +
                                   ", so it may have the message: its answer should be short"};
}

std::optional<Failure> certificate_fault(const Failed& failed, const TlsSeen& tls) {
  const std::string whose =
      (tls.fault_is_of_issuer ? "a certificate that signed that of " : "the certificate of ") + place(failed);
  switch (tls.fault) {
    case X509_V_OK:
      return std::nullopt;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Failure{"certificate_expired",
                     whose + (tls.fault_is_of_issuer ? " has ended" : " ended on " + day(tls.certificate_ends)) +
                         ": whoever runs that system must renew it; nothing is sent until then"};
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Failure{"certificate_not_yet_valid",
                     whose +
                         " is not valid yet: look at this machine's clock; if it is right, whoever runs that "
                         "system must put a valid one in place"};
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return Failure{"certificate_self_signed",
                     whose +
                         " is signed by itself, so anybody could have made it: whoever runs that system must get "
                         "one from an authority; or, after comparing its fingerprint with them over the telephone, "
                         "put it in a file and name that in ca_file"};
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return Failure{"certificate_issuer_unknown",
                     "the certificate of " + place(failed) +
                         " is signed by an authority that is not trusted here: name that authority's certificate in "
                         "ca_file; if its authority is a public one, that system does not send its intermediate one"};
    default:
      break;
  }
  return Failure{"certificate_refused", whose + " cannot be trusted (" + X509_verify_cert_error_string(tls.fault) +
                                            "): whoever runs that system must put another in place"};
}

// Certificates' own alerts (RFC 8446, 6.2): 42 to 49, and 116. A server that only shuts its door says 40.
bool about_our_certificate(int alert) {
  return (alert >= SSL_AD_BAD_CERTIFICATE && alert <= SSL_AD_ACCESS_DENIED) || alert == SSL_AD_CERTIFICATE_REQUIRED;
}

Failure tls_fault(const Failed& failed, const TlsSeen* tls) {
  if (tls != nullptr) {
    if (auto fault = certificate_fault(failed, *tls)) return *fault;
    if (failed.curl == CURLE_PEER_FAILED_VERIFICATION)
      return {"certificate_other_name", "the certificate shown at " + place(failed) + " is for " +
                                            (tls->names.empty() ? "no name" : tls->names) + ", not for " + failed.host +
                                            ": put the right name in the address, or whoever runs that system must "
                                            "get a certificate for this one; if neither explains it, tell them that "
                                            "somebody else answers in their place"};
  }
  return {"tls_failed", place(failed) +
                            " and told could not agree on TLS: that port may speak no TLS, or nothing newer than "
                            "TLS 1.1; ask whoever runs that system for TLS 1.2 or 1.3"};
}

Failure not_connected(const Failed& failed) {
  if (!failed.refused_address.empty())
    return {"address_not_allowed", failed.host + " is at " + failed.refused_address +
                                       ", which is not a public address: if that is right, add it to the way's allow; "
                                       "if not, somebody has pointed the name elsewhere"};
  if (failed.os_error == ECONNREFUSED)
    return {"connection_refused", place(failed) +
                                      " refuses connections: nothing listens there; ask whoever runs that system "
                                      "whether it is up, and compare the address and the port"};
  if (failed.os_error == ENETUNREACH || failed.os_error == EHOSTUNREACH)
    return {"no_route", "there is no way from this machine to " + place(failed) +
                            ": look at its network, and at IPAddressAllow= in told's systemd unit"};
  return {"connection_failed",
          "no connection to " + place(failed) + " came about" +
              (failed.os_error == 0 ? "" : " (" + std::generic_category().message(failed.os_error) + ")") +
              ": look at the network, and at IPAddressAllow= in told's systemd unit"};
}

Failure broke_off(const Failed& failed) {
  const bool may_have_it = failed.phase >= Phase::waiting;
  return {"connection_lost",
          place(failed) + " broke the connection off " +
              (may_have_it ? "before it answered, so it may have the message" : "before it had the whole message") +
              ": if it goes on, ask whoever runs that system what its log says"};
}

}  // namespace

Failure why(const Failed& failed, const TlsSeen* tls) {
  if (tls != nullptr && about_our_certificate(tls->alert))
    return {std::string(client_certificate_refused),
            place(failed) +
                " does not take the certificate that told shows, or wants one: look at "
                "client_certificate_file, its end, and whether whoever runs that system knows it"};
  switch (failed.curl) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {"name_not_found", "the name " + failed.host +
                                    " cannot be found: look at the address for a slip, and at this machine's name "
                                    "servers (/etc/resolv.conf)"};
    case CURLE_OPERATION_TIMEDOUT:
      return timed_out(failed);
    case CURLE_COULDNT_CONNECT:
    case CURLE_ABORTED_BY_CALLBACK:
      return not_connected(failed);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
      return tls_fault(failed, tls);
    case CURLE_SSL_CERTPROBLEM:
      return {"client_certificate_unusable",
              "the client certificate and its key cannot be used: both must be PEM, and belong together; look at "
              "client_certificate_file and client_key_file"};
    case CURLE_SSL_CACERT_BADFILE:
      return {"ca_file_unusable",
              "ca_file cannot be read as certificates in PEM: look at the file and who may read it"};
    case CURLE_USE_SSL_FAILED:
      return {"no_starttls", place(failed) +
                                 " offers no STARTTLS, and nothing is said to it in the clear: ask whoever runs that "
                                 "relay for it, or use smtps://"};
    case CURLE_LOGIN_DENIED:
      return {"login_refused", place(failed) + " does not take the user and the password: look at both"};
    case CURLE_URL_MALFORMAT:
      return {"bad_address", "this is no address that can be used: look at it"};
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
      return broke_off(failed);
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:  // which libcurl calls HTTP/0.9: an answer without a status line
      return {"answer_unreadable", place(failed) + " answered with something that is no " +
                                       (failed.mail ? "SMTP" : "HTTP") + ": compare the address and the port"};
    default:
      break;
  }
  return {"curl_" + std::to_string(failed.curl),
          "the exchange with " + place(failed) + " failed (" + curl_easy_strerror(static_cast<CURLcode>(failed.curl)) +
              "): if it goes on, ask whoever runs that system what its log says"};
}

}  // namespace told::carriers
