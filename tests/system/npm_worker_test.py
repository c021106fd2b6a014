#!/usr/bin/python3
"""An agency's worker in JavaScript, by npm's zeromq, beside one by pyzmq: told cannot tell them apart."""
import pathlib

import hands
from hands import ACCEPTED, Desk, Port, Story, heads, ledger, until
from outside import POLICE
from told.v1 import ledger_pb2

import npm
from printing import Printing

CLIENT = pathlib.Path(__file__).resolve().parents[1] / "clients" / "agency_worker.js"
PACKAGES = {"zeromq": "6.8.0", "protobufjs": "8.8.1"}
EVENTS = 1_000


class NodeWorker(Printing):
    """The program as an agency would run it; `said`: every frame that told sent it."""

    def __init__(self, environment, house, name, *person):
        keys = [house.server_key(), (house.keys / f"{name}.public").read_text().strip(), house.secret(name)]
        self.said = []
        super().__init__(["node", CLIENT, house.agencies_endpoint(), *keys, *person], self.said.append, environment)

    def deliveries(self):
        return [delivery for frame in list(self.said) for delivery in frame.get("deliveries", [])]

    def __enter__(self):
        until(lambda: any("welcome" in frame for frame in list(self.said)), "told's welcome")
        return self


class NpmWorker(Story):
    @classmethod
    def setUpClass(cls):
        cls.environment = npm.installed(pathlib.Path(cls.told).resolve().parents[1] / "tests" / "npm_worker", PACKAGES)

    def setUp(self):
        self.at_hand = self.enterContext(self.house())
        self.at_hand.start()
        self.port = self.enterContext(Port(self.at_hand))

    def worker(self, *person):
        return NodeWorker(self.environment, self.at_hand, POLICE, *person)

    def publish(self, number):
        result = self.port.publish_one(self.port.event(subject=f"TIL/{number:06}"))
        self.assertVerdict(result, ACCEPTED)
        return hands.number_of(result.receipt, "E")

    def test_it_has_each_delivery_in_order_and_a_named_person_acknowledges(self):
        with self.worker("Officer A", "control room") as worker:
            events = [self.publish(number) for number in range(20)]
            until(lambda: len(heads(ledger(self.at_hand), "acknowledged")) == 20, "the acknowledgements")
            self.assertEqual([delivery["event_index"] for delivery in worker.deliveries()], events)
            self.assertIn("police_arrival", worker.deliveries()[0])
        said = heads(ledger(self.at_hand), "acknowledged")
        self.assertEqual({(a.via, a.means, a.repeated) for a in said}, {(POLICE, ledger_pb2.MEANS_QUEUE, False)})
        ended = [e for e in heads(ledger(self.at_hand), "attempt_ended") if e.carrier == "zmq_queue"]
        self.assertEqual({(e.outcome, e.attempt) for e in ended}, {(ledger_pb2.OUTCOME_DELIVERED, 1)})

    def test_the_newer_worker_takes_over_whoever_made_it(self):
        with self.worker() as first:
            with Desk(self.at_hand, POLICE) as second:
                self.assertEqual(first.process.wait(10), 1, "it was told that it is superseded")
                second.take(hands.of_subject(self.port.publish_one(self.port.event())))
                with self.worker():
                    second.problem("superseded")

    def test_what_it_held_when_it_died_comes_again_with_the_next_attempt(self):
        with self.worker() as worker:
            worker.process.send_signal(19)  # SIGSTOP: it takes nothing any more, and its connection stands
            event = self.publish(1)
            until(lambda: [e for e in heads(ledger(self.at_hand), "attempt_ended")
                           if e.outcome == ledger_pb2.OUTCOME_UNKNOWN], "told gives it up", within=20)
        with self.worker() as again:
            delivery = until(lambda: again.deliveries(), "the delivery")[0]
            self.assertEqual(delivery["event_index"], event)
            self.assertGreater(delivery["attempt"], 1)

    def test_a_thousand_and_none_lost(self):
        with self.worker("Officer A", "control room") as worker:
            events = []
            for batch in range(EVENTS // 100):
                made = [self.port.event(subject=f"TIL/{batch:03}{n:03}") for n in range(100)]
                events += [hands.number_of(r.receipt, "E") for r in self.port.publish(*made)]
            until(lambda: len(worker.deliveries()) >= EVENTS, "all deliveries", within=60)
            self.assertEqual([delivery["event_index"] for delivery in worker.deliveries()], events)
            until(lambda: self.at_hand.board.figure(f'told_lane_waiting{{recipient="{POLICE}"}}') == 0, "a lane at rest")


if __name__ == "__main__":
    hands.main()
