#!/usr/bin/python3
"""A full disk: publishers are asked to retry, acknowledgements are recorded, and room brings everything back.

The store is on a small tmpfs in a mount namespace of the test's own. Exit code 77: this machine allows none.
"""
import os
import subprocess
import sys

import hands
from hands import Story, until

STORE_MIB = 24


def in_a_namespace():
    """Runs this file again where it may mount."""
    if os.environ.get("TOLD_TEST_NAMESPACE"):
        return
    own = ["unshare", "--mount", "--propagation", "private"]
    if os.geteuid() != 0:
        own = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*own, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode != 0:
        print("no mount namespace here: nothing was shown")
        sys.exit(77)
    os.execvpe(own[0], [*own, sys.executable, *sys.argv], {**os.environ, "TOLD_TEST_NAMESPACE": "1"})


class DiskFull(Story):
    def setUp(self):
        self.place = self.house(worker_heartbeat="5 s")
        self.store = self.place.directory / "store"
        self.store.mkdir(mode=0o700)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={STORE_MIB}m,mode=0700", "none", self.store], check=True)
        self.ballast = self.store / "ballast"

    def tearDown(self):
        subprocess.run(["umount", "-l", self.store], check=False)

    def free(self):
        room = os.statvfs(self.store)
        return room.f_bavail * room.f_frsize

    def fill(self, leave):
        """Leaves at most so many bytes."""
        with self.ballast.open("ab") as file:
            while self.free() > leave:
                try:
                    file.write(b"\0" * min(65536, self.free() - leave))
                    file.flush()
                except OSError:
                    break

    def test_publishers_wait_and_acknowledgements_go_on_until_there_is_room(self):
        with self.place as house:
            house.start()
            with hands.Port(house) as port, hands.Desk(house, "police.control_room") as police, \
                    hands.Desk(house, "duty_manager") as manager:
                known = port.event()
                first = port.publish_one(known)
                self.assertVerdict(first, hands.ACCEPTED)
                delivery = police.take(hands.of_subject(first))
                self.fill(leave=600 << 10)

                def refused_for_now():
                    event = port.event(subject="TIL/000002")
                    return event if port.publish_one(event).verdict == hands.RETRY else None

                waiting = until(refused_for_now, "publishers are asked to retry")
                self.assertTrue(police.acknowledge(delivery.notification).recorded)
                manager.take(hands.alarm("storage_low", "told"))
                self.assertFalse([row for row in house.board.get("/v1/open")["notifications"]
                                  if row["reference"] == delivery.notification])
                status, text = house.board.ask("GET", "/readyz")
                self.assertEqual(status, 503, text)
                self.assertVerdict(port.publish_one(known), hands.DUPLICATE)  # it costs no room

                self.ballast.unlink()
                until(lambda: port.publish_one(waiting).verdict == hands.ACCEPTED, "there is room again", within=10)
                manager.take(hands.alarm("storage_low", "told", cleared=True))
            self.assertEqual(house.stop(), 0)

    def test_a_disk_that_fills_at_once_costs_nothing_that_was_accepted(self):
        with self.place as house:
            house.start()
            with hands.Port(house) as port, hands.Desk(house, "police.control_room") as police:
                first = port.publish_one(port.event())
                delivery = police.take(hands.of_subject(first))
                accepted = {first.id}
                self.fill(leave=0)
                waiting = port.event(subject="TIL/000002")

                def asked_to_retry():
                    result = port.publish_one(waiting)
                    if result.verdict == hands.ACCEPTED:
                        accepted.add(result.id)
                        return False
                    return result.verdict == hands.RETRY

                until(lambda: asked_to_retry() or waiting.id in accepted, "an answer, whichever")
                self.assertTrue(police.acknowledge(delivery.notification).recorded)
                self.assertTrue(house.running())
                house.kill()
                self.ballast.unlink()
                house.start()
                until(lambda: port.publish_one(waiting).verdict in (hands.ACCEPTED, hands.DUPLICATE), "room again")
            kept = {head.id for head in hands.heads(hands.ledger(house), "event_accepted")}
            self.assertLessEqual(accepted | {waiting.id}, kept)

    def test_a_start_on_a_full_disk_takes_acknowledgements(self):
        with self.place as house:
            house.start()
            with hands.Port(house) as port, hands.Desk(house, "police.control_room") as police:
                delivery = police.take(hands.of_subject(port.publish_one(port.event())))
                house.kill()
                self.fill(leave=0)
                house.start()
                self.assertVerdict(port.publish_one(port.event(subject="TIL/000002")), hands.RETRY)
            with hands.Desk(house, "police.control_room") as police:
                self.assertTrue(police.acknowledge(delivery.notification).recorded)


if __name__ == "__main__":
    in_a_namespace()
    hands.main()
