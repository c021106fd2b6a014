"""The small changes that are made to a file of C++: one at a time, each a thing that a person may well get wrong."""

import re
from dataclasses import dataclass

# What the code's format makes sure of: an operator of two sides has spaces around it, and a template's bracket has none.
SWAPS = {" == ": " != ", " != ": " == ", " < ": " <= ", " <= ": " < ", " > ": " >= ", " >= ": " > ", " && ": " || ",
         " || ": " && ", " + ": " - ", " - ": " + ", " += ": " -= ", "++": "--", "true": "false", "false": "true",
         "std::min(": "std::max(", "std::max(": "std::min(", ".begin()": ".end()", "lower_bound": "upper_bound",
         "upper_bound": "lower_bound", "continue;": "break;"}
SWAP = re.compile("|".join(rf"\b{re.escape(word)}\b" if word.isalpha() else re.escape(word) for word in SWAPS))
# But not a template's: that is the size of an array, and one place more is one that nobody looks at.
NUMBER = re.compile(r"(?<![\w.\"'])(\d+)(?=U?\b)(?![.'\w>])|(?<![\w.\"'])(\d+)U\b")
NOT = re.compile(r"(?<![\w)\]])!(?=[\w(*])")
# A call, or an assignment, that is a whole line: left out. What is declared cannot be.
WHOLE_LINE = re.compile(r"^\s+(?:if \([^;{]*\) )?((?:[\w\]\[.*()]|->|::)+(?: [-+|]?= [^;]+|\([^;]*\))?;)$")
NOT_LEFT_OUT = ("return", "using", "break", "continue", "throw", "default", "static_assert", "std::size_t")


@dataclass(frozen=True)
class Mutant:
    """`put` stands at `at` instead of `find`, in `file`."""

    file: str
    line: int
    at: int
    find: str
    put: str
    text: str  # the whole line, as it was

    def applied(self, whole):
        return whole[: self.at] + self.put + whole[self.at + len(self.find):]

    def __str__(self):
        return f"{self.file}:{self.line}: `{self.text.strip()}` with `{self.put.strip() or 'nothing'}` for `{self.find.strip()}`"


def code_only(line):
    """The line with spaces for what is in quotes or a comment."""
    blank = re.sub(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])+\'(?!\d)', lambda text: " " * len(text.group()), line)
    comment = blank.find("//")
    return blank if comment < 0 else blank[:comment]


def mutants_of(file, whole):
    """Every change to `whole`, which is `file`'s text, in its order."""
    found = []
    start = 0
    for number, line in enumerate(whole.splitlines(keepends=True), 1):
        code = code_only(line.rstrip("\n"))
        if not code.lstrip().startswith(("#", "template", "namespace", "static_assert", "using")):
            for at, find, put in changes(code):
                found.append(Mutant(file, number, start + at, line[at:at + len(find)], put, line.rstrip("\n")))
        start += len(line)
    return found


def changes(code):
    for match in SWAP.finditer(code):
        yield match.start(), match.group(), SWAPS[match.group()]
    for match in NUMBER.finditer(code):
        digits = match.group(1) or match.group(2)
        yield match.start(), digits, str(int(digits) + 1)
    for match in NOT.finditer(code):
        yield match.start(), "!", ""
    whole_line = WHOLE_LINE.match(code)
    if whole_line and not whole_line.group(1).startswith(NOT_LEFT_OUT):
        yield whole_line.start(1), whole_line.group(1), ";"
