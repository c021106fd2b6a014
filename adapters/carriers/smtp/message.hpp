#pragma once
// A mail (RFC 5322, RFC 2045) that says that something waits, and may have the agency's form beside it. Pure.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "carriers/carrier.hpp"

namespace told::carriers {

struct MailText {
  std::string from;
  std::string to;
  std::string domain;   ///< of the Message-ID: told's own
  std::string contact;  ///< what to do where there is no link; may be empty
};

/// What goes beside the words.
struct Enclosure {
  enum class Is : std::uint8_t { nothing, sealed, clear, not_sealed };
  Is is = Is::nothing;
  std::string part = {};  ///< sealed, clear: a MIME entity
  std::string why = {};   ///< not_sealed: what kept it from being sealed
};

/// The form's two files, to read and for a system, as one MIME entity: what is enclosed in the clear, or sealed.
[[nodiscard]] std::string form_entity(const Parcel& parcel);
/// `enveloped`: that entity, sealed (seal.hpp).
[[nodiscard]] std::string sealed_entity(const Parcel& parcel, std::string_view enveloped);

/// Whole, with lines ended by CRLF, in ASCII. Equal in every attempt of a (notification, call) but for the Date and a
/// seal: its Message-ID lets a mail program see that it has it already.
[[nodiscard]] std::string mail_message(const Parcel& parcel, const MailText& text, std::chrono::sys_seconds now,
                                       const Enclosure& enclosure = {});

}  // namespace told::carriers
