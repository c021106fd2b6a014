"""Makes small changes to the core, one at a time, and looks whether its tests notice. `./dev mutants` runs it.

There are some thousands; a run takes as many of them as --sample says, drawn by --seed. A change that does not compile is
not counted. What survives the core's own tests is given to the scenarios. Exit: 0 where as many are killed as --killed
says, 1 where fewer are.
"""

import argparse
import random
import sys
import time
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "broken"))

from break_code import UNOPTIMISED, Copy  # noqa: E402
from finding import Broke, fails  # noqa: E402
from items import ROOT, SCENARIOS  # noqa: E402
from mutating import mutants_of  # noqa: E402

PROPERTIES = "Deadlines.*:Rotas.*"  # a million instants each: for what the rest let pass


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


def copy_in(directory):
    return Copy(directory, UNOPTIMISED)


def killer_of(copy):
    """Who notices: None where nobody does."""
    for finder in (f"core_tests -{PROPERTIES}", f"core_tests {PROPERTIES}"):
        if fails(finder, copy.tree, copy.program):
            return finder
    copy.build(["toldctl"])
    for scenario in sorted((copy.tree / SCENARIOS).glob("*.toml")):
        try:
            if fails(f"scenario {scenario.stem}", copy.tree, copy.program):
                return f"scenario {scenario.stem}"
        except Broke:
            return f"scenario {scenario.stem}"  # a policy that no longer loads is noticed
    return None


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
    copy = copy_in(ROOT / "build" / "mutants")
    copy.refresh()
    began = time.monotonic()
    copy.configure()
    copy.build(["core_tests", "toldctl"])
    print(f"{len(every):,} changes to {len(files)} files; {len(chosen)} of them, built as it is in "
          f"{time.monotonic() - began:.0f} s\n", flush=True)
    killed, survived, unfit = 0, [], 0
    for n, mutant in enumerate(chosen, 1):
        if sys.stdout.isatty():
            print(f"\r{n} of {len(chosen)}: {killed} killed, {len(survived)} survived", end="", flush=True)
        with Changed(mutant, copy.tree):
            try:
                copy.build(["core_tests"])
            except Broke:
                unfit += 1
                continue
            if killer_of(copy):
                killed += 1
            else:
                survived.append(mutant)
                print(f"\nSURVIVED  {mutant}" if sys.stdout.isatty() else f"SURVIVED  {mutant}", flush=True)
    counted = killed + len(survived)
    share = killed / counted if counted else 1.0
    print(f"\n{killed} of {counted} killed ({share:.0%}; at least {said.killed:.0%}); {unfit} did not compile; seed {said.seed}; "
          f"{(time.monotonic() - began) / 60:.0f} min")
    return 0 if share >= said.killed else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broke as broke:
        print(broke)
        sys.exit(1)
