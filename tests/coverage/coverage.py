"""coverage.py BUILD PROGRAM...: which branches of the core and of the ledger no test takes. `./dev coverage` runs it.

A branch is a condition as it stands in the source, true or false (clang's -fcoverage-mapping): what a compiler makes
beside it for exceptions and for what the standard library does is none. Exit: 0 where the core's are all taken but for
those that not_taken.toml excuses, 1 where not.
"""
import json
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ROOMS = ("daemon/core", "daemon/ledger")
WHOLE = "daemon/core"  # of which every branch is to be taken
FROM_LINE, FROM_COLUMN, TO_LINE, TO_COLUMN, WAS_TRUE, WAS_FALSE = range(6)


def measured(build, programs):
    """What llvm-cov says of our files, of all runs and programs."""
    profile = build / "all.profdata"
    subprocess.run(["llvm-profdata", "merge", "--sparse", "-o", profile, *sorted(build.glob("profiles/*.profraw"))], check=True)
    objects = [word for program in programs[1:] for word in ("--object", program)]
    of = [programs[0], *objects, f"--instr-profile={profile}"]
    rooms = [str(ROOT / room) for room in ROOMS]
    subprocess.run(["llvm-cov", "show", *of, "--show-branches=count", "--format=html", f"--output-dir={build / 'report'}", *rooms],
                   check=True, stdout=subprocess.DEVNULL)
    said = subprocess.run(["llvm-cov", "export", *of, *rooms], check=True, stdout=subprocess.PIPE)
    return json.loads(said.stdout)["data"][0]["files"]


def text_of(lines, branch):
    """The condition, on one line."""
    first, last = branch[FROM_LINE] - 1, branch[TO_LINE] - 1
    if first == last:
        return lines[first][branch[FROM_COLUMN] - 1:branch[TO_COLUMN] - 1]
    parts = [lines[first][branch[FROM_COLUMN] - 1:], *lines[first + 1:last], lines[last][:branch[TO_COLUMN] - 1]]
    return " ".join(part.strip() for part in parts)


def excused():
    """(file, condition, outcome): each with a reason."""
    listed = tomllib.loads((HERE / "not_taken.toml").read_text()).get("branch", [])
    assert all(each["why"] for each in listed)
    return {(each["file"], each["condition"], each["never"]) for each in listed}


def main():
    build, programs = Path(sys.argv[1]).resolve(), sys.argv[2:]
    taken, all_of, missing = defaultdict(int), defaultdict(int), []
    excuses, used = excused(), set()
    for file in measured(build, programs):
        name = str(Path(file["filename"]).relative_to(ROOT))
        room = next(each for each in ROOMS if name.startswith(each))
        lines = Path(file["filename"]).read_text().splitlines()
        counts = defaultdict(lambda: [0, 0])  # a template's, once for each type
        for branch in file["branches"]:
            place = tuple(branch[:WAS_TRUE])
            counts[place][0] += branch[WAS_TRUE]
            counts[place][1] += branch[WAS_FALSE]
        for place, times in sorted(counts.items()):
            for outcome, count in zip(("true", "false"), times):
                all_of[room] += 1
                taken[room] += count > 0
                if count > 0:
                    continue
                key = (name, text_of(lines, place), outcome)
                if key in excuses:
                    used.add(key)
                    taken[room, "excused"] += 1
                elif room == WHOLE:
                    missing.append(f"{name}:{place[FROM_LINE]}: never {outcome}: {key[1]}")
    for line in missing:
        print(line)
    for room in (each for each in ROOMS if all_of[each]):
        print(f"{room}: {taken[room]} of {all_of[room]} branches are taken, {100 * taken[room] / all_of[room]:.1f} %; "
              f"{taken[room, 'excused']} more are excused")
    for file, condition, outcome in sorted(excuses - used):
        print(f"not_taken.toml excuses what is taken, or is not there any more: {file}: {condition}: {outcome}")
    print(f"line by line: {(build / 'report/index.html').relative_to(ROOT)}")
    return 1 if missing or excuses - used else 0


if __name__ == "__main__":
    sys.exit(main())
