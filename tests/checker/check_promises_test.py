#!/usr/bin/python3
"""check_promises.py can fail: each promise is broken in a forged history, and each breach is found."""
import argparse
import base64
import json
import unittest

import check_promises
import told_history
from forged_history import FAR, PROTO, History, Signer, at, named, own_name, reference

SETTINGS = argparse.Namespace(panel="panel")


class Forged(unittest.TestCase):
    def setUp(self):
        self.h = History()

    def broken(self, lines=None):
        """The names of the promises that were found broken."""
        ledger = told_history.Ledger(lines or self.h.export(), PROTO, self.h.signer.verifier_key)
        found = check_promises.check(ledger, told_history.Seen(self.h.seen), SETTINGS)
        return {name for name, sentences in found.items() if sentences}

    def finds(self, *names, lines=None):
        self.assertEqual(self.broken(lines), set(names))

    def line(self, party, what, number=0):
        return [line for line in self.h.seen[party] if line["what"] == what][number]

    def test_a_history_in_which_every_promise_is_kept_is_good(self):
        self.finds()

    # --- events ---

    def test_an_accepted_event_that_is_not_in_the_ledger_is_found(self):
        self.h.published(16, "e-9", "TIL/2", "child.arrived")
        self.h.answered(16, "e-9")
        self.finds("accepted events lost or doubled")

    def test_an_event_dropped_from_the_ledger_is_found(self):
        for index in (14, 15, 16):
            self.h.blank(index)
        self.assertIn("accepted events lost or doubled", self.broken())

    def test_an_event_accepted_twice_is_found(self):
        self.h.accept("e-1", "child.arrived", [], case=2)
        self.finds("accepted events lost or doubled")

    def test_a_second_accepted_for_one_event_is_found(self):
        self.h.answered(2, "e-1")
        self.finds("accepted events lost or doubled")

    def test_a_duplicate_with_another_receipt_is_found(self):
        self.line("port", "answered", 2)["receipt"] = reference("E", 14)
        self.finds("accepted events lost or doubled")

    def test_a_receipt_with_another_case_is_found(self):
        self.line("port", "answered", 1)["case_ref"] = own_name("port", 9)
        self.finds("case references confused")

    def test_the_houses_own_reference_in_a_partys_hands_is_found(self):
        self.line("port", "answered", 1)["case_ref"] = reference("C", 2)
        self.finds("case references confused")

    def test_a_refused_event_that_is_in_the_ledger_is_found(self):
        self.line("port", "answered", 3).update(verdict="REFUSED", code="bad_form")
        self.finds("accepted events lost or doubled", "good messages refused")

    def test_an_event_that_nobody_published_is_found(self):
        self.h.accept("e-9", "child.arrived", [])
        self.finds("events that nobody published")

    def test_one_subject_in_two_cases_is_found(self):
        self.h.published(17, "e-9", "TIL/1", "child.arrived")
        self.h.accept("e-9", "child.arrived", [])
        self.finds("events that nobody published")

    # --- deliveries ---

    def test_two_deliveries_swapped_are_found(self):
        lines = self.h.seen["police"]
        first, second = (i for i, line in enumerate(lines) if line["what"] == "delivery")
        lines[first], lines[second] = lines[second], {**lines[first], "at_us": at(16)}
        self.finds("later before earlier")

    def test_a_repeat_with_the_same_attempt_is_found(self):
        self.h.seen["police"].append(dict(self.line("police", "delivery")))
        self.finds("unmarked repeats")

    def test_a_repeat_with_a_lower_attempt_is_found(self):
        self.h.seen["home_office"].append({**self.line("home_office", "delivery"), "at_us": at(16)})
        self.finds("unmarked repeats")

    def test_a_delivery_that_nothing_intended_is_found(self):
        self.h.delivered("police", 9, 0, 16, attempt=2)
        self.finds("told without an intent before")

    def test_a_delivery_before_its_intent_is_found(self):
        self.line("police", "delivery")["at_us"] = at(1)
        self.finds("told without an intent before")

    def test_an_attempt_that_was_left_out_is_found(self):
        self.h.entries[7].attempt_intended.attempt = 3
        self.line("home_office", "delivery", 1)["attempt"] = 3
        self.finds("faults of the export itself")

    def test_a_delivery_to_somebody_else_is_found(self):
        self.h.delivered("home_office", 9, 0, 16)
        self.finds("told what is not theirs")

    def test_a_delivery_under_another_case_is_found(self):
        self.line("police", "delivery", 1)["case_ref"] = own_name("police", 14)
        self.finds("case references confused")

    def test_two_parties_with_one_reference_are_found(self):
        for line in self.h.seen["police"]:
            if line["what"] == "delivery" and line["case_ref"]:
                line["case_ref"] = own_name("home_office", 2)
        self.finds("case references confused")

    def test_a_delivery_that_nothing_made_is_found(self):
        self.h.delivered("police", 9, 7, 16)
        self.finds("told what is not theirs", "told without an intent before")

    def test_a_referral_in_the_hands_of_the_police_is_found(self):
        self.h.entries[14].event_accepted.duties.add(slot=1, recipient="police", kind=1, attempted=True, next_us=FAR,
                                                     deadline_us=FAR)
        self.h.delivered("police", 14, 1, 14, case=14, event_type="told.prevent.section36.v1")
        self.finds("Prevent outside the panel")

    def test_a_referral_in_the_child_s_own_case_is_found(self):
        self.h.entries[14].case_number = 2
        self.assertIn("Prevent outside the panel", self.broken())

    # --- acknowledgements ---

    def test_an_acknowledgement_that_is_not_in_the_ledger_is_found(self):
        self.h.blank(15)
        self.finds("acknowledgements recorded but missing")

    def test_a_second_acknowledgement_that_is_not_in_the_ledger_is_found(self):
        self.h.acknowledged("panel", 14, 0, 16, repeated=True)
        self.finds("acknowledgements recorded but missing")

    def test_a_first_acknowledgement_that_the_ledger_has_as_a_repeat_is_found(self):
        self.h.entries[15].acknowledged.repeated = True
        self.finds("acknowledgements recorded but missing")

    def test_an_acknowledgement_for_somebody_else_that_was_recorded_is_found(self):
        self.h.acknowledged("home_office", 9, 0, 16)
        self.finds("acknowledgements recorded but missing")

    def test_a_good_acknowledgement_that_was_refused_is_found(self):
        self.h.acknowledged("home_office", 2, 1, 16, recorded=False, code="unknown_notification")
        self.finds("acknowledgements recorded but missing")

    # --- limbo and ladders ---

    def test_an_open_notification_without_a_ladder_is_found(self):
        self.h.entries[2].event_accepted.duties[1].next_us = 0
        self.h.forget_checkpoints()
        self.finds("notifications in limbo")

    def test_a_ladder_that_has_fallen_silent_is_found(self):
        self.h.entries[2].event_accepted.duties[1].next_us = at(5)
        self.h.forget_checkpoints()
        self.finds("notifications in limbo")

    def test_a_call_about_nothing_open_is_found(self):
        self.h.entry(2, 2, attempt_ended={"slot": 0, "attempt": 1, "outcome": 1})
        self.h.entry(2, 2, escalated={"slot": 0, "rung": 1, "next_us": FAR, "duties": [
            {"slot": 2, "recipient": "manager", "kind": 3, "deadline_us": FAR}]})
        self.finds("notifications in limbo", "ladders early, or after an answer")

    def test_a_ladder_climbed_early_is_found(self):
        self.h.entries[9].event_accepted.duties[0].next_us = at(10) + 1
        self.finds("ladders early, or after an answer")

    def test_a_ladder_climbed_after_the_answer_is_found(self):
        self.h.entry(9, 2, escalated={"slot": 0, "rung": 2, "next_us": FAR})
        self.finds("ladders early, or after an answer")

    # --- proof ---

    def test_an_altered_leaf_is_found(self):
        lines = self.h.export()
        spoilt = base64.b64decode(json.loads(lines[4])["leaf"]) + b"\xa0\x06\x01"  # a field nobody knows
        lines[4] = json.dumps({"leaf": base64.b64encode(spoilt).decode()})
        self.finds("faults of the export itself", "checkpoints contradicted", lines=lines)

    def test_an_export_that_was_cut_off_is_found(self):
        self.finds("faults of the export itself", lines=self.h.export()[:-1])

    def test_an_entry_left_out_of_the_middle_is_found(self):
        lines = self.h.export()
        del lines[14]
        self.assertIn("faults of the export itself", self.broken(lines))

    def test_a_history_that_was_rewritten_and_signed_again_is_found(self):
        self.h.entries[3].attempt_ended.carrier = "another"
        self.finds("checkpoints contradicted")

    def test_an_agency_s_checkpoint_over_more_than_the_ledger_has_is_found(self):
        self.h.note("police", "checkpoint", 16, note=self.h.signer.note(99, b"\0" * 32))
        self.finds("checkpoints contradicted")

    def test_a_checkpoint_by_another_signer_is_found(self):
        self.h.note("police", "checkpoint", 16, note=Signer().note(5, self.h.root(5)))
        self.finds("checkpoints contradicted")

    def test_a_clock_that_went_back_in_the_ledger_is_found(self):
        self.h.entries[8].time_us = at(3)
        self.finds("faults of the export itself")

    def test_a_good_frame_that_was_refused_is_found(self):
        self.h.note("police", "problem", 16, code="not_readable", reason="it was not")
        self.finds("good messages refused")

    def test_references_are_read_as_the_reader_writes_them(self):
        for event, slot in (2, 1), (2, 255), (2, 256), (123_456, 4094), (2 ** 46 - 1, 65_535):
            self.assertEqual(told_history.notification_of(named(event, slot)), (event, slot))
        self.assertIsNone(told_history.notification_of(reference("N", 1 << 62 | 7 << 16 | 5)))
        self.assertIsNone(told_history.notification_of("C-0020"))


if __name__ == "__main__":
    unittest.main()
