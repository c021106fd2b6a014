#!/usr/bin/python3
"""The board answers on its Unix socket: curl reaches it, promtool likes its metrics."""
import json
import pathlib
import shutil
import stat
import subprocess
import unittest

import hands
from hands import Story


class BoardAnswers(Story):
    def curl(self, house, address, *more):
        """(status, type, text)."""
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--unix-socket", house.directory / "board.sock", "--write-out",
             "\n%{http_code} %{content_type}", *more, f"http://localhost{address}"],
            capture_output=True, text=True, timeout=10, check=True)
        text, _, end = done.stdout.rpartition("\n")
        status, _, kind = end.partition(" ")
        return int(status), kind, text

    @unittest.skipUnless(shutil.which("curl"), "no curl here")
    def test_health_and_readiness_are_answered(self):
        with self.house() as house:
            house.start()
            status, kind, text = self.curl(house, "/healthz")
            self.assertEqual((status, json.loads(text)["alive"]), (200, True))
            self.assertTrue(kind.startswith("application/json"))
            status, _, text = self.curl(house, "/readyz")
            report = json.loads(text)
            self.assertEqual((status, report["ready"]), (200, True))
            names = {check["name"] for check in report["checks"]}
            self.assertLessEqual({"store_writable", "sockets_bound", "clock_sane", "policy_in_force", "calendar_horizon"},
                                 names)

    @unittest.skipUnless(shutil.which("curl"), "no curl here")
    def test_a_wrong_address_and_a_mistyped_reference_are_problems_as_rfc_9457_has_them(self):
        with self.house() as house:
            house.start()
            for address, expected in (("/nowhere", 404), ("/v1/cases/C-000A", 400), ("/v1/open?limit=x", 400)):
                status, kind, text = self.curl(house, address)
                self.assertEqual(status, expected, text)
                self.assertTrue(kind.startswith("application/problem+json"), kind)
                problem = json.loads(text)
                self.assertEqual(problem["status"], expected)
                self.assertTrue(problem["detail"])

    def test_the_socket_is_for_its_owner_and_group_alone(self):
        with self.house() as house:
            house.start()
            self.assertEqual(stat.S_IMODE((house.directory / "board.sock").stat().st_mode), 0o660)

    @unittest.skipUnless(shutil.which("promtool"), "no promtool here")
    def test_promtool_finds_nothing_to_say_about_the_metrics(self):
        with self.house() as house:
            house.start()
            with hands.Port(house) as port, hands.Desk(house, "police.control_room") as police:
                police.take(hands.of_subject(port.publish_one(port.event())))
                status, kind, text = self.curl(house, "/metrics")
            self.assertEqual(status, 200)
            self.assertTrue(kind.startswith("text/plain"))
            done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_the_policy_in_force_is_drawn_and_explained_without_its_file(self):
        def toldctl(*words):
            done = subprocess.run([self.toldctl, "--socket", house.directory / "board.sock", *words],
                                  capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout

        event = pathlib.Path(__file__).resolve().parents[1] / "events/arrived.json"
        with self.house() as house:
            policy = house.directory / "policy.toml"
            good = policy.read_text()
            house.start()
            from_file = toldctl("graph", "--dot", "--policy", policy)
            explained = toldctl("explain", "--policy", policy, event)
            policy.write_text("this is no policy any more")
            self.assertEqual(toldctl("graph", "--dot"), from_file)
            self.assertEqual(toldctl("explain", event),
                             explained.replace(f"{policy}:", "version 1, line ").replace(str(policy), "version 1, in force"))
            policy.write_text(good.replace('title = "Police control room"', 'title = "Control room"', 1))
            house.reload()
            hands.until(lambda: "Control room" in toldctl("graph", "--dot").replace("Police control room", ""),
                        "the next policy is in force")
            self.assertIn("version 2, in force", toldctl("explain", event))

    def test_a_call_is_recorded_over_the_socket_and_closes_the_notification(self):
        with self.house() as house:
            house.start()
            with hands.Port(house) as port:
                port.publish_one(port.event("child.missing"))
            row = next(row for row in house.board.open() if row["recipient"] == "home_office.asylum")
            status, text = house.board.ask("POST", f"/v1/notifications/{row['reference']}/call",
                                           {"told_person": "PC 1234", "told_role": "Desk", "by": "D. Manager"})
            self.assertEqual((status, json.loads(text)["recorded"]), (200, True), text)
            self.assertNotIn(row["reference"], [left["reference"] for left in house.board.open()])


if __name__ == "__main__":
    hands.main()
