"""A told of one's own: a fresh directory with keys, configuration and policy, and the process on it.

Waits are on conditions with a deadline: READY=1 on the notify socket, an exit code, a predicate.
"""
import os
import pathlib
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import parties
from board import Board


class DidNotServe(AssertionError):
    """told ended, or the deadline passed, before it served."""


def until(holds, what, within=10.0, every=0.01):
    """Waits for `holds()` and gives its value; AssertionError with `what` when the deadline has passed."""
    deadline = time.monotonic() + within
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within:g} s: {what}")
        time.sleep(every)


class Ports:
    """Ports nobody has, below those that the system gives to clients, and that no other house takes until `close`: a restart
    must find them free again, and while told is down nothing but the name of the port, taken here, shows whose it is."""

    def __init__(self, count):
        self.names, self.numbers = [], []
        while len(self.numbers) < count:
            port = random.SystemRandom().randrange(20000, 32000)
            name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                name.bind(f"\0told-house-{port}")
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            except OSError:
                name.close()
                continue
            self.names.append(name)
            self.numbers.append(port)

    def close(self):
        for name in self.names:
            name.close()


made_before = {}  # (kind, name) -> the key's files: a test with many houses makes each key once


class House:
    """`more`: of told.toml. `told_by`: recipients that told goes to, and by what ('carrier = "spool"\n'); the others have
    workers. `secrets`: files beside told.toml that only their owner may read."""

    def __init__(self, told, toldctl, directory=None, *, publishers=parties.PUBLISHERS, agencies=parties.AGENCIES,
                 ladders=parties.LONG, worker_heartbeat="1 s", store="store", more="", told_by=None, secrets=None):
        self.told, self.toldctl = str(told), str(toldctl)
        self.own = directory is None
        self.directory = pathlib.Path(directory or tempfile.mkdtemp(prefix="told-"))
        self.told_by, self.secrets = told_by or {}, secrets or {}
        self.publishers, self.agencies = publishers, tuple(a for a in agencies if a not in self.told_by)
        self.worker_heartbeat, self.store, self.ladders = worker_heartbeat, store, ladders
        self.more = more
        self.ports = Ports(2)
        self.publishers_port, self.agencies_port = self.ports.numbers
        self.environment = {}  # beside ours
        self.process = None
        self.keys = self.directory / "keys"
        self.log_file = self.directory / "told.log"
        self.board = Board(self.directory / "audit.sock")
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def __enter__(self):
        self.keys.mkdir(parents=True)
        self.notify.bind(str(self.directory / "notify.sock"))
        names = [publisher.name for publisher in self.publishers] + list(self.agencies)
        for kind, name in [("master", "master"), ("log", "log"), ("curve", "told")] + [("curve", n) for n in names]:
            self.take_key(kind, name)
        self.write_config()
        return self

    def __exit__(self, failed, *_):
        if self.running():
            self.kill()
        self.ports.close()
        self.notify.close()
        if failed:
            print(f"--- the end of {self.log_file}\n" + "\n".join(self.log().splitlines()[-30:]), file=sys.stderr)
        elif self.own:
            shutil.rmtree(self.directory, ignore_errors=True)

    # --- what it is made of ---

    def make_key(self, kind, name):
        subprocess.run([self.toldctl, "keys", "new", kind, str(self.keys / name)], check=True, capture_output=True)

    def take_key(self, kind, name):
        if (kind, name) not in made_before:
            self.make_key(kind, name)
            files = (self.keys / f"{name}{end}" for end in (".secret", ".public"))
            made_before[kind, name] = [(file.name, file.read_text()) for file in files if file.exists()]
            return
        for file, text in made_before[kind, name]:
            (self.keys / file).touch(0o600)
            (self.keys / file).write_text(text)

    def write_config(self):
        (self.directory / "policy.toml").write_text(parties.policy_text(self.ladders, self.told_by))
        for name, text in self.secrets.items():
            (self.directory / name).touch(0o600)
            (self.directory / name).write_text(text + "\n")
        (self.directory / "told.toml").write_text(
            parties.service_text(self.publishers_port, self.agencies_port, self.publishers, self.agencies,
                                 self.worker_heartbeat, self.store) + self.more)

    def server_key(self):
        return (self.keys / "told.public").read_text().strip()

    def secret(self, name):
        return (self.keys / f"{name}.secret").read_text().strip()

    def publishers_endpoint(self):
        return f"tcp://127.0.0.1:{self.publishers_port}"

    def agencies_endpoint(self):
        return f"tcp://127.0.0.1:{self.agencies_port}"

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    # --- its life ---

    def running(self):
        return self.process is not None and self.process.poll() is None

    def begin(self, wrap=()):
        """Starts the process and does not wait."""
        while select.select([self.notify], [], [], 0)[0]:
            self.notify.recv(4096)
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [*wrap, self.told, "--config", str(self.directory / "told.toml")], stderr=log, stdout=log,
                env={**os.environ, "NOTIFY_SOCKET": str(self.directory / "notify.sock"), **self.environment})

    def wait_ready(self, within=30.0):
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if select.select([self.notify], [], [], 0.02)[0]:
                if b"READY=1" in self.notify.recv(4096):
                    return
            elif self.process.poll() is not None:
                raise DidNotServe(f"told ended with {self.process.returncode} before it served:\n{self.log()[-3000:]}")
        raise DidNotServe(f"told did not serve within {within:g} s:\n{self.log()[-3000:]}")

    def start(self, within=30.0, wrap=()):
        """Seconds from the start of the process to serving."""
        began = time.monotonic()
        self.begin(wrap)
        self.wait_ready(within)
        return time.monotonic() - began

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, within=5.0):
        """SIGTERM; gives the exit code. AssertionError where it does not end in time."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait_end(within)

    def wait_end(self, within=5.0):
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"told did not end within {within:g} s") from None

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    # --- the hand on it ---

    def ctl(self, *arguments, check=True):
        done = subprocess.run([self.toldctl, "--socket", str(self.directory / "audit.sock"), *map(str, arguments)],
                              capture_output=True, text=True, timeout=120)
        if check and done.returncode != 0:
            raise AssertionError(f"toldctl {' '.join(map(str, arguments))} ended with {done.returncode}: {done.stderr}")
        return done

    def export(self, name="ledger.jsonl"):
        """The whole ledger, in a file."""
        path = self.directory / name
        path.unlink(missing_ok=True)
        self.ctl("export", "-o", path)
        return path
