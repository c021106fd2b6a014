#!/usr/bin/python3
"""An agency that has SFTP and nothing else: OpenSSH's own server and client, on loopback, with keys made here.

It fetches what lies in each recipient's `outgoing`, says that it has it and who took it on, and goes on until it holds
a result for each of its answers and was told of COUNT notifications. Everything it knows it knows over sftp.
Exit code 77: no sshd can be run here.
"""
import argparse
import json
import pathlib
import pwd
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ANSWERED_AT_ONCE = 250  # a frame is at most 64 KiB and 256 acknowledgements


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, home):
        self.home, self.port = home, free_port()
        for key in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", home / key], check=True)
        (home / "known").write_text(f"[127.0.0.1]:{self.port} {(home / 'host.pub').read_text()}")
        (home / "sshd_config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {home}/host\nAuthorizedKeysFile {home}/user.pub\n"
            "StrictModes no\nPidFile none\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n"
            "Subsystem sftp internal-sftp\n")
        if os.geteuid() == 0:
            pathlib.Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd's own, made by its unit as a rule
        self.process = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", home / "sshd_config"],
                                        stderr=open(home / "sshd.log", "w"))
        self.await_port()

    def await_port(self):
        for _ in range(200):
            if self.process.poll() is not None:
                print((self.home / "sshd.log").read_text(), file=sys.stderr)
                sys.exit(77)
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
        sys.exit("sshd does not listen")

    def sftp(self, commands):
        """Runs them in one session; those that begin with - may fail."""
        user = pwd.getpwuid(os.geteuid()).pw_name
        done = subprocess.run(
            ["sftp", "-q", "-b", "-", "-P", str(self.port), "-i", self.home / "user", "-o", "IdentitiesOnly=yes",
             "-o", f"UserKnownHostsFile={self.home}/known", f"{user}@127.0.0.1"],
            input="\n".join(commands) + "\n", text=True, capture_output=True, cwd=self.home)
        if done.returncode != 0:
            sys.exit(f"sftp: {done.stderr[-2000:]}")

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Desk:
    """One recipient's: what it was told, what it said, and what became of that."""

    def __init__(self, server, remote, local):
        self.server, self.remote, self.local = server, remote, local
        self.told, self.asked, self.answers = {}, set(), 0
        self.fetched = set()  # (notification, attempt): a file that is there still is fetched again, and is the same
        for tray in ("new", "results"):
            (local / tray).mkdir(parents=True)

    def fetch(self):
        return [f"-get {self.remote}/outgoing/*.json {self.local}/new/",
                f"-get {self.remote}/done/*.result.json {self.local}/results/"]

    def read(self):
        """Reads what was fetched; returns the commands that bring the answers."""
        for result in sorted((self.local / "results").iterdir()):
            frame = json.loads(result.read_text())
            if not all(r.get("recorded") for r in frame["results"]):
                sys.exit(f"not recorded: {result}")
            self.asked.discard(result.name.replace(".result.json", ".json"))
        fresh = []
        for file in sorted((self.local / "new").iterdir()):
            delivery = json.loads(file.read_text())["deliveries"][0]
            if file.name != f"{delivery['notification']}-{delivery['attempt']}.json":
                sys.exit(f"{file.name} holds {delivery['notification']}")
            fresh.append(delivery)
            self.fetched.add((delivery["notification"], delivery["attempt"]))
            self.told[delivery["notification"]] = max(delivery["attempt"], self.told.get(delivery["notification"], 0))
            file.unlink()
        commands = []
        for at in range(0, len(fresh), ANSWERED_AT_ONCE):
            some = fresh[at:at + ANSWERED_AT_ONCE]
            self.answers += 1
            name = f"answer-{self.answers}.json"
            (self.local / name).write_text(json.dumps({
                "receipts": [{"notification": d["notification"], "attempt": d["attempt"]} for d in some],
                "acknowledgements": [{"notification": d["notification"], "person": "Officer A", "role": "desk officer"}
                                     for d in some]}))
            commands += [f"put {self.local}/{name} {self.remote}/incoming/{name}.part",
                         f"rename {self.remote}/incoming/{name}.part {self.remote}/incoming/{name}"]
            self.asked.add(name)
        return commands


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("directory", type=pathlib.Path)
    options.add_argument("count", type=int)
    options = options.parse_args()
    if not shutil.which("sftp") or not pathlib.Path("/usr/sbin/sshd").exists():
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="told-sftp-") as home:
        server = Server(pathlib.Path(home))
        try:
            desks = [Desk(server, folder, pathlib.Path(home) / "desks" / folder.name)
                     for folder in sorted(options.directory.iterdir())]
            print("ready", flush=True)
            rounds = 0
            while sum(len(d.told) for d in desks) < options.count or any(d.asked for d in desks):
                server.sftp([command for d in desks for command in d.fetch()])
                answers = [command for d in desks for command in d.read()]
                if answers:
                    server.sftp(answers)
                rounds += 1
            print(f"fetched {sum(len(d.told) for d in desks)} in {rounds} rounds, "
                  f"brought {sum(d.answers for d in desks)} answers, each with its result", flush=True)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
