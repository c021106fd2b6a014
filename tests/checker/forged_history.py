"""A small history in which every promise is kept, made to be spoilt: check_promises_test.py alters it before it is signed,
or afterwards."""
import base64
import hashlib
import json
import pathlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import told_history
import verify_export

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"
ORIGIN = "told.example/forged"
BEGAN_US = 1_795_000_000_000_000
SECOND = 1_000_000
FAR = BEGAN_US + 3_600 * SECOND

_, ledger_pb2 = verify_export.words(PROTO)


def at(index):
    """Entry n was decided n seconds after the beginning."""
    return BEGAN_US + index * SECOND


def reference(letter, number):
    digits = ""
    while number or len(digits) < 3:
        digits = told_history.ALPHABET[number & 31] + digits
        number >>= 5
    return f"{letter}-{digits}0"


def own_name(party, case):
    """What that party calls a case: here by the length of its name, where told has a keyed permutation."""
    return reference("R", case * 64 + len(party))


def named(event, slot):
    return reference("N", event << 8 | slot if slot < 256 else 1 << 62 | event << 16 | slot)


class Signer:
    def __init__(self):
        self.secret = Ed25519PrivateKey.generate()
        public = b"\x01" + self.secret.public_key().public_bytes(serialization.Encoding.Raw,
                                                                 serialization.PublicFormat.Raw)
        self.id = hashlib.sha256(b"forger\n" + public).digest()[:4]
        self.verifier_key = f"forger+{self.id.hex()}+{base64.b64encode(public).decode()}"

    def note(self, size, root):
        text = f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\n"
        signature = base64.b64encode(self.id + self.secret.sign(text.encode())).decode()
        return f"{text}\n\u2014 forger {signature}\n"


