"""The stage: a fresh directory with keys and configuration, and real processes on it."""
import json
import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess

import cast

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "tests/clients"
PYTHON = "/usr/bin/python3"  # Debian's own: it has python3-zmq and python3-protobuf


class Worker:
    """One agency's worker: a process whose output goes to a file, so that it can live on after us."""

    def __init__(self, part, process, output):
        self.part, self.process, self.output = part, process, output

    def deliveries(self):
        """What it has printed so far that is a delivery, oldest first."""
        text, found, place = self.output.read_text(), [], 0
        while (place := text.find("{", place)) >= 0:
            try:
                said, place = json.JSONDecoder().raw_decode(text, place)
            except json.JSONDecodeError:
                break  # half written: it will be whole the next time
            found += said.get("deliveries", [said] if "notification" in said else [])
        return found


class Stage:
    def __init__(self, directory, binaries):
        self.directory, self.binaries = directory, binaries.resolve()
        self.socket = directory / "audit.sock"  # the duty desk's own shows nothing of the Prevent case
        self.told = None
        self.workers = []
        self.running = []

    # --- before the curtain ---

    def set_up(self):
        mark = self.directory / ".told-demo"
        if self.directory.exists() and any(self.directory.iterdir()) and not mark.exists():
            raise RuntimeError(f"{self.directory} is no earlier demo's: choose a directory that may be made afresh")
        stop_former(self.directory)
        shutil.rmtree(self.directory, ignore_errors=True)
        for part in ("keys", "events", "log"):
            (self.directory / part).mkdir(parents=True)
        mark.touch()
        for name in ("told.toml", "policy.toml"):
            shutil.copy(ROOT / "config/demo" / name, self.directory)
        self.use_free_ports()
        self.toldctl("keys", "new", "master", "keys/master")
        self.toldctl("keys", "new", "log", "keys/log", "--name", "told.example/demo")
        names = ["told", *cast.PUBLISHERS, *(part.recipient for part in cast.RECIPIENTS)]
        for name in names:
            self.toldctl("keys", "new", "curve", f"keys/{name}")
        self.server_key = (self.directory / "keys/told.public").read_text().strip()
        self.toldctl("check", "told.toml")

    def use_free_ports(self):
        """The configuration's own ports, or others where those are taken."""
        path = self.directory / "told.toml"
        text = path.read_text()
        self.ports = []
        for wanted in (7710, 7711):
            port = free_port(wanted)
            text = text.replace(f"127.0.0.1:{wanted}", f"127.0.0.1:{port}")
            self.ports.append(port)
        path.write_text(text)

    # --- processes ---

    def toldctl(self, *words):
        """Runs toldctl in the directory and gives what it printed; anything but exit code 0 ends the night."""
        command = [self.binaries / "toldctl", "--socket", "audit.sock", *map(str, words)]
        done = subprocess.run(command, cwd=self.directory, capture_output=True, text=True)
        if done.returncode != 0:
            said = done.stdout + done.stderr
            raise RuntimeError(f"toldctl {' '.join(map(str, words))}: exit {done.returncode}\n{said}")
        return done.stdout

    def start(self, name, command, environment=None):
        """A process of its own, with its words in log/NAME.out and log/NAME.err."""
        output = self.directory / "log" / f"{name}.out"
        with open(output, "w") as out, open(output.with_suffix(".err"), "w") as err:
            process = subprocess.Popen(
                list(map(str, command)),
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )
        self.running.append(process)
        self.write_pids()
        return process, output

    def write_pids(self):
        """Those that run now; whoever wants to end an abandoned demo needs them."""
        self.running = [p for p in self.running if p.poll() is None]
        (self.directory / "pids").write_text("".join(f"{p.pid}\n" for p in self.running))

    def start_told(self, within):
        """Returns when told says, as it would to systemd, that it serves."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready:
            address = f"told-demo-{os.getpid()}"
            ready.bind(f"\0{address}")
            ready.settimeout(within)
            command = [self.binaries / "told", "--config", self.directory / "told.toml"]
            self.told, output = self.start("told", command, {"NOTIFY_SOCKET": f"@{address}"})
            try:
                while b"READY=1" not in ready.recv(4096):
                    pass
            except TimeoutError:
                raise RuntimeError(f"told does not serve:\n{output.with_suffix('.err').read_text()}") from None

    def start_worker(self, part, acknowledges=True):
        """`part.python`: the Python client; otherwise `toldctl queue`."""
        key, endpoint = self.directory / f"keys/{part.recipient}.secret", f"tcp://127.0.0.1:{self.ports[1]}"
        if part.python:
            command = [PYTHON, CLIENTS / "agency_worker.py", endpoint, self.server_key, f"@{key}"]
            command += ["--person", part.person, "--role", part.role] if acknowledges else []
        else:
            command = [self.binaries / "toldctl", "queue", part.recipient, "--json", "--to", endpoint]
            command += ["--key", key, "--server-key", "keys/told.public"]
            command += ["--as", part.person, "--role", part.role] if acknowledges else ["--no-ack"]
        number = sum(w.part.recipient == part.recipient for w in self.workers) + 1
        process, output = self.start(part.recipient + (f".{number}" if number > 1 else ""), command)
        self.workers.append(Worker(part, process, output))
        return self.workers[-1]

    def publish_with_python(self, publisher, file):
        endpoint = f"tcp://127.0.0.1:{self.ports[0]}"
        command = [PYTHON, CLIENTS / "publish.py", endpoint, self.server_key, f"@keys/{publisher}.secret", file]
        done = subprocess.run(list(map(str, command)), cwd=self.directory, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"publish.py {file}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def publish_with_toldctl(self, publisher, file):
        to = f"tcp://127.0.0.1:{self.ports[0]}"
        key, server = f"keys/{publisher}.secret", "keys/told.public"
        return json.loads(self.toldctl("publish", file, "--json", "--to", to, "--key", key, "--server-key", server))

    def deliveries(self, recipient):
        """Everything that the recipient's workers have printed, in order."""
        return [d for w in self.workers if w.part.recipient == recipient for d in w.deliveries()]

    def stop(self):
        """The workers, then told, which stops in good order."""
        for process in reversed(self.running):
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        (self.directory / "pids").unlink(missing_ok=True)


def free_port(wanted):
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise RuntimeError("this machine has no free port")


def stop_former(directory):
    """Ends what an earlier demo left running in this directory, and nothing else: its commands name the directory."""
    pids = directory / "pids"
    for pid in map(int, pids.read_text().split()) if pids.exists() else []:
        try:
            if os.fsencode(directory) not in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
                continue
            process = os.pidfd_open(pid)
            signal.pidfd_send_signal(process, signal.SIGTERM)
            select.select([process], [], [], 10)
            os.close(process)
        except (FileNotFoundError, ProcessLookupError):
            continue
