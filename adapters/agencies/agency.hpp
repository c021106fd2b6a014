#pragma once
// An agency adapter says WHAT an agency is told: a pure function from an event, already cut down to the fields that
// the policy allows this recipient, to that agency's own typed message. How it travels is a carrier's business.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "told/v1/event.pb.h"
#include "told/v1/gateway.pb.h"

namespace google::protobuf {
class Descriptor;
}

namespace told::agencies {

class Agency {
 public:
  virtual ~Agency() = default;
  /// As the policy names it: `police`.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Sets the delivery's `message` from `allowed`, which holds the event's data and nothing that the recipient may not
  /// see; it may be moved from. An event that the agency has no message of its own for becomes a GenericNotice.
  virtual void word(v1::Event&& allowed, v1::Delivery& delivery) const = 0;
  /// The message in which it is told of such an event ("child.missing"); nullptr where that is a GenericNotice, or
  /// nothing at all.
  [[nodiscard]] virtual const google::protobuf::Descriptor* message_for(std::string_view when) const = 0;
};

/// The one list of agencies. Adding one is a folder and a line in registry.cpp.
class Registry {
 public:
  Registry();
  /// nullptr where there is none of that name (the policy's loader refuses such a policy).
  [[nodiscard]] const Agency* find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::vector<std::unique_ptr<Agency>> agencies_;
};

// One maker for each folder.
[[nodiscard]] std::unique_ptr<Agency> make_police();
[[nodiscard]] std::unique_ptr<Agency> make_home_office();
[[nodiscard]] std::unique_ptr<Agency> make_barnardos_itg();
[[nodiscard]] std::unique_ptr<Agency> make_channel_panel();
[[nodiscard]] std::unique_ptr<Agency> make_generic();

/// What happens with an event that an agency has no message of its own for.
enum class Otherwise : std::uint8_t {
  generic,  ///< a GenericNotice: the event with only the allowed fields
  nothing   ///< not a word, whatever a rule says
};

/// An agency that is told of each event in a message of its own: pairs of an event ("child.missing") and the member of
/// Delivery.message, which takes over every group that it has under the event's own name.
[[nodiscard]] std::unique_ptr<Agency> typed_agency(std::string_view name,
                                                   std::vector<std::pair<std::string_view, std::string_view>> messages,
                                                   Otherwise otherwise = Otherwise::generic);

}  // namespace told::agencies
