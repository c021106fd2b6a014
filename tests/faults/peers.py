"""Peers at the other end of each carrier, as an agency's own system would be: each keeps what it took, and when."""
import base64
import dataclasses
import hashlib
import hmac
import http.server
import json
import pathlib
import re
import socketserver
import ssl
import threading
import time

import hands  # finds the other tests' modules
import brokers
import told_history
import worker

SECRET = base64.b64encode(b"a key of the test, 32 bytes long").decode()
PATIENCE = 10.0  # seconds a peer waits for the rest of a message


@dataclasses.dataclass
class Taken:
    """A message that the peer took whole."""
    at_us: int
    notification: str
    attempt: int  # 0: this carrier does not say
    digest: str   # of the bytes, and of what names the series of attempts
    series: str   # the same for every repeat

    def event(self):
        return told_history.notification_of(self.notification)[0]


class Tray:
    """What a peer took, in order."""

    def __init__(self):
        self.taken, self.refused, self.lock = [], 0, threading.Lock()

    def take(self, notification, attempt, content, series, at_us=None):
        with self.lock:
            self.taken.append(Taken(at_us or time.time_ns() // 1000, notification, attempt,
                                    hashlib.sha256(content).hexdigest(), series))

    def events(self):
        with self.lock:
            return {taken.event() for taken in self.taken}


def tls_context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.file, certificate.key)
    context.num_tickets = 0  # what comes after the message is the answer
    return context


