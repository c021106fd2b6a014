"""One story in one process: played again and again on the same beginning, struck at one point each time."""
import contextlib
import json
import pathlib
import shutil
import subprocess
import tempfile
import time
import types

import check_promises
import told_history
from cast import Broken, Cast
from house import House
from points import read_trace, strike_name
from stories import STORIES

PROTO = pathlib.Path(__file__).resolve().parents[3] / "proto"

EX_UNAVAILABLE, EX_IOERR, SIGKILL, SIGABRT, SIGTERM = 69, 74, -9, -6, -15
ABORTS = ("netlink",)  # libzmq's, while it binds: it asserts, the process ends, and the next start is a good one
KEPT = ("keys", "notify.sock")  # of the house's directory; everything else is as it was before each run


def mount(directory, mib):
    directory.mkdir(mode=0o700, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=0700", "none", directory], check=True)


class Bench:
    """Needs a mount namespace of its own."""

    def __init__(self, name, told, toldctl, strike):
        self.name, self.strike = name, strike
        self.place = pathlib.Path(tempfile.mkdtemp(prefix=f"told-{name}-"))
        kind = STORIES[name]
        mount(self.place, kind.room_mib)
        self.directory, self.frozen = self.place / "house", self.place / "frozen"
        self.house = House(told, toldctl, self.directory, publishers=kind.publishers, agencies=kind.agencies,
                           ladders=kind.ladders, worker_heartbeat="30 s", more=kind.more)
        self.house.environment["WATCHDOG_USEC"] = "3000000"  # as the unit has it, and quicker
        self.house.__enter__()
        self.story = kind(self.house)
        self.story.put_beside()
        if kind.store_mib:
            mount(self.directory / "store", kind.store_mib)
        cast = Cast(self.house, {})
        self.story.prepare(cast)
        cast.close()
        self.remembered = cast.memories()
        self.made = dict(self.story.numbers)
        shutil.copytree(self.directory, self.frozen, ignore=shutil.ignore_patterns(*KEPT, "told.log", "*.sock"))

    def close(self):
        self.house.__exit__(None)
        for part in (self.directory / "store", self.place):
            subprocess.run(["umount", "-l", part], capture_output=True, check=False)
        shutil.rmtree(self.place, ignore_errors=True)

    def restore(self):
        if self.house.running():
            self.house.kill()
        for part in self.directory.iterdir():
            if part.name in KEPT:
                continue
            if part.is_mount():
                for each in part.iterdir():
                    each.unlink()
            elif part.is_dir():
                shutil.rmtree(part)
            else:
                part.unlink()
        shutil.copytree(self.frozen, self.directory, dirs_exist_ok=True)
        self.story.numbers = dict(self.made)

    # --- one run ---

    def record(self, file):
        """A run that nothing strikes, written down for power_cut.cpp: [(nanoseconds, entries that somebody had heard of)],
        and the hashes of all leaves."""
        said = self.play(["--record", str(file)])
        if said["broken"]:
            raise AssertionError(f"{self.name} is broken with nothing struck: {said['broken']}")
        return heard(told_history.Seen(self.memories), self.ledger), [h.hex() for h in self.ledger.leaf_hashes]

    def trace(self):
        """The points of a run that nothing strikes, which must keep every promise."""
        said = self.play([])
        if said["broken"]:
            raise AssertionError(f"{self.name} is broken with nothing struck: {said['broken']}")
        return said["trace"]

    def try_one(self, point, kind):
        """What became of it; None where the point was not reached, in several runs."""
        said = self.play(["--at", point.call, point.name, str(point.n), "--do", strike_name(point, kind)])
        said["broken"] += why_not_so(said.pop("ended"), kind, said["struck"], point)
        del said["trace"]
        return said

    def play(self, strike):
        self.restore()
        began, trace = time.monotonic(), self.place / "trace"
        wrap = [self.strike, "--trace", trace, "--root", self.directory,
                "--port", f"{self.house.publishers_port}=publishers", "--port", f"{self.house.agencies_port}=agencies",
                *strike, "--"]
        cast, broken = Cast(self.house, self.remembered), []
        with contextlib.closing(cast):
            try:
                self.story.play(cast, list(map(str, wrap)))
                went_on = not cast.starts
                export = self.finish(cast, struck=bool(strike))
                broken = self.judge(cast, export)
            except (Broken, AssertionError) as why:
                went_on = False
                broken.append(str(why))
        points, struck = read_trace(trace.read_text())
        return {"broken": broken, "struck": struck, "ended": cast.ended, "went_on": went_on, "trace": points,
                "seconds": time.monotonic() - began}

    def finish(self, cast, struck):
        """Everything that is still owed is done; then the ledger, as it stands after one more kill where it was struck."""
        if not self.house.running():
            self.house.start()
        cast.settle()
        if struck:
            before = self.open_now()
            self.house.kill()
            self.house.start()
            if (after := self.open_now()) != before:
                raise Broken(f"killed and started again it has {len(after)} notifications open, and had {len(before)}")
        status, text = self.house.board.ask("GET", "/v1/export?format=jsonl")
        if status != 200:
            raise Broken(f"the export was answered {status}: {text}")
        if (code := self.house.stop(15)) != 0:
            raise Broken(f"it ended with {code} on the last SIGTERM")
        return text

    def open_now(self):
        return sorted((row["reference"], row["recipient"], row.get("deadline")) for row in self.house.board.open(1000))

    def judge(self, cast, export):
        lines = export.splitlines()
        self.memories = cast.memories()
        seen = told_history.Seen(self.memories)
        self.ledger = ledger = told_history.Ledger(lines, PROTO, (self.house.keys / "log.public").read_text())
        settings = types.SimpleNamespace(panel="channel_panel.chairs")
        broken = [f"{name}: {sentence}" for name, sentences in check_promises.check(ledger, seen, settings).items()
                  for sentence in sentences]
        return broken + list(self.story.after(cast, [json.loads(line) for line in lines[1:]]))

    def keep(self, directory):
        """A copy of everything, for whoever looks into it."""
        shutil.copytree(self.place, directory, ignore=shutil.ignore_patterns("*.sock", "frozen"), dirs_exist_ok=True)


def heard(seen, ledger):
    """When somebody heard of told something that stands in the ledger: (nanoseconds, entries that hold it)."""
    def of_acknowledgement(line):
        notification = ledger.find(told_history.notification_of(line["notification"]))
        return notification.acknowledged_by if notification else None

    places = {"answered": lambda line: told_history.number_of(line["receipt"], "E") if line["receipt"] else None,
              "delivery": lambda line: ledger.intents[(*told_history.notification_of(line["notification"]),
                                                       line["attempt"])][0],
              "acknowledged": lambda line: of_acknowledgement(line) if line["recorded"] else None,
              "checkpoint": lambda line: int(line["note"].split("\n")[1]) - 1}
    found = [(line["at_us"] * 1000, place) for what, of in places.items() for line in seen.lines(what)
             if (place := of(line)) is not None]
    return [(at, place + 1) for at, place in sorted(found)]


def why_not_so(ended, kind, struck, point):
    """Sentences for ends of the process that the fault does not explain."""
    # By SIGTERM: where the story's own comes while it ends for the fault already.
    allowed = {SIGKILL} if kind in ("before", "after", "torn") else {EX_IOERR, EX_UNAVAILABLE, SIGTERM}
    if kind in ("EIO", "ENOSPC") and point.name in ABORTS:
        allowed.add(SIGABRT)
    if not struck:
        allowed = set()
    return [f"it ended with {code}" for code in ended if code not in allowed] + (
        ["it ended more than once"] if len(ended) > 1 else [])
