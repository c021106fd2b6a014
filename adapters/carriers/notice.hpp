#pragma once
// What a message says that may carry no content: that something waits, what it is called, by when somebody must have
// acknowledged, and where. Nothing of the event is in it, not even its type: it passes through other people's mail
// servers and telephones, and lies there.
#include <string>

#include "carriers/carrier.hpp"

namespace told::carriers {

struct Notice {
  std::string drill;      ///< "EXERCISE" or "TEST"; empty where it is real
  std::string reference;  ///< "N-482J"
  std::string what;       ///< the kind of notification in words: "a duty that falls to you"
  std::string case_ref;   ///< the recipient's own reference of the case, "R-00C4"; empty where there is none
  std::string deadline;   ///< "21:40 on Sun 22 Nov 2026 (GMT)", London time; empty where nothing is asked for
  bool again = false;     ///< told before, and still nobody has answered
  std::string link;       ///< empty where there is none
};

/// Each text is of printable ASCII and on one line, whatever the parcel holds: none can end a header or begin another.
[[nodiscard]] Notice notice_of(const Parcel& parcel);

}  // namespace told::carriers
