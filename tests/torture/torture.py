#!/usr/bin/python3
"""Kills told at random moments while publishers and agencies work, again and again; then checks what was promised.

    torture.py --cycles 30 [--seed 7] [--told build/release/bin/told] [--toldctl build/release/bin/toldctl]

Each cycle starts told on the same store and kills it with SIGKILL 20 to 400 ms after it serves; every eighth cycle
kills it while it starts; every tenth ends it with SIGTERM instead, which must give exit code 0. At the end the ledger
is exported and tests/checker/check_promises.py compares it with what the parties saw.

Exit: 0 every promise was kept; 1 one was broken (what was seen stays in the directory that is named).
Debian: python3-zmq python3-protobuf python3-cryptography protobuf-compiler
"""
import argparse
import pathlib
import random
import subprocess
import sys
import time

import parties
from crowd import Crowd
from house import House

ROOT = pathlib.Path(__file__).resolve().parents[2]
# A stop waits up to 2 s for sends under way, then moves up to 128 MiB of the store's log into its file: on a disk that
# other tests are filling this once took longer than the 5 s that a stop without load has.
STOP_WITHIN = 20.0


def row(name, value):
    print(f"{name:<40}{value:>12}")


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


class Torture:
    def __init__(self, house, crowd, seed):
        self.house, self.crowd, self.random = house, crowd, random.Random(seed)
        self.serve_s, self.stop_s = [], []
        self.kills = self.early_kills = 0
        self.unsettled = ""  # why it did not come to rest at the end

    def cycle(self, number):
        if number % 8 == 7:
            self.house.begin()
            time.sleep(self.random.uniform(0.001, 0.08))
            self.house.kill()
            self.early_kills += 1
        self.serve_s.append(self.house.start())
        time.sleep(self.random.uniform(0.02, 0.4))
        if number % 10 == 9:
            began = time.monotonic()
            code = self.house.stop(STOP_WITHIN)
            self.stop_s.append(time.monotonic() - began)
            if code != 0:
                raise AssertionError(f"cycle {number}: told ended with {code} on SIGTERM")
        else:
            if not self.house.running():
                raise AssertionError(f"cycle {number}: told ended with {self.house.process.returncode} by itself")
            self.house.kill()
            self.kills += 1

    def finish(self):
        self.serve_s.append(self.house.start())
        try:
            self.crowd.end_publishing()
            self.crowd.settle()
        except AssertionError as why:  # the checker says which promise that breaks
            self.unsettled = str(why)
        self.crowd.go_home()
        export = self.house.export()
        code = self.house.stop(STOP_WITHIN)
        if code != 0:
            raise AssertionError(f"told ended with {code} on the last SIGTERM")
        return export


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cycles", type=int, default=30)
    parser.add_argument("--seed", type=int, default=None, help="repeats a run's moments (not the machine's own)")
    parser.add_argument("--told", default=ROOT / "build/release/bin/told")
    parser.add_argument("--toldctl", default=ROOT / "build/release/bin/toldctl")
    parser.add_argument("--directory", help="work there and leave everything behind")
    args = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if args.seed is None else args.seed
    print(f"seed {seed}", flush=True)
    began = time.monotonic()

    with House(args.told, args.toldctl, args.directory, ladders=parties.MIXED) as house, Crowd(house, seed) as crowd:
        torture = Torture(house, crowd, seed)
        for number in range(args.cycles):
            torture.cycle(number)
            if number % 10 == 9:
                print(f"{number + 1} cycles, {crowd.with_verdict()} events with a verdict, "
                      f"{time.monotonic() - began:.0f} s", flush=True)
        export = torture.finish()
        took = time.monotonic() - began

        print()
        row("cycles", args.cycles)
        row("kill -9 while it served", torture.kills)
        row("kill -9 while it started", torture.early_kills)
        row("SIGTERM, exit 0", len(torture.stop_s) + 1)
        row("time to stop max", f"{max(torture.stop_s, default=0) * 1000:.0f} ms")
        row("time to serve p50", f"{percentile(torture.serve_s, 0.5) * 1000:.0f} ms")
        row("time to serve p99", f"{percentile(torture.serve_s, 0.99) * 1000:.0f} ms")
        row("time to serve max", f"{max(torture.serve_s) * 1000:.0f} ms")
        row("seconds in all", f"{took:.0f}")
        sys.stdout.flush()
        code = subprocess.run([sys.executable, ROOT / "tests/checker/check_promises.py", house.directory / "seen", export,
                               "--key", house.keys / "log.public"]).returncode
        if torture.unsettled:
            print(f"BROKEN (it comes to rest): {torture.unsettled}")
            code = 1
        if code != 0:
            house.own = False
            print(f"what was seen is in {house.directory}; the seed was {seed}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
