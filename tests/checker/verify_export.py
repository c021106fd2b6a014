#!/usr/bin/python3
"""Checks a ledger export of told's. Shares no code with told: Python, its own SHA-256 and Merkle tree, the
`cryptography` package for Ed25519 and ChaCha20-Poly1305, and protobuf classes made from proto/ by protoc.

    verify_export.py EXPORT.jsonl [--key VERIFIER_KEY_FILE] [--since-checkpoint NOTE_FILE] [--proto DIR]

Exit: 0 verified, 65 not verified, 66 a file is missing.
Debian: python3-cryptography python3-protobuf protobuf-compiler
"""
import argparse
import atexit
import base64
import functools
import hashlib
import importlib
import pathlib
import shutil
import subprocess
import sys
import tempfile

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from google.protobuf import json_format

EX_DATAERR, EX_NOINPUT = 65, 66


class NotVerified(Exception):
    """What is wrong, and where."""


def need(truth, sentence):
    if not truth:
        raise NotVerified(sentence)


# --- the words -------------------------------------------------------------------------------------------------------

@functools.cache
def words(proto_directory):
    """The classes of proto/, made afresh; once, however many exports are verified."""
    out = tempfile.mkdtemp(prefix="told-words-")
    atexit.register(shutil.rmtree, out, ignore_errors=True)
    files = sorted(str(p.relative_to(proto_directory)) for p in proto_directory.rglob("*.proto"))
    subprocess.run(["protoc", f"-I{proto_directory}", f"--python_out={out}", *files], check=True)
    sys.path.insert(0, out)
    return importlib.import_module("told.v1.api_pb2"), importlib.import_module("told.v1.ledger_pb2")


def read_message(text, message, line):
    try:
        return json_format.Parse(text, message, ignore_unknown_fields=False)
    except json_format.ParseError:
        raise NotVerified(f"line {line}: cannot be read") from None


# --- signed notes (C2SP) ---------------------------------------------------------------------------------------------

def read_key(text):
    need(text.count("+") >= 2 and not text.startswith("PRIVATE+KEY+"),
         "the key is no verifier key: it reads <name>+<id>+<key>, as the log key's .public file does")
    name, key_id, encoded = text.strip().split("+", 2)
    data = base64.b64decode(encoded, validate=True)
    need(len(data) == 33 and data[0] == 1, "the verifier key is not an Ed25519 key")
    own_id = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    need(own_id.hex() == key_id, "the verifier key's id is not its own")
    return name, own_id, Ed25519PublicKey.from_public_bytes(data[1:])


def open_note(note, key):
    """(origin, size, root) of a signed note, or NotVerified."""
    name, key_id, public_key = key
    text, blank, signatures = note.partition("\n\n")
    text += "\n"
    need(blank and signatures.endswith("\n"), "the note is not of the form of a signed note")
    good = False
    for line in signatures[:-1].split("\n"):
        dash, signer, encoded = (line.split(" ") + ["", ""])[:3]
        need(dash == "\u2014" and line.count(" ") == 2, "a signature line is not of the right form")
        data = base64.b64decode(encoded, validate=True)
        if signer != name or data[:4] != key_id:
            continue
        try:
            public_key.verify(data[4:], text.encode())
            good = True
        except InvalidSignature:
            raise NotVerified(f"the signature of {name} does not hold") from None
    need(good, f"the note is not signed by {name}")
    lines = text.split("\n")
    need(len(lines) == 4 and lines[1].isascii() and lines[1].isdigit() and str(int(lines[1])) == lines[1],
         "the note is not a checkpoint")
    root = base64.b64decode(lines[2], validate=True)
    need(len(root) == 32, "the checkpoint's root is not 32 bytes")
    return lines[0], int(lines[1]), root


# --- the tree (RFC 6962) ---------------------------------------------------------------------------------------------

def leaf_hash(leaf):
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """A stack of (height, hash): adding merges equal heights."""

    def __init__(self):
        self.stack, self.size = [], 0

    def add(self, hashed):
        height = 0
        while self.stack and self.stack[-1][0] == height:
            hashed = node_hash(self.stack.pop()[1], hashed)
            height += 1
        self.stack.append((height, hashed))
        self.size += 1

    def root(self):
        if not self.stack:
            return hashlib.sha256(b"").digest()
        root = self.stack[-1][1]
        for _, left in reversed(self.stack[:-1]):
            root = node_hash(left, root)
        return root


