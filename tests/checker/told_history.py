"""The two histories that are compared: the exported ledger, folded up entry by entry, and what each party saw.

Shares no code with told: what follows from an entry is written here a second time, from proto/ and the promises.
"""
import base64
import dataclasses
import json
import pathlib

import verify_export

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def number_of(reference, letter):
    """The number that a reference names, or None. Its check character is left alone."""
    digits = reference.replace("-", "")
    if len(digits) < 3 or digits[0] != letter or any(c not in ALPHABET for c in digits[1:]):
        return None
    number = 0
    for c in digits[1:-1]:
        number = number * 32 + ALPHABET.index(c)
    return number


def notification_of(reference):
    """(event, slot) of `N-…`, or None."""
    number = number_of(reference, "N")
    return None if number is None else event_and_slot(number)


def event_and_slot(number):
    """What a notification's number says, or None."""
    if number >> 62 != 1:  # the first 256 of an event
        return number >> 8, number & 0xFF
    event, slot = (number ^ 1 << 62) >> 16, number & 0xFFFF
    return (event, slot) if slot > 0xFF else None


@dataclasses.dataclass
class Notification:
    """A duty to tell one recipient, as the entries so far leave it."""
    event: int
    slot: int
    recipient: str
    kind: str
    case: int
    about_slot: int
    deadline_us: int
    next_us: int
    made_by: int
    open: bool = True
    delivered: bool = False
    dropped: bool = False
    attempts: int = 0
    acknowledged: int = 0  # entries that say so, repeated ones too
    taken_on: int = 0      # those of them that changed something
    acknowledged_by: int | None = None  # the first such entry

    def name(self):
        return f"notification {self.event}/{self.slot} to {self.recipient}"


@dataclasses.dataclass
class Fact:
    """An event, an alarm or an order."""
    index: int
    case: int
    type: str
    source: str = ""
    id: str = ""
    episode_open: bool = False
    notifications: dict = dataclasses.field(default_factory=dict)


