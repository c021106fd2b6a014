"""A publisher at full speed: several requests in the air; whatever has no verdict is published again, unchanged."""
import random
import time

import events
from connection import Connection
from events import gateway_pb2
from seen import seen_of

VERDICT = gateway_pb2.Verdict.Name
SETTLED = (gateway_pb2.VERDICT_ACCEPTED, gateway_pb2.VERDICT_DUPLICATE, gateway_pb2.VERDICT_REFUSED)
ROUND = ("child.arrived", "child.missing", "child.located", "child.missing", "child.located")


class Publisher:
    def __init__(self, house, name, seed, *, subjects=40, in_the_air=4, batch=16, patience=1.0, high=200, first=0,
                 limit=None, seen=None):
        self.random = random.Random(f"{seed}/{name}")
        self.name, self.subjects = name, subjects
        self.in_the_air, self.batch, self.patience, self.high = in_the_air, batch, patience, high
        self.limit = first + limit if limit else None
        self.seen = seen_of(house, name, seen)
        self.connection = Connection(house.publishers_endpoint(), house.server_key(), house.secret(name))
        self.prevent = "prevent" in name
        self.made = self.first = first  # numbers of its events
        self.request = 0
        self.unsettled = {}  # id -> event
        self.waiting = []    # ids to publish (again), oldest first
        self.not_before = 0.0
        self.air = {}        # request -> (when to give it up, ids)

    def run(self, stop, progress=None):
        """Until `stop` is set and everything published has a verdict."""
        self.connection.dial()
        while not (stop.is_set() or self.made == self.limit) or self.unsettled:
            self.turn(20, stop.is_set())
            if progress is not None:
                progress.value = self.made - self.first - len(self.unsettled)
        self.connection.close()
        self.seen.close()

    def turn(self, milliseconds, enough=False):
        """Says what may be said, and hears what comes within that time. Nothing new once it is `enough`."""
        self.send_what_may_go(enough)
        frames = self.connection.wait(milliseconds)
        if frames is None:
            self.connection.dial()
            self.give_up(float("inf"))
        for frame in frames or ():
            self.hear(gateway_pb2.PublishReply.FromString(frame))
        self.give_up(time.monotonic())

    def next_event(self):
        n = self.made
        self.made += 1
        if self.prevent:
            kind, high = "prevent.section36", False
        else:
            kind = ROUND[n // self.subjects % len(ROUND)]
            high = kind == "child.missing" and self.high > 0 and self.random.random() < 0.05
            self.high -= high
        # Nobody finds a child graded high: her ladder has time to be climbed.
        subject = f"{self.name[-3:].upper()}/{n if high else n % self.subjects:06d}"
        event = events.make(self.name, f"{self.name}-{n}", kind, subject, high)
        self.seen.note("published", id=event.id, subject=subject, type=event.type)
        self.unsettled[event.id] = event
        return event.id

    def send_what_may_go(self, enough):
        while len(self.air) < self.in_the_air and time.monotonic() >= self.not_before:
            size = self.random.randint(1, self.batch)
            ids, self.waiting = self.waiting[:size], self.waiting[size:]
            ids = [id for id in ids if id in self.unsettled]
            while len(ids) < size and not enough and self.made != self.limit and not self.waiting:
                ids.append(self.next_event())
            if not ids:
                if self.waiting:
                    continue
                return
            self.request += 1
            message = gateway_pb2.PublishRequest(request=self.request, events=[self.unsettled[id] for id in ids])
            if not self.connection.send(message):
                self.waiting = ids + self.waiting
                return
            self.air[self.request] = time.monotonic() + self.patience, ids

    def hear(self, reply):
        self.air.pop(reply.request, None)
        if reply.HasField("problem"):
            self.seen.note("frame_refused", code=reply.problem.code, reason=reply.problem.reason)
        again = []
        for result in reply.results:
            self.seen.note("answered", id=result.id, verdict=VERDICT(result.verdict)[8:], receipt=result.receipt,
                           case_ref=result.case_ref, code=result.problem.code)
            if result.verdict in SETTLED:
                self.unsettled.pop(result.id, None)
            elif result.id in self.unsettled:
                again.append(result.id)
                self.not_before = time.monotonic() + min(0.2, result.retry_after_ms / 1000)
        self.waiting = again + self.waiting

    def give_up(self, now):
        """Whatever nobody answered in time goes again, oldest first."""
        late = [number for number, (until, _) in self.air.items() if until < now]
        again = [id for number in late for id in self.air.pop(number)[1] if id in self.unsettled]
        self.waiting = again + self.waiting
