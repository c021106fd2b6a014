#!/usr/bin/python3
"""Thousands of bad peers at told's doors, and what its good ones notice of it.

    floods.py --told TOLD --toldctl TOLDCTL --flood FLOOD [--quick] [--open 10000] [--new 1000] [--seconds 120] [--addresses 64]

First some cases by themselves, each on a told of its own (cases.py); then the flood of every kind of bad peer (flood.cpp)
at both doors, while a port publishes and the police acknowledge, as they did in the quiet half minute before it.
--quick is for every run of the tests. Exit: 0, 1 where a figure is missed, 77 where this machine allows too few descriptors.
"""
import argparse
import contextlib
import multiprocessing
import pathlib
import resource
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "system")]

import cases
import hands
from cases import flood, processor_seconds, resident_mib
from hands import House

KINDS = "silent,junk,greeting,hello,initiate,huge,drip,reconnect"
DESCRIPTORS = 65536  # as the unit has it
GROWTH_MAX_MIB, SLOWER_MAX = 64, 2.0
POLICE = "police.control_room"


class Honest(multiprocessing.get_context("fork").Process):
    """A port that publishes at a pace, and the police, who acknowledge: what each event took until it was safe, and until
    it was in their hands."""

    def __init__(self, house, pace):
        super().__init__(daemon=True)
        self.house, self.pace = house, pace
        self.ours, theirs = multiprocessing.Pipe()
        self.theirs = theirs

    def run(self):
        with hands.Port(self.house) as port, hands.Desk(self.house, POLICE) as police:
            number = 0
            while True:
                seconds = self.theirs.recv()
                if seconds is None:
                    return
                safe, told, lost = [], [], 0
                end = time.monotonic() + seconds
                while time.monotonic() < end:
                    began = time.monotonic()
                    number += 1
                    event = port.event(subject=f"TIL/{number:06d}")
                    try:
                        result = port.publish_one(event)
                        safe.append(time.monotonic() - began)
                        delivery = police.take(hands.of_subject(result))
                        told.append(time.monotonic() - began)
                        lost += not police.acknowledge(delivery.notification).recorded
                    except AssertionError as why:
                        print(f"event {number}: {why}", file=sys.stderr)
                        lost += 1
                    time.sleep(max(0.0, began + 1 / self.pace - time.monotonic()))
                self.theirs.send((safe, told, lost))

    def begin(self, seconds):
        self.ours.send(seconds)

    def end(self):
        return self.ours.recv()


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


@contextlib.contextmanager
def flooding(program, house, port, *how):
    """The flood's process; its last line when it is over. It is of other machines: of this one it takes what told, the
    port and the police leave, which is enough for what is asked of it (the rows say so)."""
    process = flood(program, house, port, *how, under=("nice", "-n", "19"))
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def may_have(descriptors):
    """Raises this process's limit, and so told's, to that of the unit, or as far as it goes; whether that is enough."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (DESCRIPTORS, most):
        with contextlib.suppress(ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, max(limit, most)))
            return limit >= descriptors
    return False


class Figures:
    def __init__(self):
        self.missed = []

    def row(self, what, value, bound="", good=True):
        print(f"{what:<62}{value:>10}   {bound}{'' if good else '   MISSED'}", flush=True)
        if not good:
            self.missed.append(what)


def the_flood(args, figures):
    with House(args.told, args.toldctl, worker_heartbeat="5 s") as house:
        house.start()
        honest = Honest(house, args.pace)
        honest.start()
        honest.begin(3)  # the first events of a process are dearer
        honest.end()
        honest.begin(args.quiet)
        safe, told, lost = honest.end()
        idle = percentile(safe, 0.99), percentile(told, 0.99)
        before, used, began = resident_mib(house.process), processor_seconds(house.process), time.monotonic()
        half = args.open // 2, args.new // 2, args.seconds, KINDS, args.addresses
        with flooding(args.flood, house, house.publishers_port, *half) as one, \
                flooding(args.flood, house, house.agencies_port, *half) as other:
            honest.begin(args.seconds - 2)
            most, opened, open_now, at_once = before, 0, [], []
            for left, right in zip(one.stdout, other.stdout):
                counts = [sum(pair) for pair in zip(map(int, left.split()), map(int, right.split()))]
                open_now.append(counts[0])
                at_once.append(counts[0] + counts[1])
                opened = counts[2]
                if not house.running():
                    break
                most = max(most, resident_mib(house.process))
        took = time.monotonic() - began
        figures.row("told went on", "yes" if house.running() else "no", "", house.running())
        if not house.running():
            print(house.log()[-2000:])
            return
        safe_then, told_then, lost_then = honest.end()
        used = processor_seconds(house.process) - used
        honest.ours.send(None)
        honest.join()
        figures.row("bad connections at once, at the median", f"{percentile(at_once, 0.5):,}", f"at least {args.open * 99 // 100:,}",
                    args.quick or percentile(at_once, 0.5) >= args.open * 99 // 100)
        figures.row("of them let in by the machine, at the median", f"{percentile(open_now, 0.5):,}",
                    f"from {args.addresses:,} addresses")
        figures.row("bad connections begun a second", f"{opened / took:,.0f}", f"at least {args.new:,}",
                    opened / took >= args.new)
        figures.row("told's processor time", f"{100 * used / took:.0f} %", "of one core")
        figures.row("memory grew by", f"{most - before:.1f} MiB", f"at most {GROWTH_MAX_MIB}", most - before <= GROWTH_MAX_MIB)
        for what, quiet, flooded in (("an event is safe", idle[0], percentile(safe_then, 0.99)),
                                     ("an event is in the police's hands", idle[1], percentile(told_then, 0.99))):
            figures.row(f"{what}, p99 quiet", f"{quiet * 1000:.2f} ms")
            # A share of the tests shares the machine with others: its times say nothing.
            figures.row(f"{what}, p99 in the flood", f"{flooded * 1000:.2f} ms", f"at most {SLOWER_MAX:g} times that",
                        args.quick or flooded <= SLOWER_MAX * quiet)
        figures.row("events published in the flood", len(safe_then) + lost_then)
        figures.row("of them lost, or not answered in 5 s", lost + lost_then, "0", lost + lost_then == 0)
        figures.row("SIGTERM, exit code", house.stop(20))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for program in ("told", "toldctl", "flood"):
        parser.add_argument(f"--{program}", required=True)
    parser.add_argument("--open", type=int, default=10_000)
    parser.add_argument("--new", type=int, default=1_000, help="connections a second, beside those that replace closed ones")
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--addresses", type=int, default=64, help="of how many addresses the bad ones are")
    parser.add_argument("--quiet", type=int, default=30, help="seconds without a flood, before it")
    parser.add_argument("--pace", type=int, default=50, help="events a second")
    parser.add_argument("--quick", action="store_true", help="the cases, and a small flood without figures of time")
    parser.add_argument("--only-flood", action="store_true", help="the flood without the cases")
    args = parser.parse_args()
    if not may_have(args.open * 5 // 4 + 1000):
        print("this machine allows too few descriptors: nothing was shown")
        return 77
    figures = Figures()
    if not args.only_flood:
        for case, wrong in cases.play(args.told, args.toldctl, args.flood):
            figures.row(case.replace("_", " "), "ok" if not wrong else "BROKEN", wrong, not wrong)
    if args.quick:
        args.open, args.new, args.seconds, args.quiet = 1000, 200, 6, 4
    the_flood(args, figures)
    return 1 if figures.missed else 0


if __name__ == "__main__":
    sys.exit(main())