class Ledger:
    """The exported ledger."""

    def __init__(self, lines, proto_directory, key_text=""):
        self.wrong = []             # (entry index, sentence)
        self.facts, self.accepted, self.cases = {}, {}, {}
        self.intents = {}           # (event, slot, attempt) -> (entry, time_us, made_by then)
        self.escalations = []       # (entry, Notification, time_us, due_us, was open)
        self.leaf_hashes = []
        self.last_time_us = 0
        self.stopped_last = False
        self.episodes = {}          # case -> missing facts that go on
        api, self.words = verify_export.words(pathlib.Path(proto_directory))
        self.gateway = __import__("told.v1.gateway_pb2", fromlist=["x"])
        lines = iter(lines)
        self.header = json.loads(next(lines))
        self.key = verify_export.read_key(key_text or self.header["verifier_key"])
        for line in lines:
            shown = json.loads(line)
            if "withheld" in shown:
                raise SystemExit("the export is one stream's view: take it by the auditor's socket")
            leaf = base64.b64decode(shown["leaf"])
            self.leaf_hashes.append(verify_export.leaf_hash(leaf))
            self.fold(self.words.LedgerEntry.FromString(leaf))
        if not self.header.get("complete"):
            self.wrong.append((0, "the export is not complete"))

    def notifications(self):
        for fact in self.facts.values():
            yield from fact.notifications.values()

    def find(self, key):
        fact = self.facts.get(key[0]) if key else None
        return fact.notifications.get(key[1]) if fact else None

    # --- folding ---

    def fold(self, entry):
        count = len(self.leaf_hashes) - 1
        if entry.index != count:
            self.wrong.append((count, f"entry {entry.index} stands where entry {count} belongs"))
        if entry.time_us < self.last_time_us:
            self.wrong.append((count, f"entry {entry.index} was decided before the one that it follows"))
        self.last_time_us = max(entry.time_us, self.last_time_us)
        kind = entry.WhichOneof("head")
        self.stopped_last = kind == "stopped"
        handler = getattr(self, f"on_{kind}", None)
        if handler:
            handler(entry, getattr(entry, kind))

    def of(self, entry, slot):
        found = self.find((entry.event, slot))
        if found is None:
            self.wrong.append((entry.index, f"entry {entry.index} is about {entry.event}/{slot}, which nothing made"))
        return found

    def add_duties(self, fact, duties, entry):
        for duty in duties:
            known = fact.notifications.get(duty.slot)
            if known is None:
                known = fact.notifications[duty.slot] = Notification(
                    fact.index, duty.slot, duty.recipient, self.gateway.NotificationKind.Name(duty.kind)[18:],
                    fact.case, duty.about_slot, duty.deadline_us, duty.next_us, entry.index)
                known.dropped = duty.nobody_there
            else:  # told again
                known.open, known.delivered, known.dropped = True, False, False
                known.deadline_us = duty.deadline_us or known.deadline_us
                known.made_by = entry.index
            if duty.attempted:
                self.intend(known, known.attempts + 1, entry)

    def intend(self, notification, attempt, entry):
        if attempt != notification.attempts + 1:
            self.wrong.append((entry.index, f"entry {entry.index} intends attempt {attempt} of {notification.name()} "
                                            f"after attempt {notification.attempts}"))
        notification.attempts = attempt
        self.intents[notification.event, notification.slot, attempt] = entry.index, entry.time_us, notification.made_by

    def stand_down(self, notification):
        notification.open, notification.next_us = False, 0
        if notification.kind == "ESCALATION":
            notification.dropped = not notification.delivered

    def end_episodes(self, case):
        for missing in self.episodes.pop(case, ()):
            missing.episode_open = False
            for notification in missing.notifications.values():
                self.stand_down(notification)

    def on_event_accepted(self, entry, head):
        fact = self.facts[entry.index] = Fact(entry.index, entry.case_number, head.type, head.source, head.id)
        self.accepted.setdefault((head.source, head.id), []).append(entry.index)
        self.cases.setdefault(entry.case_number, []).append(entry.index)
        self.add_duties(fact, head.duties, entry)
        for told in head.grade_told:
            self.add_duties(self.facts[told.event], told.duties, entry)
        if head.type == "told.child.missing.v1":
            fact.episode_open = True
            self.episodes.setdefault(entry.case_number, []).append(fact)
        if head.ends_episode:
            self.end_episodes(entry.case_number)

    def on_alarm_raised(self, entry, head):
        if entry.event == entry.index:  # otherwise the same has happened again
            self.facts[entry.index] = Fact(entry.index, 0, "alarm", head.party, head.code, True)
        self.add_duties(self.facts[entry.event], head.duties, entry)

    def on_alarm_cleared(self, entry, head):
        alarm = self.facts[entry.event]
        alarm.episode_open = False
        for notification in alarm.notifications.values():
            self.stand_down(notification)
            notification.dropped = not notification.delivered
        self.add_duties(alarm, head.duties, entry)

    def on_stand_down_ordered(self, entry, head):
        fact = self.facts[entry.index] = Fact(entry.index, entry.case_number, "stand_down")
        self.add_duties(fact, head.duties, entry)
        self.end_episodes(entry.case_number)

    def on_identity_changed(self, entry, head):
        kind = "another_child" if head.moved_event else "same_child"
        fact = self.facts[entry.index] = Fact(entry.index, entry.case_number, kind)
        self.add_duties(fact, head.duties, entry)
        self.end_calls(head.calls_ended)
        self.tell_now(head.told_now, entry)
        left, right = [], self.episodes.setdefault(entry.case_number, [])
        for missing in self.episodes.pop(head.from_case or head.joined_case, []):
            (right if head.moved_event in (0, missing.index) else left).append(missing)
        if left:
            self.episodes[head.from_case] = left
        if head.ends_episode:
            self.end_episodes(entry.case_number)

    def on_attempt_intended(self, entry, head):
        if (notification := self.of(entry, head.slot)) is not None:
            self.intend(notification, head.attempt, entry)

    def on_attempt_ended(self, entry, head):
        notification = self.of(entry, head.slot)
        if notification is None or head.earlier_call:  # they were to be told again since: that is another
            return
        if head.outcome == self.words.OUTCOME_DELIVERED:
            notification.delivered = True
        elif head.outcome == self.words.OUTCOME_REFUSED:
            notification.dropped = True
        if not notification.deadline_us and (notification.delivered or notification.dropped):
            notification.open = False

    def on_acknowledged(self, entry, head):
        notification = self.of(entry, head.slot)
        if notification is None:
            return
        notification.acknowledged += 1
        if notification.acknowledged_by is None:
            notification.acknowledged_by = entry.index
        if head.repeated:
            return
        notification.taken_on += 1
        notification.open, notification.next_us = False, 0
        fact = self.facts[entry.event]
        for call in fact.notifications.values():
            if call.kind == "ESCALATION" and call.about_slot == head.slot:
                self.stand_down(call)
        self.add_duties(fact, head.duties, entry)

    def on_screen_ordered(self, entry, head):
        self.tell_now(head.told_now, entry)
        self.end_calls(head.calls_ended)

    def tell_now(self, groups, entry):
        """Whoever is kept out no longer is told what waited for them."""
        for now in groups:
            if now.event in self.facts:
                self.add_duties(self.facts[now.event], now.duties, entry)

    def end_calls(self, calls):
        """Whoever was called is kept out of the case now."""
        for number in calls:
            if (call := self.find(event_and_slot(number))) is not None and call.open:
                self.stand_down(call)

    def on_escalated(self, entry, head):
        notification = self.of(entry, head.slot)
        if notification is None:
            return
        # "Not ours" climbs at once, of a call too, and a handover climbs nothing.
        at_once = head.reason in (self.words.ESCALATION_REASON_DECLINED, self.words.ESCALATION_REASON_CALL_DECLINED,
                                  self.words.ESCALATION_REASON_HANDOVER)
        self.escalations.append((entry.index, notification, entry.time_us, 0 if at_once else notification.next_us,
                                 notification.open))
        notification.next_us = head.next_us
        self.add_duties(self.facts[entry.event], head.duties, entry)


class Seen:
    """What the parties wrote down. Within a kind, each party's lines stand in its own order."""

    def __init__(self, parties):
        self.kinds = {}
        for lines in parties.values():
            for line in lines:
                self.kinds.setdefault(line["what"], []).append(line)

    def lines(self, what):
        return self.kinds.get(what, ())


def read_seen(directory):
    parties = {}
    for path in sorted(pathlib.Path(directory).glob("*.jsonl")):
        with path.open(encoding="utf-8") as stream:
            parties[path.stem] = [json.loads(line) for line in stream]
    return Seen(parties)
