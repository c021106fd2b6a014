#!/usr/bin/python3
"""A storage error: told stops with exit code 74 and promises nothing more; a start recovers what is durable.

strace makes one flush fail. Exit code 77: there is no strace here, or it may not trace.
"""
import pathlib
import shutil
import subprocess
import sys

import hands
from hands import Story, until

EX_IOERR = 74


class StorageError(Story):
    def fails_at(self, flush, call="fdatasync", error="EIO"):
        """One story: publish until the n-th flush after the start fails; then start again."""
        accepted, asked = {}, {}
        with self.house() as house:
            house.start(wrap=["strace", "-f", "-qq", "-o", house.directory / "strace.log", "-e", f"trace={call}",
                              "-e", f"inject={call}:error={error}:when={flush}"])
            with hands.Port(house) as port:
                for n in range(200):
                    event = port.event(subject=f"TIL/{n:06d}")
                    asked[event.id] = event
                    try:
                        result = port.publish_one(event)
                    except hands.NoAnswer:
                        break  # a slow disk answers late, and within hands.PATIENCE
                    self.assertVerdict(result, hands.ACCEPTED)
                    accepted[event.id] = result.receipt
                else:
                    self.fail("200 events were accepted and no flush failed")
                self.assertEqual(house.wait_end(), EX_IOERR)
                self.assertIn("the store failed", house.log())

                house.start()
                for id, event in asked.items():
                    result = port.publish_one(event)
                    if id in accepted:
                        self.assertVerdict(result, hands.DUPLICATE)
                        self.assertEqual(result.receipt, accepted[id])
                    else:  # unknown: it may have become durable, and then it is a duplicate
                        self.assertIn(result.verdict, (hands.ACCEPTED, hands.DUPLICATE))
            export = house.export()
            self.assertEqual(house.ctl("verify", export, "--key", house.keys / "log.public").returncode, 0)
            self.assertEqual(house.stop(), 0)

    def test_a_failed_flush_ends_told_and_loses_nothing_that_was_accepted(self):
        self.fails_at(12)

    def test_it_is_so_later_as_well(self):
        self.fails_at(31)

    def test_a_failed_write_ends_told_and_loses_nothing_that_was_accepted(self):
        # strace counts for each thread; a start writes some 50 times before the ledger's own thread has begun.
        self.fails_at(120, call="pwrite64")


if __name__ == "__main__":
    if not shutil.which("strace") or subprocess.run(["strace", "-o", "/dev/null", "true"],
                                                    capture_output=True).returncode != 0:
        print("no strace here: nothing was shown")
        sys.exit(77)
    hands.main()
