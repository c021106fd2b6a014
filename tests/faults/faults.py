#!/usr/bin/python3
"""Spoils the way between told and each peer, in every way and at every point, and looks whether told keeps its promises.

    faults.py --told TOLD --toldctl TOLDCTL [--quick] [--only KIND[:PHASE]]... [CARRIER...]

Exit: 0 every promise was kept, 1 one was not, 64 wrong command line. README.md beside this file says how to read it.
"""
import argparse
import dataclasses
import json
import pathlib
import subprocess
import sys
import threading
import traceback

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "torture"))

import carrier_under_fault as carriers
import npm  # of tests/carriers, which carrier_under_fault finds
import spool_under_fault
import verdict
from progress import Progress
from proxy import KINDS

BENCHES = {bench.name: bench for bench in (carriers.Webhook, carriers.WebhookTls, carriers.Notify, carriers.Smtp,
                                           carriers.Amqp, carriers.Queue, spool_under_fault.Spool)}
# One of each sort of trouble, for every run of the tests.
QUICK = {("refuse", "connect"), ("reset", "mid_request"), ("reset", "kept"), ("half_open", "mid_request"),
         ("hang", "before_answer"), ("duplicate", "after_answer"), ("corrupt", "mid_request"), ("truncate", "mid_answer"),
         ("reorder", "mid_request"), ("removed", "before"), ("file_instead", "between")}


def wanted(bench, settings):
    for kind, phase in bench.combinations():
        if settings.quick and (kind, phase) not in QUICK:
            continue
        if not settings.only or kind in settings.only or f"{kind}:{phase}" in settings.only:
            yield kind, phase


def one_carrier(settings):
    """In a process of its own: a line of JSON for each combination as it goes, and one for each in the end."""
    def say(**line):
        print(json.dumps(line), flush=True)

    kind_of_bench = BENCHES[settings.one]
    if settings.one == "spool":
        kind_of_bench.mounts = settings.mounts
    bench = kind_of_bench(settings.told, settings.toldctl)
    try:
        combinations = list(wanted(bench, settings))
        say(combinations=len(combinations))
        for kind, phase in combinations:
            say(tried=bench.try_one(kind, phase).named())
        bench.judge()
        for one in bench.tries:
            say(verdict=dataclasses.asdict(one))
    except Exception:  # pylint: disable=broad-except
        say(failed=traceback.format_exc() + "\n".join(bench.house.log().splitlines()[-20:]))
    finally:
        bench.close()


class Run:
    """All carriers side by side: the processes, and what they say."""

    def __init__(self, settings):
        self.settings, self.verdicts, self.failed, self.left_out = settings, [], [], []
        self.progress = Progress("combinations")

    def go(self, names):
        threads = [threading.Thread(target=self.follow, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.progress.over()

    def follow(self, name):
        before, more = [], []
        if name == "spool":
            before = spool_under_fault.may_mount()
            more = ["--mounts"] if before else []
        command = [*before, sys.executable, __file__, "--told", self.settings.told, "--toldctl", self.settings.toldctl,
                   "--one", name, *more, *(["--quick"] if self.settings.quick else [])]
        for only in self.settings.only:
            command += ["--only", only]
        ended = 0
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout:
                said = json.loads(line)
                with self.progress.lock:
                    self.progress.planned += said.get("combinations", 0)
                    self.progress.done += "tried" in said
                    if "verdict" in said:
                        self.verdicts.append(verdict.Try(**said["verdict"]))
                    if "failed" in said:
                        self.failed.append(f"{name}: {said['failed']}")
                    self.progress.say(said.get("tried", name))
            ended = process.wait()
        if ended == npm.LEFT_OUT:
            self.left_out.append(name)
        elif ended != 0:
            self.failed.append(f"{name}: its process ended with {ended}")


def table(verdicts, names):
    """A row for each kind: of each carrier the phases tried, the slowest recovery, the promises broken."""
    kinds = list(dict.fromkeys([*KINDS, *spool_under_fault.KINDS]))
    lines = ["each field: phases tried, slowest recovery after it healed, promises broken", "",
             f"{'':<14}" + "".join(f"{name:>20}" for name in names)]
    for kind in [*kinds, "all"]:
        fields = []
        for name in names:
            of = [v for v in verdicts if v.carrier == name and kind in (v.kind, "all")]
            times = [v.recovered for v in of]
            slowest = "never" if None in times else f"{max(times, default=0):.1f} s"
            fields.append(f"{len(of):>4}{slowest:>8}{sum(len(v.broken) for v in of):>4}" if of else "-")
        if any(field != "-" for field in fields):
            lines.append(f"{kind:<14}" + "".join(f"{field:>20}" for field in fields))
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--told", required=True)
    parser.add_argument("--toldctl", required=True)
    parser.add_argument("--quick", action="store_true", help="about 30 combinations, one of each sort")
    parser.add_argument("--only", action="append", default=[], metavar="KIND[:PHASE]", help="these combinations alone")
    parser.add_argument("--one", help=argparse.SUPPRESS)  # a process of this run
    parser.add_argument("--mounts", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("carrier", nargs="*", help=f"of {', '.join(BENCHES)}; all, where none is named")
    settings = parser.parse_args()
    if unknown := [name for name in settings.carrier if name not in BENCHES]:
        print(f"there is no carrier {unknown[0]} here; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 64
    if settings.one:
        one_carrier(settings)
        return 0
    names = settings.carrier or list(BENCHES)
    run = Run(settings)
    run.go(names)
    print("\n".join(table(run.verdicts, names)))
    tried = [v for v in run.verdicts if v.recovered is not None]
    times = sorted(v.recovered for v in tried)
    broken = [f"{v.named()}: {sentence}" for v in run.verdicts for sentence in v.broken]
    for sentence in [*broken, *run.failed]:
        print(f"BROKEN: {sentence}")
    for name in run.left_out:
        print(f"left out: {name}: what its peer is made of cannot be had here")
    if times:
        print(f"\n{len(run.verdicts)} combinations in {run.progress.seconds:.0f} s: {len(broken)} promises broken; "
              f"recovered after {times[len(times) // 2]:.2f} s (p50), {times[-1]:.2f} s (at most), bound {verdict.WITHIN:g} s")
    return 1 if broken or run.failed or not run.verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
