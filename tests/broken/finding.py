"""Whether a scenario, or a test, finds a fault."""

import signal
import subprocess
import threading

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


def seeds_until_found(simulator, tree, disk, seeds_max, length="weeks"):
    """After how many seeds the simulator sees it, and as what; 0 where it does not. What makes it die or hang is found too."""
    words = [simulator, "--first", "--seeds", str(seeds_max), "--disk", disk, "--length", length, "--traces"]
    said, played = [], 0
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tree) as running:
        try:
            while True:
                too_long = threading.Timer(SECONDS_MAX, running.kill)  # for one world
                too_long.start()
                line = running.stdout.readline()
                too_long.cancel()
                if not line:
                    break
                said.append(line)
                played += line.startswith("--seed ")
        except BaseException:  # whoever ends this ends the simulator with it
            running.kill()
            raise
    if running.returncode > 1:
        raise Broke(f"the simulator: exit code {running.returncode}: {''.join(said).strip()}")
    if running.returncode == 0:
        return 0, ""
    if running.returncode < 0:  # in the world after the last that it told of
        how = "it hangs" if running.returncode == -signal.SIGKILL else f"it dies of signal {-running.returncode}"
        return played + 1, how
    return played, next(line.removeprefix("BROKEN ").strip() for line in said if line.startswith("BROKEN "))
