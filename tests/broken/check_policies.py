"""Breaks the policies, a rule at a time, and looks whether the scenarios notice. Part of `ctest -L scenario`.

Also: every scenario has something that it finds, every item's text still stands in the tree, and the table of what the
simulator finds says what the lists say.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from finding import Broke, fails
from items import ROOT, SCENARIOS, Applied, Unfit, read_items
from seen import outdated


def not_named(items):
    named = {scenario for item in items for scenario in item.scenarios}
    return sorted(path.stem for path in (ROOT / SCENARIOS).glob("*.toml") if path.stem not in named)


def problems_with(item, tree, programs):
    """Everything that keeps this item from being found; empty where it is."""
    with Applied(item, tree):
        problems = []
        for finder in item.found_by:
            try:
                if fails(finder, tree, programs) is None:
                    problems.append(f"{item.list}: \"{item.name}\" is not found by the {finder}: its expectations are "
                                    "met all the same. Expect more there, or name the scenario that shows it")
            except Broke as broke:
                problems.append(f"{item.list}: \"{item.name}\": {broke}")
        return problems


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--toldctl", required=True, type=Path, help="the program that rehearses")
    toldctl = options.parse_args().toldctl
    try:
        items = read_items()
    except Unfit as unfit:
        print(unfit)
        return 1
    problems = [f"{SCENARIOS}/{name}.toml is named by no item of tests/broken: show once what makes it fail"
                for name in not_named(items)]
    problems += [sentence for sentence in [outdated(items)] if sentence]
    mine = [item for item in items if not item.needs_compiler]
    with tempfile.TemporaryDirectory(prefix="told-broken-") as directory:
        tree = Path(directory)
        for part in ("config", "tests/scenario", "tests/events"):
            shutil.copytree(ROOT / part, tree / part)
        for finder in sorted({finder for item in mine for finder in item.found_by}):
            try:
                if fails(finder, tree, lambda _: toldctl):
                    problems.append(f"{finder} fails with nothing broken")
            except Broke as broke:
                problems.append(str(broke))
        for item in mine:
            problems += problems_with(item, tree, lambda _: toldctl)
    print("\n".join(problems) or f"{len(mine)} broken policies, each found; every scenario finds something")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
