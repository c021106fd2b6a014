#!/usr/bin/python3
"""Bits that rot: in every byte of an export, and in every page of a store. Each must be noticed, or do no harm.

    rot.py --told TOLD --toldctl TOLDCTL --rot-export ROT_EXPORT --rot-store ROT_STORE [--share N] [--seed S] [--only PART]

A told is fed until its ledger has 1,000 entries, and exported: each byte is flipped, and both verifiers are asked. Then it
is fed until ledger.db has 50 MB, and killed: rot_store.cpp says what is done to that. With --share everything is smaller.
Exit: 0, or 1 where a flipped bit was neither noticed nor harmless.
"""
import argparse
import io
import json
import multiprocessing
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "checker"), str(HERE.parents[1] / "clients")]

import verify_export
from crowd import Crowd
from house import House
from worker import Habits

PROTO = HERE.parents[2] / "proto"
ENTRIES, STORE_BYTES, OPENINGS = 1000, 50 << 20, 2000
EVENTS = ENTRIES // 8  # an event, its deliveries and its answers make 8 and more: 8.7 to 10.8 were seen
PROCESSES = os.cpu_count() or 1


# --- the second verifier ----------------------------------------------------------------------------------------------

class Lines:
    """An export as verify() reads it: lines, one of them another."""

    def __init__(self, lines, at, changed):
        self.lines = [*lines[:at], *changed, *lines[at + 1:]]
        self.rest = iter(self.lines)

    def readline(self):
        return next(self.rest, "")

    def __iter__(self):
        return self.rest


class Verifier:
    """verify_export.verify, asked of a hundred thousand exports that differ in one line: what it makes of a line that it
    had before it remembers, since that depends on the line alone."""

    def __init__(self, text, key):
        self.lines, self.key = text.decode().splitlines(keepends=True), key
        read, check = verify_export.read_message, verify_export.check_reading
        known, checked = {}, {}

        def read_message(line_text, message, line):
            if line_text not in known:
                made = read(line_text, message, line)
                if line_text not in self.whole:
                    return made
                known[line_text] = made
            return known[line_text]

        def check_reading(line, shown, ledger, chosen):
            if id(shown) not in self.kept:
                return check(line, shown, ledger, chosen)
            if id(shown) not in checked:
                checked[id(shown)] = check(line, shown, ledger, chosen)
            return checked[id(shown)]

        self.whole = set(self.lines)
        verify_export.read_message, verify_export.check_reading = read_message, check_reading
        self.kept = set()
        self.verified(0, [self.lines[0]])  # as it is
        self.kept = {id(made) for made in known.values()}
        self.known = known

    def verified(self, at, changed):
        try:
            verify_export.verify(Lines(self.lines, at, changed), self.key, "", PROTO)
            return True
        except (verify_export.NotVerified, ValueError):
            return False

    def same_meaning(self, at, changed):
        """The line says what it said; the key that a header names is its maker's word."""
        if len(changed) != 1:
            return False
        api, _ = verify_export.words(PROTO)
        kind = api.ExportHeader if at == 0 else api.ExportLine
        made = [verify_export.json_format.Parse(line, kind()) for line in (changed[0], self.lines[at])]
        if at == 0:
            for header in made:
                header.ClearField("verifier_key")
        return made[0] == made[1]


