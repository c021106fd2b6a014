"""The parties of a story, one step after another in one thread; and told, which is started again when it has gone."""
import http.client
import json
import time

import zmq
from google.protobuf import json_format

from events import gateway_pb2
from house import DidNotServe
from publisher import Publisher
from worker import Habits, Worker

PATIENCE = 15.0      # seconds in which a step must be over: most take milliseconds
# Where a connection broke and its worker waits for deliveries, it finds out as it says its next heartbeat, half of the
# bench's 30 s after its last word: what comes to rest then is no slower than the protocol.
TO_REST = 15.0 + PATIENCE
AT_MOST_STARTS = 3   # more than that is a told that does not stay up


class Broken(AssertionError):
    """What must hold does not."""


class Memory:
    """What a party saw; as seen.Seen, but kept."""

    def __init__(self, party, lines=()):
        self.party, self.lines = party, list(lines)

    def note(self, what, **facts):
        self.lines.append({"what": what, "party": self.party, "at_us": time.time_ns() // 1000, **facts})

    def close(self):
        pass


class Reporter(Publisher):
    """A publisher that says what the story says, `batch` events at a time."""

    def __init__(self, house, name, lines=(), batch=1):
        super().__init__(house, name, 0, in_the_air=2, batch=batch, seen=Memory(name, lines))
        self.random.randint = lambda low, high: high
        self.planned, self.limit = [], 0

    def report(self, *events):
        self.planned += events
        self.limit += len(events)

    def next_event(self):
        event = self.planned[self.made]
        self.made += 1
        self.seen.note("published", id=event.id, subject=event.subject, type=event.type)
        self.unsettled[event.id] = event
        return event.id

    @property
    def idle(self):
        return self.made == self.limit and not self.unsettled


class Desk(Worker):
    """An agency's worker."""

    def __init__(self, house, name, lines=(), **habits):
        super().__init__(house, name, 0, Habits(**habits), seen=Memory(name, lines))

    @property
    def idle(self):
        return self.welcomed and not self.due and not self.unanswered

    def take(self):
        if not self.turn(0):
            self.dial()


class PickUp(Worker):
    """An agency that fetches files from the spool, and answers with files."""

    def __init__(self, house, name, folder, lines=()):
        super().__init__(house, name, 0, Habits(), seen=Memory(name, lines))
        self.folder, self.welcomed, self.fetched, self.answers = folder, True, set(), 0

    def dial(self):
        self.fetched.clear()

    @property
    def idle(self):
        return not self.due and not self.unanswered and not any((self.folder / "outgoing").glob("N-*.json"))

    def take(self):
        frames = []
        for file in (self.folder / "outgoing").glob("N-*.json"):  # hidden ones are still being written
            if file.name not in self.fetched:
                self.fetched.add(file.name)
                frames.append(json_format.Parse(file.read_text(), gateway_pb2.ServiceFrame()))
        for frame in sorted(frames, key=lambda f: (f.deliveries[0].event_index, f.deliveries[0].attempt)):
            self.hear(frame, None)
        for tray in ("done", "refused"):
            for file in (self.folder / tray).glob("[!.]*.result.json"):
                if file.name not in self.fetched:  # told may file a result again: it is the answer to the same words
                    self.fetched.add(file.name)
                    self.hear(json_format.Parse(file.read_text(), gateway_pb2.ServiceFrame()), None)
                file.unlink()
        answer = self.answer(None)
        answer.ClearField("credit")
        if answer.ByteSize():
            self.answers += 1
            part = self.folder / "incoming" / f".answer-{self.answers}"
            part.write_text(json_format.MessageToJson(answer, preserving_proto_field_name=True))
            part.rename(self.folder / "incoming" / f"answer-{self.answers}.json")


class Cast:
    def __init__(self, house, remembered):
        """`remembered`: what each party saw before this run."""
        self.house, self.remembered = house, remembered
        self.reporters, self.desks = {}, {}
        self.ended = []   # exit codes of a told that was not to end, negative for a signal
        self.starts = 0
        self.left = []    # what was open when it was last looked at

    def close(self):
        for party in self.parties():
            party.connection.close()

    # --- who takes part ---

    def reporter(self, name, batch=1):
        self.reporters[name] = made = Reporter(self.house, name, self.remembered.get(name, ()), batch)
        made.connection.dial()
        return made

    def connect(self, *names, **habits):
        for name in names:
            self.add(Desk(self.house, name, self.remembered.get(name, ()), **habits))

    def add(self, desk):
        self.desks[desk.name] = desk
        desk.dial()
        return desk

    def parties(self):
        return [*self.reporters.values(), *self.desks.values()]

    def memories(self):
        seen = {**self.remembered}
        seen.update({party.name: party.seen.lines for party in self.parties()})
        return seen

    # --- told's life ---

    def begin(self, wrap=()):
        """Starts it as the story wants; where it does not come to serve it is started again, as it is."""
        self.house.begin(wrap)
        try:
            self.house.wait_ready(PATIENCE)
        except DidNotServe:
            self.revive()

    def revive(self):
        if self.house.running():
            raise Broken("told runs and does not come to serve")
        self.ended.append(self.house.process.returncode)
        self.starts += 1
        if self.starts > AT_MOST_STARTS:
            raise Broken(f"told does not stay up: it ended with {self.ended}")
        try:
            self.house.start(PATIENCE)
        except DidNotServe as why:
            raise Broken(f"told does not serve after it ended with {self.ended}: {why}") from None

    def stop(self):
        """SIGTERM while the parties go on; where something struck meanwhile the end is as it is."""
        if self.house.running():
            self.house.process.terminate()
        deadline = time.monotonic() + PATIENCE
        while self.house.running():
            self.listen()
            if time.monotonic() > deadline:
                raise Broken(f"told does not stop within {PATIENCE:g} s")
        if self.house.process.returncode != 0:
            self.ended.append(self.house.process.returncode)

    # --- the story's steps ---

    def turn(self):
        if not self.house.running():
            self.revive()
        self.listen()

    def listen(self):
        for reporter in self.reporters.values():
            if not reporter.idle:
                reporter.turn(0)
        for desk in self.desks.values():
            desk.take()
        sockets = [party.connection.socket for party in self.parties()]
        zmq.zmq_poll([(socket, zmq.POLLIN) for socket in sockets if socket is not None], 2)

    def until(self, holds, what, within=PATIENCE):
        deadline = time.monotonic() + within
        while True:
            self.turn()
            value = holds()
            if value:
                return value
            if time.monotonic() > deadline:
                raise Broken(f"not within {within:g} s: {what}")

    def settle(self, but=()):
        """Until everything published has a verdict, and nothing is open but for those named and those not connected."""
        self.left = []
        try:
            self.until(lambda: self.settled(but), "it comes to rest", within=TO_REST)
        except Broken as why:
            busy = [party.name for party in self.parties() if not party.idle]
            raise Broken(f"{why}; busy: {busy or 'nobody'}; open: {self.left or 'nothing'}") from None

    def settled(self, but):
        if not all(party.idle for party in self.parties()):
            return False
        rows = self.ask("GET", "/v1/open?limit=1000")
        if rows is None:
            return False
        self.left = [(row["reference"], row["recipient"]) for row in rows.get("notifications", ())
                     if row["recipient"] in self.desks and row["recipient"] not in but]
        return not self.left

    def ask(self, method, address, body=None):
        """The JSON of a good answer, else None: a board that was struck is asked again."""
        try:
            status, text = self.house.board.ask(method, address, body)
            return json.loads(text) if status == 200 else None
        except (OSError, http.client.HTTPException, ValueError):  # cut short, it may end in the middle of its JSON
            return None

    def report(self, source, *events):
        self.reporters[source].report(*events)

    def told(self, name, **wanted):
        """The deliveries that a recipient saw with these facts."""
        return [line for line in self.desks[name].seen.lines
                if line["what"] == "delivery" and all(line[key] == value for key, value in wanted.items())]
