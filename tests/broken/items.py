"""What can be broken: the items of the *.toml files beside this one, read, checked and applied to a copy of the tree."""

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

BROKEN = Path(__file__).resolve().parent
ROOT = BROKEN.parent.parent
SCENARIOS = Path("tests/scenario")
KEYS = {"name", "file", "find", "put", "found_by"}
MAY_HAVE = {"seeds", "unseen"}
DISKS = ("memory", "sqlite")  # that the simulator keeps a ledger on
NEEDS_NO_COMPILER = ("config/", "tests/scenario/")


class Unfit(Exception):
    """An item that says nothing: it is badly written, or the text that it would replace is not there once."""


@dataclass(frozen=True)
class Item:
    """One known fault. `find` stands exactly once in `file`, and everything in `found_by` must fail with `put` there."""

    list: str  # the file of items that it stands in
    name: str
    file: str
    find: str
    put: str
    found_by: tuple[str, ...]  # "scenario NAME", or "core_tests FILTER" (GoogleTest's)
    seeds: dict[str, int]  # disk -> after how many seeds the simulator found it when that was last tried
    unseen: str            # why the simulator, when it was tried, did not; empty where it did, or was not tried

    @property
    def needs_compiler(self):
        return not self.file.startswith(NEEDS_NO_COMPILER)

    @property
    def is_told(self):
        """It is in the program, which the simulator has inside; it plays no other policies than its own."""
        return self.file.startswith(("daemon/", "adapters/"))

    @property
    def scenarios(self):
        return [scenario_of(finder) for finder in self.found_by if scenario_of(finder)]

    def broken(self, text):
        """`text`, which is the file's, with the fault in it."""
        times = text.count(self.find)
        if times != 1:
            raise Unfit(f"{self.list}: \"{self.name}\" does not apply: its `find` stands {times} times in {self.file}, "
                        "and must stand there once. The code has moved on: say the same fault in today's words")
        return text.replace(self.find, self.put)


def scenario_of(finder):
    kind, _, name = finder.partition(" ")
    return name if kind == "scenario" else None


def read_item(source, table):
    name = table.get("name", "an item without a name")
    if set(table) - MAY_HAVE != KEYS:
        wrong = ", ".join(sorted((set(table) - MAY_HAVE) ^ KEYS))
        raise Unfit(f"{source}: \"{name}\": an item has {', '.join(sorted(KEYS))}, may have {', '.join(sorted(MAY_HAVE))}, and "
                    f"nothing else; look at {wrong}")
    seeds = table.get("seeds", {})
    if not isinstance(seeds, dict) or not all(disk in DISKS and isinstance(n, int) for disk, n in seeds.items()):
        raise Unfit(f"{source}: \"{name}\": seeds is {{ memory = 12 }} or {{ sqlite = 7 }}, after how many it was found")
    found_by = table["found_by"]
    unseen = table.get("unseen", "")
    if seeds and unseen:
        raise Unfit(f"{source}: \"{name}\": the simulator either finds it (seeds) or does not (unseen: why)")
    item = Item(source, name, table["file"], table["find"], table["put"],
                tuple(found_by) if isinstance(found_by, list) else (found_by,), seeds, unseen)
    for scenario in item.scenarios:
        if not (ROOT / SCENARIOS / f"{scenario}.toml").is_file():
            raise Unfit(f"{source}: \"{name}\" is to be found by the scenario {scenario}, and there is none of that name")
    if not (ROOT / item.file).is_file():
        raise Unfit(f"{source}: \"{name}\" breaks {item.file}, and there is no such file")
    item.broken((ROOT / item.file).read_text())
    return item


def read_items():
    """All of them, in the order of their files. Raises Unfit, which names each that cannot be used."""
    items, problems = [], []
    for path in sorted(BROKEN.glob("*.toml")):
        for table in tomllib.loads(path.read_text())["broken"]:
            try:
                items.append(read_item(path.name, table))
            except Unfit as unfit:
                problems.append(str(unfit))
    names = [item.name for item in items]
    problems += [f"two items are called \"{name}\": say what is different about them"
                 for name in sorted(set(names)) if names.count(name) > 1]
    if problems:
        raise Unfit("\n".join(problems))
    return items


def copy_if_changed(source, target):
    """Leaves a file alone that is the same already, so that nothing is built for it."""
    if target.is_file() and target.read_bytes() == source.read_bytes():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    shutil.copymode(source, target)


class Applied:
    """`with Applied(item, tree):` the fault is in the tree; afterwards it is not."""

    def __init__(self, item, tree):
        self._path = tree / item.file
        self._whole = self._path.read_text()
        self._broken = item.broken(self._whole)

    def __enter__(self):
        self._path.write_text(self._broken)

    def __exit__(self, *_):
        self._path.write_text(self._whole)
