#!/usr/bin/python3
"""The stop order: refuse intake, finish or park the sends, commit, close."""
import json
import signal
import time

import hands
from crowd import Crowd
from hands import Story, until
from worker import Habits


class StopOrder(Story):
    def test_a_stop_under_load_is_in_good_order_and_keeps_everything_accepted(self):
        habits = {"police.control_room": Habits(), "duty_manager": Habits(), "home_office.asylum": Habits(receipts=False)}
        with self.house() as house:
            house.start()
            with Crowd(house, 1, habits, publishers=["port.tilbury", "port.purfleet"]) as crowd:
                until(lambda: crowd.with_verdict() > 200, "200 events under way")
                began = time.monotonic()
                self.assertEqual(house.stop(within=5.0), 0)
                self.assertLess(time.monotonic() - began, 5.0)
                self.assertIn("stopped:", house.log())

                house.start()
                crowd.end_publishing()
                crowd.go_home()
            entries = hands.ledger(house)
            kinds = [entry.WhichOneof("head") for entry in entries]
            self.assertEqual(kinds.count("stopped"), 1)
            self.assertEqual(kinds[kinds.index("stopped") + 1], "started", "nothing was decided after `stopped`")
            kept = {(head.source, head.id) for head in hands.heads(entries, "event_accepted")}
            for port in ("port.tilbury", "port.purfleet"):
                with (house.directory / "seen" / f"{port}.jsonl").open() as lines:
                    for line in map(json.loads, lines):
                        if line["what"] == "answered" and line["verdict"] == "ACCEPTED":
                            self.assertIn((port, line["id"]), kept)

    def test_while_it_stops_publishers_are_asked_to_retry(self):
        with self.house() as house:
            house.start()
            with hands.Port(house) as port, hands.Desk(house, "police.control_room") as desk:
                result = port.publish_one(port.event())
                desk.until(lambda: desk.deliveries, "a delivery")  # in flight: its receipt is awaited
                house.process.send_signal(signal.SIGTERM)
                until(lambda: "stopping" in house.log(), "it begins to stop")
                late = port.publish_one(port.event())
                self.assertVerdict(late, hands.RETRY)
                self.assertGreater(late.retry_after_ms, 0)
                desk.take(hands.of_subject(result))  # the receipt that it waited for
                self.assertEqual(house.wait_end(), 0)

    def test_sigterm_before_anything_happened_ends_it_at_once(self):
        with self.house() as house:
            house.start()
            began = time.monotonic()
            self.assertEqual(house.stop(), 0)
            self.assertLess(time.monotonic() - began, 1.5)


if __name__ == "__main__":
    hands.main()
