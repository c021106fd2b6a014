"""What must hold whatever the network does, asked of the exported ledger and of what the peer took."""
import dataclasses

import told_history  # the checker's, which shares no code with told
from told.v1 import ledger_pb2

WITHIN = 5.0           # seconds from the healing to everything told, and the lane at rest
CLOCKS_DIFFER_US = 100_000  # told's clock against the peer's
# Faults that may bring to the peer what was said earlier after what was said later: told cannot call back what it said.
MAY_OVERTAKE = ("hang", "cut_to_peer", "cut_to_told", "drip", "reorder", "late_answer")
TOLD = (ledger_pb2.OUTCOME_DELIVERED, ledger_pb2.OUTCOME_SENT)


@dataclasses.dataclass
class Try:
    """One combination, and what came of it."""
    carrier: str
    kind: str
    phase: str
    events: list
    struck: int
    refused: int = 0
    recovered: float = None  # seconds after it healed; None: never
    healthy_missed: list = dataclasses.field(default_factory=list)
    broken: list = dataclasses.field(default_factory=list)

    def named(self):
        return f"{self.carrier} {self.kind} {self.phase}"


def judge(tries, entries, taken, recipient, says_attempts):
    for one in tries:
        if not one.struck:
            one.broken.append("the fault never struck: nothing was shown")
        if one.recovered is None or one.recovered > WITHIN:
            took = "never" if one.recovered is None else f"only after {one.recovered:.1f} s"
            one.broken.append(f"recovered {took} once it was healed")
        if one.healthy_missed:
            one.broken.append(f"while it lasted, another recipient was not told of {one.healthy_missed}")
    # A repeat and an outcome belong to whatever was tried last before them.
    for event, sentence in [*of_order(tries, taken), *of_repeats(tries, taken, says_attempts),
                            *of_outcomes(entries, taken, recipient, says_attempts)]:
        whose = next((one for one in tries if event in one.events), None) or last_before(tries, event)
        whose.broken.append(sentence)


def last_before(tries, event):
    """A message that warmed a connection up belongs to the combination that follows it."""
    return next((one for one in tries if one.events and one.events[0] > event), tries[-1])


def of_order(tries, taken):
    """Of one case, nobody is told of the later before the earlier."""
    for one in tries:
        first = []
        for t in taken:
            if t.event() in one.events and t.event() not in first:
                first.append(t.event())
        if first != sorted(first):
            yield one.events[0], f"the events {one.events} of a case came first in the order {first}"


def of_repeats(tries, taken, says_attempts):
    """A repeat is marked: the same series, a higher attempt; or the network made it, and it is the same bytes."""
    kind_of = {event: one.kind for one in tries for event in one.events}
    earlier = {}
    for t in taken:
        before = earlier.setdefault(t.notification, [])
        kind = kind_of.get(t.event(), "duplicate")
        if any(b.series != t.series for b in before):
            yield t.event(), f"{t.notification} came again as another series, {t.series}"
        same = [b for b in before if b.attempt == t.attempt]
        if not says_attempts:
            pass
        elif same and any(b.digest != t.digest for b in same):
            yield t.event(), f"{t.notification} attempt {t.attempt} came twice, and not with the same bytes"
        elif same and kind != "duplicate":
            yield t.event(), f"{t.notification} attempt {t.attempt} came twice, and the network did not do it"
        elif not same and before and t.attempt < (higher := max(before, key=lambda b: b.attempt)).attempt and (
                kind not in MAY_OVERTAKE):
            yield t.event(), (f"{t.notification} attempt {t.attempt} came after a higher one, "
                              f"{(t.at_us - higher.at_us) / 1e6:.3f} s after {higher.attempt}")
        before.append(t)


def of_outcomes(entries, taken, recipient, says_attempts):
    """What is said to be told had arrived; and what may not have arrived was tried until it is told."""
    slots, last, attempts_of = {}, {}, {}
    for entry in entries:
        head = entry.WhichOneof("head")
        if head == "event_accepted":
            slots.update({(entry.index, duty.slot): duty for duty in entry.event_accepted.duties
                          if duty.recipient == recipient})
    arrived = {}
    for t in taken:
        key = told_history.notification_of(t.notification)
        arrived.setdefault(key, t.at_us)
        attempts_of.setdefault(key, set()).add(t.attempt)
    for entry in entries:
        if entry.WhichOneof("head") != "attempt_ended" or (entry.event, entry.attempt_ended.slot) not in slots:
            continue
        end, key = entry.attempt_ended, (entry.event, entry.attempt_ended.slot)
        # Once told is told: an older attempt whose end came to light later takes nothing back.
        last[key] = end.outcome if last.get(key) not in TOLD else last[key]
        if end.outcome not in TOLD:
            continue
        what = f"event {key[0]}, attempt {end.attempt}, is {ledger_pb2.Outcome.Name(end.outcome)} in the ledger"
        if key not in arrived:
            yield key[0], f"{what}, and the peer never had it"
        elif arrived[key] > entry.time_us + CLOCKS_DIFFER_US:
            yield key[0], f"{what} {(arrived[key] - entry.time_us) / 1e6:.3f} s before the peer had it"
        elif says_attempts and end.attempt not in attempts_of[key]:
            yield key[0], f"{what}, and the peer had other attempts only: {sorted(attempts_of[key])}"
    for key in slots:
        if last.get(key) not in TOLD:
            name = ledger_pb2.Outcome.Name(last[key]) if key in last else "no end"
            yield key[0], f"event {key[0]} ended with {name}, and is not told"
