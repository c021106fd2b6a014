#!/usr/bin/python3
"""Whatever a publisher gets wrong is refused by name, recorded, and followed by service as before."""
import os
import time

import hands
from hands import Story, gateway_pb2, until

KEPT_AN_HOUR = 20  # refusals of one party that go into the ledger


class BadPublishers(Story):
    def setUp(self):
        self.at_hand = self.house()
        self.at_hand.__enter__()
        self.addCleanup(lambda: self.at_hand.__exit__(None, None, None))
        self.at_hand.start()
        self.port = hands.Port(self.at_hand)
        self.addCleanup(self.port.close)

    def next_good_one_is_served(self):
        good = self.port.publish_one(self.port.event(id=f"good:{time.monotonic_ns()}", subject="TIL/777777"))
        self.assertVerdict(good, hands.ACCEPTED)

    def refusals(self, party="port.tilbury"):
        return [head for head in hands.heads(hands.ledger(self.at_hand), "refused") if head.party == party]

    def is_recorded(self, code):
        """A refusal is answered at once and becomes durable with the next group."""
        until(lambda: code in [head.code for head in self.refusals()], f"the refusal {code} is in the ledger")

    def refused(self, event, code, field=None):
        result = self.port.publish_one(event)
        self.assertVerdict(result, hands.REFUSED, code, field)
        self.next_good_one_is_served()
        self.is_recorded(code)
        return result

    def frame_refused(self, code, *frames):
        self.port.say(*frames)
        reply = self.port.reply()
        self.assertEqual(reply.problem.code, code, str(reply))
        self.next_good_one_is_served()
        self.is_recorded(code)

    # --- frames ---

    def test_junk_is_refused(self):
        self.frame_refused("not_readable", b"\xff" * 100)

    def test_a_truncated_frame_is_refused(self):
        whole = gateway_pb2.PublishRequest(request=1, events=[self.port.event()]).SerializeToString()
        self.frame_refused("not_readable", whole[:-7])

    def test_a_message_in_two_frames_is_refused(self):
        self.frame_refused("bad_framing", b"\x10\x01", b"\x10\x02")

    def test_an_unknown_field_is_refused(self):
        self.frame_refused("unknown_field", b"\x10\x01\xf8\x06\x01")

    def test_an_unknown_field_inside_an_event_is_refused(self):
        event = self.port.event()
        event.MergeFromString(b"\xf8\x06\x01")
        self.refused(event, "unknown_field")

    def test_too_many_events_at_once_are_refused(self):
        tiny = gateway_pb2.PublishRequest(request=1)
        for _ in range(257):
            tiny.events.add(id="x")
        self.frame_refused("too_many", tiny.SerializeToString())

    def test_a_frame_over_64_kib_costs_its_sender_the_connection_and_nobody_else_anything(self):
        with hands.Port(self.at_hand, "port.purfleet") as other:
            self.port.say(os.urandom(80 * 1024))
            self.assertVerdict(other.publish_one(other.event()), hands.ACCEPTED)
        with hands.Port(self.at_hand) as again:
            self.assertVerdict(again.publish_one(again.event(id="again")), hands.ACCEPTED)

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
        for subject in ("Ahmad-Khan", "20100305", "someone@example.org"):
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

    # --- who may say what ---

    def test_another_s_source_is_refused(self):
        event = self.port.event()
        event.source = "port.purfleet"
        self.refused(event, "not_yours", "source")

    def test_a_type_that_is_not_this_publisher_s_is_refused(self):
        self.refused(self.port.event("prevent.section36"), "not_allowed_type", "type")

    def test_a_site_that_is_not_this_publisher_s_is_refused(self):
        event = self.port.event()
        event.site = "police_station"
        self.refused(event, "not_allowed_site", "site")

    def test_a_stranger_s_key_gets_no_answer_and_leaves_nothing_in_the_ledger(self):
        self.at_hand.make_key("curve", "stranger")
        before = len(hands.ledger(self.at_hand))
        with hands.Port(self.at_hand, "stranger") as stranger:
            stranger.say(gateway_pb2.PublishRequest(request=1, events=[stranger.event()]).SerializeToString())
            with self.assertRaises(hands.NoAnswer):
                stranger.reply(within=1.0)
        self.assertEqual(len(hands.ledger(self.at_hand)), before)
        self.next_good_one_is_served()

    def test_an_agency_s_key_may_not_publish(self):
        with hands.Port(self.at_hand, "police.control_room") as agency:
            agency.say(gateway_pb2.PublishRequest(request=1, events=[agency.event()]).SerializeToString())
            try:
                self.assertTrue(agency.reply(within=1.0).HasField("problem"))
            except hands.NoAnswer:
                pass  # turned away at the door
        self.assertFalse([head for head in hands.heads(hands.ledger(self.at_hand), "event_accepted")])
        self.next_good_one_is_served()

    # --- bounds ---

    def test_refusals_of_one_party_are_kept_up_to_a_bound_and_no_other_party_pays_for_it(self):
        with hands.Port(self.at_hand, "port.purfleet") as other:
            for n in range(KEPT_AN_HOUR + 30):
                self.port.say(b"\xff" * 10)
                self.port.reply()
            wrong = other.event()
            wrong.type = "nonsense"
            self.assertVerdict(other.publish_one(wrong), hands.REFUSED)
        self.next_good_one_is_served()  # it is durable, and so is what was refused before it
        self.assertEqual(len(self.refusals()), KEPT_AN_HOUR)
        self.assertEqual(len(self.refusals("port.purfleet")), 1)


if __name__ == "__main__":
    hands.main()