def root_by_path(hashed, index, size, path):
    """RFC 9162, 2.1.3.2; None where the path's length does not fit."""
    if index >= size:
        return None
    fn, sn = index, size - 1
    for sibling in path:
        if sn == 0 or len(sibling) != 32:
            return None
        if fn & 1 or fn == sn:
            hashed = node_hash(sibling, hashed)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            hashed = node_hash(hashed, sibling)
        fn, sn = fn >> 1, sn >> 1
    return hashed if sn == 0 else None


# --- the export ------------------------------------------------------------------------------------------------------

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def number_in(letter, reference):
    """The number in `C-…` or `E-…`; its check character is told's own business and is left alone."""
    text = reference.upper().replace("-", "").replace(" ", "").replace("O", "0").replace("I", "1").replace("L", "1")
    need(text[:1] == letter and len(text) >= 3 and all(c in ALPHABET for c in text[1:]),
         f"{reference} in the filter is no reference")
    number = 0
    for c in text[1:-1]:
        number = number * 32 + ALPHABET.index(c)
    return number


class Chosen:
    """What the header says was chosen, as far as one entry alone can show it."""

    def __init__(self, wanted):
        self.case = number_in("C", wanted.case_ref) if wanted.case_ref else None
        self.cases = {self.case, *(number_in("C", each) for each in wanted.same_child)}
        self.moved_here = {number_in("E", each) for each in wanted.moved_here}
        self.since = wanted.since.ToMicroseconds() if wanted.HasField("since") else None
        self.until = wanted.until.ToMicroseconds() if wanted.HasField("until") else None
        need(wanted.agency or self.case or self.since is not None or self.until is not None,
             "the export is not complete, but its header does not say what was chosen")

    def takes(self, entry):
        return ((self.case is None or entry.case_number in self.cases or
                 entry.identity_changed.from_case in self.cases or
                 (entry.event != 0 and entry.event in self.moved_here)) and
                (self.since is None or entry.time_us >= self.since) and
                (self.until is None or entry.time_us < self.until))


def check_reading(line, shown, ledger, chosen):
    """The reading copy says what the leaf says. Gives the leaf's entry."""
    where = f"line {line}: entry {shown.index}"
    leaf = ledger.LedgerEntry()
    try:
        leaf.ParseFromString(shown.leaf)
    except Exception:  # the two implementations of protobuf raise different ones
        raise NotVerified(f"{where} has a leaf that is no ledger entry") from None
    need(leaf.index == shown.index, f"{where} has the leaf of {leaf.index}")
    plain = ledger.LedgerEntry()
    plain.CopyFrom(leaf)
    plain.ClearField("sealed")
    plain.DiscardUnknownFields()
    need(plain == shown.entry, f"{where} reads otherwise than its leaf")
    need(chosen is None or chosen.takes(leaf), f"{where} is not of what the header says was chosen")
    return leaf


def check_policy(line, index, adopted):
    """The digest by which people know a policy is the one of the text that was in force."""
    text = adopted.text.encode()
    for each in adopted.attachments:
        text += b"\0" + each.name.encode() + b"\0" + len(each.text.encode()).to_bytes(8, "big") + each.text.encode()
    need(hashlib.sha256(text).digest() == adopted.sha256,
         f"line {line}: entry {index} gives a digest that is not the one of the policy it shows")


def check_said(line, shown, leaf, ledger):
    """True where the names and notes are proved; False where they are the exporter's word."""
    where = f"line {line}: entry {shown.index}"
    need(leaf.sealed, f"{where} shows words of a person where none were sealed")
    if not shown.said.opening:
        return False
    try:
        plain = ChaCha20Poly1305(shown.said.opening).decrypt(
            b"\0\0\0\0" + leaf.sealed[16:24], leaf.sealed[24:], leaf.index.to_bytes(8, "big"))
        body = ledger.Body.FromString(plain)
    except (InvalidTag, ValueError):
        raise NotVerified(f"{where} has an opening that does not open it") from None
    said = shown.said
    need((said.name, said.role, said.recorded_by, said.note) ==
         (body.person.name, body.person.role, body.person.recorded_by, body.note),
         f"{where} shows other words of a person than were sealed")
    return True