class History:
    def __init__(self):
        self.signer = Signer()
        self.entries = []
        self.seen = {}
        self.tell()

    # --- the ledger ---

    def entry(self, event=0, case=0, index=None, **head):
        index = len(self.entries) if index is None else index
        made = ledger_pb2.LedgerEntry(index=index, time_us=at(index), event=event, case_number=case, **head)
        if index == len(self.entries):
            self.entries.append(made)
        else:
            self.entries[index] = made
        return index

    def blank(self, index):
        """Puts something without consequence in an entry's place."""
        self.entry(index=index, session_changed={"recipient": "police", "session": 1})

    def accept(self, id, kind, duties, case=None, index=None):
        index = len(self.entries) if index is None else index
        self.entry(index, case or index, index, event_accepted={
            "source": "port", "id": id, "type": f"told.{kind}.v1", "duties": duties, "opens_case": not case})
        return index

    def root(self, size):
        tree = verify_export.Tree()
        for entry in self.entries[:size]:
            tree.add(verify_export.leaf_hash(entry.SerializeToString()))
        return tree.root()

    def export(self):
        size = len(self.entries)
        header = {"told": "ledger export", "format": 1, "origin": ORIGIN, "size": str(size), "lines": str(size),
                  "checkpoint": self.signer.note(size, self.root(size)), "verifier_key": self.signer.verifier_key,
                  "complete": True}
        return [json.dumps(header)] + [
            json.dumps({"leaf": base64.b64encode(entry.SerializeToString()).decode()}) for entry in self.entries]

    # --- what was seen ---

    def note(self, party, what, index, **facts):
        """Seen half a second after entry `index` was decided."""
        self.seen.setdefault(party, []).append(
            {"what": what, "party": party, "at_us": at(index) + SECOND // 2, **facts})

    def published(self, index, id, subject, kind):
        self.note("port", "published", index - 1, id=id, subject=subject, type=f"told.{kind}.v1")

    def answered(self, index, id, verdict="ACCEPTED", case=None, code=""):
        good = verdict in ("ACCEPTED", "DUPLICATE")
        self.note("port", "answered", index, id=id, verdict=verdict, code=code,
                  receipt=reference("E", index) if good else "", case_ref=own_name("port", case or index) if good else "")

    def delivered(self, party, event, slot, index, attempt=1, kind="TELL", case=2, event_type="told.child.missing.v1",
                  message="generic"):
        self.note(party, "delivery", index, notification=named(event, slot), attempt=attempt, kind=kind,
                  case_ref=own_name(party, case) if case else "", event_type=event_type, event_index=event,
                  message=message)

    def acknowledged(self, party, event, slot, index, recorded=True, repeated=False, code=""):
        self.note(party, "acknowledged", index, notification=named(event, slot), recorded=recorded, late=False,
                  repeated=repeated, code=code)

    def forget_checkpoints(self):
        """An alteration before the agencies' checkpoints would contradict them as well."""
        for party, lines in self.seen.items():
            self.seen[party] = [line for line in lines if line["what"] != "checkpoint"]

    # --- one child's day, and a referral to the panel ---

    def tell(self):
        tell, stand_down, called, answered = 1, 2, 3, 4  # NotificationKind
        ends = ledger_pb2.OUTCOME_DELIVERED

        def duty(slot, recipient, kind=tell, attempted=True, **more):
            asks = {"deadline_us": at(60), "next_us": FAR} if kind in (tell, stand_down) else {}
            return {"slot": slot, "recipient": recipient, "kind": kind, "attempted": attempted, **asks, **more}

        self.entry(started={"version": "0"})
        self.entry(policy_adopted={"version": 1})
        self.published(2, "e-1", "TIL/1", "child.arrived")
        self.accept("e-1", "child.arrived", [duty(0, "police"), duty(1, "home_office", attempted=False)])  # 2
        self.answered(2, "e-1")
        self.delivered("police", 2, 0, 2)
        self.entry(2, 2, attempt_ended={"slot": 0, "attempt": 1, "outcome": ends})                         # 3
        self.entry(2, 2, acknowledged={"slot": 0})                                                         # 4
        self.acknowledged("police", 2, 0, 4)
        self.entry(2, 2, attempt_intended={"slot": 1, "attempt": 1})                                       # 5
        self.delivered("home_office", 2, 1, 5)
        self.note("home_office", "checkpoint", 5, note=self.signer.note(5, self.root(5)))
        self.entry(2, 2, attempt_ended={"slot": 1, "attempt": 1, "outcome": ledger_pb2.OUTCOME_UNKNOWN})   # 6
        self.entry(2, 2, attempt_intended={"slot": 1, "attempt": 2})                                       # 7
        self.delivered("home_office", 2, 1, 7, attempt=2)
        self.entry(2, 2, attempt_ended={"slot": 1, "attempt": 2, "outcome": ends})                         # 8
        self.published(9, "e-2", "TIL/1", "child.missing")
        self.accept("e-2", "child.missing", [{**duty(0, "police"), "next_us": at(10)}], case=2)            # 9
        self.answered(9, "e-2", case=2)
        self.answered(9, "e-2", "DUPLICATE", case=2)
        self.delivered("police", 9, 0, 9)
        self.entry(9, 2, escalated={"slot": 0, "rung": 1, "next_us": FAR, "duties": [
            duty(1, "manager", called, deadline_us=FAR)]})                                                 # 10
        self.delivered("manager", 9, 1, 10, kind="ESCALATION", message="escalation")
        self.entry(9, 2, attempt_ended={"slot": 0, "attempt": 1, "outcome": ends})                         # 11
        self.entry(9, 2, acknowledged={"slot": 0, "duties": [duty(2, "manager", answered)]})               # 12
        self.acknowledged("police", 9, 0, 12)
        self.delivered("manager", 9, 2, 12, kind="ANSWERED", message="answered")
        self.entry(9, 2, attempt_ended={"slot": 2, "attempt": 1, "outcome": ends})                         # 13
        self.published(14, "e-3", "TIL/1", "prevent.section36")
        self.accept("e-3", "prevent.section36", [duty(0, "panel")])                                        # 14
        self.answered(14, "e-3")
        self.delivered("panel", 14, 0, 14, case=14, event_type="told.prevent.section36.v1", message="channel_panel")
        self.entry(14, 14, acknowledged={"slot": 0})                                                       # 15
        self.acknowledged("panel", 14, 0, 15)
        self.entry(14, 14, attempt_ended={"slot": 0, "attempt": 1, "outcome": ends})                       # 16
