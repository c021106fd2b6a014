"""The nights that the crash matrix plays: small, the same each time, and over in a fraction of a second.

Each has `prepare`, played once before and kept as a copy, and `play`, whose every call is a point. A story ends by
SIGTERM, so that stopping is played too. `after` gives sentences for what the checker of promises cannot know.
"""
import base64
import json
import os
import sqlite3

import events
import parties
from cast import PickUp
from told_history import number_of

PORT, PREVENT = "port.tilbury", "police.essex_prevent"
POLICE, HOME_OFFICE, ITG, PANEL, MANAGER = ("police.control_room", "home_office.asylum", "barnardos.itg",
                                            "channel_panel.chairs", "duty_manager")
QUICK = {**parties.LONG, "standard": ("150 ms", "4 h", "6 h")}


class Story:
    ladders = parties.LONG
    publishers = parties.PUBLISHERS
    agencies = parties.AGENCIES
    store_mib = None   # of a file system of the store's own
    room_mib = 48      # of the file system that everything is on: too little for a log of changes written ahead
    more = ""          # of told.toml, beside what every house has

    def __init__(self, house):
        self.house, self.numbers = house, {}

    def put_beside(self):
        """What the house needs beside its configuration."""

    def prepare(self, cast):
        """A ledger that has been begun."""
        cast.begin()
        cast.stop()

    def after(self, cast, export):
        """Sentences for what is not as it must be; `export`: the lines of the ledger."""
        return ()

    def event(self, kind, subject="TIL/000001", source=PORT, **more):
        self.numbers[source] = number = self.numbers.get(source, 0) + 1
        return events.make(source, f"{source}:{number}", kind, subject, **more)

    def amendment(self, kind, about):
        """A correction or a withdrawal of an arrival."""
        made = self.event("child.arrived", about.subject)
        data = events.event_pb2.Event()
        data.CopyFrom(made)
        made.type = f"told.event.{kind}.v1"
        amends = getattr(made, f"event_{kind}")  # takes the arrival's place
        amends.supersedes, amends.reason = about.id, "another child was meant"
        if kind == "corrected":
            amends.child_arrived.CopyFrom(data.child_arrived)
            amends.child_arrived.circumstances = "found at the gate"
        return made


class Night(Story):
    """The demo's: an arrival, a child missing, an agency that does not answer, a call recorded, the child located."""
    ladders = QUICK

    def play(self, cast, wrap):
        cast.begin(wrap)
        cast.reporter(PORT)
        cast.reporter(PREVENT)
        cast.connect(POLICE, HOME_OFFICE, ITG, PANEL, MANAGER)
        cast.report(PORT, self.event("child.arrived"))
        cast.settle()
        home_office = cast.desks[HOME_OFFICE].habits
        home_office.acknowledges = False
        cast.report(PORT, self.event("child.missing"))
        cast.settle(but=[HOME_OFFICE])
        cast.until(lambda: cast.told(MANAGER, kind="ESCALATION"), "the duty manager is called")
        cast.settle(but=[HOME_OFFICE])
        asked = cast.until(lambda: cast.told(HOME_OFFICE, event_type="told.child.missing.v1"), "its system has it")
        unanswered = asked[0]["notification"]
        call = {"told_person": "Officer C", "told_role": "on-call officer", "by": "Manager A"}
        cast.until(lambda: cast.ask("POST", f"/v1/notifications/{unanswered}/call", call), "the call is recorded")
        home_office.acknowledges = True
        cast.report(PORT, self.event("child.located"))
        cast.settle()
        cast.report(PREVENT, self.event("prevent.section36", "EX/000001", PREVENT))
        cast.settle()
        cast.stop()


class FirstStart(Story):
    """An empty directory, and room enough for the log of changes to be written ahead."""
    room_mib = 700

    def prepare(self, cast):
        pass

    def play(self, cast, wrap):
        cast.begin(wrap)
        cast.reporter(PORT)
        cast.connect(POLICE)
        cast.report(PORT, self.event("child.arrived"))
        cast.settle()
        cast.stop()


