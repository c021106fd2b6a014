#!/usr/bin/python3
"""Fifty things that clocks do, each to a real told: is anybody called early, late, twice, or not at all?

    clocks.py --told TOLD --toldctl TOLDCTL --shim CLOCK_SHIM [--quick] [--only WORDS]... [--jobs N]

A table, a case a line. The machine's own clocks are never touched: clock_shim.cpp is preloaded into told. Exit: 0, 1 where
a case went wrong.
"""
import argparse
import concurrent.futures
import contextlib
import io
import multiprocessing
import os
import pathlib
import sys
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]

import cases
from worlds import World


def play(name):
    """(name, what is wrong or None, whether it could not be, seconds), in a process of its own."""
    began = time.monotonic()
    errors = io.StringIO()
    try:
        with contextlib.redirect_stderr(errors):
            cases.CASES[name][0]()
        return name, None, False, time.monotonic() - began
    except cases.CannotBe as why:
        return name, str(why), True, time.monotonic() - began
    except Exception as why:  # pylint: disable=broad-except
        where = traceback.extract_tb(why.__traceback__)[-1]
        return name, f"{why} ({pathlib.Path(where.filename).name}:{where.lineno})\n{errors.getvalue()}", False, \
            time.monotonic() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for program in ("told", "toldctl", "shim"):
        parser.add_argument(f"--{program}", required=True)
    parser.add_argument("--quick", action="store_true", help="a dozen of them, for every run of the tests")
    parser.add_argument("--only", action="append", default=[], metavar="WORDS", help="those with these words in their name")
    parser.add_argument("--jobs", type=int, default=3 * (os.cpu_count() or 1), help="at once; they mostly wait")
    args = parser.parse_args()
    World.told, World.toldctl, World.shim = args.told, args.toldctl, pathlib.Path(args.shim).resolve()
    names = [name for name, (_, quick) in cases.CASES.items()
             if (quick or not args.quick) and (not args.only or any(words in name for words in args.only))]
    began, wrong, left_out = time.monotonic(), 0, 0
    with concurrent.futures.ProcessPoolExecutor(args.jobs, multiprocessing.get_context("fork")) as pool:
        for name, problem, cannot, took in pool.map(play, names):
            wrong += problem is not None and not cannot
            left_out += cannot
            said = "ok" if problem is None else "cannot be tried here" if cannot else "WRONG"
            print(f"{name:<92}{said:>6} {took:6.1f} s", flush=True)
            if problem is not None:
                print(f"    {problem}")
    print(f"\n{len(names)} cases in {time.monotonic() - began:.0f} s: {wrong} wrong" +
          (f", {left_out} could not be tried here" if left_out else ""))
    return 1 if wrong or not names else 0


if __name__ == "__main__":
    sys.exit(main())
