#pragma once
// A mail (RFC 5322) that says that something waits. Pure.
#include <chrono>
#include <string>

#include "carriers/carrier.hpp"

namespace told::carriers {

struct MailText {
  std::string from;
  std::string to;
  std::string domain;   ///< of the Message-ID: told's own
  std::string contact;  ///< what to do where there is no link; may be empty
};

/// Whole, with lines ended by CRLF, in ASCII. Equal in every attempt of a (notification, call) but for the Date: its
/// Message-ID lets a mail program see that it has it already.
[[nodiscard]] std::string mail_message(const Parcel& parcel, const MailText& text, std::chrono::sys_seconds now);

/// A mail address as a setting may say it: one, in ASCII, without a name, quotes or comments.
[[nodiscard]] bool is_mail_address(const std::string& text);
/// What follows the @ (or the whole, where there is none), in small letters.
[[nodiscard]] std::string domain_of(const std::string& address);

}  // namespace told::carriers