class CatchUp(Story):
    """A port that could not reach told says everything at once, nobody is there, and the ladders are climbed."""
    ladders = QUICK

    def play(self, cast, wrap):
        cast.begin(wrap)
        port = cast.reporter(PORT, batch=24)
        for kind in ("child.arrived", "child.missing"):
            cast.report(PORT, *[self.event(kind, f"TIL/{n:06d}") for n in range(12)])
        cast.until(lambda: port.idle, "everything has a verdict")
        cast.until(lambda: self.calls(cast) >= 12, "the duty manager is called for each child")
        cast.connect(POLICE, HOME_OFFICE, ITG, MANAGER)
        cast.settle()
        cast.stop()

    @staticmethod
    def calls(cast):
        rows = cast.ask("GET", "/v1/open?limit=1000") or {}
        return sum(row["recipient"] == MANAGER and row["kind"].endswith("ESCALATION")
                   for row in rows.get("notifications", ()))


class Withdrawal(Story):
    """An arrival is corrected, then withdrawn: its content is purged, and its key is nowhere any more."""
    publishers = (parties.Publisher(PORT, (*parties.CHILD, "event.corrected", "event.withdrawn")),
                  *parties.PUBLISHERS[1:])

    def prepare(self, cast):
        cast.begin()
        port = cast.reporter(PORT)
        cast.connect(POLICE, HOME_OFFICE, ITG)
        self.arrival = self.event("child.arrived")
        cast.report(PORT, self.arrival)
        cast.settle()
        self.receipt = number_of(port.seen.lines[-1]["receipt"], "E")
        cast.stop()
        with sqlite3.connect(self.house.directory / "store/ledger.db") as store:
            self.secret, = store.execute("SELECT wrapped FROM body_keys WHERE entry = ?", [self.receipt]).fetchone()
        store.close()
        if len(self.secret) != 72 or not self.kept(self.secret):
            raise AssertionError("the key that is to be destroyed was not there")

    def play(self, cast, wrap):
        self.numbers[PORT] = 1
        cast.begin(wrap)
        cast.reporter(PORT)
        cast.connect(POLICE, HOME_OFFICE, ITG)
        cast.report(PORT, self.amendment("corrected", self.arrival))
        cast.settle()
        cast.report(PORT, self.amendment("withdrawn", self.arrival))
        cast.settle()
        cast.until(lambda: not self.kept(self.secret), "the destroyed key is nowhere any more")
        cast.stop()

    def kept(self, secret):
        return [file.name for file in (self.house.directory / "store").iterdir() if secret in file.read_bytes()]

    def after(self, cast, export):
        if where := self.kept(self.secret):
            yield f"the key of what was withdrawn is still in {', '.join(where)}"
        purged = [line for line in export if line.get("index") == str(self.receipt) and line.get("purged")]
        if not purged:
            yield f"entry {self.receipt} was withdrawn, and the export does not say that it is purged"


class Reload(Story):
    """The policy changes while events come: what comes after goes by the new one."""

    def put_beside(self):
        self.policy = self.house.directory / "policy.toml"
        self.before = self.policy.read_text()
        rules = self.before.split("[[tell]]")
        self.next = "[[tell]]".join(rule for rule in rules if 'when = "child.arrived"\nwho = "home_office' not in rule)

    def play(self, cast, wrap):
        self.policy.write_text(self.before)
        cast.begin(wrap)
        cast.reporter(PORT)
        cast.connect(POLICE, HOME_OFFICE, ITG)
        cast.report(PORT, self.event("child.arrived"))
        cast.settle()
        self.policy.write_text(self.next)
        self.house.reload()
        cast.until(lambda: (cast.ask("GET", "/v1/policy") or {}).get("text") == self.next, "the new policy is in force")
        cast.report(PORT, self.event("child.arrived", "TIL/000002"))
        cast.settle()
        cast.stop()

    def after(self, cast, export):
        heads = [line["entry"]["event_accepted"] for line in export if "event_accepted" in line["entry"]]
        told = [HOME_OFFICE in [duty["recipient"] for duty in head["duties"]] for head in heads]
        if told != [True, False]:
            yield f"the Home Office was to be told of the first arrival alone; it was of {told}"


