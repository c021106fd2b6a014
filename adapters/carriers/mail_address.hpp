#pragma once
// Mail addresses as settings say them.
#include <string>

namespace told::carriers {

/// A mail address as a setting may say it: one, in ASCII, without a name, quotes or comments.
[[nodiscard]] bool is_mail_address(const std::string& text);
/// What follows the @ (or the whole, where there is none), in small letters.
[[nodiscard]] std::string domain_of(const std::string& address);

}  // namespace told::carriers
