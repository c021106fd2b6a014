"""Breaks the code, an item at a time, in a copy of the tree, and looks whether its tests notice, or the simulator.
`./dev broken` runs it."""

import argparse
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from finding import Broke, fails, seeds_until_found
from items import DISKS, ROOT, Applied, Unfit, copy_if_changed, read_items, scenario_of
from seen import TABLE, middle, table, write_down, write_down_with_what

# What reads beyond the end of something is found there, and not by chance.
UNOPTIMISED = "-O0 -g0 -D_GLIBCXX_ASSERTIONS"
# As tests/sim asks for itself: a world takes a third of the time then, and g++ 12 dies of a precompiled header that was
# made with another optimisation than what uses it.
OPTIMISED = "-O2 -g0"
SEEDS = 500
SEEDS_UNBROKEN = 10


def chosen(items, names):
    """Those whose name, or whose list's name, has one of these words in it; all where none are given."""
    def meant(item):
        return not names or any(name in item.name or name == item.list.removesuffix(".toml") for name in names)
    return [item for item in items if meant(item)]


class Copy:
    """A copy of the tree, with a build of its own, of only what is asked for."""

    def __init__(self, directory, compiled):
        self._compiled = compiled
        self.tree = directory / "tree"
        self._build = directory / "build"
        self._log = directory / "build.log"

    def refresh(self):
        listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                check=True, capture_output=True, text=True).stdout
        files = {name for name in listed.split("\0") if name and (ROOT / name).is_file()}
        for name in files:
            copy_if_changed(ROOT / name, self.tree / name)
        for path in list(self.tree.rglob("*")):
            if path.is_file() and str(path.relative_to(self.tree)) not in files:
                path.unlink()

    def configure(self):
        # Each file by itself: a fault is in one of them, and it is that one which is compiled, twice for each fault.
        flags = ["-DCMAKE_BUILD_TYPE=Debug", f"-DCMAKE_CXX_FLAGS_DEBUG={self._compiled}", "-DTOLD_TOGETHER=OFF"]
        if shutil.which("ld.lld"):
            flags.append("-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld")
        self._run(["cmake", "-S", self.tree, "-B", self._build, "-G", "Ninja", *flags])

    def build(self, targets):
        self._run(["ninja", "-C", self._build, *sorted(targets)])

    def program(self, name):
        if name == "toldctl":
            return self._build / "bin" / name
        if name == "sim":
            return self._build / "tests" / "sim" / name
        return self._build / "tests" / "unit" / name.removesuffix("_tests") / name

    def _run(self, words):
        with self._log.open("w") as log:
            ran = subprocess.run(words, stdout=log, stderr=subprocess.STDOUT, check=False)
        if ran.returncode != 0:
            tail = "\n".join(self._log.read_text().splitlines()[-15:])
            raise Broke(f"it cannot be built:\n{tail}")


def targets_of(items):
    return {"toldctl" if scenario_of(finder) else finder.split()[0] for item in items for finder in item.found_by}


def check_unbroken(copy, items):
    """Nothing is found where nothing is broken."""
    copy.build(targets_of(items))
    bad = []
    for finder in sorted({finder for item in items for finder in item.found_by}):
        try:
            how = fails(finder, copy.tree, copy.program)
        except Broke as broke:
            bad.append(str(broke))
            continue
        if how:
            bad.append(f"{finder}: {how} with nothing broken")
    if bad:
        raise Broke("\n".join(bad))


def check_unseen(copy, disk):
    """The simulator sees nothing where nothing is broken."""
    copy.build({"sim"})
    seeds, how = seeds_until_found(copy.program("sim"), copy.tree, disk, SEEDS_UNBROKEN)
    if seeds:
        raise Broke(f"the simulator, in world {seeds}, with nothing broken: {how}")


def try_item(item, copy):
    """Those that find it, and those that do not."""
    found, missed = [], []
    with Applied(item, copy.tree):
        copy.build(targets_of([item]))
        for finder in item.found_by:
            (found if fails(finder, copy.tree, copy.program) else missed).append(finder)
    return found, missed


