#!/usr/bin/python3
"""carriers.py TOLD TOLDCTL [--deliveries N] [CARRIER...]: N deliveries by each carrier, through the whole daemon, to a
real peer; told is killed (SIGKILL) in the midst of them and started again.

For each: whether the peer has every notification that the ledger says it was told of, what came twice and whether that is
marked by its id and a higher attempt (a mail: by its Message-ID), and how many a second (the restart is not counted).
Exit code 1: something was lost, or came twice unmarked. Peers that cannot be had here are left out, and named.
"""
import argparse
import email
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "faults"))

import hands
from hands import ACCEPTED, House, Port, ledger, until
from told_history import notification_of

import certificates
import notify_service
import npm
import peers
import sftp_agency
import verdict
from brokers import PACKAGES as BROKER_PACKAGES, PASSWORD, Lines
from drive import free_port
from nginx import Nginx
from npm_worker_test import PACKAGES as WORKER_PACKAGES, NodeWorker
from postfix import Postfix
from rabbitmq import RabbitMq

LANES = ("police.control_room", "home_office.asylum", "barnardos.itg")  # all three are told of an arrival
HOST, PATIENCE = "localhost", 600.0
CARRIERS = pathlib.Path(__file__).resolve().parents[1] / "carriers"
SHARED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SEED = "whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="  # RFC 8032, 7.1, test 1, and its public half:
PUBLIC = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="


def taken(notification, attempt, series=None):
    return peers.Taken(0, notification, attempt, f"{notification}/{attempt}", series or notification)


class Peer:
    """Who is at the other end, and how told's ways reach it. `taken()`: what came, as often as it came."""
    carrier, who, says_attempts = "", "", True
    secrets = {}

    def __init__(self, home):
        self.home = pathlib.Path(home)
        self.authority = certificates.Authority(self.home, "authority")
        self.certificate = self.authority.signs("peer", HOST)

    def settings(self, recipient):
        return ""

    def door(self):
        return ""

    def before(self, house):
        """told's directory is there, and told does not run yet."""

    def begin(self, house):
        """told runs."""

    def count(self):
        return len(self.taken())

    def close(self):
        pass

    def trust(self):
        return f'ca_file = "{self.authority.file}"\nallow = ["127.0.0.0/8", "::1"]\ntimeout = "10 s"\n'


class Webhook(Peer):
    carrier, who = "webhook", "node, verifying with standardwebhooks and cloudevents"
    secrets = {"shared.key": SHARED, "seed.key": SEED}

    def __init__(self, home):
        super().__init__(home)
        environment = npm.installed(home, {"standardwebhooks": "1.1.1", "cloudevents": "9.0.0"})
        settings = {"certificates": {"good": self.certificate.paths()}, "client_authority": str(self.authority.file),
                    "secret": SHARED, "public": PUBLIC}
        self.server = subprocess.Popen(["node", CARRIERS / "webhook_server.js", json.dumps(settings)],
                                       stdout=subprocess.PIPE, text=True, env=environment)
        self.ports = json.loads(self.server.stdout.readline())

    def settings(self, recipient):
        return (f'url = "https://{HOST}:{self.ports["good"]}/ok"\nkey_files = ["seed.key", "shared.key"]\n' + self.trust())

    def seen(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports['plain']}/seen") as answer:
            seen = json.load(answer)
        assert not seen["bad"], seen["bad"][:3]
        return seen

    def taken(self):
        return [taken(call.split(":")[0], attempt, call) for call, attempts in self.seen()["ids"].items()
                for attempt in attempts]

    def close(self):
        self.server.kill()
        self.server.wait()


class Mail(Peer):
    carrier, who, says_attempts = "smtp", "Postfix, into a maildir", False
    secrets = {"smtp.password": "not-a-real-password"}

    def __init__(self, home):
        super().__init__(home)
        self.home.chmod(0o755)  # Postfix's processes are other users
        self.postfix = Postfix(self.home / "postfix", self.certificate, "told", "not-a-real-password")

    def settings(self, recipient):
        return (f'relay = "{HOST}:{self.postfix.port}"\nfrom = "told@council.test"\n'
                f'to = "{recipient}@council.test"\nuser = "told@council.test"\npassword_file = "smtp.password"\n'
                + self.trust())

    def taken(self):
        found = []
        for file in self.postfix.mails():
            number = email.message_from_bytes(file.read_bytes())["Message-ID"]
            found.append(taken(number.strip("<").split(".")[0], 0, number))
        return found

    def count(self):
        return len(self.postfix.mails())

    def close(self):
        self.postfix.stop()


