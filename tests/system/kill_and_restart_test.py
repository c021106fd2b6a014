#!/usr/bin/python3
"""kill -9 takes nothing back: with clients that share no code with told."""
import datetime
import json
import pathlib
import subprocess
import sys

import hands
from hands import Story

CLIENTS = pathlib.Path(__file__).resolve().parents[1] / "clients"
EVENTS = pathlib.Path(__file__).resolve().parents[1] / "events"
NOW = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class KillAndRestart(Story):
    def publish(self, house, *more):
        return subprocess.run(
            [sys.executable, CLIENTS / "publish.py", house.publishers_endpoint(), house.server_key(),
             f"@{house.keys / 'port.tilbury.secret'}", EVENTS / "missing.json", "--time", NOW, "--source", "port.tilbury", *more],
            capture_output=True, text=True, timeout=15)

    def test_what_was_accepted_and_acknowledged_before_a_kill_is_there_after_it(self):
        with self.house() as house:
            house.start()
            first = json.loads(self.publish(house).stdout)["results"][0]
            self.assertEqual(first["verdict"], "VERDICT_ACCEPTED")
            with subprocess.Popen(
                    [sys.executable, CLIENTS / "agency_worker.py", house.agencies_endpoint(), house.server_key(),
                     f"@{house.keys / 'police.control_room.secret'}", "--person", "P. Sergeant", "--role", "Control room",
                     "--count", "1"], stdout=subprocess.PIPE, text=True) as worker:
                output, _ = worker.communicate(timeout=15)
            self.assertEqual(worker.returncode, 0)
            self.assertIn('"recorded": true', output)

            house.kill()
            house.start()

            again = json.loads(self.publish(house).stdout)["results"][0]
            self.assertEqual((again["verdict"], again["receipt"]), ("VERDICT_DUPLICATE", first["receipt"]))
            case = json.loads(house.ctl("case", first["case_ref"], "--json").stdout)
            told = json.dumps(case)
            self.assertIn("P. Sergeant", told)
            self.assertIn("Control room", told)
            left = {row["recipient"] for row in house.board.open()}
            self.assertEqual(left, {"duty_manager", "home_office.asylum", "barnardos.itg"})

    def test_a_publisher_that_publishes_again_after_a_kill_gets_the_first_receipt(self):
        with self.house() as house:
            house.start()
            with hands.Port(house) as port:
                event = port.event("child.missing")
                first = port.publish_one(event)
                self.assertVerdict(first, hands.ACCEPTED)
                house.kill()
                house.start()
                again = port.publish_one(event)
                self.assertVerdict(again, hands.DUPLICATE)
                self.assertEqual((again.receipt, again.case_ref), (first.receipt, first.case_ref))

    def test_a_delivery_that_may_have_arrived_before_a_kill_comes_again_with_the_next_attempt(self):
        with self.house() as house:
            house.start()
            with hands.Port(house) as port, hands.Desk(house, "police.control_room") as desk:
                result = port.publish_one(port.event("child.missing"))
                before = desk.until(lambda: list(desk.deliveries), "the delivery")[0]
                self.assertEqual(before.attempt, 1)
            house.kill()
            house.start()
            with hands.Desk(house, "police.control_room") as desk:
                after = desk.take(hands.of_subject(result))
                self.assertEqual((after.notification, after.attempt), (before.notification, 2))
                self.assertTrue(desk.acknowledge(after.notification).recorded)


if __name__ == "__main__":
    hands.main()
