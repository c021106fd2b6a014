#!/usr/bin/python3
"""What is kept and what goes: disclosures, a legal hold, an erasure; and the doors, each with the view of one stream."""
import sqlite3
import subprocess

import hands
import parties
from board import Board
from hands import Story, until

WHO = ("--by", "B. Manager", "--role", "records manager", "--reason", "kept long enough")
RETENTION = """
[[ladder]]
name = "late"
repeat_last = "1 h"
[[ladder.rung]]
after = "at the deadline"
who = ["duty_manager"]

[[clock]]
name = "kept"
starts = "case.closed"
duty = "Erase what was said"
who = "team_manager"
due = "12 months"
warn = "at half"
retention = true
ladder = "late"
source = "a test"

[[tell]]
when = "alarm.duty_not_done"
who = "duty_manager"
within = "4 h"
ladder = "manager"

[[tell]]
when = "alarm.duty_not_done"
who = "channel_panel.chairs"
within = "4 h"
ladder = "prevent"

[subject_access]
third_party = ["circumstances"]
"""


class Records(Story):
    def closed(self, port, subject, id):
        event = port.event("child.arrived", subject, id=id)
        event.type = "told.case.closed.v1"  # its data take the place of the arrival's
        event.case_closed.reason = "eighteen"
        event.case_closed.at.CopyFrom(event.time)
        return event

    def test_what_was_said_goes_for_ever_and_that_it_was_told_stays(self):
        port_of_ours = parties.Publisher("port.tilbury", (*parties.CHILD, "case.closed"))
        with self.house(publishers=(port_of_ours,)) as house:
            with (house.directory / "policy.toml").open("a", encoding="utf-8") as policy:
                policy.write(RETENTION)
            house.start()
            with hands.Port(house) as port, hands.Desk(house, "police.control_room") as police:
                arrival = port.event("child.arrived", "TIL/000001", id="first")
                sent = port.publish_one(arrival)
                case = sent.case_ref
                told = police.take(lambda d: d.WhichOneof("message") == "police_arrival")
                self.assertTrue(police.acknowledge(told.notification, person="Officer Q").recorded)
                refused = house.ctl("erase", case, *WHO, check=False)
                self.assertEqual(refused.returncode, 65, refused.stderr)
                for row in house.board.open():
                    house.ctl("call", row["reference"], "--told", "Officer R", "--role", "desk", "--by", "A. Manager")
                self.assertVerdict(port.publish_one(self.closed(port, "TIL/000001", "closed")), hands.ACCEPTED)

                table = house.ctl("disclosures", case, *WHO).stdout
                for said in ("Police control room", "Officer Q", "child.name", "SHA-256"):
                    self.assertIn(said, table)
                self.assertNotIn("TIL 000001", table)
                access = house.ctl("subject-access", case, *WHO).stdout
                self.assertIn("TIL 000001", access)
                self.assertRegex(access, r"circumstances \| found in a lorry \| LOOK: about somebody else")

                house.ctl("hold", case, *WHO)
                held = house.ctl("erase", case, *WHO, check=False)
                self.assertIn("legal hold", held.stderr)
                house.ctl("hold", case, "--lift", *WHO)
                with sqlite3.connect(f"file:{house.directory}/store/ledger.db?mode=ro", uri=True) as store:
                    keys = [wrapped for (wrapped,) in store.execute("SELECT wrapped FROM keys WHERE case_number <> 0")]
                self.assertEqual(len(keys), 1)
                house.ctl("erase", case, *WHO)
                files = list((house.directory / "store").iterdir())
                until(lambda: not any(keys[0] in file.read_bytes() for file in files), "the key is in no file")

            for killed in (False, True):
                if killed:
                    house.kill()
                    house.start()
                case_now = house.ctl("case", case).stdout
                self.assertNotIn("Officer Q", case_now)
                self.assertIn("kept long enough", case_now)  # the erasure itself
                after = house.ctl("subject-access", case, *WHO).stdout
                self.assertIn("Police control room", after)
                self.assertIn("what they said is gone", after)
                for gone in ("Officer Q", "Officer R", "TIL 000001", "found in a lorry"):
                    self.assertNotIn(gone, after)
                self.verify(house)
            with hands.Port(house) as port:
                again = port.publish_one(arrival)  # of the same id: nobody knows it any more
                self.assertVerdict(again, hands.ACCEPTED)
                self.assertNotEqual(again.case_ref, case)
            for file in [*files, house.log_file]:
                for said in (b"TIL/000001", b"TIL 000001", b"found in a lorry", b"Officer Q"):
                    self.assertNotIn(said, file.read_bytes(), file)

    def test_each_door_shows_one_stream_and_nothing_of_the_other(self):
        # That a system has gone silent is said at every door: of the recipients the policy tells everybody.
        with self.house(worker_heartbeat="30 s") as house:
            house.start()
            with hands.Port(house) as port, hands.Port(house, "police.essex_prevent") as prevent:
                missing = port.publish_one(port.event("child.missing", "TIL/000001"))
                referral = prevent.publish_one(prevent.event("prevent.section36", "EX/000001"))

            def at(door, *words):
                return subprocess.run([house.toldctl, "--socket", house.directory / f"{door}.sock", *words],
                                      capture_output=True, text=True, timeout=60)

            self.assertNotIn("Channel", at("board", "open").stdout)
            self.assertIn("Channel", at("prevent", "open").stdout)
            self.assertNotIn("Police control room", at("prevent", "open").stdout)
            self.assertNotEqual(at("board", "case", referral.case_ref).returncode, 0)
            self.assertEqual(at("prevent", "case", referral.case_ref).returncode, 0)
            self.assertNotEqual(at("prevent", "case", missing.case_ref).returncode, 0)
            for words in (("open", "--json"), ("ways",), ("report",), ("export",), ("export", "--format", "csv")):
                shown = at("board", *words).stdout
                lines = [line for line in shown.splitlines() if "policyAdopted" not in line and "policy_adopted" not in line]
                for word in ("section36", "section 36", "hannel panel", "channel_panel"):
                    self.assertNotIn(word, "\n".join(lines), words)
            _, figures = Board(house.directory / "board.sock").ask("GET", "/metrics")
            self.assertIn('told_notifications_open', figures)
            self.assertNotIn("channel_panel", figures)
            log = "\n".join(line for line in house.log().splitlines() if "serving" not in line)
            self.assertIn("Child missing", log)
            for word in ("Prevent referral", "section 36", "Channel panel chairs"):
                self.assertNotIn(word, log)
            for said in self.verify(house):
                self.assertIn("VERIFIED", said)


if __name__ == "__main__":
    hands.main()
