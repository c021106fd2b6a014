#!/usr/bin/python3
"""Silence is an event: a worker that goes and a publisher that stops are told to the duty manager."""
import hands
import parties
from hands import Story


class Silence(Story):
    def test_a_worker_that_disconnects_is_told_to_the_duty_manager_and_so_is_its_return(self):
        with self.house(worker_heartbeat="150 ms") as house:
            house.start()
            with hands.Desk(house, "duty_manager") as manager:
                with hands.Desk(house, "police.control_room") as police:
                    police.until(lambda: police.welcome, "a welcome")
                manager.take(hands.alarm("worker_silent", "police.control_room"), "the alarm")
                with hands.Desk(house, "police.control_room") as police:
                    manager.take(hands.alarm("worker_silent", "police.control_room", cleared=True), "its end")
            changes = [(head.recipient, head.change) for head in hands.heads(hands.ledger(house), "session_changed")]
            self.assertIn(("police.control_room", hands.ledger_pb2.SESSION_CHANGE_LOST), changes)

    def test_a_worker_that_says_nothing_any_more_is_lost_and_what_it_held_goes_to_the_next(self):
        with self.house(worker_heartbeat="150 ms") as house:
            house.start()
            with hands.Port(house) as port, hands.Desk(house, "police.control_room") as hangs:
                result = port.publish_one(port.event())
                held = hangs.until(lambda: list(hangs.deliveries), "the delivery")[0]
                with hands.Desk(house, "duty_manager") as manager:  # and hangs says nothing
                    manager.take(hands.alarm("worker_silent", "police.control_room"), "the alarm")
                with hands.Desk(house, "police.control_room") as police:
                    again = police.take(hands.of_subject(result))
                    self.assertEqual((again.notification, again.attempt), (held.notification, held.attempt + 1))

    def test_a_publisher_silent_past_its_heartbeat_is_told_to_the_duty_manager(self):
        ports = (parties.Publisher("port.tilbury", heartbeat="400 ms"), parties.Publisher("port.purfleet"))
        with self.house(publishers=ports, worker_heartbeat="500 ms") as house:
            house.start()
            with hands.Port(house) as port, hands.Desk(house, "duty_manager") as manager:
                port.publish()  # a heartbeat
                manager.take(hands.alarm("publisher_silent", "port.tilbury"), "the alarm")
                port.publish()
                manager.take(hands.alarm("publisher_silent", "port.tilbury", cleared=True), "its end")
            alarms = [(head.code, head.party) for head in hands.heads(hands.ledger(house), "alarm_raised")]
            self.assertNotIn(("publisher_silent", "port.purfleet"), alarms, "it has no heartbeat to keep")


if __name__ == "__main__":
    hands.main()
