"""The changes that ./dev mutants makes are to code, and never to what is in quotes or a comment."""

import tempfile
import unittest
from pathlib import Path

import mutants
from mutating import mutants_of


def changed(line):
    return [mutant.applied(line + "\n").rstrip("\n") for mutant in mutants_of("x.cpp", line + "\n")]


class Mutating(unittest.TestCase):
    def test_an_operator_becomes_its_neighbour(self):
        self.assertEqual(changed("  if (a < b) return c;"), ["  if (a <= b) return c;"])
        self.assertEqual(changed("  return !a && b == c;"), ["  return !a || b == c;", "  return !a && b != c;", "  return a && b == c;"])

    def test_a_call_that_is_a_whole_line_is_left_out(self):
        self.assertEqual(changed("    arm(id);"), ["    ;"])
        self.assertEqual(changed("  if (due) arm(id);"), ["  if (due) ;"])
        self.assertEqual(changed("  n.late = late;"), ["  ;"])

    def test_a_number_becomes_the_next(self):
        self.assertEqual(changed("  unsigned sum = 0U;"), ["  unsigned sum = 1U;"])
        self.assertEqual(changed("  a1 = b.at(x, 0x10);"), ["  ;"])
        self.assertEqual(changed("  std::array<char, 16> text{};"), [])

    def test_what_is_quoted_and_what_is_remarked_stays(self):
        self.assertEqual(changed('  say("a == 1 && b");'), ["  ;"])
        self.assertEqual(changed("  // a == b && true"), [])
        self.assertEqual(changed("  std::vector<std::pair<int, int>> pairs{};"), [])
        self.assertEqual(changed("  void take(std::string&& text);"), [])

    def test_the_copies_that_they_are_made_in_are_the_planted_faults_and_can_be_made(self):
        with tempfile.TemporaryDirectory() as place:
            for tree in mutants.Finders(Path(place)).refresh():
                self.assertTrue((tree / "daemon/core/engine.cpp").is_file())


if __name__ == "__main__":
    unittest.main()
