"""Whether a scenario, or a test, finds a fault."""

import re
import subprocess

from items import SCENARIOS, scenario_of

SECONDS_MAX = 120
AS_EXPECTED = 0
NOT_AS_EXPECTED = 65  # of toldctl rehearse
BADLY_WRITTEN = 78


class Broke(Exception):
    """Neither found nor not found: what ran says why."""


def command(finder, tree, programs):
    """`programs`: where toldctl and core_tests, ledger_tests, ... are, by name."""
    if scenario_of(finder):
        return [programs("toldctl"), "rehearse", "--quiet", tree / SCENARIOS / f"{scenario_of(finder)}.toml"]
    binary, _, only = finder.partition(" ")
    return [programs(binary), f"--gtest_filter={only}", "--gtest_brief=1"]


def fails(finder, tree, programs):
    """None: all is as it should be. Otherwise how it failed, in a word or two. Raises Broke."""
    try:
        ran = subprocess.run(command(finder, tree, programs), capture_output=True, text=True, timeout=SECONDS_MAX)
    except subprocess.TimeoutExpired:
        return "it hangs"
    said = (ran.stdout + ran.stderr).strip()
    if ran.returncode < 0:
        return f"it dies of signal {-ran.returncode}"
    if scenario_of(finder) and ran.returncode not in (AS_EXPECTED, NOT_AS_EXPECTED):
        raise Broke(f"{finder}: exit code {ran.returncode}, where 65 was to be: {said}")
    if ran.returncode == 0 and not scenario_of(finder) and "PASSED  ] 0 tests" in said:
        raise Broke(f"{finder}: there is no such test")
    return None if ran.returncode == 0 else "it fails"


def seeds_until_found(simulator, tree, disk, seeds_max):
    """After how many seeds the simulator sees it; None where it does not. What makes it die or hang is found too."""
    words = [simulator, "--first", "--seeds", str(seeds_max), "--disk", disk, "--traces"]
    try:
        ran = subprocess.run(words, capture_output=True, text=True, timeout=SECONDS_MAX * 4, cwd=tree)
    except subprocess.TimeoutExpired as late:
        said = (late.stdout or b"").decode()
        return len(re.findall(r"^--seed ", said, re.MULTILINE)) + 1 if "BROKEN" not in said else None
    if ran.returncode not in (0, 1) and ran.returncode >= 0:
        raise Broke(f"the simulator: exit code {ran.returncode}: {(ran.stdout + ran.stderr).strip()}")
    return len(re.findall(r"^--seed ", ran.stdout, re.MULTILINE)) + (ran.returncode < 0) if ran.returncode else None
