"""The night as it happens: told's own sentences, with the minute of the night beside each."""
import datetime
import re
import time
import zoneinfo

import board
import page

LONDON = zoneinfo.ZoneInfo("Europe/London")
NIGHT_SECONDS = 225  # one second here; config/demo/policy.toml makes config/policy.toml's 30 minutes 8 seconds

ATTENTION = re.compile(r"not acknowledged|not theirs|ALARM|fell silent|could not|NOBODY|LATE")
TAKEN = re.compile(r"(?<! has not)(?<! STILL not) acknowledged( the (call about [^:;,]+|alarm))?")
GOOD = re.compile(r" acknowledged( the [^:]+)?: ")
LOOKED = re.compile(r" (was|were) looked at\b|^Entries were exported")  # by this demo, for the most part


class NotAsTold(Exception):
    """The night did not go as it is told."""


class Timeline:
    def __init__(self, stage, pause):
        self.stage, self.pause_seconds = stage, pause
        self.watch = board.Watch(stage.socket)
        self.shown = -1
        self.began = None

    def night_begins(self):
        self.began = datetime.datetime.now(datetime.timezone.utc)

    def wait_for(self, what, condition, within=15):
        """Shows what happens until `condition()` gives something, and gives that."""
        end = time.monotonic() + within
        while not (got := condition()):
            if time.monotonic() > end:
                raise NotAsTold(f"waited {within} s in vain for this: {what}")
            self.show(self.watch.next(0.2))
        self.catch_up()
        return got

    def catch_up(self):
        """Shows everything that is in the ledger by now."""
        metrics = board.get_text(self.stage.socket, "/metrics")
        size = int(float(re.search(r"^told_ledger_entries (\S+)", metrics, re.MULTILINE)[1]))
        while self.shown < size - 1:
            entry = self.watch.next(10)
            if entry is None:
                raise NotAsTold(f"the watch fell silent after entry {self.shown} of {size - 1}")
            self.show(entry)

    def pause(self):
        """For whoever is reading along; --fast leaves it out."""
        end = time.monotonic() + self.pause_seconds
        while (left := end - time.monotonic()) > 0:
            self.show(self.watch.next(left))

    def show(self, entry):
        if entry is None:
            return
        self.shown = int(entry.get("index", 0))
        if self.began is None or LOOKED.search(entry["what"]):
            return
        at = datetime.datetime.fromisoformat(re.sub(r"(\.\d{1,6})?\d*Z$", r"\1+00:00", entry["time"]))
        text = self.in_full(entry)
        tone = "warning" if ATTENTION.search(text) else "good" if GOOD.search(text) else None
        when = f"{at.astimezone(LONDON):%H:%M:%S}  {night(at - self.began)}  "
        page.say(text, indent=when, tone=tone)

    def in_full(self, entry):
        """told's sentence, and who acknowledged: the watch names nobody, the case does."""
        text = entry["what"]
        if not TAKEN.search(text) or "case_ref" not in entry:
            return text
        case = board.get(self.stage.socket, f"/v1/cases/{entry['case_ref']}")["entries"]
        found = next((e for e in case if e.get("index") == entry.get("index")), {})
        if said := found.get("said"):
            text = TAKEN.sub(rf"\g<0>: {said['name']}, {said['role']}", text, count=1)
        return text


def night(passed):
    minutes = max(0, round(passed.total_seconds() * NIGHT_SECONDS / 60))
    return f"+{minutes // 60}h{minutes % 60:02}"
