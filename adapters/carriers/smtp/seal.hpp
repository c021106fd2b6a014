#pragma once
// Sealing: a form that only the recipient can read, as S/MIME's enveloped data (CMS, RFC 8551). Why that: it is what
// mail programs and mail gateways open by themselves, and what anybody opens with the openssl program and a key. Why
// not the whole mail: that something waits, and the link, must be read at night by whoever has the telephone, and the
// key may lie in a machine at the office.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace told::carriers {

/// The certificates of one mailbox, each of which opens what is sealed.
class Seal {
 public:
  /// `file`: PEM, one certificate or more (while they change over). Throws std::runtime_error with the mend: it cannot
  /// be read, it is not for sealing mail, or it is for another mailbox than `to`.
  Seal(const std::string& file, const std::string& to);
  ~Seal();
  Seal(const Seal&) = delete;
  Seal& operator=(const Seal&) = delete;
  Seal(Seal&&) noexcept;
  Seal& operator=(Seal&&) = delete;

  /// Why nothing may be sealed at `now` (seconds of UTC): none of the certificates is in force. "" where one is.
  [[nodiscard]] std::string problem(std::int64_t now) const;
  /// A MIME entity, sealed for those in force: DER. Another one each time. Throws std::runtime_error.
  [[nodiscard]] std::string seal(std::string_view entity, std::int64_t now) const;

 private:
  struct Certificates;
  std::unique_ptr<Certificates> certificates_;
};

}  // namespace told::carriers
