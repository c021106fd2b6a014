"""An agency's worker that writes down every delivery it sees and every answer to its acknowledgements."""
import heapq
import random
import time

from connection import Connection
from events import gateway_pb2
from seen import seen_of

KIND = gateway_pb2.NotificationKind.Name
ACKNOWLEDGEMENTS_A_FRAME = 200
HANGS_BEFORE_IT_GOES = 0.04  # seconds in which a worker that reconnects reads nothing any more
HELLO_PATIENCE = 1.0  # seconds without a welcome before it dials again


class Habits:
    """How this agency behaves. Delays are in seconds."""

    def __init__(self, acknowledges=True, credit=256, delay=(0.0, 0.0), reconnects_every=None, receipts=True):
        self.acknowledges, self.credit, self.delay = acknowledges, credit, delay
        self.reconnects_every, self.receipts = reconnects_every, receipts


class Worker:
    def __init__(self, house, name, seed=0, habits=None, seen=None):
        self.random = random.Random(f"{seed}/{name}")
        self.name, self.habits = name, habits or Habits()
        self.seen = seen_of(house, name, seen)
        self.connection = Connection(house.agencies_endpoint(), house.server_key(), house.secret(name))
        self.due = []           # (when, number, notification, attempt, asks): handled then
        self.unanswered = {}    # notification -> when the acknowledgement was last sent
        self.checkpoint = ""
        self.number = 0
        self.beat = 0.1

    def run(self, stop, hurry=None):
        """Until `stop` is set. Once `hurry` is set it takes no time over anything."""
        while not stop.is_set():
            self.session(stop, hurry)
        self.connection.close()
        self.seen.close()

    def session(self, stop, hurry):
        self.dial()
        every = self.habits.reconnects_every
        ends = self.began + self.random.uniform(0.2, 1.8) * every if every else float("inf")
        while not stop.is_set():
            now = time.monotonic()
            if now > ends:
                time.sleep(HANGS_BEFORE_IT_GOES)  # what comes now it never sees
                return
            wait = min(0.02, self.due[0][0] - now) if self.due else 0.02
            if not self.turn(1000 * wait, hurry):
                return

    def dial(self):
        self.connection.dial()
        self.due, self.welcomed = [], False
        self.connection.send(gateway_pb2.AgencyFrame(hello={"worker": "torture"}, credit=self.habits.credit))
        self.began = self.spoke = time.monotonic()

    def turn(self, milliseconds, hurry=None):
        """Hears what comes within that time and says what is due; False where this session is over."""
        if not self.welcomed and time.monotonic() - self.began > HELLO_PATIENCE:
            return False
        frames = self.connection.wait(milliseconds)
        if frames is None:
            return False
        for frame in frames:
            if not self.hear(gateway_pb2.ServiceFrame.FromString(frame), hurry):
                return False
        answer = self.answer(hurry)
        if self.welcomed and (answer.ByteSize() or time.monotonic() - self.spoke > self.beat / 2):
            self.connection.send(answer)
            self.spoke = time.monotonic()
        return True

    def hear(self, frame, hurry):
        """Writes down what came; False where this session is over."""
        if frame.HasField("welcome"):
            self.welcomed = True
            self.beat = frame.welcome.heartbeat_ms / 1000
        if frame.checkpoint and frame.checkpoint != self.checkpoint:
            self.checkpoint = frame.checkpoint
            self.seen.note("checkpoint", note=frame.checkpoint)
        hurried = hurry is not None and hurry.is_set()
        for delivery in frame.deliveries:
            self.seen.note("delivery", notification=delivery.notification, attempt=delivery.attempt,
                           kind=KIND(delivery.kind)[18:], case_ref=delivery.case_ref, event_type=delivery.event_type,
                           event_index=delivery.event_index, message=delivery.WhichOneof("message"))
            self.number += 1
            when = time.monotonic() + (0 if hurried else self.random.uniform(*self.habits.delay))
            heapq.heappush(self.due, (when, self.number, delivery.notification, delivery.attempt,
                                      delivery.HasField("deadline")))
        for result in frame.results:
            self.seen.note("acknowledged", notification=result.notification, recorded=result.recorded,
                           late=result.late, repeated=result.repeated, code=result.problem.code)
            if result.problem.code != "busy":
                self.unanswered.pop(result.notification, None)
        if frame.HasField("problem"):
            self.seen.note("problem", code=frame.problem.code, reason=frame.problem.reason)
            return False
        return True

    def answer(self, hurry):
        """Receipts and acknowledgements that are due, and acknowledgements that nobody answered in a second."""
        answer = gateway_pb2.AgencyFrame()
        now = time.monotonic()
        hurried = hurry is not None and hurry.is_set()
        while self.due and (self.due[0][0] <= now or hurried):
            _, _, notification, attempt, asks = heapq.heappop(self.due)
            answer.credit += 1
            if self.habits.receipts:
                answer.receipts.add(notification=notification, attempt=attempt)
            if self.habits.acknowledges and asks:
                self.unanswered.setdefault(notification, 0.0)
        room = ACKNOWLEDGEMENTS_A_FRAME
        for notification, sent in self.unanswered.items():
            if now - sent < 1.0:
                continue
            if room == 0:
                break
            room -= 1
            self.unanswered[notification] = now
            answer.acknowledgements.add(notification=notification, person="A. Person", role="Duty officer")
        return answer