class DiskFull(Story):
    """The disk gets full: the reserve is given up, publishers wait, an acknowledgement is taken; then there is room."""
    store_mib = 24

    def play(self, cast, wrap):
        cast.begin(wrap)
        port = cast.reporter(PORT)
        cast.connect(POLICE, HOME_OFFICE, ITG, MANAGER)
        police = cast.desks[POLICE]
        police.habits.acknowledges = False
        cast.report(PORT, self.event("child.arrived"))
        cast.settle(but=[POLICE])
        ballast = self.fill(leave=600 << 10)
        cast.until(lambda: self.asked_to_wait(cast, port), "the port is asked to wait")
        police.habits.acknowledges = True
        police.unanswered.update((line["notification"], 0.0) for line in cast.told(POLICE))
        cast.until(lambda: not police.unanswered, "the acknowledgement is taken")
        ballast.unlink()
        cast.settle()
        cast.stop()

    def asked_to_wait(self, cast, port):
        if port.idle:
            cast.report(PORT, self.event("child.arrived", "TIL/000002"))
        return port.seen.lines[-1].get("verdict") == "RETRY"

    def fill(self, leave):
        ballast = self.house.directory / "store/ballast"

        def free():
            room = os.statvfs(ballast.parent)
            return room.f_bavail * room.f_frsize

        with ballast.open("wb", buffering=0) as file:
            while free() > leave:
                try:
                    file.write(b"\0" * min(65536, free() - leave))
                except OSError:
                    break
        return ballast


class Restart(Story):
    """It was killed with notifications open; ladders fell due meanwhile; then it is stopped with deliveries under way."""
    ladders = QUICK

    def prepare(self, cast):
        cast.begin()
        port = cast.reporter(PORT)
        cast.connect(POLICE)
        for n in range(4):
            cast.report(PORT, self.event("child.arrived", f"TIL/{n:06d}"), self.event("child.missing", f"TIL/{n:06d}"))
        cast.settle()
        self.house.kill()  # within 250 ms of the last: the projection lags behind

    def play(self, cast, wrap):
        self.numbers[PORT] = 8
        cast.begin(wrap)
        port = cast.reporter(PORT)
        cast.connect(POLICE, HOME_OFFICE, ITG, MANAGER)
        cast.settle()
        cast.report(PORT, self.event("child.located", "TIL/000001"))
        cast.until(lambda: port.idle, "it has a verdict")
        cast.stop()


class Spool(Story):
    """The police fetch files and answer with files."""
    agencies = tuple(name for name in parties.AGENCIES if name != POLICE)

    more = f'\n[[way]]\nrecipient = "{POLICE}"\ncarrier = "spool"\ndirectory = "pickup"\npoll = "50 ms"\n'

    def put_beside(self):
        self.house.take_key("curve", POLICE)  # nobody uses it; a worker has one
        policy = self.house.directory / "policy.toml"
        head, tail = policy.read_text().split(f'name = "{POLICE}"', 1)
        policy.write_text(f'{head}name = "{POLICE}"' + tail.replace('carrier = "zmq_queue"', 'carrier = "spool"', 1))
        for tray in ("incoming", "outgoing", "done", "refused"):
            (self.folder / tray).mkdir(parents=True)

    @property
    def folder(self):
        return self.house.directory / "pickup" / POLICE

    def play(self, cast, wrap):
        cast.begin(wrap)
        cast.reporter(PORT)
        cast.connect(HOME_OFFICE, ITG)
        cast.add(PickUp(self.house, POLICE, self.folder))
        for kind in ("child.arrived", "child.missing", "child.located"):
            cast.report(PORT, self.event(kind))
            cast.settle()
        cast.stop()


STORIES = {"night": Night, "first_start": FirstStart, "catch_up": CatchUp, "withdrawal": Withdrawal, "reload": Reload,
           "disk_full": DiskFull, "restart": Restart, "spool": Spool}
