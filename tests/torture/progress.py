"""How far a long run is: one line of the terminal, written over and over; nothing where nobody looks on."""
import sys
import threading
import time


class Progress:
    """`done` of `planned` things, which are called `things`. Whoever counts from several threads holds `lock`."""

    def __init__(self, things):
        self.things = things
        self.planned = self.done = 0
        self.lock = threading.Lock()
        self._began = time.monotonic()

    @property
    def seconds(self):
        return time.monotonic() - self._began

    def say(self, *words):
        """`words`: what else there is to say at the moment."""
        if not sys.stderr.isatty():
            return
        left = f", about {self.seconds / self.done * (self.planned - self.done) / 60:.0f} min left" if self.done else ""
        print(f"\r\033[K{self.done:,} of {self.planned:,} {self.things}, {self.seconds:.0f} s{left}; {', '.join(words)}",
              end="", file=sys.stderr, flush=True)

    def over(self):
        """What is said next begins a line of its own."""
        if sys.stderr.isatty():
            print(file=sys.stderr)
