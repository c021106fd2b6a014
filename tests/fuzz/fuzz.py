#!/usr/bin/python3
"""Fuzzes every reader of outside bytes for a time, two at once, and prints what came of it. `./dev fuzz` runs it.

What ends a target is kept in build/fuzz/found; so is each input that reached something new, in build/fuzz/corpus, so that
the next run goes on from there. Exit: 0 nothing was found, 1 something was.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


class Run:
    """One target, fuzzed."""

    def __init__(self, program, name, reads, seconds):
        self.name, self.reads = name, reads
        own = ROOT / "build" / "fuzz" / "corpus" / name
        found = ROOT / "build" / "fuzz" / "found"
        for directory in (own, found):
            directory.mkdir(parents=True, exist_ok=True)
        self._before = {file.name for file in found.iterdir()}
        self._found = found
        self._words = [program, str(own), str(HERE / "corpus" / name), f"-max_total_time={seconds}", "-timeout=10",
                       "-rss_limit_mb=2048", "-max_len=65536", "-print_final_stats=1", "-verbosity=1",
                       f"-artifact_prefix={found}/{name}-"]
        dictionary = HERE / f"{name}.dict"
        if dictionary.exists():
            self._words.append(f"-dict={dictionary}")

    def go(self):
        log = self._found / f"{self.name}.log"
        with log.open("wb") as said:
            running = subprocess.Popen(self._words, env={**os.environ, "TOLD_FUZZ": self.name},
                                       stdout=subprocess.DEVNULL, stderr=said)
            # Of its processor, not of the clock: who shares the machine shares the figure.
            _, status, used = os.wait4(running.pid, 0)
        self.seconds = used.ru_utime + used.ru_stime
        words = log.read_text(errors="replace")
        self.executions = self._figure(words, r"stat::number_of_executed_units: (\d+)")
        self.edges = max((int(n) for n in re.findall(r"\bcov: (\d+)", words)), default=0)
        self.new = self._figure(words, r"stat::new_units_added: +(\d+)")
        self.findings = sorted(str(file.relative_to(ROOT)) for file in self._found.iterdir()
                               if file.name not in self._before and file.name.startswith(self.name + "-"))
        self.failed = status != 0
        if not self.failed:
            log.unlink()
        return self

    @staticmethod
    def _figure(text, pattern):
        match = re.search(pattern, text)
        return int(match.group(1)) if match else 0


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--program", default=str(ROOT / "build" / "fuzz" / "tests" / "fuzz" / "told_fuzz"))
    options.add_argument("--replay", default=str(ROOT / "build" / "fuzz" / "tests" / "fuzz" / "fuzz_replay"))
    options.add_argument("--seconds", type=int, default=60, help="for each target, by the clock")
    options.add_argument("targets", nargs="*", metavar="TARGET", help="these alone")
    said = options.parse_args()
    listed = subprocess.run([said.replay, "--list"], check=True, stdout=subprocess.PIPE, text=True).stdout
    known = dict(line.split("\t") for line in listed.splitlines())
    unknown = [name for name in said.targets if name not in known]
    if unknown:
        print(f"there is no target {unknown[0]}; there are: {', '.join(known)}", file=sys.stderr)
        return 64
    runs = [Run(said.program, name, reads, said.seconds) for name, reads in known.items() if name in (said.targets or known)]
    print(f"{'target':<16}{'executions':>13}{'a second':>10}{'edges':>8}{'new':>6}  found")
    processor, executions, found = 0.0, 0, 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as two:
        for run in two.map(Run.go, runs):
            processor += run.seconds
            executions += run.executions
            found += run.failed
            print(f"{run.name:<16}{run.executions:>13,}{run.executions / max(run.seconds, 1):>10,.0f}{run.edges:>8,}"
                  f"{run.new:>6,}  {', '.join(run.findings) or ('nothing' if not run.failed else f'build/fuzz/found/{run.name}.log')}",
                  flush=True)
    print(f"{executions:,} executions in {processor / 3600:.2f} hours of processor; {found} of {len(runs)} targets found something")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
