#!/usr/bin/python3
"""Whose case it is, and what was withdrawn: by toldctl, to the agencies' desks, over a kill, and in two verifiers."""
import json

import hands
import parties
from hands import Story

WHOSE = ("--by", "B. Manager", "--role", "service manager", "--reason", "the same fingerprints")


def about(delivery_kind):
    return lambda d: d.WhichOneof("message") == delivery_kind


def house_name(house, case_ref):
    """The house's own reference of the case that a party knows by another."""
    return json.loads(house.ctl("case", case_ref, "--json").stdout)["case_ref"]


class WhoseCaseItIs(Story):
    def test_two_cases_that_are_the_same_childs_are_one_from_then_on_also_after_a_kill(self):
        with self.house() as house:
            house.start()
            with hands.Port(house) as port, hands.Desk(house, "police.control_room") as police:
                older = port.publish_one(port.event("child.missing", "TIL/000001"))
                younger = port.publish_one(port.event("child.missing", "TIL/000002"))
                first, second = house_name(house, older.case_ref), house_name(house, younger.case_ref)
                known = [police.take(about("police_missing")).case_ref for _ in range(2)]
                said = house.ctl("same-child", younger.case_ref, first, *WHOSE).stdout
                self.assertIn(f"goes on in case {first}", said)
                notice = police.take(about("same_child"))
                self.assertEqual(notice.same_child.goes_on_as, known[0])
                self.assertEqual(list(notice.same_child.case_refs), known)  # as the police know them
                self.assertTrue(police.acknowledge(notice.notification).recorded)
                again = house.ctl("same-child", younger.case_ref, older.case_ref, *WHOSE, check=False)
                self.assertNotEqual(again.returncode, 0)
                self.assertIn("same child's already", again.stderr)

                house.kill()
                house.start()
                case = json.loads(house.ctl("case", younger.case_ref, "--json").stdout)
                self.assertEqual(case["goes_on_as"], first)
                self.assertEqual(case["same_child"], [first])
                told = house.ctl("case", older.case_ref).stdout
                self.assertIn(second, told.splitlines()[1])
                self.assertIn("the same fingerprints", told)
                located = port.publish_one(port.event("child.located", "TIL/000002"))
                self.assertEqual(located.case_ref, older.case_ref)
                # Should it be a mistake: which of the reports are the other child's?
                under = {entry.get("event_ref"): entry["published_under"] for entry in
                         json.loads(house.ctl("case", older.case_ref, "--json").stdout)["entries"]}
                self.assertEqual({event for event, reference in under.items() if reference == second}, {located.receipt})
                self.assertIn(f"[published under {second}]", house.ctl("case", older.case_ref).stdout)
            self.verify(house)
            self.verify(house, "--case", younger.case_ref)

    def test_a_mistaken_same_child_is_undone_and_each_reference_names_its_own_child_again_also_after_a_kill(self):
        with self.house() as house:
            house.start()
            with hands.Port(house) as port, hands.Desk(house, "police.control_room") as police:
                older = port.publish_one(port.event("child.missing", "TIL/000001"))
                younger = port.publish_one(port.event("child.missing", "TIL/000002"))
                for _ in range(2):
                    police.take(about("police_missing"))
                house.ctl("same-child", younger.case_ref, older.case_ref, *WHOSE)
                wrong = house.ctl("another-child", older.receipt, *WHOSE, check=False)
                self.assertNotEqual(wrong.returncode, 0)
                self.assertIn("say of each report of", wrong.stderr)
                house.ctl("another-child", younger.receipt, *WHOSE)
                police.take(about("another_child"))

                house.kill()
                house.start()
                told = house.ctl("case", younger.case_ref).stdout
                self.assertIn("stands by itself again", told)
                self.assertEqual(json.loads(house.ctl("case", older.case_ref, "--json").stdout)["same_child"], [])
                located = port.publish_one(port.event("child.located", "TIL/000002"))
                self.assertEqual(located.case_ref, younger.case_ref)
                still_open = json.loads(house.ctl("open", "--json").stdout)["notifications"]
                self.assertIn(house_name(house, older.case_ref),
                              [each["case_ref"] for each in still_open if each["event_type"] == "told.child.missing.v1"])
            self.verify(house)

    def test_a_report_about_another_child_goes_on_in_a_case_of_its_own(self):
        with self.house() as house:
            house.start()
            with hands.Port(house) as port, hands.Desk(house, "police.control_room") as police:
                first = port.publish_one(port.event("child.arrived", "TIL/000001"))
                wrong = port.publish_one(port.event("child.missing", "TIL/000001"))
                told = police.take(lambda d: d.WhichOneof("message") == "police_missing")
                report = json.loads(house.ctl("another-child", wrong.receipt, *WHOSE, "--json").stdout)
                self.assertNotEqual(report["case_ref"], house_name(house, first.case_ref))
                notice = police.take(about("another_child"))
                self.assertEqual(notice.another_child.notification, told.notification)
                self.assertEqual(notice.another_child.told_as, told.case_ref)
                self.assertEqual(notice.another_child.goes_on_as, notice.case_ref)
                house.kill()
                house.start()
                opened = {row["event_type"]: row["case_ref"] for row in house.board.open()}
                self.assertEqual(opened["told.child.missing.v1"], report["case_ref"])
                self.assertIn("was about another child", house.ctl("case", first.case_ref).stdout)
                self.assertIn("was about another child", house.ctl("case", report["case_ref"]).stdout)
            for case in (first.case_ref, report["case_ref"]):
                self.verify(house, "--case", case)

    def test_the_case_of_a_report_that_was_moved_shows_its_corrections_and_what_came_after_also_after_a_restart(self):
        port_of_ours = parties.Publisher("port.tilbury", (*parties.CHILD, "event.corrected"))
        with self.house(publishers=(port_of_ours,)) as house:
            house.start()
            with hands.Port(house) as port, hands.Desk(house, "police.control_room") as police:
                event = port.event("child.missing", "TIL/000001", id="first")
                wrong = port.publish_one(event)
                correction = port.event("child.missing", "TIL/000001")
                correction.type = "told.event.corrected.v1"
                correction.event_corrected.supersedes = "first"
                correction.event_corrected.reason = "the county was wrong"
                correction.event_corrected.child_missing.CopyFrom(event.child_missing)
                correction.event_corrected.child_missing.placement.county = "Kent"
                corrected = port.publish_one(correction)
                self.assertVerdict(corrected, hands.ACCEPTED)
                goes_on = json.loads(house.ctl("another-child", wrong.receipt, *WHOSE, "--json").stdout)["case_ref"]
                for _ in ("the report", "its correction", "that it is another child's"):
                    self.assertTrue(police.acknowledge(police.take(lambda _: True).notification).recorded)
            house.stop()
            house.start()
            entries = json.loads(house.ctl("case", goes_on, "--json").stdout)["entries"]
            self.assertIn(corrected.receipt, [entry.get("event_ref") for entry in entries])
            self.assertEqual(["Police control room acknowledged" in entry["what"] for entry in entries].count(True), 3)
            self.verify(house, "--case", goes_on)

    def test_what_was_withdrawn_is_purged_and_recognised_when_it_comes_again(self):
        port_of_ours = parties.Publisher("port.tilbury", (*parties.CHILD, "event.withdrawn"))
        with self.house(publishers=(port_of_ours,)) as house:
            house.start()
            with hands.Port(house) as port:
                event = port.event("child.arrived", "TIL/000001", id="first")
                sent = port.publish_one(event)
                withdrawal = port.event("child.arrived", "TIL/000001")
                withdrawal.type = "told.event.withdrawn.v1"  # its data take the place of the arrival's
                withdrawal.event_withdrawn.supersedes = "first"
                withdrawal.event_withdrawn.reason = "sent in error"
                self.assertVerdict(port.publish_one(withdrawal), hands.ACCEPTED)
                house.kill()
                house.start()
                self.assertIn("withdrawn, content purged", house.ctl("case", sent.case_ref).stdout)
                self.assertVerdict(port.publish_one(event), hands.DUPLICATE)
            for said in self.verify(house):
                self.assertIn("withdrawn, content purged", said)


if __name__ == "__main__":
    hands.main()