def flip_lines(text, key, every, first):
    """[refused, harmless, silent], of the bytes first, first + every, ... A process of its own: protobuf writes a line for
    each text that is none any more, and what goes wrong here is raised where it was asked."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    verifier = Verifier(text, key)
    counts, silent = [0, 0, 0], []
    begin = 0
    for at, line in enumerate(text.splitlines(keepends=True)):
        for place in range((first - begin) % every, len(line), every):
            spoilt = bytearray(line)
            spoilt[place] ^= 1 << (begin + place) % 8
            try:
                changed = io.StringIO(spoilt.decode(), newline="\n").readlines()
            except UnicodeDecodeError:  # verify_export.py would end with it
                counts[0] += 1
                continue
            if not verifier.verified(at, changed):
                counts[0] += 1
            elif verifier.same_meaning(at, changed):
                counts[1] += 1
            else:
                counts[2] += 1
                silent.append(f"SILENT: verify_export.py, byte {begin + place}")
        begin += len(line)
    return counts, silent


def flip_in_python(text, key, every):
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        found = pool.starmap(flip_lines, [(text, key, every * PROCESSES, every * n) for n in range(PROCESSES)])
    for sentence in (s for _, silent in found for s in silent):
        print(sentence)
    return [sum(counts[k] for counts, _ in found) for k in range(3)]


def flip_in_cpp(program, export, key_file, every):
    runs = [subprocess.Popen([program, export, key_file, str(every * PROCESSES), str(every * n)], stdout=subprocess.PIPE,
                             text=True) for n in range(PROCESSES)]
    totals = [0, 0, 0]
    for run in runs:
        *silent, last = run.communicate()[0].splitlines() or ["0 0 0"]
        print(*silent, sep="\n", end="\n" if silent else "")
        totals = [a + int(b) for a, b in zip(totals, last.split())]
        if run.returncode not in (0, 1):
            raise SystemExit(f"{program} ended with {run.returncode}")
    return totals


# --- what is spoilt ---------------------------------------------------------------------------------------------------

def feed(house, seed, events, answered, first=0):
    """So many events, by two ports; answered by everybody, or by nobody."""
    habits = {name: Habits() for name in house.agencies} if answered else {}
    with Crowd(house, seed, habits, ["port.tilbury", "port.purfleet"], limit=events // 2, first=first, batch=64,
               patience=30.0, subjects=10**9 if not answered else 40) as crowd:
        crowd.join(crowd.publishers, 900, "everything that was published has a verdict")
        if answered:
            crowd.settle()
            crowd.go_home()


def entries_of(export):
    return int(json.loads(export.open(encoding="utf-8").readline())["size"])


def row(what, tried, noticed, harmless, silent):
    print(f"{what:<28}{tried:>10,} tried{noticed:>10,} noticed{harmless:>10,} harmless{silent:>6,} silent", flush=True)


def exports(args, house, export):
    key_file = house.keys / "log.public"
    text, bad = export.read_bytes(), 0
    print(f"an export of {entries_of(export):,} entries, {len(text):,} bytes; a bit of each byte"
          f"{f' in {args.share}' if args.share > 1 else ''}")
    for what, (refused, harmless, silent) in (
            ("toldctl verify", flip_in_cpp(args.rot_export, export, key_file, args.share)),
            ("verify_export.py", flip_in_python(text, key_file.read_text(), args.share))):
        row(what, refused + harmless + silent, refused, harmless, silent)
        bad += silent
    return bad


def store(args, house, scratch):
    """Fed, killed while its log of changes holds something, and spoilt."""
    begun, fed = time.monotonic(), 1000
    wanted = STORE_BYTES // args.share
    ledger = house.directory / "store/ledger.db"
    while True:
        feed(house, args.seed + fed, 4000 // min(args.share, 8), False, first=fed)
        fed += 4000
        house.stop(30)  # which moves the log of changes, most of which is room, into the file
        house.start()
        if ledger.stat().st_size >= wanted:
            break
    feed(house, args.seed, 200 // min(args.share, 4), False, first=fed)
    house.kill()
    spoilt, place = scratch / "spoilt", scratch / "scratch"
    shutil.copytree(house.directory / "store", spoilt)
    place.mkdir()
    print(f"\na store with {ledger.stat().st_size >> 20} MiB in ledger.db, killed ({time.monotonic() - begun:.0f} s to feed)",
          flush=True)
    return subprocess.run([args.rot_store, spoilt, house.keys / "master.secret", house.keys / "log.secret",
                           "told.example/test", place, str(args.seed), str(max(20, OPENINGS // args.share))]).returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for program in ("told", "toldctl", "rot-export", "rot-store"):
        parser.add_argument(f"--{program}", required=True)
    parser.add_argument("--share", type=int, default=1, metavar="N", help="one byte in N, and a store of a size to match")
    parser.add_argument("--only", choices=("export", "store"), help="this part of it")
    parser.add_argument("--seed", type=int)
    args = parser.parse_args()
    args.seed = random.randrange(10**6) if args.seed is None else args.seed
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="told-rot-", dir=memory) as scratch, \
            House(args.told, args.toldctl) as house:
        house.start()
        bad = 0
        if args.only != "store":
            feed(house, args.seed, EVENTS, True)
            export = house.export()
            if entries_of(export) < ENTRIES:
                raise SystemExit(f"only {entries_of(export)} entries: feed it more")
            bad += exports(args, house, export)
        if args.only != "export":
            bad += store(args, house, pathlib.Path(scratch))
    print(f"\nseed {args.seed}: {'everything was noticed or harmless' if not bad else 'SOMETHING WAS SILENT'}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