def try_by_tests(items, copy):
    """How many are found by nothing, or not by all that should find them."""
    bad = 0
    for item in items:
        begun = time.monotonic()
        try:
            found, missed = try_item(item, copy)
        except Broke as broke:
            found, missed = [], [str(broke)]
        bad += bool(missed)
        print(f"{'FOUND' if not missed else 'NOT FOUND':9}  {time.monotonic() - begun:5.1f} s  {item.name}", flush=True)
        for word, finders in (("by", found), ("not by", missed)):
            if finders:
                print(f"{'':20}{word} {', '.join(finders)}", flush=True)
    print(f"\n{len(items) - bad} of {len(items)} found")
    return bad


def try_by_simulator(items, copy, said):
    """How many of those that the simulator once found on this disk it finds no more; the others are reported."""
    lost, all_seeds = 0, []
    for item in items:
        begun = time.monotonic()
        found, how = 0, ""
        try:
            with Applied(item, copy.tree):
                copy.build({"sim"})
                found, how = seeds_until_found(copy.program("sim"), copy.tree, said.disk, said.simulated)
            if said.write:
                write_down(item, said.disk, found, said.simulated)
        except Broke as broke:
            how = str(broke)
        all_seeds += [found] if found else []
        lost += said.disk in item.seeds and not found
        after = f": after {found} seed{'s' * (found > 1)} on {said.disk}" if found else ""
        print(f"{'FOUND' if found else 'NOT FOUND':9}  {time.monotonic() - begun:5.1f} s  {item.list.removesuffix('.toml')}: "
              f"{item.name}{after}" + (f"\n{'':20}{how}" if how else ""), flush=True)
    print(f"\nthe simulator found {len(all_seeds)} of {len(items)} within {said.simulated} seeds, half of them within "
          f"{middle(all_seeds)}; {lost} that it once found it finds no more")
    return lost


def seeds_or_name(word):
    return int(word) if word.isdecimal() else word


def main():
    options = argparse.ArgumentParser(prog="./dev broken", description=__doc__)
    options.add_argument("names", nargs="*", metavar="NAME", help="a list (core), or words of an item's name")
    options.add_argument("--list", action="store_true", help="say what can be broken, and what is to find it")
    options.add_argument("--simulated", nargs="?", type=seeds_or_name, const=SEEDS, metavar="SEEDS",
                         help=f"look with the simulator, and say after how many seeds it finds each ({SEEDS} at most)")
    options.add_argument("--write", action="store_true", help="with --simulated: write down in the lists what was found")
    options.add_argument("--table", action="store_true", help=f"make {TABLE.name} anew from the lists")
    options.add_argument("--disk", choices=DISKS, default="memory", help="what the simulator keeps the ledger on (memory)")
    said = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # by way of whatever is running
    if isinstance(said.simulated, str):  # `--simulated core`
        said.names, said.simulated = [said.simulated, *said.names], SEEDS
    try:
        every = read_items()
    except Unfit as unfit:
        print(unfit)
        return 1
    if said.table:
        TABLE.write_text(table(every))
        return 0
    items = chosen(every, said.names)
    if said.list:
        for item in items:
            simulated = [f"the simulator (seed {n} on {disk})" for disk, n in item.seeds.items()]
            print(f"{item.list.removesuffix('.toml'):10}  {item.name}\n{'':12}{', '.join([*item.found_by, *simulated])}")
        return 0
    if not items:
        print(f"nothing is called so: {' '.join(said.names)}; ./dev broken --list says what there is")
        return 64
    simulated = said.simulated is not None
    where = ROOT / "build" / ("broken-simulated" if simulated else "broken")
    copy = Copy(where, OPTIMISED if simulated else UNOPTIMISED)
    begun = time.monotonic()
    copy.refresh()
    try:
        copy.configure()
        if simulated:
            items = [item for item in items if item.is_told]
            check_unseen(copy, said.disk)
        else:
            check_unbroken(copy, items)
    except Broke as broke:
        print(broke)
        return 1
    print(f"all is well with nothing broken ({time.monotonic() - begun:.0f} s); {len(items)} faults to plant\n", flush=True)
    bad = try_by_simulator(items, copy, said) if simulated else try_by_tests(items, copy)
    if simulated and said.write:
        write_down_with_what(items, every)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
