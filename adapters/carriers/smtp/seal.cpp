#include "carriers/smtp/seal.hpp"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <date/date.h>

#include <chrono>
#include <ctime>
#include <stdexcept>
#include <vector>

namespace told::carriers {
namespace {

template <class T, void (*release)(T*)>
struct Release {
  void operator()(T* it) const { release(it); }
};
void free_bio(BIO* bio) { BIO_free_all(bio); }
void free_stack(STACK_OF(X509) * stack) { sk_X509_free(stack); }
void free_mails(STACK_OF(OPENSSL_STRING) * mails) { X509_email_free(mails); }

using Bio = std::unique_ptr<BIO, Release<BIO, free_bio>>;
using Certificate = std::unique_ptr<X509, Release<X509, X509_free>>;
using Cms = std::unique_ptr<CMS_ContentInfo, Release<CMS_ContentInfo, CMS_ContentInfo_free>>;
using Mails = std::unique_ptr<STACK_OF(OPENSSL_STRING), Release<STACK_OF(OPENSSL_STRING), free_mails>>;

[[noreturn]] void fails(const std::string& file, const std::string& why) {
  throw std::runtime_error("the certificate file " + file + ": " + why);
}

std::string day_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "a day that cannot be read";
  return date::format("%d %b %Y",
                      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::from_time_t(timegm(&parts))));
}

bool in_force(const X509* certificate, std::int64_t now) {
  std::time_t at = now;
  return X509_cmp_time(X509_get0_notBefore(certificate), &at) <= 0 &&
         X509_cmp_time(X509_get0_notAfter(certificate), &at) > 0;
}

/// One that names no mailbox at all is taken: the council says whose it is.
bool is_for(X509* certificate, const std::string& mailbox) {
  const Mails named(X509_get1_email(certificate));
  return !named || X509_check_email(certificate, mailbox.c_str(), mailbox.size(), 0) == 1;
}

}  // namespace

struct Seal::Certificates {
  std::vector<Certificate> all;
};

Seal::Seal(const std::string& file, const std::string& to) : certificates_(std::make_unique<Certificates>()) {
  const Bio in(BIO_new_file(file.c_str(), "r"));
  if (!in) fails(file, "it cannot be read: put their certificate there, in PEM, where told may read it");
  while (Certificate each{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)}) {
    if (X509_check_purpose(each.get(), X509_PURPOSE_SMIME_ENCRYPT, 0) != 1)
      fails(file, "it is not for sealing mail: ask the recipient for their S/MIME certificate");
    if (!is_for(each.get(), to)) fails(file, "it is for another mailbox than `to`: look which of the two is wrong");
    certificates_->all.push_back(std::move(each));
  }
  if (certificates_->all.empty())
    fails(file, "there is no certificate in it: it must be PEM, -----BEGIN CERTIFICATE-----");
}

Seal::~Seal() = default;
Seal::Seal(Seal&&) noexcept = default;

std::string Seal::problem(std::int64_t now) const {
  for (const Certificate& each : certificates_->all)
    if (in_force(each.get(), now)) return {};
  const X509* last = certificates_->all.back().get();
  std::time_t at = now;
  const bool early = X509_cmp_time(X509_get0_notBefore(last), &at) > 0;
  return early ? "the certificate of the mailbox begins only on " + day_of(X509_get0_notBefore(last))
               : "the certificate of the mailbox ended on " + day_of(X509_get0_notAfter(last));
}

std::string Seal::seal(std::string_view entity, std::int64_t now) const {
  const std::unique_ptr<STACK_OF(X509), Release<STACK_OF(X509), free_stack>> whom(sk_X509_new_null());
  for (const Certificate& each : certificates_->all)
    if (in_force(each.get(), now)) sk_X509_push(whom.get(), each.get());
  const Bio in(BIO_new_mem_buf(entity.data(), static_cast<int>(entity.size())));
  // AES-256 in CBC: RFC 8551 prefers GCM, which the mail programs of 2026 in offices do not open.
  const Cms sealed(sk_X509_num(whom.get()) == 0
                       ? nullptr
                       : CMS_encrypt(whom.get(), in.get(), EVP_aes_256_cbc(), CMS_BINARY | CMS_STREAM));
  const Bio out(BIO_new(BIO_s_mem()));
  if (!sealed || i2d_CMS_bio_stream(out.get(), sealed.get(), in.get(), CMS_BINARY | CMS_STREAM) != 1)
    throw std::runtime_error("the form could not be sealed for the certificate of the mailbox");
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(out.get(), &bytes);
  return {bytes, static_cast<std::size_t>(length)};
}

}  // namespace told::carriers
