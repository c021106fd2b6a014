#!/usr/bin/python3
"""The judge of the faults finds each broken promise in a history in which it was broken, and none in a good one."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

import hands  # makes told's words
from told.v1 import ledger_pb2

import peers
import verdict

RECIPIENT = "police.control_room"
DELIVERED, DEFERRED, UNKNOWN = (ledger_pb2.OUTCOME_DELIVERED, ledger_pb2.OUTCOME_DEFERRED, ledger_pb2.OUTCOME_UNKNOWN)


def reference(event, slot=0):
    """As told writes it; nobody here looks at the check character."""
    number, digits = event << 8 | slot, ""
    while number:
        number, digit = divmod(number, 32)
        digits = hands.number_of.__globals__["ALPHABET"][digit] + digits
    return f"N-{digits}0"


def accepted(event, recipient=RECIPIENT):
    entry = ledger_pb2.LedgerEntry(index=event, time_us=event * 1_000_000)
    entry.event_accepted.duties.add(slot=0, recipient=recipient)
    return entry


def ended(event, attempt, outcome, at_us):
    entry = ledger_pb2.LedgerEntry(event=event, time_us=at_us)
    entry.attempt_ended.slot, entry.attempt_ended.attempt, entry.attempt_ended.outcome = 0, attempt, outcome
    return entry


def taken(event, attempt, at_us, digest=None, series=None):
    return peers.Taken(at_us, reference(event), attempt, digest or f"{event}/{attempt}", series or reference(event))


class Judge(unittest.TestCase):
    def setUp(self):
        self.one = verdict.Try("webhook", "reset", "mid_request", [10, 11], struck=1, recovered=0.2)
        self.entries = [accepted(10), accepted(11), ended(10, 1, UNKNOWN, 11_000_000), ended(10, 2, DELIVERED, 12_000_000),
                        ended(11, 1, DELIVERED, 13_000_000)]
        self.taken = [taken(10, 1, 10_900_000), taken(10, 2, 11_900_000), taken(11, 1, 12_900_000)]

    def broken(self, says_attempts=True):
        self.one.broken.clear()
        verdict.judge([self.one], self.entries, self.taken, RECIPIENT, says_attempts)
        return " ".join(self.one.broken)

    def test_a_good_history_breaks_nothing(self):
        self.assertEqual(self.broken(), "")

    def test_what_is_said_to_be_delivered_and_never_came(self):
        self.taken.pop()
        self.assertIn("the peer never had it", self.broken())

    def test_an_attempt_that_is_said_to_be_delivered_where_another_came(self):
        self.taken = [self.taken[0], self.taken[2]]
        self.assertIn("other attempts only: [1]", self.broken())

    def test_what_is_said_to_be_delivered_before_it_came(self):
        self.taken[2].at_us = 14_000_000
        self.assertIn("before the peer had it", self.broken())

    def test_what_may_have_arrived_and_was_left_at_that(self):
        del self.entries[3]
        self.assertIn("ended with OUTCOME_UNKNOWN, and is not told", self.broken())

    def test_what_was_never_tried(self):
        del self.entries[4], self.taken[2]
        self.assertIn("ended with no end, and is not told", self.broken())

    def test_the_later_before_the_earlier(self):
        self.taken = [self.taken[2], *self.taken[:2]]
        self.assertIn("in the order [11, 10]", self.broken())

    def test_a_repeat_that_is_not_marked(self):
        self.taken.insert(1, taken(10, 1, 10_950_000))
        self.assertIn("the network did not do it", self.broken())
        self.one.kind = "duplicate"
        self.assertEqual(self.broken(), "")
        self.taken[1].digest = "other"
        self.assertIn("not with the same bytes", self.broken())

    def test_an_older_attempt_after_a_newer(self):
        self.taken[:2] = self.taken[1::-1]
        self.assertIn("after a higher one", self.broken())
        self.one.kind = "hang"
        self.assertEqual(self.broken(), "")

    def test_a_repeat_under_another_id(self):
        self.taken[1].series = "other"
        self.assertIn("another series", self.broken(says_attempts=False))

    def test_a_fault_that_never_struck_a_late_recovery_and_a_neighbour_that_waits(self):
        self.one.struck = 0
        self.assertIn("never struck", self.broken())
        self.one.recovered = 5.1
        self.assertIn("only after 5.1 s", self.broken())
        self.one.recovered = None
        self.assertIn("recovered never", self.broken())
        self.one.healthy_missed = [11]
        self.assertIn("another recipient was not told of [11]", self.broken())


if __name__ == "__main__":
    unittest.main(verbosity=2)
