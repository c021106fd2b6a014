#!/usr/bin/python3
"""Cuts the power: what the disk may hold at every moment of each story, opened as told opens it.

    power_cut.py --told TOLD --toldctl TOLDCTL --strike STRIKE --power-cut POWER_CUT [--scenario STORY]... [--images N]

Each story of the matrix is played once under strike, which writes down all that is written; power_cut.cpp makes the stores
that may be left of it. Exit: 0, 1 where one could not be opened, or had lost what somebody had heard of, 77 where this
machine lets nobody mount or trace.
"""
import argparse
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1] / "checker"), str(HERE.parents[1] / "clients")]

from matrix import OWN, may_be_done

MARK = "TOLD_POWER_CUT"
STORIES_LEFT_OUT = ("first_start",)  # its log of changes is written ahead with what no other has: zeros


def cut(args, name, place):
    """(images, unreadable, short, contradicting) of one story."""
    from bench import Bench
    bench = Bench(name, args.told, args.toldctl, args.strike)
    try:
        owed, leaves = bench.record(place / "record")
        (place / "owed").write_text("".join(f"{at} {size}\n" for at, size in owed))
        (place / "whole").write_text("\n".join(leaves) + "\n")
        shutil.copytree(bench.frozen / "store", place / "base", dirs_exist_ok=True)
        keys = [shutil.copy(bench.house.keys / key, place / key) for key in ("master.secret", "log.secret")]
    finally:
        bench.close()
    runs = []
    for n in range(args.jobs):
        scratch = place / f"scratch-{n}"
        scratch.mkdir()
        runs.append(subprocess.Popen([args.power_cut, place / "record", place / "base", place / "owed", *keys,
                                      "told.example/test", scratch, str(args.images), str(args.seed), str(args.jobs), str(n)],
                                     stdout=subprocess.PIPE, text=True))
    totals = [0, 0, 0, 0]
    for run in runs:
        *sentences, last = run.communicate()[0].splitlines() or ["0 0 0 0"]
        for sentence in sentences[:5]:
            print(f"{name}: {sentence}")
        totals = [a + int(b) for a, b in zip(totals, last.split())]
        if run.returncode not in (0, 1):
            raise SystemExit(f"{args.power_cut} ended with {run.returncode}")
    return totals


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for program in ("told", "toldctl", "strike", "power-cut"):
        parser.add_argument(f"--{program}", required=True)
    parser.add_argument("--scenario", action="append", default=[])
    parser.add_argument("--images", type=int, default=120, help="of the disk, at each call")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    if not may_be_done(args.strike):
        print("this machine lets nobody mount or trace: nothing was shown")
        return 77
    if not os.environ.get(MARK):
        os.execvpe(OWN[0], [*OWN, sys.executable, *sys.argv], {**os.environ, MARK: "1"})
    from stories import STORIES
    args.seed = random.randrange(10**6) if args.seed is None else args.seed
    began, all_ = time.monotonic(), [0, 0, 0, 0]
    print(f"{'':<14}{'images':>10}{'unreadable':>12}{'short':>8}{'contradicting':>15}")
    for name in args.scenario or [name for name in STORIES if name not in STORIES_LEFT_OUT]:
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        with tempfile.TemporaryDirectory(prefix="told-power-", dir=memory) as place:
            found = cut(args, name, pathlib.Path(place))
        all_ = [a + b for a, b in zip(all_, found)]
        print(f"{name:<14}{found[0]:>10,}{found[1]:>12,}{found[2]:>8,}{found[3]:>15,}", flush=True)
    print(f"{'all':<14}{all_[0]:>10,}{all_[1]:>12,}{all_[2]:>8,}{all_[3]:>15,}")
    print(f"seed {args.seed}, {time.monotonic() - began:.0f} s")
    return 1 if any(all_[1:]) else 0


if __name__ == "__main__":
    sys.exit(main())
