"""A told whose clocks are turned, a port, and desks: what a case about time is made of."""
import ctypes
import mmap
import os
import pathlib
import signal
import struct
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "system")]

import hands
import parties
import told_history
from hands import until
from house import DidNotServe, House

BILLION = 10**9
LAYOUT = struct.Struct("=IIqqqqq")  # clock_shim.cpp's Shared
AT = {"generation": 0, "steps": 4, "begun": 8, "wall": 16, "boot": 24}
SYS_FUTEX, FUTEX_WAKE, EVERYBODY = 202, 1, 2**31 - 1
PROTO = HERE.parents[2] / "proto"

AFTER = 3.0        # seconds of told's after which it calls somebody
LATE_MAX = 1.0     # an escalation may be late by this while told is up
RESTART_MAX = 5.0  # and by this after it recovered
CALLS = (f"{AFTER:g} s", "4 h", "6 h")
OWED = ("police.control_room", "home_office.asylum", "barnardos.itg")  # of an arrival: none of them answers here


def utc(year, month, day, hour=0, minute=0, second=0):
    """Nanoseconds since 1970."""
    import datetime
    return int(datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.timezone.utc).timestamp()) * BILLION


class Clocks:
    """The wall clock and the boot clock that a told with the shim sees."""

    def __init__(self, file, wall=None, rate=1.0, drift=0.0):
        """`rate`: seconds of both in a real one; `drift`: by how much the wall goes faster than that, in parts of one."""
        self.file, self.rate = file, rate
        boot = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        wall = time.time_ns() if wall is None else wall
        self.first_wall, self.begun, self.rates = wall, boot, (round(rate * (1 + drift) * 10**6), round(rate * 10**6))
        file.write_bytes(LAYOUT.pack(0, 0, boot, wall, boot, *self.rates))
        with file.open("r+b") as handle:
            self.memory = mmap.mmap(handle.fileno(), LAYOUT.size)
        self.libc = ctypes.CDLL(None, use_errno=True)

    def get(self, field):
        kind = "I" if AT[field] < 8 else "q"
        return struct.unpack_from("=" + kind, self.memory, AT[field])[0]

    def put(self, field, value):
        struct.pack_into("=" + ("I" if AT[field] < 8 else "q"), self.memory, AT[field], value)

    def truth(self):
        """What other people's clocks say: the wall's time if nobody had ever set it."""
        return self.first_wall + round((self.boot() - self.begun / BILLION) * BILLION)

    def passed(self, rate):
        return (time.clock_gettime_ns(time.CLOCK_BOOTTIME) - self.begun) * rate // 10**6

    def wall(self):
        return self.get("wall") + self.passed(self.rates[0])

    def boot(self):
        """Seconds."""
        return (self.get("boot") + self.passed(self.rates[1])) / BILLION

    def changed(self, step):
        if step:
            self.put("steps", self.get("steps") + 1)
        self.put("generation", self.get("generation") + 1)
        word = ctypes.c_uint32.from_buffer(self.memory, AT["generation"])
        self.libc.syscall(SYS_FUTEX, ctypes.byref(word), FUTEX_WAKE, EVERYBODY, None, None, 0)

    def step(self, seconds):
        """Somebody sets the wall clock."""
        self.put("wall", self.get("wall") + round(seconds * BILLION))
        self.changed(step=True)

    def pass_by(self, seconds):
        """A suspend: both go on, and nothing that waits by the monotonic clock does. The kernel counts that as setting."""
        self.put("wall", self.get("wall") + round(seconds * BILLION))
        self.put("boot", self.get("boot") + round(seconds * BILLION))
        self.changed(step=True)


