// Each fault of a connection has its own word, and a sentence that says what to do.
#include "carriers/courier/failure.hpp"

#include <curl/curl.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <cerrno>
#include <set>

namespace told::carriers {
namespace {

Failed at(int curl, Phase phase = Phase::connecting) {
  Failed failed;
  failed.curl = curl;
  failed.phase = phase;
  failed.host = "hooks.council.test";
  failed.port = 8443;
  failed.within = std::chrono::seconds{5};
  return failed;
}

Failure of_certificate(int fault, bool issuers = false) {
  TlsSeen tls;
  tls.fault = fault;
  tls.fault_is_of_issuer = issuers;
  tls.certificate_ends = 1'609'459'200;  // 2021-01-01
  return why(at(CURLE_PEER_FAILED_VERIFICATION), &tls);
}

TEST(Failure, EachFaultOfACertificateHasItsOwnWord) {
  EXPECT_EQ(of_certificate(X509_V_ERR_CERT_HAS_EXPIRED).code, "certificate_expired");
  EXPECT_EQ(of_certificate(X509_V_ERR_CERT_NOT_YET_VALID).code, "certificate_not_yet_valid");
  EXPECT_EQ(of_certificate(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT).code, "certificate_self_signed");
  EXPECT_EQ(of_certificate(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN).code, "certificate_issuer_unknown");
  EXPECT_EQ(of_certificate(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY).code, "certificate_issuer_unknown");
  EXPECT_EQ(of_certificate(X509_V_ERR_CERT_REVOKED).code, "certificate_refused");
}

TEST(Failure, AnExpiredCertificateSaysWhenItEndedAndWhose) {
  EXPECT_NE(of_certificate(X509_V_ERR_CERT_HAS_EXPIRED).problem.find("ended on 2021-01-01"), std::string::npos);
  EXPECT_EQ(of_certificate(X509_V_ERR_CERT_HAS_EXPIRED, true).problem.find("2021-01-01"), std::string::npos);
}

TEST(Failure, ACertificateForAnotherNameSaysBothNames) {
  TlsSeen tls;
  tls.names = "other.council.test, www.other.council.test";
  const Failure failure = why(at(CURLE_PEER_FAILED_VERIFICATION), &tls);
  EXPECT_EQ(failure.code, "certificate_other_name");
  EXPECT_NE(failure.problem.find("is for other.council.test, www.other.council.test, not for hooks.council.test"),
            std::string::npos);
}

TEST(Failure, APeersAlertAboutOurCertificateIsNotTheirCertificatesFault) {
  TlsSeen tls;
  tls.alert = SSL_AD_CERTIFICATE_REQUIRED;
  EXPECT_EQ(why(at(CURLE_RECV_ERROR, Phase::waiting), &tls).code, client_certificate_refused);
  tls.alert = SSL_AD_HANDSHAKE_FAILURE;
  EXPECT_EQ(why(at(CURLE_SSL_CONNECT_ERROR), &tls).code, "tls_failed");
}

TEST(Failure, ATimeOutSaysHowFarItCame) {
  std::set<std::string> codes;
  for (const Phase phase :
       {Phase::looking_up, Phase::connecting, Phase::shaking_hands, Phase::sending, Phase::waiting, Phase::reading}) {
    const Failure failure = why(at(CURLE_OPERATION_TIMEDOUT, phase), nullptr);
    codes.insert(failure.code);
    EXPECT_NE(failure.problem.find("5000 ms"), std::string::npos);
  }
  EXPECT_EQ(codes.size(), 6U);
}

TEST(Failure, AConnectionThatDoesNotComeAboutSaysWhy) {
  Failed failed = at(CURLE_COULDNT_CONNECT);
  failed.os_error = ECONNREFUSED;
  EXPECT_EQ(why(failed, nullptr).code, "connection_refused");
  failed.os_error = EHOSTUNREACH;
  EXPECT_EQ(why(failed, nullptr).code, "no_route");
  failed.refused_address = "10.0.0.7";
  EXPECT_EQ(why(failed, nullptr).code, "address_not_allowed");
  EXPECT_NE(why(failed, nullptr).problem.find("10.0.0.7"), std::string::npos);
}

TEST(Failure, WhateverElseHappensHasASentence) {
  for (int curl = 1; curl < CURL_LAST; ++curl) {
    EXPECT_NE(why(at(curl), nullptr).code, "") << curl;
    EXPECT_GT(why(at(curl), nullptr).problem.size(), 40U) << curl;
  }
}

}  // namespace
}  // namespace told::carriers
