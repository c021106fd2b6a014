"""The spool has no connection: what fails is the directory, before told writes, between two messages, and with answers."""
import subprocess
import time

import hands

import peers
from carrier_under_fault import RECIPIENT, STORY, Bench

KINDS = ("removed", "file_instead", "link_instead", "unmounted", "full", "read_only")
PHASES = ("before", "between", "answers")


def may_mount():
    """Whether a process may have mounts of its own; the command that gives it them."""
    own = ["unshare", "--mount", "--propagation", "private"]
    tried = subprocess.run([*own, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True)
    return own if tried.returncode == 0 else []


class Struck:
    struck = 1


class Spool(Bench):
    name = "spool"
    way = 'carrier = "spool"\ndirectory = "pickup"\npoll = "100 ms"'
    mounts = True  # False: this machine allows none

    def settings(self):
        return f'\n[[way]]\nrecipient = "{RECIPIENT}"\n{self.way}\n'

    def combinations(self):
        kinds = KINDS if self.mounts else KINDS[:3]
        return [(kind, phase) for kind in kinds for phase in PHASES]

    def put_beside(self):
        self.folder = self.house.directory / "pickup" / RECIPIENT
        self.away = self.house.directory / "away"
        self.folder.mkdir(parents=True)
        self.away.mkdir()
        if self.mounts:
            self.mount("-t", "tmpfs", "-o", "size=2m", "none", self.folder)
            self.stack.callback(lambda: subprocess.run(["umount", "-l", self.folder], check=False))
        for tray in ("incoming", "outgoing", "done", "refused"):
            (self.folder / tray).mkdir()

    @staticmethod
    def mount(*arguments):
        subprocess.run(["mount", *map(str, arguments)], check=True)

    def begin(self):
        self.peer = peers.PickUp(self.folder)
        self.stack.callback(self.peer.close)

    def arm(self, kind, phase):
        if phase == "between":
            before = self.publish(STORY[:1])
            hands.until(lambda: self.has_all(before) and self.at_rest(), "the message before")
        # Where told writes its deliveries, or where it files answers.
        self.tray = self.folder / ("done" if phase == "answers" else "outgoing")
        self.kind = kind
        getattr(self, f"arm_{kind}")()
        return Struck

    def heal(self):
        getattr(self, f"heal_{self.kind}")()

    def arm_removed(self):
        self.tray.rename(self.folder / "gone")

    def heal_removed(self):
        (self.folder / "gone").rename(self.tray)

    def arm_file_instead(self):
        self.arm_removed()
        self.tray.touch()

    def heal_file_instead(self):
        self.tray.unlink()
        self.heal_removed()

    def arm_link_instead(self):
        self.arm_removed()
        self.tray.symlink_to("gone")

    heal_link_instead = heal_file_instead

    def arm_unmounted(self):
        self.mount("--move", self.folder, self.away)

    def heal_unmounted(self):
        self.mount("--move", self.away, self.folder)

    def arm_full(self):
        with (self.folder / "ballast").open("wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(b"\0" * 4096)
            except OSError:
                pass

    def heal_full(self):
        (self.folder / "ballast").unlink()

    def arm_read_only(self):
        end = time.monotonic() + 5
        while subprocess.run(["mount", "-o", "remount,ro", self.folder], capture_output=True).returncode != 0:
            assert time.monotonic() < end, "a file was being written all the time"
            time.sleep(0.005)

    def heal_read_only(self):
        self.mount("-o", "remount,rw", self.folder)
