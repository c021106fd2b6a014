"""What the system tests have in hand: a publisher and an agency's desk that do one thing at a time, and the ledger."""
import base64
import json
import pathlib
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "torture"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "checker"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "carriers"))

import zmq

import events  # generates the words
import words
from told_history import number_of
from events import event_pb2, gateway_pb2
from house import DidNotServe, House, until
from told.v1 import ledger_pb2

VERIFIER = pathlib.Path(__file__).resolve().parents[1] / "checker" / "verify_export.py"
PATIENCE = 5.0  # seconds within which told must answer

ACCEPTED, DUPLICATE = gateway_pb2.VERDICT_ACCEPTED, gateway_pb2.VERDICT_DUPLICATE
REFUSED, RETRY = gateway_pb2.VERDICT_REFUSED, gateway_pb2.VERDICT_RETRY


class NoAnswer(AssertionError):
    pass


class Party:
    def __init__(self, house, name, endpoint, secret=None):
        self.name, self.house = name, house
        self.socket = words.dial(endpoint, house.server_key(), secret or house.secret(name))

    def say(self, *frames):
        self.socket.send_multipart(list(frames))

    def hear(self, within=PATIENCE):
        if not self.socket.poll(within * 1000):
            raise NoAnswer(f"{self.name} had no answer within {within:g} s")
        return self.socket.recv_multipart()[-1]

    def close(self):
        self.socket.close(0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Port(Party):
    """A publisher."""

    def __init__(self, house, name="port.tilbury", secret=None):
        super().__init__(house, name, house.publishers_endpoint(), secret)
        self.made = 0

    def event(self, kind="child.arrived", subject="TIL/000001", id=None, **more):
        self.made += 1
        return events.make(self.name, id or f"{self.name}:{self.made}", kind, subject, **more)

    def reply(self, within=PATIENCE):
        return gateway_pb2.PublishReply.FromString(self.hear(within))

    def publish(self, *made, within=PATIENCE):
        """The results, in order."""
        self.say(gateway_pb2.PublishRequest(request=1, events=made).SerializeToString())
        reply = self.reply(within)
        if reply.HasField("problem"):
            raise AssertionError(f"the frame was refused: {reply.problem}")
        return list(reply.results)

    def publish_one(self, event, within=PATIENCE):
        return self.publish(event, within=within)[0]


class Desk(Party):
    """An agency's worker."""

    def __init__(self, house, name, secret=None, credit=64):
        super().__init__(house, name, house.agencies_endpoint(), secret)
        self.deliveries, self.results, self.problems = [], [], []
        self.welcome = None
        if credit is not None:
            self.send(hello={"worker": "a test"}, credit=credit)
            self.until(lambda: self.welcome, "a welcome")

    def send(self, **members):
        self.say(gateway_pb2.AgencyFrame(**members).SerializeToString())

    def listen(self, milliseconds=20):
        """Takes what has come; a heartbeat keeps the session."""
        while self.socket.poll(milliseconds):
            frame = gateway_pb2.ServiceFrame.FromString(self.socket.recv())
            milliseconds = 0
            if frame.HasField("welcome"):
                self.welcome = frame.welcome
            if frame.HasField("problem"):
                self.problems.append(frame.problem)
            self.deliveries.extend(frame.deliveries)
            self.results.extend(frame.results)
        if self.welcome:
            self.send()

    def until(self, holds, what, within=PATIENCE):
        deadline = time.monotonic() + within
        while True:
            self.listen()
            value = holds()
            if value:
                return value
            if time.monotonic() > deadline:
                raise NoAnswer(f"{self.name} did not get within {within:g} s: {what}")

    def take(self, wanted, what="the delivery", within=PATIENCE):
        """The first delivery that `wanted` likes, receipted."""
        delivery = self.until(lambda: next((d for d in self.deliveries if wanted(d)), None), what, within)
        self.deliveries.remove(delivery)
        self.send(receipts=[{"notification": delivery.notification, "attempt": delivery.attempt}], credit=1)
        return delivery

    def acknowledge(self, notification, person="A. Person", role="Duty officer", **more):
        """What told answers."""
        self.send(acknowledgements=[{"notification": notification, "person": person, "role": role, **more}])
        result = self.until(lambda: next((r for r in self.results if r.notification == notification), None),
                            f"an answer to the acknowledgement of {notification}")
        self.results.remove(result)
        return result

    def problem(self, code):
        """The problem of that code, when it has come."""
        found = self.until(lambda: next((p for p in self.problems if p.code == code), None), f"the problem {code}")
        self.problems.remove(found)
        return found


def of_subject(port_result):
    """Chooses deliveries about the event that a publisher was given this result for."""
    return lambda delivery: delivery.event_index == number_of(port_result.receipt, "E")


def alarm(code, party, cleared=False):
    """Chooses notices of one alarm."""
    return lambda d: (d.WhichOneof("message") == "alarm" and d.alarm.code == code and d.alarm.party == party and
                      d.alarm.cleared == cleared)


def ledger(house):
    """Every entry, but for those that say that somebody looked, as this does."""
    with house.export().open(encoding="utf-8") as lines:
        next(lines)
        entries = [ledger_pb2.LedgerEntry.FromString(base64.b64decode(json.loads(line)["leaf"])) for line in lines]
    return [entry for entry in entries if entry.WhichOneof("head") != "case_read"]


def heads(entries, kind):
    return [getattr(entry, kind) for entry in entries if entry.WhichOneof("head") == kind]


class Story(unittest.TestCase):
    """A test with a told of its own: `with self.house() as house`."""
    told = toldctl = ""

    def house(self, **settings):
        return House(self.told, self.toldctl, **settings)

    def verify(self, house, *chosen):
        """What the two verifiers, which share no code, say of an export: one text for each."""
        path = house.directory / "chosen.jsonl"
        path.unlink(missing_ok=True)
        house.ctl("export", "-o", path, *chosen)
        key = json.loads(path.read_text(encoding="utf-8").splitlines()[0])["verifier_key"]
        pathlib.Path(house.directory / "key").write_text(key, encoding="utf-8")
        said = []
        for verifier in ([sys.executable, VERIFIER, path, "--key", house.directory / "key"],
                         [house.toldctl, "verify", path, "--key", house.directory / "key"]):
            done = subprocess.run([*map(str, verifier)], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            said.append(done.stdout + done.stderr)
        return said

    def assertVerdict(self, result, verdict, code=None, field=None):
        shown = gateway_pb2.Verdict.Name(result.verdict)
        self.assertEqual(shown, gateway_pb2.Verdict.Name(verdict), str(result.problem))
        if code is not None:
            self.assertEqual(result.problem.code, code, str(result.problem))
            self.assertTrue(result.problem.reason)
            self.assertTrue(result.problem.mend)
        if field is not None:
            self.assertEqual(result.problem.field, field)


def main():
    """TEST.py TOLD TOLDCTL [unittest's own arguments]"""
    if len(sys.argv) < 3:
        sys.exit(f"usage: {sys.argv[0]} TOLD TOLDCTL")
    Story.told, Story.toldctl = sys.argv[1:3]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
