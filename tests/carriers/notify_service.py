"""The server that answers as GOV.UK Notify does (notify_server.py), as a test starts it."""
import json
import subprocess
import sys
import threading
from pathlib import Path

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"told_live-{SERVICE}-{SECRET}"


def template(number):
    return f"00000000-0000-4000-8000-{number:012}"


(GOOD, OTHER_PLACEHOLDER, INTERNAL_ERROR, DROPS, SILENT, TECHNICAL_FAILURE, RECEIPT_FIRST, RECEIPT_LATER,
 NONE) = (template(n) for n in range(9))


class Service:
    """The server, with limits of its own. `taken`: the messages; `receipts`: what it said of them, and how that was
    answered."""

    def __init__(self, certificate, **settings):
        settings = {"service": SERVICE, "secret": SECRET, "per_minute": 3_000, "per_day": 250_000,
                    **certificate.paths(), **settings}
        self.process = subprocess.Popen([sys.executable, Path(__file__).with_name("notify_server.py"),
                                         json.dumps(settings)], stdout=subprocess.PIPE, text=True)
        self.port, self.taken, self.receipts = int(self.process.stdout.readline()), [], []
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in map(json.loads, self.process.stdout):
            (self.receipts if "receipt" in line else self.taken).append(line)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
