#!/usr/bin/python3
"""Measures how long told takes from its start to serving, with many notifications open.

    restart.py [--open 100000] [--restarts 10] [--told ...] [--toldctl ...] [--at-most MILLISECONDS]

Publishes until so many notifications are open (nobody takes any), then kills told with SIGKILL and starts it, again and
again: right after a burst of events each time, so that a part of the ledger is not in its projection yet.
Exit: 0; 1 where the slowest start took longer than --at-most.
"""
import argparse
import pathlib
import sys

from crowd import Crowd
from house import House
from torture import percentile, row

ROOT = pathlib.Path(__file__).resolve().parents[2]


def open_now(house):
    return house.board.get("/v1/open?limit=1")["total"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--restarts", type=int, default=10)
    parser.add_argument("--told", default=ROOT / "build/release/bin/told")
    parser.add_argument("--toldctl", default=ROOT / "build/release/bin/toldctl")
    parser.add_argument("--at-most", type=float, default=1000, help="milliseconds")
    args = parser.parse_args()

    with House(args.told, args.toldctl) as house:
        house.start()
        children = {"subjects": 10**9, "batch": 64, "patience": 30.0}  # each a child of its own: nobody is found
        with Crowd(house, 1, {}, ["port.tilbury"], limit=args.open // 3 + 1, **children) as crowd:
            crowd.join(crowd.publishers, 600, "everything that was published has a verdict")
        times = []
        for number in range(args.restarts):
            with Crowd(house, number + 2, {}, ["port.purfleet"], limit=200, seen=house.directory / f"burst-{number}",
                       first=number * 200, **children) as burst:
                burst.join(burst.publishers, 60, "the burst has verdicts")
            house.kill()
            times.append(house.start())
        total = open_now(house)
        replayed = [line.split("(")[1].split(" ")[0] for line in house.log().splitlines() if "replayed" in line][1:]
        row("notifications open", f"{total:,}")
        row("restarts after kill -9", len(times))
        row("entries replayed, most", max(map(int, replayed)))
        for name, value in (("p50", percentile(times, 0.5)), ("p99", percentile(times, 0.99)), ("max", max(times))):
            row(f"time to serve {name}", f"{value * 1000:.0f} ms")
        return 0 if max(times) * 1000 <= args.at_most else 1


if __name__ == "__main__":
    sys.exit(main())