class Threads(socketserver.ThreadingTCPServer):
    """A connection a thread. Broken connections are what is tested: nobody is told of them."""
    allow_reuse_address = daemon_threads = True

    def handle_error(self, request, client_address):
        pass

    def begin(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self.server_address[1]

    def end(self):
        self.shutdown()
        self.server_close()


class WebServer:
    """Takes signed CloudEvents, and nothing that does not verify."""

    def __init__(self, certificate=None):
        self.tray = tray = Tray()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version, timeout = "HTTP/1.1", PATIENCE

            def setup(self):
                self.request.settimeout(PATIENCE)
                if certificate is not None:
                    self.request = tls.wrap_socket(self.request, server_side=True)
                super().setup()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                if len(body) != int(self.headers["content-length"]):
                    return
                name, at = self.headers["webhook-id"] or "", self.headers["webhook-timestamp"] or ""
                mac = hmac.new(base64.b64decode(SECRET), f"{name}.{at}.".encode() + body, hashlib.sha256).digest()
                signed = "v1," + base64.b64encode(mac).decode()
                if signed not in (self.headers["webhook-signature"] or "").split(" "):
                    tray.refused += 1
                    return self.answer(401)
                event = json.loads(body)
                delivery = event["data"]["deliveries"][0]
                tray.take(delivery["notification"], delivery["attempt"], body, name)
                return self.answer(204)

            def answer(self, status):
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        tls = tls_context(certificate) if certificate is not None else None
        self.server = Threads(("127.0.0.1", 0), Handler)
        self.port = self.server.begin()

    def close(self):
        self.server.end()


class NotifyServer:
    """GOV.UK Notify as far as it takes a message whole. A reference of told's says which attempt it is."""

    def __init__(self, certificate):
        self.tray = tray = Tray()
        tls = tls_context(certificate)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version, timeout = "HTTP/1.1", PATIENCE

            def setup(self):
                self.request.settimeout(PATIENCE)
                self.request = tls.wrap_socket(self.request, server_side=True)
                super().setup()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                if len(body) != int(self.headers["content-length"]):
                    return
                notification, attempt, recipient = json.loads(body)["reference"].split(".", 2)
                tray.take(notification, int(attempt), body, f"{notification} {recipient}")
                answer = b'{"id": "740e5834-3a29-46b4-9a6f-16142fde533a"}'
                self.send_response(201)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = Threads(("127.0.0.1", 0), Handler)
        self.port = self.server.begin()

    def close(self):
        self.server.end()


class MailRelay:
    """A relay that offers STARTTLS and takes whatever is whole."""

    def __init__(self, certificate):
        self.tray = tray = Tray()
        tls = tls_context(certificate)

        class Handler(socketserver.BaseRequestHandler):
            def say(self, text):
                self.link.sendall(text.encode() + b"\r\n")

            def handle(self):
                self.request.settimeout(PATIENCE)
                self.link, self.secure = self.request, False
                lines = self.link.makefile("rb")
                self.say("220 relay.test ESMTP")
                while line := lines.readline():
                    word = line.strip().upper().split(b" ")[0].split(b":")[0]
                    if word == b"EHLO":
                        self.say("250-relay.test\r\n250 8BITMIME" if self.secure else "250-relay.test\r\n250 STARTTLS")
                    elif word == b"STARTTLS" and not self.secure:
                        self.say("220 go on")
                        self.link, self.secure = tls.wrap_socket(self.link, server_side=True), True
                        lines = self.link.makefile("rb")
                    elif word in (b"MAIL", b"RCPT", b"RSET", b"NOOP"):
                        self.say("250 good" if self.secure else "530 STARTTLS first")
                    elif word == b"DATA" and self.secure:
                        self.say("354 go on")
                        mail = b""
                        while (line := lines.readline()) != b".\r\n":
                            if not line:
                                return
                            mail += line
                        found = re.search(rb"Message-ID: <((N-[0-9A-Z-]+)\.[^>]*)>", mail)
                        tray.take(found[2].decode(), 0, mail, found[1].decode())
                        self.say("250 taken")
                    elif word == b"QUIT":
                        return self.say("221 bye")
                    else:
                        self.say("500 what")

        self.server = Threads(("127.0.0.1", 0), Handler)
        self.port = self.server.begin()

    def close(self):
        self.server.end()


class Broker(brokers.OddBroker):
    """A broker with an agency behind it that receipts each message, until told has settled its receipt."""

    def __init__(self, directory, certificate):
        super().__init__(directory, certificate, certificate)
        self.tray, self.owed, self.port = Tray(), set(), self.ports["receipts"]
        self.heard = self.hear

    def hear(self, what, facts):
        if what == "took":
            delivery = json.loads(facts["body"])["data"]["deliveries"][0]
            assert facts["properties"]["toldattempt"] == delivery["attempt"]
            self.owed.add(f"{delivery['notification']}/{delivery['attempt']}")
            self.tray.take(delivery["notification"], delivery["attempt"], facts["body"].encode(), facts["id"],
                           at_us=facts["at_ms"] * 1000)
        elif what == "settled":
            assert facts["outcome"] == "accepted", facts
            self.owed.discard(facts["name"])


class Desk:
    """A worker of the queue that writes receipts and comes again whenever it is cut off."""

    def __init__(self, house, name, port=None):
        self.tray, self.stop = Tray(), threading.Event()
        self.worker = worker.Worker(house, name, habits=worker.Habits(acknowledges=False, credit=8))
        if port is not None:
            self.worker.connection.address = (f"tcp://127.0.0.1:{port}", *self.worker.connection.address[1:])
        note = self.worker.seen.note

        def take(what, **facts):
            if what == "delivery":
                content = json.dumps(facts, sort_keys=True).encode()
                self.tray.take(facts["notification"], facts["attempt"], content, facts["notification"])
            note(what, **facts)

        self.worker.seen.note = take
        self.thread = threading.Thread(target=self.worker.run, args=(self.stop,), daemon=True)
        self.thread.start()

    def close(self):
        self.stop.set()
        self.thread.join(5)


class PickUp:
    """Fetches from a directory every 50 ms, and answers with receipts."""

    def __init__(self, folder):
        self.tray, self.folder, self.stop = Tray(), pathlib.Path(folder), threading.Event()
        self.number, self.known = 0, set()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.stop.wait(0.05):
            try:
                self.look()
            except OSError:
                continue  # it is not there, or full: that is what is tested

    def look(self):
        # The first that is told is the oldest: what is fetched in one go has no order but that of its events.
        found = []
        for file in (self.folder / "outgoing").glob("N-*.json"):  # hidden ones are still being written
            if file.name not in self.known:
                content = file.read_bytes()
                delivery = json.loads(content)["deliveries"][0]
                found.append((int(delivery["event_index"]), delivery["attempt"], file.name, content, delivery))
        for _, attempt, name, content, delivery in sorted(found, key=lambda f: f[:3]):
            self.known.add(name)
            self.tray.take(delivery["notification"], attempt, content, delivery["notification"])
        receipts = [{"notification": t.notification, "attempt": t.attempt} for t in self.tray.taken
                    if (self.folder / "outgoing" / f"{t.notification}-{t.attempt}.json").exists()]
        if receipts and not any((self.folder / "incoming").glob("answer-*.json")):
            self.number += 1
            part = self.folder / "incoming" / f".answer-{self.number}"
            part.write_text(json.dumps({"receipts": receipts[:100]}))
            part.rename(self.folder / "incoming" / f"answer-{self.number}.json")

    def close(self):
        self.stop.set()
        self.thread.join(5)
