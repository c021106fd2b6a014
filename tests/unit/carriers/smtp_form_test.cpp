// A form beside the words of a mail: sealed for the mailbox, or in the clear, and never by mistake.
#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "carriers/smtp/message.hpp"
#include "carriers/smtp/seal.hpp"

namespace told::carriers {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::chrono::sys_seconds today{std::chrono::seconds{1'790'000'000}};
constexpr long day = 86'400;
const std::string mailbox = "desk@police.test";

Parcel with_form(bool sealed) {
  Parcel p;
  p.recipient = "police";
  p.notification = {100, 1};
  p.delivery.mutable_deadline()->set_seconds(1'790'001'800);
  p.form = Form{sealed, "A CHILD IS MISSING\n  Given: child A\n", R"({"deliveries":[]})"};
  return p;
}

std::string mail(const Parcel& parcel, const Enclosure& enclosure) {
  return mail_message(parcel, {"told@council.test", mailbox, "told.council.test", ""}, today, enclosure);
}

TEST(AMailWithAForm, HasItBesideTheWordsInPartsThatEndWhereTheyMust) {
  const Parcel parcel = with_form(false);
  const std::string text = mail(parcel, {Enclosure::Is::clear, form_entity(parcel)});
  EXPECT_THAT(text, HasSubstr("Content-Type: multipart/mixed; boundary=\"=_told_N-"));
  EXPECT_THAT(text, HasSubstr("filename=\"N-"));
  EXPECT_THAT(text, HasSubstr("QSBDSElMRCBJUyBNSVNTSU5HCiAgR2l2ZW46IGNoaWxkIEEK\r\n"));  // the text in base64
  EXPECT_THAT(text, HasSubstr("It\r\nis about a child: put it where it belongs"));
  EXPECT_THAT(text, Not(HasSubstr("says nothing about anybody")));
  EXPECT_TRUE(text.ends_with("--\r\n"));
  const std::string head = text.substr(0, text.find("\r\n\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("child"))) << "no header says what it is about";
  for (std::size_t i = 0; i < text.size(); ++i)
    EXPECT_TRUE(text[i] == '\r' || text[i] == '\n' || (text[i] >= ' ' && text[i] <= '~')) << i;
}

TEST(AMailWithoutAForm, SaysWhyWhereItShouldHaveHadOne) {
  const Parcel parcel = with_form(true);
  const std::string text =
      mail(parcel, {Enclosure::Is::not_sealed, "", "the certificate of the mailbox ended on 1 Mar"});
  EXPECT_THAT(text, HasSubstr("could not be sealed for you, so it is not attached: the certificate of the mailbox"));
  EXPECT_THAT(text, Not(HasSubstr("multipart")));
  EXPECT_THAT(text, Not(HasSubstr("QSBDSElMRCBJUyBNSVNTSU5H")));
  EXPECT_THAT(text, Not(HasSubstr("child A")));
}

/// Makes a certificate for a mailbox, in a file.
struct Certificates : testing::Test {
  Certificates() : directory("/tmp/told-seal-" + std::to_string(::getpid())) {
    std::filesystem::create_directories(directory);
  }
  ~Certificates() override { std::filesystem::remove_all(directory); }

  std::string made(const std::string& name, const std::string& extensions, long from = -day, long to = 30 * day) {
    EVP_PKEY* key = EVP_RSA_gen(2048);
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    ASN1_TIME_set(X509_getm_notBefore(certificate), today.time_since_epoch().count() + from);
    ASN1_TIME_set(X509_getm_notAfter(certificate), today.time_since_epoch().count() + to);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("desk"), -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    X509_set_pubkey(certificate, key);
    std::istringstream each(extensions);
    for (std::string line; std::getline(each, line, ';');) {
      const auto equals = line.find('=');
      X509_EXTENSION* extension =
          X509V3_EXT_conf(nullptr, nullptr, line.substr(0, equals).c_str(), line.substr(equals + 1).c_str());
      X509_add_ext(certificate, extension, -1);
      X509_EXTENSION_free(extension);
    }
    X509_sign(certificate, key, EVP_sha256());
    const std::string file = directory + "/" + name;
    std::FILE* out = std::fopen(file.c_str(), "w");
    PEM_write_X509(out, certificate);
    std::fclose(out);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return file;
  }
  static std::string why_not(const std::string& file) {
    try {
      const Seal seal(file, mailbox);
      return "";
    } catch (const std::runtime_error& why) {
      return why.what();
    }
  }

  std::string directory;
  const std::string for_mail = "keyUsage=keyEncipherment;extendedKeyUsage=emailProtection";
  const std::int64_t at = today.time_since_epoch().count();
};

TEST_F(Certificates, ThatAreOfTheMailboxAndInForceSeal) {
  const Seal seal(made("good", for_mail + ";subjectAltName=email:" + mailbox), mailbox);
  EXPECT_EQ(seal.problem(at), "");
  const std::string sealed = seal.seal("child A", at);
  EXPECT_THAT(sealed, Not(HasSubstr("child A")));
  EXPECT_NE(seal.seal("child A", at), sealed) << "each under a key of its own";
  EXPECT_EQ(why_not(made("nobodys", for_mail)), "") << "one that names no mailbox is the council's word";
}

TEST_F(Certificates, ThatHaveEndedOrNotBegunSealNothingAndSayWhen) {
  const Seal ended(made("ended", for_mail, -10 * day, -day), mailbox);
  EXPECT_THAT(ended.problem(at), HasSubstr("ended on 20 Sep 2026"));
  EXPECT_THROW((void)ended.seal("child A", at), std::runtime_error);
  const Seal early(made("early", for_mail, day, 10 * day), mailbox);
  EXPECT_THAT(early.problem(at), HasSubstr("begins only on 22 Sep 2026"));
}

TEST_F(Certificates, AreRefusedWhereTheyAreForSomethingOrSomebodyElse) {
  EXPECT_THAT(why_not(made("web", "keyUsage=keyEncipherment;extendedKeyUsage=serverAuth")),
              HasSubstr("not for sealing mail"));
  EXPECT_THAT(why_not(made("signs", "keyUsage=digitalSignature;extendedKeyUsage=emailProtection")),
              HasSubstr("not for sealing mail"));
  EXPECT_THAT(why_not(made("other", for_mail + ";subjectAltName=email:desk@elsewhere.test")),
              HasSubstr("for another mailbox than `to`"));
  EXPECT_THAT(why_not(directory + "/none"), HasSubstr("cannot be read"));
  std::ofstream(directory + "/junk") << "not a certificate\n";
  EXPECT_THAT(why_not(directory + "/junk"), HasSubstr("no certificate in it"));
}

TEST_F(Certificates, MayBeTwoWhileTheyChangeOverAndOneInForceIsEnough) {
  const std::string old = made("old", for_mail, -10 * day, -day), fresh = made("fresh", for_mail);
  const std::string both = directory + "/both";
  std::ofstream(both) << std::ifstream(old).rdbuf() << std::ifstream(fresh).rdbuf();
  const Seal seal(both, mailbox);
  EXPECT_EQ(seal.problem(at), "");
  EXPECT_NE(seal.seal("child A", at), "");
}

}  // namespace
}  // namespace told::carriers
