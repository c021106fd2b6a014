#!/usr/bin/python3
"""Whatever a publisher gets wrong in its frames, or as whom, is refused by name, recorded within bounds, and followed by
service as before."""
import os

import hands
from bad_publisher import BadPublisher
from hands import gateway_pb2

KEPT_AN_HOUR = 20  # refusals of one party that go into the ledger


class BadFrames(BadPublisher):
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
