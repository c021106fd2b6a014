"""carrier_drive (carrier_drive.cpp) as a test speaks to it, and what tests with peers wait with."""
import json
import socket
import subprocess
import threading
import time


def until(true, what, within=20.0):
    """Waits for a condition; the time is only for when it never comes."""
    end = time.monotonic() + within
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come within {within:g} s")
        time.sleep(0.01)


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Drive:
    """One carrier, running. `ways`: recipient to settings."""

    def __init__(self, program, kind, ways, origin="told.council.test/ledger"):
        self.reports, self.answers, self.way_problems, self.failed = [], [], [], []
        self.process = subprocess.Popen([program, kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.say(origin=origin, ways=self.listed(ways))
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    @staticmethod
    def listed(ways):
        return [{"recipient": recipient, **settings} for recipient, settings in ways.items()]

    def say(self, **line):
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()

    def read(self):
        into = {"report": self.reports, "answer": self.answers, "way_problem": self.way_problems, "failed": self.failed}
        for line in self.process.stdout:
            (what, value), = json.loads(line).items()
            into[what].append(value)

    def send(self, recipient, **how):
        """Sends, and waits for all of its reports: a list."""
        before = len(self.reports)
        count = how.get("count", 1)
        self.say(send=recipient, **how)
        until(lambda: len(self.reports) >= before + count, f"the reports of {recipient}", within=60)
        return self.reports[before:]

    def replace(self, ways):
        self.say(ways=self.listed(ways))

    def end(self):
        """Lets it end by itself, and waits for it."""
        self.process.stdin.close()
        self.reader.join(60)
        code = self.process.wait(60)
        self.process.stdout.close()
        return code

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            self.process.kill()
        self.end()
