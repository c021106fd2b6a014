"""Makes small changes to the core, one at a time, and looks whether its tests notice. `./dev mutants` runs it.

There are some thousands; a run takes as many of them as --sample says, drawn by --seed. A change that does not compile is
not counted. What survives the core's own tests is given to the scenarios, and what survives these to as many of the
simulator's worlds as `./dev test` plays. Exit: 0 where as many are killed as --killed says, 1 where fewer are.
"""

import argparse
import random
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "broken"))

from break_code import OPTIMISED, UNOPTIMISED, Copy  # noqa: E402
from finding import Broke, fails, seeds_until_found  # noqa: E402
from items import ROOT, SCENARIOS, Unfit  # noqa: E402
from mutating import mutants_of  # noqa: E402

PROPERTIES = "Deadlines.*:Rotas.*"  # a million instants each: for what the rest let pass
IN_TURN = (f"core_tests -{PROPERTIES}", f"core_tests {PROPERTIES}")
WORLDS = {"watches": 400, "weeks": 60}  # in `./dev test`: tests/sim/CMakeLists.txt
TESTS, SCENARIO, SIMULATOR = "core_tests", "scenarios", "the simulator"


class Changed:
    """`with Changed(mutant, tree):` the change is in the tree; afterwards it is not."""

    def __init__(self, mutant, tree):
        self._path = tree / mutant.file
        self._whole = self._path.read_text()
        self._mutant = mutant

    def __enter__(self):
        self._path.write_text(self._mutant.applied(self._whole))

    def __exit__(self, *_):
        self._path.write_text(self._whole)


class Finders:
    """Those who may notice, each with what it needs built; what only survivors are given to is built for the first of them."""

    def __init__(self, directory):
        self._tests = Copy(directory / "mutants", UNOPTIMISED)
        self._worlds = Copy(directory / "mutants-simulated", OPTIMISED)
        self._worlds_are_well = False

    def refresh(self):
        """Both copies at once: the tree may be changed while this runs. Gives where they are."""
        for copy in (self._tests, self._worlds):
            copy.refresh()
        return [copy.tree for copy in (self._tests, self._worlds)]

    def build(self):
        """With nothing changed: nobody notices anything then. Raises Broke."""
        self.refresh()
        for copy in (self._tests, self._worlds):
            copy.configure()
        self._tests.build(["core_tests", "toldctl"])
        for finder in IN_TURN:
            if how := fails(finder, self._tests.tree, self._tests.program):
                raise Broke(f"{finder}: {how} with nothing changed")

    def killer_of(self, mutant):
        """Who notices: None where nobody does. Raises Unfit where it does not compile."""
        with Changed(mutant, self._tests.tree):
            try:
                self._tests.build(["core_tests"])
            except Broke as broke:
                raise Unfit(str(broke)) from broke
            for finder in IN_TURN:
                if fails(finder, self._tests.tree, self._tests.program):
                    return TESTS
            self._tests.build(["toldctl"])
            if any(self._fails_in(scenario) for scenario in sorted((self._tests.tree / SCENARIOS).glob("*.toml"))):
                return SCENARIO
        return SIMULATOR if self._breaks_a_world(mutant) else None

    def _fails_in(self, scenario):
        try:
            return fails(f"scenario {scenario.stem}", self._tests.tree, self._tests.program)
        except Broke:
            return True  # a policy that no longer loads is noticed

    def _breaks_a_world(self, mutant):
        if not self._worlds_are_well:
            if self._sees_something():
                raise Broke("the simulator sees something with nothing changed")
            self._worlds_are_well = True
        with Changed(mutant, self._worlds.tree):
            return self._sees_something()

    def _sees_something(self):
        self._worlds.build(["sim"])
        sim = self._worlds.program("sim")
        return any(seeds_until_found(sim, self._worlds.tree, "memory", most, length)[0] for length, most in WORLDS.items())


def same_in_effect():
    """Changes that change nothing anybody could see, each with its reason: `file`, `line` (its text), `put` and `why`."""
    listed = HERE / "same_in_effect.toml"
    return {(item["file"], item["line"], item["put"]) for item in tomllib.loads(listed.read_text()).get("same", [])}


def main():
    options = argparse.ArgumentParser(prog="./dev mutants", description=__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sample", type=int, default=100, help="how many (100); 0 for all, which takes a day")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--killed", type=float, default=0.9, help="the share that must be killed (0.9)")
    options.add_argument("files", nargs="*", metavar="FILE", help="these of daemon/core alone")
    said = options.parse_args()
    files = said.files or sorted(str(path.relative_to(ROOT)) for path in (ROOT / "daemon" / "core").glob("*.cpp"))
    same = same_in_effect()
    every = [m for file in files for m in mutants_of(file, (ROOT / file).read_text())
             if (m.file, m.text.strip(), m.put.strip()) not in same]
    chosen = random.Random(said.seed).sample(every, min(said.sample or len(every), len(every)))
    finders = Finders(ROOT / "build")
    began = time.monotonic()
    finders.build()
    print(f"{len(every):,} changes to {len(files)} files; {len(chosen)} of them, built as it is in "
          f"{time.monotonic() - began:.0f} s\n", flush=True)
    killed, survived, unfit = Counter(), [], 0
    for n, mutant in enumerate(chosen, 1):
        if sys.stdout.isatty():
            print(f"\r{n} of {len(chosen)}: {killed.total()} killed, {len(survived)} survived", end="", flush=True)
        try:
            killer = finders.killer_of(mutant)
        except Unfit:
            unfit += 1
            continue
        if killer:
            killed[killer] += 1
        else:
            survived.append(mutant)
            print(f"\nSURVIVED  {mutant}" if sys.stdout.isatty() else f"SURVIVED  {mutant}", flush=True)
    counted = killed.total() + len(survived)
    share = killed.total() / counted if counted else 1.0
    by_whom = ", ".join(f"{killed[who]} by {who}" for who in (TESTS, SCENARIO, SIMULATOR))
    print(f"\n{killed.total()} of {counted} killed ({share:.0%}; at least {said.killed:.0%}): {by_whom}; {unfit} did not compile; "
          f"seed {said.seed}; {(time.monotonic() - began) / 60:.0f} min")
    return 0 if share >= said.killed else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broke as broke:
        print(broke)
        sys.exit(1)
