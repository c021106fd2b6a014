"""One carrier: a told of its own, the peer, what stands between them; and one combination after the other."""
import contextlib
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "carriers"))

import hands
from hands import ACCEPTED, Port, until
from house import House

import certificates
import notify_service
import peers
import verdict
from proxy import KINDS, Proxy

RECIPIENT, HEALTHY = "police.control_room", "home_office.asylum"
STORY = ("child.arrived", "child.missing", "child.located")  # one case
TIMEOUT = 1.0       # seconds an attempt may take
FAULT_LASTS = 1.5   # seconds
WITHIN = 5.0        # seconds after it heals by which everything has arrived
PATIENCE = 20.0     # seconds it is waited for all the same, to say how long it takes


class Bench:
    """What all carriers share. A carrier says how told reaches the peer, and what can be spoilt."""
    name = ""
    way = ""                # of told.toml; empty: the recipient's worker comes by itself
    second_thoughts = {}    # combinations that show nothing here: {(kind, phase)}

    def __init__(self, told, toldctl):
        agencies = hands.House.__init__.__kwdefaults__["agencies"]
        self.stack = contextlib.ExitStack()
        self.published, self.tries, self.number = {}, [], 0
        self.before(told, toldctl)
        self.house = House(told, toldctl, more=self.settings(),
                           agencies=tuple(a for a in agencies if a != RECIPIENT or not self.way))
        self.house.write_config = self.write_config(self.house.write_config)
        self.stack.enter_context(self.house)
        self.house.start()
        self.begin()
        self.healthy = peers.Desk(self.house, HEALTHY)
        self.stack.callback(self.healthy.close)
        self.port = self.stack.enter_context(Port(self.house))

    def before(self, told, toldctl):
        """What must stand before told's settings can be written."""

    def begin(self):
        """What needs told to run."""

    def settings(self):
        return f'\n[[way]]\nrecipient = "{RECIPIENT}"\ntimeout = "{TIMEOUT:g} s"\n{self.way}\n' if self.way else ""

    def write_config(self, write):
        def rewritten():
            write()
            if self.way:
                policy = self.house.directory / "policy.toml"
                head, tail = policy.read_text().split(f'name = "{RECIPIENT}"', 1)
                tail = tail.replace('carrier = "zmq_queue"', f'carrier = "{self.name.split(".")[0]}"', 1)
                policy.write_text(head + f'name = "{RECIPIENT}"' + tail)
            self.put_beside()
        return rewritten

    def put_beside(self):
        """Files beside told.toml."""

    def close(self):
        self.stack.close()

    # --- combinations ---

    def combinations(self):
        return [(kind, phase) for kind, phases in KINDS.items() for phase in phases
                if (kind, phase) not in self.second_thoughts and phase not in self.second_thoughts]

    def arm(self, kind, phase):
        return self.proxy.arm(kind, phase)

    def heal(self):
        self.proxy.heal()

    def publish(self, kinds, one_by_one=False):
        """Indexes of the events of a new case. one_by_one: the first has arrived before the second is published."""
        self.number += 1
        made = [self.port.event(kind, f"TIL/{self.number:06}") for kind in kinds]
        indexes = []
        for event in made:
            result = self.port.publish_one(event)
            assert result.verdict == ACCEPTED, result
            indexes.append(hands.number_of(result.receipt, "E"))
            if one_by_one and len(indexes) == 1:
                until(lambda: self.has_all(indexes), "the first message", within=PATIENCE)
        return indexes

    def has_all(self, indexes):
        return set(indexes) <= self.peer.tray.events()

    def at_rest(self):
        return self.house.board.figure(f'told_lane_waiting{{recipient="{RECIPIENT}"}}') == 0

    def try_one(self, kind, phase):
        """A verdict.Try. One that shows nothing says so."""
        if phase == "idle":
            warm = self.publish(STORY[:1])
            until(lambda: self.has_all(warm), "the message before", within=PATIENCE)
            time.sleep(0.05)  # its answer is back
        fault = self.arm(kind, phase)
        began = time.monotonic()
        try:
            events = self.publish(STORY, one_by_one=phase == "kept")
            time.sleep(max(0.0, began + FAULT_LASTS - time.monotonic()))
            others = self.healthy.tray.events()
        finally:
            self.heal()
        healed, refused = time.monotonic(), self.peer.tray.refused
        one = verdict.Try(self.name, kind, phase, events, struck=fault.struck, refused=refused)
        while time.monotonic() - healed < PATIENCE:
            if self.has_all(events) and self.at_rest():
                one.recovered = time.monotonic() - healed
                break
            time.sleep(0.01)
        one.healthy_missed = sorted(set(events) - others)
        self.tries.append(one)
        return one

    def judge(self):
        """Every sentence about a broken promise, into the tries; of the whole export, so once at the end."""
        # What was under way when the last fault healed has ended.
        time.sleep(TIMEOUT + 0.5)
        verdict.judge(self.tries, hands.ledger(self.house), self.peer.tray.taken, RECIPIENT,
                      says_attempts=self.name != "smtp")


