#include "carriers/smtp/message.hpp"

#include <date/date.h>

#include <algorithm>
#include <string_view>

#include "carriers/notice.hpp"

namespace told::carriers {
namespace {

constexpr std::string_view line_end = "\r\n";

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

std::string subject(const Notice& notice) {
  const std::string drill = notice.drill.empty() ? "" : notice.drill + ": ";
  if (notice.deadline.empty()) return drill + "told: " + notice.reference + " waits for you";
  return drill + "told: " + notice.reference + " needs an acknowledgement by " + notice.deadline;
}

std::string body(const Notice& notice, const std::string& contact) {
  std::string text;
  const auto line = [&](const std::string& words) { text.append(words).append(line_end); };
  if (!notice.drill.empty()) {
    line(notice.drill + ": this is not real. Answer it as you would the real thing.");
    line("");
  }
  if (notice.again) line("You were told before, and still nobody has answered.");
  line("Something waits for you: " + notice.what + ".");
  line("");
  line("Reference:       " + notice.reference);
  if (!notice.case_ref.empty()) line("Case:            " + notice.case_ref + " (your own reference of it)");
  if (!notice.deadline.empty()) line("Acknowledge by:  " + notice.deadline);
  line("");
  if (!notice.link.empty()) {
    line("Open this to say that you have it. It is yours alone; do not pass it on:");
    line(notice.link);
  } else if (!contact.empty()) {
    line("To read it and to say that you have it: " + contact);
  } else {
    line("To read it and to say that you have it, log in where you see what told has for you, or");
    line("telephone whoever runs told for you, and give the reference.");
  }
  line("");
  line("This mail says nothing about anybody, on purpose. Do not answer it: nobody reads what comes");
  line("back, and an answer is no acknowledgement.");
  return text;
}

}  // namespace

std::string mail_message(const Parcel& parcel, const MailText& text, std::chrono::sys_seconds now) {
  const Notice notice = notice_of(parcel);
  std::string mail;
  const auto header = [&](std::string_view name, const std::string& value) {
    mail.append(name).append(": ").append(value).append(line_end);
  };
  header("From", "told <" + text.from + ">");
  header("To", "<" + text.to + ">");
  header("Subject", subject(notice));
  header("Date", date::format("%a, %d %b %Y %H:%M:%S +0000", now));
  header("Message-ID", "<" + notice.reference + "." + std::to_string(parcel.delivery.call()) + "@" + text.domain + ">");
  header("Auto-Submitted", "auto-generated");  // RFC 3834: no absence note comes back
  header("MIME-Version", "1.0");
  header("Content-Type", "text/plain; charset=utf-8");
  header("Content-Transfer-Encoding", "7bit");
  mail.append(line_end);
  return mail + body(notice, text.contact);
}

bool is_mail_address(const std::string& text) {
  constexpr std::size_t local_max = 64;  // RFC 5321, 4.5.3.1
  constexpr std::size_t whole_max = 254;
  constexpr std::string_view atom = "!#$%&'*+-/=?^_`{|}~.";
  const auto at = text.rfind('@');
  if (at == std::string::npos || at == 0 || at > local_max || text.size() > whole_max) return false;
  const std::string_view local{text.data(), at};
  const std::string_view domain = std::string_view{text}.substr(at + 1);
  return std::all_of(local.begin(), local.end(),
                     [&](char c) { return is_letter_or_digit(c) || atom.find(c) != std::string_view::npos; }) &&
         !domain.empty() && domain.front() != '.' && domain.back() != '.' &&
         std::all_of(domain.begin(), domain.end(),
                     [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
}

std::string domain_of(const std::string& address) {
  const auto at = address.rfind('@');
  std::string domain = at == std::string::npos ? address : address.substr(at + 1);
  for (char& c : domain)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return domain;
}

}  // namespace told::carriers