class Notify(Peer):
    carrier, who = "notify", "a server as Notify's documentation says, with receipts through nginx"
    secrets = {"notify.key": notify_service.KEY, "notify.token": "a token of the bench, of thirty bytes"}

    def __init__(self, home):
        super().__init__(home)
        self.nginx_port = free_port()
        self.service = notify_service.Service(
            self.certificate, per_minute=10_000_000, per_day=10_000_000,
            callback={"url": f"https://{HOST}:{self.nginx_port}/callback/notify", "token": self.secrets["notify.token"],
                      "ca": str(self.authority.file), "again_after": 0.5, "side_by_side": 3})

    def door(self):
        return f'[door]\nsocket = "door.sock"\npublic_url = "https://{HOST}:{self.nginx_port}"\n'

    def before(self, house):
        self.nginx = Nginx(house.directory / "nginx", f"""
  keepalive_requests 1000000;
  server {{
    listen 127.0.0.1:{self.nginx_port} ssl;
    ssl_certificate {self.certificate.file}; ssl_certificate_key {self.certificate.key};
    location /callback/ {{ proxy_pass http://unix:{house.directory}/door.sock; }}
  }}""", self.nginx_port)

    def settings(self, recipient):
        return (f'base_url = "https://{HOST}:{self.service.port}"\nkey_file = "notify.key"\n'
                f'callback_token_file = "notify.token"\ntemplate_id = "{notify_service.GOOD}"\n'
                'phone_number = "+447700900123"\n' + self.trust())

    def taken(self):
        references = [message["reference"].split(".", 2) for message in list(self.service.taken)]
        return [taken(notification, int(attempt), f"{notification} {who}") for notification, attempt, who in references]

    def close(self):
        self.nginx.stop()
        self.service.close()


class Spool(Peer):
    carrier, who = "spool", "OpenSSH's sftp, fetching and acknowledging"

    def __init__(self, home):
        super().__init__(home)
        self.server, self.stop = sftp_agency.Server(self.home), threading.Event()

    def settings(self, recipient):
        return 'directory = "pickup"\npoll = "100 ms"\n'

    def before(self, house):
        self.desks = []
        for name in LANES:
            for tray in ("incoming", "outgoing", "done", "refused"):
                (house.directory / "pickup" / name / tray).mkdir(parents=True)
            self.desks.append(sftp_agency.Desk(self.server, house.directory / "pickup" / name, self.home / "desks" / name))
        self.thread = threading.Thread(target=self.fetch)
        self.thread.start()

    def fetch(self):
        while not self.stop.is_set():
            self.server.sftp([command for desk in self.desks for command in desk.fetch()])
            answers = [command for desk in self.desks for command in desk.read()]
            if answers:
                self.server.sftp(answers)

    def taken(self):
        return [taken(*one) for desk in self.desks for one in list(desk.fetched)]

    def close(self):
        self.stop.set()
        self.thread.join()
        self.server.stop()


class Queues(Peer):
    carrier, who = "amqp", "RabbitMQ, read from by npm rhea"
    secrets = {"broker.password": PASSWORD}

    def __init__(self, home):
        super().__init__(home)
        environment = npm.installed(home, BROKER_PACKAGES)
        users = {"told": (PASSWORD, "^amq\\.default$", "^$"), "agency": (PASSWORD, "^$", "^to\\..*$")}
        self.broker = RabbitMq(self.home / "rabbitmq", self.certificate, self.authority, users,
                               {f"to.{name}": {} for name in LANES}, "told")
        self.agencies = [Lines("amqp_agency.js", {"host": "127.0.0.1", "port": self.broker.port, "username": "agency",
                                                  "password": PASSWORD, "hostname": "vhost:told",
                                                  "queue": f"/amq/queue/to.{name}"}, environment) for name in LANES]

    def settings(self, recipient):
        return (f'broker = "amqps://{HOST}:{self.broker.tls_port}"\nqueue = "/amq/queue/to.{recipient}"\n'
                'virtual_host = "vhost:told"\nuser = "told"\npassword_file = "broker.password"\n' + self.trust())

    def taken(self):
        return [taken(message["id"].split(":")[0], message["attempt"], message["id"])
                for agency in self.agencies for message in list(agency.of("took"))]

    def close(self):
        for agency in self.agencies:
            agency.close()
        self.broker.stop()


class Workers(Peer):
    carrier, who = "zmq_queue", "pyzmq's workers"

    def begin(self, house):
        self.desks = [peers.Desk(house, name) for name in LANES]

    def taken(self):
        return [one for desk in self.desks for one in list(desk.tray.taken)]

    def close(self):
        for desk in self.desks:
            desk.close()


class NodeWorkers(Peer):
    carrier, who = "zmq_queue", "npm zeromq's workers, acknowledging"

    def __init__(self, home):
        super().__init__(home)
        self.environment = npm.installed(home, WORKER_PACKAGES)

    def begin(self, house):
        self.workers = [NodeWorker(self.environment, house, name, "Officer A", "desk") for name in LANES]

    def taken(self):
        return [taken(d["notification"], d["attempt"]) for worker in self.workers for d in worker.deliveries()]

    def close(self):
        for worker in self.workers:
            worker.close()


