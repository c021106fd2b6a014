#include "carriers/smtp/message.hpp"

#include <date/date.h>

#include <initializer_list>
#include <string_view>

#include "carriers/encoding.hpp"
#include "carriers/notice.hpp"

namespace told::carriers {
namespace {

constexpr std::string_view line_end = "\r\n";

std::string subject(const Notice& notice) {
  const std::string drill = notice.drill.empty() ? "" : notice.drill + ": ";
  if (notice.deadline.empty()) return drill + "told: " + notice.reference + " waits for you";
  return drill + "told: " + notice.reference + " needs an acknowledgement by " + notice.deadline;
}

/// What the last lines say of what goes beside them.
std::string about(const Enclosure& enclosure, const std::string& reference) {
  const std::string end{line_end};
  switch (enclosure.is) {
    case Enclosure::Is::sealed:
      return "What it is about is attached, sealed for you: open " + reference + ".p7m with your own certificate" +
             end + "(S/MIME). Nobody without its key reads a word about anybody in this mail." + end;
    case Enclosure::Is::clear:
      return "What it is about is attached: " + reference + ".txt to read, " + reference + ".json for your system. It" +
             end + "is about a child: put it where it belongs, and delete this mail." + end;
    case Enclosure::Is::not_sealed:
      return "What it is about could not be sealed for you, so it is not attached: " + enclosure.why + "." + end +
             "Send whoever runs told for you your new certificate." + end;
    default:
      return "This mail says nothing about anybody, on purpose." + end;
  }
}

std::string body(const Notice& notice, const std::string& contact, const Enclosure& enclosure) {
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
  text += about(enclosure, notice.reference);
  line("Do not answer this mail: nobody reads what comes back, and an answer is no acknowledgement.");
  return text;
}

/// Base64 in lines of 76 characters (RFC 2045, 6.8).
std::string base64_lines(std::string_view bytes) {
  constexpr std::size_t length = 76;
  const std::string text = base64(bytes_of(bytes));
  std::string lines;
  for (std::size_t from = 0; from < text.size(); from += length) lines.append(text, from, length).append(line_end);
  return lines;
}

/// A MIME part with the head that these lines make.
std::string part(std::initializer_list<std::string> head, const std::string& content) {
  std::string text;
  for (const std::string& line : head) text.append(line).append(line_end);
  return text.append(line_end).append(content);
}

std::string file_part(const std::string& type, const std::string& name, bool shown, std::string_view content) {
  return part({"Content-Type: " + type, "Content-Transfer-Encoding: base64",
               std::string{"Content-Disposition: "} + (shown ? "inline" : "attachment") + "; filename=\"" + name + '"'},
              base64_lines(content));
}

/// Parts as one entity. No part has a line that begins as the boundary does: they are base64, or words of ours.
std::string multipart(const std::string& boundary, std::initializer_list<std::string> parts) {
  std::string text;
  for (const std::string& each : parts) text.append("--").append(boundary).append(line_end).append(each);
  return text.append("--").append(boundary).append("--").append(line_end);
}

std::string multipart_type(const std::string& boundary) {
  return "Content-Type: multipart/mixed; boundary=\"" + boundary + '"';
}

}  // namespace

std::string form_entity(const Parcel& parcel) {
  const std::string name = notice_of(parcel).reference;
  const std::string boundary = "=_form_" + name;
  return part({multipart_type(boundary)},
              multipart(boundary, {file_part("text/plain; charset=utf-8", name + ".txt", true, parcel.form->text),
                                   file_part("application/json", name + ".json", false, parcel.form->json)}));
}

std::string sealed_entity(const Parcel& parcel, std::string_view enveloped) {
  const std::string file = notice_of(parcel).reference + ".p7m";
  return file_part("application/pkcs7-mime; smime-type=enveloped-data; name=\"" + file + '"', file, false, enveloped);
}

std::string mail_message(const Parcel& parcel, const MailText& text, std::chrono::sys_seconds now,
                         const Enclosure& enclosure) {
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
  const std::string words = part({"Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 7bit"},
                                 body(notice, text.contact, enclosure));
  if (enclosure.part.empty()) return mail + words;
  const std::string boundary = "=_told_" + notice.reference;
  return mail + part({multipart_type(boundary)}, multipart(boundary, {words, enclosure.part}));
}

}  // namespace told::carriers