class World:
    """One told. `with World(...) as world`."""
    told = toldctl = shim = ""

    def __init__(self, ladders=None, rota="", wrap=(), shimmed=True, **clocks):
        self.ladders = ladders or {**parties.LONG, "missing_high": CALLS, "standard": CALLS}
        self.rota, self.wrap, self.shimmed, self.settings = rota, list(wrap), shimmed, clocks
        self.calls, self.made, self.restarts = [], 0, 0
        self.port = self.managers = None

    def __enter__(self):
        self.house = House(self.told, self.toldctl, ladders=self.ladders, worker_heartbeat="60 s")
        self.house.__enter__()
        policy = self.house.directory / "policy.toml"
        policy.write_text(self.rota_in(policy.read_text()))
        self.clocks = Clocks(self.house.directory / "clocks", **self.settings)
        if self.shimmed:
            self.house.environment.update(LD_PRELOAD=str(self.shim), TOLD_TEST_CLOCKS=str(self.clocks.file))
        self.start()
        return self

    def __exit__(self, *failed):
        self.hang_up()
        self.house.__exit__(*failed)

    def rota_in(self, policy):
        if not self.rota:
            return policy
        head, tail = policy.split("[[ladder]]", 1)
        tail += '\n[[tell]]\nwhen = "alarm.nobody_on_duty"\nwho = "duty_manager"\nwithin = "4 h"\nladder = "manager"\n'
        return head + self.rota + "\n[[ladder]]" + tail.replace('who = ["duty_manager"]', 'who = ["at_night"]')

    # --- its life ---

    def start(self):
        self.house.start(wrap=self.wrap)
        self.managers = [hands.Desk(self.house, name) for name in ("duty_manager", "team_manager")]
        self.port = hands.Port(self.house)

    def hang_up(self):
        for party in [self.port, *(self.managers or ())]:
            if party is not None:
                party.close()
        self.port = self.managers = None

    def end(self):
        """kill -9; the desks go home."""
        self.hang_up()
        self.house.kill()
        self.restarts += 1

    def refuses_to_start(self, because):
        try:
            self.house.start(wrap=self.wrap)
        except DidNotServe:
            assert self.house.process.returncode == 69, self.house.process.returncode
            assert because in self.house.log(), self.house.log()[-500:]
            return
        raise AssertionError("it started")

    def freeze(self, seconds):
        self.house.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.house.process.send_signal(signal.SIGCONT)

    def suspend(self, seconds):
        self.house.process.send_signal(signal.SIGSTOP)
        self.clocks.pass_by(seconds)
        self.house.process.send_signal(signal.SIGCONT)

    # --- what happens ---

    def publish(self, at_ns=None):
        """An arrival, now as the port's own clock has it: three are owed it, and none answers."""
        self.made += 1
        began = self.clocks.boot()  # before the event's own time, from which its deadlines are reckoned
        made = self.port.event("child.arrived", f"TIL/{self.made:06d}", id=f"world:{self.made}",
                               at_ns=at_ns or self.clocks.truth())
        result = self.port.publish_one(made)
        assert result.verdict == hands.ACCEPTED, result
        return told_history.number_of(result.receipt, "E"), began

    def until(self, holds, what, within=10.0):
        def look():
            for desk in self.managers:
                desk.listen(1)
                self.calls += [(self.clocks.boot(), desk.name, d) for d in desk.deliveries
                               if d.WhichOneof("message") == "escalation" and d.attempt == 1]
                again = [d for d in desk.deliveries if d.attempt != 1]  # it was under way when told was killed
                known = {d.notification for _, _, d in self.calls}
                self.calls += [(self.clocks.boot(), desk.name, d) for d in again
                               if d.WhichOneof("message") == "escalation" and d.notification not in known]
                desk.deliveries.clear()
            return holds()
        return until(look, what, within)

    def pass_real(self, seconds):
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end, "time passes", within=seconds + 5)

    def called(self, event):
        return [(at, who) for at, who, d in self.calls if d.event_index == event]

    def expect_calls(self, event, after, late=LATE_MAX, early=0.0, of=len(OWED), who="duty_manager"):
        """Each of those who owe an answer is called about, once, `after` seconds of the boot clock after `since`."""
        number, since = event
        self.until(lambda: len(self.called(number)) >= of, f"{of} calls about event {number}",
                   within=max(10.0, (after + late) / self.clocks.rate + 5))
        self.pass_real(0.7)  # none comes twice
        calls = self.called(number)
        assert len(calls) == of, f"{len(calls)} calls where {of} were due"
        for at, whom in calls:
            assert at - since >= after - early, f"a call came {after - (at - since):.3f} s early"
            assert at - since <= after + late * max(1.0, self.clocks.rate), f"a call came {at - since - after:.3f} s late"
            assert whom == who, f"{whom} was called, and {who} is on duty"

    # --- what the ledger says ---

    def judge(self, stepped=(), escalations=None, late=LATE_MAX):
        """0 early, 0 late, each step told, no escalation twice. `stepped`: seconds, each within a second."""
        entries = hands.ledger(self.house)
        lines = (self.house.directory / "ledger.jsonl").read_text().splitlines()
        ledger = told_history.Ledger(lines, PROTO, (self.house.keys / "log.public").read_text())
        assert not ledger.wrong, ledger.wrong[:3]
        for index, notification, at, due, was_open in ledger.escalations:
            assert was_open, f"entry {index} climbs for {notification.name()}, which was answered"
            assert at >= due, f"entry {index} is {(due - at) / 1e6:.3f} s early"
            assert at - due <= late * max(1.0, self.clocks.rate) * 1e6, f"entry {index} is {(at - due) / 1e6:.3f} s late"
        if escalations is not None:
            assert len(ledger.escalations) == escalations, f"{len(ledger.escalations)} rungs were climbed"
        said = [head.step_us / 1e6 for head in hands.heads(entries, "clock_stepped")]
        assert len(said) == len(stepped) and all(abs(a - b) < 1.5 for a, b in zip(said, stepped)), \
            f"the ledger has the steps {said}, and the clock made {list(stepped)}"
        return entries
