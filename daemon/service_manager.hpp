#pragma once
// What told says to systemd, without ever waiting for it: sd_notify(3) blocks where its reader has fallen behind (ten
// messages unread, net.unix.max_dgram_qlen), and a told that waits for the service manager tells nobody anything.
#include <string_view>

namespace told {

/// Sends `state` ("READY=1") to $NOTIFY_SOCKET; does nothing where there is none. A message that finds no room is lost:
/// what must arrive is said again with each sign of life.
void tell_service_manager(std::string_view state);

}  // namespace told
