"""The simulator itself: one seed is one history to the bit, and a broken promise is seen, replayed and shrunk."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SIM = Path(sys.argv[1]).resolve()
ROOT = Path(__file__).resolve().parent.parent.parent


def run(*words, cwd=ROOT):
    return subprocess.run([SIM, "--council", ROOT / "config/council.toml", *words], capture_output=True, text=True,
                          cwd=cwd, check=False)


def traces(*words):
    return [line for line in run("--traces", *words).stdout.splitlines() if ": trace " in line]


class OneSeed(unittest.TestCase):
    def test_gives_one_trace_in_two_processes(self):
        for disk in ("memory", "sqlite"):
            with self.subTest(disk=disk):
                once = traces("--seeds", "5", "--from", "11", "--disk", disk)
                self.assertEqual(len(once), 5)
                self.assertEqual(once, traces("--seeds", "5", "--from", "11", "--disk", disk))

    def test_gives_the_same_trace_whatever_was_played_before_it(self):
        self.assertEqual(traces("--seeds", "3", "--from", "13")[2], traces("--seed", "15")[0])

    def test_is_another_history_than_the_next(self):
        all_of_them = traces("--seeds", "5", "--from", "11")
        self.assertEqual(len({line.partition("trace ")[2] for line in all_of_them}), 5)


# A delivery that told never made is shown to the judge: with it any world breaks a promise.
LIE = """world seed=5 length=172800.000000 calm=691200.000000 disk=memory begins=1750000000 drift=0 closed_kept=16384
1 at=3600.000000 what=publish child=1 id=i-1 party=tilbury site=tilbury type=child.arrived
2 at=4000.000000 what=call pick=3
3 at=5000.000000 what=forged party=mash.duty
4 at=6000.000000 what=away for=60.000000 party=police.control_room
"""


class ABrokenPromise(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.place = Path(self.directory.name)
        (self.place / "build").mkdir()
        (self.place / "lie.history").write_text(LIE)

    def test_is_seen_and_says_how_it_is_played_again(self):
        ran = run("--history", "lie.history", cwd=self.place)
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertIn("BROKEN nothing leaves before it is durable", ran.stdout)
        self.assertIn("./dev sim --history lie.history --tell", ran.stdout)

    def test_is_shrunk_to_what_breaks_it_and_no_more(self):
        ran = run("--history", "lie.history", "--shrink", cwd=self.place)
        shorter = (self.place / "build/sim-5.history").read_text()
        self.assertIn("what=forged", shorter)
        self.assertEqual(len([line for line in shorter.splitlines() if "what=" in line]), 1, ran.stdout)
        again = run("--history", "build/sim-5.history", cwd=self.place)
        self.assertEqual(again.returncode, 1, again.stdout)

    def test_is_none_without_the_lie(self):
        (self.place / "truth.history").write_text("\n".join(line for line in LIE.splitlines() if "forged" not in line))
        ran = run("--history", "truth.history", cwd=self.place)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)

    def test_of_the_command_line_says_what_to_do_next(self):
        for words in (["--disk", "tape"], ["--seed", "1", "--seeds", "2"], ["--jobs", "0"], ["--seed", "seven"], ["--seed", "0"]):
            ran = run(*words)
            self.assertEqual(ran.returncode, 64)
            self.assertIn("--help", ran.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
