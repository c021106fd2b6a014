"""What the demo prints: at most 98 columns; colour on a terminal only, and never as the only sign."""
import os
import sys
import textwrap

WIDTH = 98
TONES = {"strong": "1", "good": "32", "warning": "1;33", "faint": "2"}
COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ


def toned(text, tone):
    return f"\033[{TONES[tone]}m{text}\033[0m" if COLOUR and tone else text


def say(text="", indent="", tone=None):
    """One paragraph; lines after the first hang under the text."""
    lines = textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent)) or [""]
    print("\n".join(toned(line, tone) for line in lines), flush=True)


def heading(text):
    print(flush=True)
    say(f"-- {text} ".ljust(WIDTH, "-"), tone="strong")


def row(widths, cells, tone=None, indent=1):
    """One row of a table; a cell that is too wide goes on below."""
    columns = [textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, widths)]
    for i in range(max(map(len, columns))):
        line = "  ".join((c[i] if i < len(c) else "").ljust(w) for c, w in zip(columns, widths))
        print(toned(" " * indent + line.rstrip(), tone), flush=True)