def verify(stream, key_text, since_note, proto_directory):
    """The sentence that says so; NotVerified where it is not so."""
    api, ledger = words(proto_directory)
    first = stream.readline()
    need(first.endswith("\n"), "line 1: there is no header")
    header = read_message(first, api.ExportHeader(), 1)
    need(header.told == "ledger export" and header.format == 1, "line 1: not a ledger export of format 1")
    if not key_text:
        print("NOTE: THE KEY IS THE FILE'S OWN: it shows that the file agrees with itself, not who signed it.")
    key = read_key(key_text or header.verifier_key)
    origin, size, root = open_note(header.checkpoint, key)
    need(header.origin == origin, "line 1: the header's origin is not the one that was signed")
    need(header.size == size, "line 1: the header's size is not the one that was signed")
    need(not header.complete or (header.lines == size and not header.HasField("filter")),
         "line 1: the header contradicts itself about being complete")
    chosen = None if header.complete else Chosen(header.filter)
    since = None
    if since_note:
        since = open_note(since_note, key)
        need(since[0] == origin, "the older checkpoint is of another ledger")
        need(header.complete, "an older checkpoint can only be compared with a complete export")
        need(since[1] <= size, "the older checkpoint has more entries: the ledger was cut short")

    tree, prefix, count, last, proved, unproved, purged, kept, withheld = Tree(), None, 0, -1, 0, 0, 0, 0, 0
    if since and since[1] == 0:
        prefix = tree.root()
    for number, text in enumerate(stream, start=2):
        need(text.endswith("\n"), f"line {number}: the file was cut off")
        shown = read_message(text, api.ExportLine(), number)
        hashed = shown.withheld or leaf_hash(shown.leaf)
        if header.complete:
            need(shown.index == count, f"line {number}: entry {shown.index} stands where entry {count} belongs")
            need(not shown.proof, f"line {number}: has a proof, which a complete export does not")
            tree.add(hashed)
            if since and tree.size == since[1]:
                prefix = tree.root()
        else:
            need(shown.index > last, f"line {number}: entry {shown.index} is out of order")
            need(root_by_path(hashed, shown.index, size, shown.proof) == root,
                 f"line {number}: entry {shown.index} is not in the ledger that was signed")
        last = shown.index
        count += 1
        if shown.withheld:
            need(header.complete and header.view and len(hashed) == 32 and
                 shown == api.ExportLine(index=shown.index, withheld=hashed),
                 f"line {number}: entry {shown.index} is not shown, and not in the way that a view leaves entries out")
            withheld += 1
            continue
        leaf = check_reading(number, shown, ledger, chosen)
        need(not shown.purged or leaf.HasField("event_accepted"),
             f"line {number}: entry {leaf.index} is said to be purged, and holds nothing that a publisher said")
        if leaf.event_accepted.withdraws:
            purged, kept = purged + shown.purged, kept + (not shown.purged)
        if leaf.HasField("policy_adopted"):
            check_policy(number, leaf.index, leaf.policy_adopted)
        if shown.HasField("said"):
            if check_said(number, shown, leaf, ledger):
                proved += 1
            else:
                unproved += 1

    need(count == header.lines, f"the header announces {header.lines} entries and {count} follow")
    need(not header.complete or tree.root() == root, "the entries together are not the ones that were signed")
    need(not since or prefix == since[2], "the first entries are not those of the older checkpoint: HISTORY WAS CHANGED")
    if purged:
        print(f"NOTE: {purged} withdrawn, content purged: that they were sent, and to whom, stays proved.")
    if kept:
        print(f"NOTE: {kept} withdrawn, and the content NOT purged, or this export does not say so.")
    if withheld:
        print(f"NOTE: {withheld} are not shown, being of another stream, as the exporter says: proved to be there.")
    if unproved:
        print(f"NOTE: {unproved} of the names and notes shown are the exporter's word: no opening proves them.")
    kind = "all there are" if header.complete else f"a choice out of {size:,}"
    return f"VERIFIED: {count:,} entries, {kind}, of {origin}, signed by {key[0]}; {proved} names and notes proved"


def main():
    parser = argparse.ArgumentParser(description="Checks a ledger export of told's.")
    parser.add_argument("export", type=pathlib.Path)
    parser.add_argument("--key", type=pathlib.Path, help="the signer's verifier key")
    parser.add_argument("--since-checkpoint", type=pathlib.Path, help="an older signed note")
    parser.add_argument("--proto", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2] / "proto")
    asked = parser.parse_args()
    try:
        key = asked.key.read_text() if asked.key else ""
        since = asked.since_checkpoint.read_text() if asked.since_checkpoint else ""
        with asked.export.open(encoding="utf-8", newline="\n") as stream:
            print(verify(stream, key, since, asked.proto))
    except OSError as missing:
        print(f"cannot read {missing.filename}: {missing.strerror}", file=sys.stderr)
        return EX_NOINPUT
    except (NotVerified, ValueError) as wrong:
        print(f"NOT VERIFIED: {wrong}")
        return EX_DATAERR
    return 0


if __name__ == "__main__":
    sys.exit(main())
