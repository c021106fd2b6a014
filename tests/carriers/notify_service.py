"""The server that answers as GOV.UK Notify does (notify_server.py), as a test starts it."""
import json
import sys
from pathlib import Path

from printing import Printing

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"told_live-{SERVICE}-{SECRET}"


def template(number):
    return f"00000000-0000-4000-8000-{number:012}"


(GOOD, OTHER_PLACEHOLDER, INTERNAL_ERROR, DROPS, SILENT, TECHNICAL_FAILURE, RECEIPT_FIRST, RECEIPT_LATER,
 NONE) = (template(n) for n in range(9))


class Service(Printing):
    """The server, with limits of its own. `taken`: the messages; `receipts`: what it said of them, and how that was
    answered."""

    def __init__(self, certificate, **settings):
        settings = {"service": SERVICE, "secret": SECRET, "per_minute": 3_000, "per_day": 250_000,
                    **certificate.paths(), **settings}
        self.taken, self.receipts = [], []
        super().__init__([sys.executable, Path(__file__).with_name("notify_server.py"), json.dumps(settings)], self.keep,
                         has_first=True)
        self.port = self.first

    def keep(self, line):
        (self.receipts if "receipt" in line else self.taken).append(line)
