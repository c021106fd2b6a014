#include "carriers/courier/tls_watch.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <ctime>

#include "carriers/courier/address_rule.hpp"

namespace told::carriers {
namespace {

using Kept = std::shared_ptr<TlsSeen>;

void forget(void*, void* kept, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<Kept*>(kept); }

int place() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, forget);
  return index;
}

Kept* kept_by(const SSL* ssl) { return static_cast<Kept*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), place())); }

std::string bytes_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string address_text(const ASN1_STRING* bytes) {
  const std::string raw = bytes_of(bytes);
  if (raw.size() == 4) {
    Address four = *read_address("0.0.0.0");
    std::copy(raw.begin(), raw.end(), four.begin() + 12);
    return text_of(four);
  }
  Address six{};
  if (raw.size() == six.size()) std::copy(raw.begin(), raw.end(), six.begin());
  return text_of(six);
}

// For a person to compare: printable, and no longer than a line.
std::string printable(std::string text) {
  constexpr std::size_t line = 200;
  if (text.size() > line) {
    text.resize(line);
    text += "...";
  }
  for (char& c : text)
    if (c < ' ' || c > '~') c = '?';
  return text;
}

std::string common_name(const X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  return at < 0 ? std::string() : bytes_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
}

std::string names_of(const X509* certificate) {
  std::string names;
  auto* alternatives =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(alternatives); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(alternatives, i);
    if (name->type != GEN_DNS && name->type != GEN_IPADD) continue;
    names += (names.empty() ? "" : ", ");
    names += name->type == GEN_DNS ? bytes_of(name->d.dNSName) : address_text(name->d.iPAddress);
  }
  GENERAL_NAMES_free(alternatives);
  return printable(names.empty() ? common_name(certificate) : names);
}

std::int64_t seconds(const ASN1_TIME* time) {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? timegm(&parts) : 0;
}

// OpenSSL asks for each certificate of the chain; what it found itself is not changed.
int looked_at(int good, X509_STORE_CTX* chain) {
  const auto* ssl = static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
  Kept* kept = kept_by(ssl);
  if (kept == nullptr) return good;
  TlsSeen& seen = **kept;
  if (const X509* own = X509_STORE_CTX_get0_cert(chain); own != nullptr && seen.certificate_ends == 0) {
    seen.names = names_of(own);
    seen.certificate_ends = seconds(X509_get0_notAfter(own));
  }
  if (good == 0 && seen.fault == 0) {
    seen.fault = X509_STORE_CTX_get_error(chain);
    seen.fault_is_of_issuer = X509_STORE_CTX_get_error_depth(chain) > 0;
  }
  return good;
}

void heard(const SSL* ssl, int where, int value) {
  if ((where & SSL_CB_READ_ALERT) != SSL_CB_READ_ALERT || (value >> 8) != SSL3_AL_FATAL) return;
  if (Kept* kept = kept_by(ssl)) (*kept)->alert = value & 0xFF;
}

}  // namespace

std::shared_ptr<const TlsSeen> watch_tls(void* ssl_ctx) {
  auto* context = static_cast<SSL_CTX*>(ssl_ctx);
  auto seen = std::make_shared<TlsSeen>();
  SSL_CTX_set_ex_data(context, place(), new Kept(seen));
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, looked_at);
  SSL_CTX_set_info_callback(context, heard);
  // A connection has one handshake: what was seen of its peer then is true for as long as it lasts.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
  // What a line could not write at once it writes again from where its buffer is then.
  SSL_CTX_set_mode(context, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return seen;
}

std::shared_ptr<const TlsSeen> tls_seen(void* ssl) {
  if (ssl == nullptr) return nullptr;
  Kept* kept = kept_by(static_cast<const SSL*>(ssl));
  if (kept == nullptr) return nullptr;
  if ((*kept)->version.empty()) (*kept)->version = SSL_get_version(static_cast<const SSL*>(ssl));
  return *kept;
}

}  // namespace told::carriers
