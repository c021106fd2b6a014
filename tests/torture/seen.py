"""What one party saw, a JSON object a line, in the order in which it saw it. check_promises.py reads it."""
import json
import pathlib
import time


def now_us():
    return time.time_ns() // 1000


class Seen:
    def __init__(self, directory, party):
        directory = pathlib.Path(directory)
        directory.mkdir(parents=True, exist_ok=True)
        self.party = party
        self.file = (directory / f"{party}.jsonl").open("a", encoding="utf-8")

    def note(self, what, **facts):
        json.dump({"what": what, "party": self.party, "at_us": now_us(), **facts}, self.file)
        self.file.write("\n")

    def close(self):
        self.file.close()


def seen_of(house, party, seen):
    """`seen` itself, or a file in that directory, or in the house's own where None is given."""
    return seen if hasattr(seen, "note") else Seen(seen or house.directory / "seen", party)
