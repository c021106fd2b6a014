#!/usr/bin/python3
"""Whatever a publisher gets wrong in an event is refused by name, recorded, and followed by service as before."""
import hands
from bad_publisher import BadPublisher


class BadEvents(BadPublisher):
    def test_an_event_over_32_kib_is_refused(self):
        event = self.port.event()
        event.child_arrived.trafficking.indicators.extend(["x" * 190] * 200)
        self.refused(event, "too_large")

    # --- what an event says ---

    def test_an_unknown_type_is_refused(self):
        event = self.port.event()
        event.type = "told.child.flown.v1"
        self.refused(event, "unknown_type", "type")

    def test_a_missing_field_is_refused_by_name(self):
        event = self.port.event()
        event.ClearField("subject")
        self.refused(event, "missing_field", "subject")

    def test_a_name_that_is_too_long_is_refused(self):
        event = self.port.event()
        event.child_arrived.child.name.given = "a" * 201
        self.refused(event, "too_long", "child_arrived.child.name.given")

    def test_a_control_character_in_a_name_is_refused_and_not_repeated(self):
        event = self.port.event()
        event.child_arrived.child.name.family = "Secretname\x1b[31m"
        result = self.refused(event, "control_character", "child_arrived.child.name.family")
        self.assertNotIn("Secretname", str(result))
        self.assertNotIn("Secretname", self.at_hand.log())

    def test_a_bidi_mark_in_a_name_is_refused(self):
        event = self.port.event()
        event.child_arrived.child.name.family = "Ali\u202egnp"
        self.refused(event, "hidden_character", "child_arrived.child.name.family")

    def test_a_subject_that_looks_like_personal_data_is_refused_and_not_repeated(self):
        for subject in ("Child-Alpha", "20100305", "someone@example.org"):
            result = self.refused(self.port.event(subject=subject, id=f"p:{len(subject)}"), "personal_subject", "subject")
            self.assertNotIn(subject, str(result.problem))
            self.assertNotIn(subject, self.at_hand.log())

    def test_a_time_in_the_future_is_refused(self):
        event = self.port.event()
        event.time.seconds += 3600
        self.refused(event, "time_in_future", "time")

    def test_a_time_before_1990_is_refused(self):
        event = self.port.event()
        event.time.seconds = 600_000_000
        self.refused(event, "time_before_1990", "time")

    def test_an_id_used_again_with_other_content_is_refused_and_the_first_stands(self):
        first = self.port.event(id="same")
        receipt = self.port.publish_one(first).receipt
        other = self.port.event(id="same")
        other.child_arrived.circumstances = "quite another story"
        self.refused(other, "id_reused", "id")
        again = self.port.publish_one(first)
        self.assertVerdict(again, hands.DUPLICATE)
        self.assertEqual(again.receipt, receipt)


if __name__ == "__main__":
    hands.main()