class Webhook(Bench):
    name = "webhook"
    second_thoughts = {"opening", "handshake"}  # in the clear the first that is said is the message
    certificate = None
    message_bytes, handshake_piece = 600, 1

    def before(self, told, toldctl):
        self.peer = peers.WebServer(self.certificate)
        self.stack.callback(self.peer.close)
        self.proxy = Proxy(self.peer.port, self.message_bytes, self.handshake_piece)
        self.stack.callback(self.proxy.close)
        self.way = (f'carrier = "webhook"\nurl = "{self.url()}"\nallow = ["127.0.0.0/8", "::1"]\n'
                    'key_files = "hook.key"\n')

    def url(self):
        return f"http://127.0.0.1:{self.proxy.port}/told"

    def put_beside(self):
        key = self.house.directory / "hook.key"
        key.touch(0o600)
        key.write_text(f"whsec_{peers.SECRET}\n")


class WebhookTls(Webhook):
    name = "webhook.tls"
    second_thoughts = {}

    def before(self, told, toldctl):
        self.authority, self.certificate = certificate_for("localhost", self.stack)
        super().before(told, toldctl)
        self.way += f'ca_file = "{self.authority.file}"\n'

    def url(self):
        return f"https://localhost:{self.proxy.port}/told"


class Notify(Bench):
    name = "notify"
    message_bytes, handshake_piece = 600, 1  # of TLS, whose first word has 517

    def before(self, told, toldctl):
        authority, certificate = certificate_for("localhost", self.stack)
        self.peer = peers.NotifyServer(certificate)
        self.stack.callback(self.peer.close)
        self.proxy = Proxy(self.peer.port, self.message_bytes, self.handshake_piece)
        self.stack.callback(self.proxy.close)
        self.way = (f'carrier = "notify"\nbase_url = "https://localhost:{self.proxy.port}"\nkey_file = "notify.key"\n'
                    f'template_id = "{notify_service.GOOD}"\nphone_number = "+447700900123"\n'
                    f'ca_file = "{authority.file}"\nallow = ["127.0.0.0/8", "::1"]\n')

    def put_beside(self):
        key = self.house.directory / "notify.key"
        key.touch(0o600)
        key.write_text(notify_service.KEY + "\n")


class Smtp(Bench):
    name = "smtp"
    message_bytes, handshake_piece = 560, 6  # of TLS

    def before(self, told, toldctl):
        authority, certificate = certificate_for("localhost", self.stack)
        self.peer = peers.MailRelay(certificate)
        self.stack.callback(self.peer.close)
        self.proxy = Proxy(self.peer.port, self.message_bytes, self.handshake_piece)
        self.stack.callback(self.proxy.close)
        self.way = (f'carrier = "smtp"\nrelay = "localhost:{self.proxy.port}"\nfrom = "told@council.test"\n'
                    f'to = "control.room@police.test"\nca_file = "{authority.file}"\nallow = ["127.0.0.0/8", "::1"]\n')


class Amqp(Bench):
    name = "amqp"
    message_bytes, handshake_piece = 900, 5  # of TLS and of the login

    def before(self, told, toldctl):
        authority, certificate = certificate_for("localhost", self.stack)
        packages = pathlib.Path(told).resolve().parents[1] / "tests" / "faults"
        self.peer = peers.Broker(packages, certificate)
        self.stack.callback(self.peer.close)
        self.proxy = Proxy(self.peer.port, self.message_bytes, self.handshake_piece)
        self.stack.callback(self.proxy.close)
        self.way = (f'carrier = "amqp"\nbroker = "amqps://localhost:{self.proxy.port}"\nqueue = "to.police"\n'
                    f'reply_queue = "from.police"\nuser = "told"\npassword_file = "broker.password"\n'
                    f'ca_file = "{authority.file}"\nallow = ["127.0.0.0/8", "::1"]\n')

    def put_beside(self):
        password = self.house.directory / "broker.password"
        password.touch(0o600)
        password.write_text(peers.brokers.PASSWORD + "\n")

    def at_rest(self):
        return not self.peer.owed and super().at_rest()  # and told has heard the receipts


class Queue(Bench):
    name = "zmq_queue"
    message_bytes, handshake_piece = 250, 5  # of CURVE

    def begin(self):
        self.proxy = Proxy(self.house.agencies_port, self.message_bytes, self.handshake_piece, told_dials=False)
        self.stack.callback(self.proxy.close)
        self.peer = peers.Desk(self.house, RECIPIENT, self.proxy.port)
        self.stack.callback(self.peer.close)


def certificate_for(host, stack):
    import tempfile
    directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="told-certificates-"))
    authority = certificates.Authority(directory, "authority")
    return authority, authority.signs("peer", host)
