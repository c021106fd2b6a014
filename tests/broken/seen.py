"""What the simulator saw of the faults: written into the lists, and the table of it (SIMULATED.md)."""

import re
import subprocess
import tomllib

from items import BROKEN, ROOT

TABLE = BROKEN / "SIMULATED.md"
TRIED = ("adapters", "config", "daemon", "proto", "tests/sim")  # what a number of seeds depends on
HEAD = """# Which faults the simulator finds, and after how many seeds

Made from the lists beside this page by `./dev broken --table`; [README.md](README.md) says how they are tried. A number
is that of the world, from seed 1 on and with the ledger in memory where nothing else is said, in which the fault was
first seen. Where the simulator does not see one, or was not asked, what finds it stands beside it as everywhere.
"""


def write_down(item, disk, seeds, seeds_max):
    """Says in the item's list that the simulator found it after so many, or, with 0, did not. A reason stays."""
    path = BROKEN / item.list
    text = path.read_text()
    begins = text.index(f'name = "{item.name}"\n')
    ends = text.find("[[broken]]", begins)
    before, mine, after = text[:begins], text[begins:ends if ends > 0 else None], text[ends:] if ends > 0 else ""
    found = {on: n for on, n in {**item.seeds, disk: seeds}.items() if n}
    said = "seeds = {{ {} }}".format(", ".join(f"{on} = {n}" for on, n in found.items()))
    if not found:
        said = f'unseen = "{item.unseen or f"not within {seeds_max}"}"'
    mine = re.sub(r"^(seeds|unseen) = .*\n", "", mine, flags=re.MULTILINE)
    mine = re.sub(r"^(file = .*\n)", lambda file: file[1] + said + "\n", mine, count=1, flags=re.MULTILINE)
    path.write_text(before + mine + after)


def write_down_with_what(items, every):
    """Says at the head of each list, if all of it that the simulator can be asked about was tried, with which commit."""
    commit = subprocess.run(["git", "-C", ROOT, "log", "-1", "--format=%h", "--", *TRIED], check=True, capture_output=True,
                            text=True).stdout.strip()
    for name in {item.list for item in items}:
        if all(item in items for item in every if item.list == name and item.is_told):
            path = BROKEN / name
            text = re.sub(r"^tried = .*\n\n", "", path.read_text(), flags=re.MULTILINE)
            head, _, rest = text.partition("\n\n")
            path.write_text(f'{head}\n\ntried = "{commit}"\n\n{rest}')


def middle(numbers):
    return sorted(numbers)[len(numbers) // 2] if numbers else 0


def in_words(item):
    if item.unseen:
        return item.unseen
    if not item.seeds:
        return "not tried"
    return ", ".join(str(n) if disk == "memory" else f"{n} on {disk}" for disk, n in item.seeds.items())


def tried_with():
    """List -> the commit with which all of it was tried."""
    all_of = {path.stem: tomllib.loads(path.read_text()).get("tried") for path in sorted(BROKEN.glob("*.toml"))}
    return {name: commit for name, commit in all_of.items() if commit}


def table(items):
    """The page: every fault of told's own code."""
    told = [item for item in items if item.is_told]
    seen = [min(item.seeds.values()) for item in told if item.seeds]
    unseen = sum(bool(item.unseen) for item in told)
    lines = [HEAD,
             f"{len(told)} faults of told's own code. The simulator finds {len(seen)}: half of them by seed {middle(seen)}, "
             f"all by seed {max(seen, default=0)}. It was asked about {unseen} more and does not see them; about the other "
             f"{len(told) - len(seen) - unseen} it was not asked.", "",
             "Tried with commit: " + ", ".join(f"{name} {commit}" for name, commit in tried_with().items()) + ".", "",
             "| list | fault | after how many seeds | found by, besides |", "|---|---|---|---|"]
    for item in told:
        finders = ", ".join(f"`{finder}`" for finder in item.found_by)
        lines.append(f"| {item.list.removesuffix('.toml')} | {item.name} | {in_words(item)} | {finders} |")
    return "\n".join(lines) + "\n"


def outdated(items):
    """A sentence where the page is not what the lists say; else None."""
    if TABLE.is_file() and TABLE.read_text() == table(items):
        return None
    return f"{TABLE.name} is not what the lists say: ./dev broken --table writes it anew"
