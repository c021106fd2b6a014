#pragma once
// An agency adapter says WHAT an agency is told: a pure function from an event, already cut down to the fields that
// the policy allows this recipient, to that agency's own typed message. How it travels is a carrier's business.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "told/v1/event.pb.h"
#include "told/v1/gateway.pb.h"

namespace told::agencies {

class Agency {
 public:
  virtual ~Agency() = default;
  /// As the policy names it: `police`.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Sets the delivery's `message` from `allowed`, which holds the event's data and nothing that the recipient may not
  /// see; it may be moved from. An event that the agency has no message of its own for becomes a GenericNotice.
  virtual void word(v1::Event&& allowed, v1::Delivery& delivery) const = 0;
};

/// The one list of agencies. Adding one is a folder and a line in registry.cpp.
class Registry {
 public:
  Registry();
  /// nullptr where there is none of that name (the policy's loader refuses such a policy).
  [[nodiscard]] const Agency* find(std::string_view name) const;

 private:
  std::vector<std::unique_ptr<Agency>> agencies_;
};

// One maker for each folder.
[[nodiscard]] std::unique_ptr<Agency> make_police();
[[nodiscard]] std::unique_ptr<Agency> make_home_office();
[[nodiscard]] std::unique_ptr<Agency> make_barnardos_itg();
[[nodiscard]] std::unique_ptr<Agency> make_channel_panel();
[[nodiscard]] std::unique_ptr<Agency> make_generic();

/// What every agency does with an event that it has no message of its own for.
void word_generically(v1::Event&& allowed, v1::Delivery& delivery);

}  // namespace told::agencies
