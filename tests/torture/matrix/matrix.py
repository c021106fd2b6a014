#!/usr/bin/python3
"""Strikes told at every call by which it changes something outside itself, in every story, in five ways.

    matrix.py --told TOLD --toldctl TOLDCTL --strike STRIKE [--scenario STORY]... [--share N [--seed S]] [--json]
    matrix.py ... --scenario STORY --point "CALL NAME N" --do KIND [--keep DIRECTORY]      # one point again

Exit: 0 every promise was kept, 1 one was not, 64 wrong command line, 77 this machine lets nobody mount or trace.
../README.md says how to read it.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import queue
import random
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1] / "checker"), str(HERE.parents[1] / "clients")]

import points as the_points
from points import KINDS, Point
from progress import Progress

TRACED_RUNS = 3   # of each story: what comes at the same moment on two threads comes in another order each time
TRIES = 4         # of a point that a run did not reach
OWN = ["unshare", "--mount", "--propagation", "private"]


def may_be_done(strike):
    """Whether this machine lets a process mount and trace."""
    mounts = subprocess.run([*OWN, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True)
    traces = subprocess.run([strike, "--trace", "/dev/null", "--", "true"], capture_output=True)
    return mounts.returncode == 0 and traces.returncode == 0


# --- a process that plays ---------------------------------------------------------------------------------------------

def work(settings):
    """Takes a task a line, and answers with a line."""
    from bench import Bench
    bench = None
    for line in sys.stdin:
        task = json.loads(line)
        try:
            if bench is None or bench.name != task["story"]:
                if bench is not None:
                    bench.close()
                bench = Bench(task["story"], settings.told, settings.toldctl, settings.strike)
            if "point" in task:
                said = bench.try_one(Point(*task["point"]), task["kind"])
                if task.get("keep"):
                    bench.keep(task["keep"])
            else:
                said = {"trace": [((p.call, p.name, p.n), size) for p, size in bench.trace()]}
        except Exception as why:  # pylint: disable=broad-except
            said = {"failed": f"{type(why).__name__}: {why}"}
            bench = None
        print(json.dumps(said), flush=True)
    if bench is not None:
        bench.close()


class Worker:
    def __init__(self, settings):
        command = [*OWN, sys.executable, __file__, "--worker", "--told", settings.told, "--toldctl", settings.toldctl,
                   "--strike", settings.strike]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **task):
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"failed": "its process ended"}

    def close(self):
        self.process.stdin.close()
        self.process.wait()


# --- the run ----------------------------------------------------------------------------------------------------------

class Run:
    def __init__(self, settings):
        self.settings = settings
        self.tasks, self.results = queue.SimpleQueue(), []
        self.failed, self.alike = [], {}
        self.progress = Progress("points")

    def enumerate(self):
        """Every point of each story, from what it did; the share of them is put into the queue."""
        with concurrent.futures.ThreadPoolExecutor(self.settings.jobs) as pool:
            found = list(pool.map(self.points_of, self.settings.scenario))
        for task in [task for tasks in found for task in tasks]:
            self.progress.planned += 1
            self.tasks.put(task)

    def points_of(self, story):
        worker = Worker(self.settings)
        said = [worker.ask(story=story) for _ in range(TRACED_RUNS)]
        worker.close()
        if failed := [each["failed"] for each in said if "failed" in each]:
            self.failed.append(f"{story}: {failed[0]}")
            return []
        traces = [[(Point(*point), size) for point, size in each["trace"]] for each in said]
        found, self.alike[story] = the_points.points_of(traces)
        return [(story, point, kind) for point, size in found.items() for kind in the_points.kinds_of(point, size)
                if the_points.in_share(story, point, kind, self.settings.share, self.settings.seed)]

    def go(self):
        threads = [threading.Thread(target=self.follow) for _ in range(self.settings.jobs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.progress.over()

    def follow(self):
        worker = Worker(self.settings)
        while True:
            try:
                story, point, kind = self.tasks.get_nowait()
            except queue.Empty:
                break
            said = self.one(worker, story, point, kind)
            with self.progress.lock:
                self.progress.done += 1
                self.results.append(said)
                if "failed" in said:
                    self.failed.append(f"{story}, {kind} at {point.text()}: {said['failed']}")
                self.progress.say(f"{sum(bool(r.get('broken')) for r in self.results)} broken", story)
        worker.close()

    def one(self, worker, story, point, kind):
        for tried in range(TRIES):
            said = worker.ask(story=story, point=(point.call, point.name, point.n), kind=kind,
                              keep=self.settings.keep if self.settings.point else None)
            said.update(story=story, point=point.text(), name=point.name, kind=kind, tries=tried + 1)
            if "failed" in said or said["struck"] or said["broken"]:
                break
        return said


# --- what is said in the end ------------------------------------------------------------------------------------------

def table(run):
    lines = ["points tried, and of them those at which a promise was broken", "",
             f"{'':<12}" + "".join(f"{kind:>14}" for kind in (*KINDS, "all")) +
             f"{'went on':>9}{'unreached':>10}{'alike':>7}"]
    for story in [*run.settings.scenario, "all"]:
        of = [r for r in run.results if story in (r["story"], "all") and "failed" not in r]
        fields = []
        for kind in (*KINDS, "all"):
            tried = [r for r in of if kind in (r["kind"], "all") and r["struck"]]
            fields.append(f"{len(tried):>9,}{sum(bool(r['broken']) for r in tried):>5}")
        alike = sum(run.alike.values()) if story == "all" else run.alike.get(story, 0)
        went_on = sum(r["went_on"] for r in of if r["struck"])
        unreached = sum(not r["struck"] for r in of)
        lines.append(f"{story:<12}" + "".join(fields) + f"{went_on:>9,}{unreached:>10,}{alike:>7,}")
    return lines


def broken_lines(run):
    for r in run.results:
        for sentence in r.get("broken", ()):
            yield f"BROKEN: {r['story']}, {r['kind']} at {r['point']}: {sentence}"
    for failed in run.failed:
        yield f"BROKEN: {failed}"


def say(run):
    broken = list(broken_lines(run))
    if run.settings.json:
        json.dump({"seconds": round(run.progress.seconds), "seed": run.settings.seed,
                   "share": run.settings.share, "points": run.results, "failed": run.failed, "alike": run.alike},
                  sys.stdout)
        print()
    else:
        print("\n".join([*table(run), "", *broken]))
        share = f"one point in {run.settings.share}, seed {run.settings.seed}; " if run.settings.share > 1 else ""
        print(f"{share}{len(run.results):,} points in {run.progress.seconds:.0f} s, "
              f"{sum(r['tries'] for r in run.results):,} runs: {len(broken)} violations")
    return 1 if broken or not run.results else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for program in ("told", "toldctl", "strike"):
        parser.add_argument(f"--{program}", required=True)
    parser.add_argument("--scenario", action="append", default=[], help="these stories alone")
    parser.add_argument("--share", type=int, default=1, metavar="N", help="one point in N")
    parser.add_argument("--seed", type=int, help="which one: every seed from 0 to N-1 has others; drawn where none is given")
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1), help="processes; most of their time is waiting")
    parser.add_argument("--json", action="store_true", help="every point and what became of it, for a program")
    parser.add_argument("--point", metavar="'CALL NAME N'", help="this point alone; with --scenario and --do")
    parser.add_argument("--do", choices=KINDS, metavar="KIND")
    parser.add_argument("--keep", metavar="DIRECTORY", help="leave what is there after --point in this new directory")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    settings = arguments()
    if settings.worker:
        work(settings)
        return 0
    from stories import STORIES
    if unknown := [name for name in settings.scenario if name not in STORIES]:
        print(f"there is no scenario {unknown[0]} here; there are {', '.join(STORIES)}", file=sys.stderr)
        return 64
    if settings.point and (len(settings.scenario) != 1 or not settings.do):
        print("--point needs one --scenario, and --do", file=sys.stderr)
        return 64
    if not may_be_done(settings.strike):
        print("this machine lets nobody mount or trace: nothing was shown")
        return 77
    settings.scenario = settings.scenario or list(STORIES)
    settings.seed = random.randrange(settings.share) if settings.seed is None else settings.seed
    run = Run(settings)
    if settings.point:
        call, *name, n = settings.point.split(" ")
        settings.jobs, run.progress.planned = 1, 1
        run.tasks.put((settings.scenario[0], Point(call, " ".join(name), int(n)), settings.do))
    else:
        run.enumerate()
    run.go()
    return say(run)


if __name__ == "__main__":
    sys.exit(main())