PEERS = {"webhook": Webhook, "smtp": Mail, "notify": Notify, "spool": Spool, "amqp": Queues, "zmq_queue": Workers,
         "zmq_queue.node": NodeWorkers}


class Bench(House):
    def __init__(self, told, toldctl, peer):
        goes_out = peer.carrier != "zmq_queue"
        ways = "".join(f'\n[[way]]\nrecipient = "{name}"\ncarrier = "{peer.carrier}"\n{peer.settings(name)}'
                       for name in LANES) if goes_out else ""
        told_by = {name: f'carrier = "{peer.carrier}"\n' for name in LANES} if goes_out else {}
        super().__init__(told, toldctl, more=peer.door() + ways, told_by=told_by, secrets=peer.secrets)


def try_one(told, toldctl, name, deliveries):
    """A row of the table, and whether all is well."""
    with tempfile.TemporaryDirectory(prefix="told-bench-") as home:
        peer = PEERS[name](home)
        with Bench(told, toldctl, peer) as house:
            try:
                peer.before(house)
                house.start()
                peer.begin(house)
                return measured(house, peer, name, deliveries)
            finally:
                peer.close()


def measured(house, peer, name, deliveries):
    begun, events, down, batch = time.monotonic(), [], 0.0, 250
    halfway = deliveries // 2
    with Port(house) as port:
        while len(events) * len(LANES) < deliveries:
            made = [port.event(subject=f"TIL/{port.made:06}") for _ in range(batch)]
            results = port.publish(*made, within=60)
            assert all(r.verdict == ACCEPTED for r in results), results[0]
            events += [hands.number_of(r.receipt, "E") for r in results]
    until(lambda: peer.count() >= halfway, f"half of it by {name}", within=PATIENCE, every=0.1)
    fell = time.monotonic()
    house.kill()
    house.start()
    down = time.monotonic() - fell
    wanted = len(events) * len(LANES)

    def all_there():
        return peer.count() >= wanted and len({t.notification for t in peer.taken()}) >= wanted and all(
            house.board.figure(f'told_lane_waiting{{recipient="{lane}"}}') == 0 for lane in LANES)

    until(all_there, f"all of it by {name}", within=PATIENCE, every=0.2)
    took = time.monotonic() - begun - down
    time.sleep(1.0)  # what was under way has ended, and what is too much has come
    return row_of(peer, name, ledger(house), events, took)


def row_of(peer, name, entries, events, took):
    wanted = {(e.index, duty.slot): duty.recipient for e in entries if e.WhichOneof("head") == "event_accepted"
              for duty in e.event_accepted.duties if duty.recipient in LANES}
    came = [t for t in peer.taken() if notification_of(t.notification) in wanted]  # and no calls to anybody
    one = verdict.Try(name, "kill", "", events, struck=1)
    broken = []
    for lane in LANES:
        mine = [t for t in came if wanted[notification_of(t.notification)] == lane]
        broken += [sentence for _, sentence in (*verdict.of_repeats([one], mine, peer.says_attempts),
                                                *verdict.of_outcomes(entries, mine, lane, peer.says_attempts))]
    distinct = len({t.notification for t in came})
    return {"carrier": name, "deliveries": len(wanted), "lost": len(wanted) - distinct, "twice": len(came) - distinct,
            "took": took, "rate": distinct / took, "who": peer.who, "broken": broken}


def main():
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("told")
    parse.add_argument("toldctl")
    parse.add_argument("carriers", nargs="*", metavar="CARRIER", help=", ".join(PEERS))
    parse.add_argument("--deliveries", type=int, default=10_000)
    options = parse.parse_intermixed_args()
    unknown = [name for name in options.carriers if name not in PEERS]
    if unknown:
        print(f"there is no carrier {unknown[0]}; there are {', '.join(PEERS)}", file=sys.stderr)
        return 64
    print(f"{'carrier':<16}{'deliveries':>11}{'lost':>6}{'twice':>7}{'broken':>8}{'seconds':>9}{'a second':>10}  peer",
          flush=True)
    good = True
    for name in options.carriers or PEERS:
        try:
            row = try_one(options.told, options.toldctl, name, options.deliveries)
        except SystemExit as without:
            if without.code != 77:
                raise
            print(f"{name:<16} left out: its peer cannot be had here", flush=True)
            continue
        print("{carrier:<16}{deliveries:>11}{lost:>6}{twice:>7}{bad:>8}{took:>9.1f}{rate:>10.0f}  {who}".format(
            bad=len(row["broken"]), **row), flush=True)
        for sentence in row["broken"][:5]:
            print(f"    BROKEN: {sentence}", flush=True)
        good = good and not row["lost"] and not row["broken"]
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
