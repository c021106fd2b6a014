#pragma once
// Events about invented children. Every text in them names its own place ("zqchild.name.given-17qz"), so that whoever
// sees a delivery knows what it was told.
#include <memory>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "incident.hpp"
#include "told/v1/event.pb.h"

namespace google::protobuf {
class Message;
}

namespace told::sim {

/// The event that an incident `publish` is about. `at`: now, by the publisher's clock.
[[nodiscard]] std::shared_ptr<v1::Event> event_of(const Words& publish, core::Instant at);

/// A place that a text names, and the child's number.
struct Place {
  std::string path;
  std::string child;
};
/// Every place that the texts of a message name.
[[nodiscard]] std::vector<Place> places_in(const google::protobuf::Message& message);

}  // namespace told::sim
