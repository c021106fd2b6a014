"""A publisher that gets things wrong, before a told of its own; what follows must be served as before."""
import time

import hands
from hands import Story, gateway_pb2, until


class BadPublisher(Story):
    def setUp(self):
        self.at_hand = self.house(worker_heartbeat="30 s")  # an alarm that nobody is connected is an entry as well
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
