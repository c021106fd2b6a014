#!/usr/bin/python3
"""A service manager that reads nothing any more: told goes on, since whoever waits for systemd tells nobody anything."""
import socket
import time

import hands
from hands import Port, Story

PINGS = 12  # that told sends meanwhile, each of which would wait


class ServiceManager(Story):
    def test_that_reads_nothing_any_more_holds_told_up_in_nothing(self):
        with self.house() as house:
            house.environment["WATCHDOG_USEC"] = "150000"  # a ping every 50 ms
            house.start()
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as another:
                another.connect(str(house.directory / "notify.sock"))
                with self.assertRaises(BlockingIOError):
                    while True:
                        another.send(b"no room is left")
                with Port(house) as port:
                    until = time.monotonic() + PINGS * 0.05
                    while time.monotonic() < until:
                        self.assertVerdict(port.publish_one(port.event(subject=f"TIL/{port.made:06d}")), hands.ACCEPTED)


if __name__ == "__main__":
    hands.main()
