#!/usr/bin/python3
"""Whatever an agency's worker gets wrong is refused by name, recorded, and changes nothing for anybody else."""
import zmq

import hands
from hands import Story


class BadAgencies(Story):
    def setUp(self):
        self.at_hand = self.house()
        self.at_hand.__enter__()
        self.addCleanup(lambda: self.at_hand.__exit__(None, None, None))
        self.at_hand.start()
        self.port = hands.Port(self.at_hand)
        self.addCleanup(self.port.close)

    def desk(self, name="police.control_room", **more):
        desk = hands.Desk(self.at_hand, name, **more)
        self.addCleanup(desk.close)
        return desk

    def next_good_one_is_served(self, desk):
        result = self.port.publish_one(self.port.event(subject="TIL/777777"))
        delivery = desk.take(hands.of_subject(result))
        self.assertTrue(desk.acknowledge(delivery.notification).recorded)

    def assertRecorded(self, code, party="police.control_room"):
        def there():
            refused = hands.heads(hands.ledger(self.at_hand), "refused")
            return (party, code) in [(head.party, head.code) for head in refused]

        hands.until(there, f"the refusal {code} is in the ledger")

    def test_junk_and_a_truncated_frame_are_refused_and_the_session_goes_on(self):
        desk = self.desk()
        whole = hands.gateway_pb2.AgencyFrame(
            acknowledgements=[{"notification": "N-000", "person": "A. Person"}]).SerializeToString()
        for bad in (b"\xff" * 50, whole[:-4]):
            desk.say(bad)
            desk.problem("not_readable")
            self.next_good_one_is_served(desk)
        self.assertRecorded("not_readable")

    def test_an_unknown_field_is_refused_and_the_session_goes_on(self):
        desk = self.desk()
        desk.say(b"\xf8\x06\x01")
        desk.problem("unknown_field")
        self.next_good_one_is_served(desk)
        self.assertRecorded("unknown_field")

    def test_a_message_in_two_frames_is_refused_and_the_session_goes_on(self):
        desk = self.desk()
        desk.say(b"\x10\x01", b"\x10\x01")
        desk.problem("bad_framing")
        self.next_good_one_is_served(desk)
        self.assertRecorded("bad_framing")

    def test_a_frame_over_64_kib_costs_the_connection_and_a_new_one_is_served(self):
        desk = self.desk()
        desk.say(b"\0" * 80 * 1024)
        self.next_good_one_is_served(self.desk())

    def test_a_frame_before_hello_is_refused(self):
        desk = self.desk(credit=None)
        desk.send(credit=10)
        desk.problem("say_hello")
        desk.send(hello={"worker": "late"}, credit=10)
        self.next_good_one_is_served(desk)
        self.assertRecorded("say_hello")

    def test_an_acknowledgement_for_somebody_else_s_notification_is_refused_and_changes_nothing(self):
        police, home_office = self.desk(), self.desk("home_office.asylum")
        result = self.port.publish_one(self.port.event())
        theirs = home_office.take(hands.of_subject(result))
        answer = police.acknowledge(theirs.notification)
        self.assertFalse(answer.recorded)
        self.assertEqual(answer.problem.code, "unknown_notification")
        self.assertIn(theirs.notification, [row["reference"] for row in self.at_hand.board.open()])
        self.assertRecorded("not_yours")
        self.assertFalse(hands.heads(hands.ledger(self.at_hand), "acknowledged"))
        self.next_good_one_is_served(police)

    def test_an_acknowledgement_that_names_nobody_is_refused(self):
        desk = self.desk()
        delivery = desk.take(hands.of_subject(self.port.publish_one(self.port.event())))
        for person, code in (("", "missing_field"), ("x" * 129, "too_long"), ("A\u202eB", "hidden_character"),
                             ("A\x07B", "control_character")):
            answer = desk.acknowledge(delivery.notification, person=person)
            self.assertEqual((answer.recorded, answer.problem.code, answer.problem.field), (False, code, "person"))
            self.assertRecorded(code)
        self.assertTrue(desk.acknowledge(delivery.notification).recorded)

    def test_a_mistyped_reference_is_refused_and_not_looked_up(self):
        desk = self.desk()
        reference = desk.take(hands.of_subject(self.port.publish_one(self.port.event()))).notification
        typed = reference[:-1] + ("0" if reference[-1] != "0" else "1")
        answer = desk.acknowledge(typed)
        self.assertEqual((answer.recorded, answer.problem.code), (False, "bad_reference"))
        self.assertTrue(desk.acknowledge(reference).recorded)

    def test_an_acknowledgement_in_the_future_is_refused(self):
        desk = self.desk()
        reference = desk.take(hands.of_subject(self.port.publish_one(self.port.event()))).notification
        answer = desk.acknowledge(reference, at={"seconds": 4_000_000_000})
        self.assertEqual((answer.recorded, answer.problem.code, answer.problem.field), (False, "time_in_future", "at"))
        self.assertTrue(desk.acknowledge(reference).recorded)

    def test_receipts_for_what_was_never_sent_are_ignored(self):
        desk = self.desk()
        desk.send(receipts=[{"notification": "N-0000", "attempt": 1}, {"notification": "junk", "attempt": 9}])
        self.next_good_one_is_served(desk)
        self.assertFalse([head for head in hands.heads(hands.ledger(self.at_hand), "attempt_ended") if head.attempt == 9])

    def test_a_stranger_s_key_gets_no_answer_and_leaves_nothing_in_the_ledger(self):
        self.at_hand.make_key("curve", "stranger")
        desk = self.desk("stranger", credit=None)
        desk.send(hello={"worker": "stranger"}, credit=10)
        before = len(hands.ledger(self.at_hand))
        self.assertFalse(desk.socket.poll(1000, zmq.POLLIN))
        self.assertEqual(len(hands.ledger(self.at_hand)), before)
        self.next_good_one_is_served(self.desk())

    def test_a_publisher_s_key_serves_no_agency(self):
        desk = self.desk("port.tilbury", credit=None)
        desk.send(hello={"worker": "a port"}, credit=10)
        self.port.publish_one(self.port.event())
        desk.listen(500)
        self.assertFalse(desk.welcome or desk.deliveries)
        self.next_good_one_is_served(self.desk())

    def test_of_two_workers_for_one_agency_the_newer_takes_over_with_what_the_older_held(self):
        older = self.desk()
        result = self.port.publish_one(self.port.event())
        held = older.until(lambda: list(older.deliveries), "the delivery")[0]
        newer = self.desk()
        older.problem("superseded")
        again = newer.take(hands.of_subject(result))
        self.assertEqual((again.notification, again.attempt), (held.notification, held.attempt + 1))
        self.assertTrue(newer.acknowledge(again.notification).recorded)
        self.next_good_one_is_served(newer)
        changes = [head.change for head in hands.heads(hands.ledger(self.at_hand), "session_changed")]
        self.assertIn(hands.ledger_pb2.SESSION_CHANGE_SUPERSEDED, changes)

    def test_a_worker_that_asks_for_nothing_gets_nothing_and_delays_nobody(self):
        self.desk("home_office.asylum", credit=0)
        self.next_good_one_is_served(self.desk())


if __name__ == "__main__":
    hands.main()
