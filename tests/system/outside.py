"""What is outside of told: an agency's web server, and whoever comes to the door."""
import http.client
import http.server
import json
import socket
import threading
import urllib.parse

import hands  # finds the other tests' modules
from standard_webhooks import SECRET, signed

POLICE = "police.control_room"


class Hook:
    """The police's web server: keeps what it is sent, and answers as it is told to."""

    def __init__(self):
        self.events, self.status, self.headers, hook = [], 200, {}, self
        self.refuses = None  # an event that it takes for nonsense; 0: the next that comes

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                good = signed(body, at=self.headers["webhook-timestamp"], name=self.headers["webhook-id"])
                assert good["webhook-signature"] in self.headers["webhook-signature"].split(" ")
                hook.events.append(json.loads(body))
                event = int(delivery(hook.events[-1]).get("event_index", 0))
                hook.refuses = event if hook.refuses == 0 else hook.refuses
                self.send_response(400 if event == hook.refuses else hook.status)
                for header in hook.headers.items():
                    self.send_header(*header)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

            def handle(self):
                try:
                    super().handle()
                except ConnectionResetError:
                    pass  # told was killed

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Door(http.client.HTTPConnection):
    """What the council's web server would hand on."""

    def __init__(self, house):
        super().__init__("told.council.example")
        self.path = str(house.directory / "door.sock")

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def ask(self, method, path, body=None, headers=None):
        self.request(method, path, body, headers or {})
        response = self.getresponse()
        return response.status, response.read().decode()

    def send_form(self, path, *, headers=None, **fields):
        return self.ask("POST", path, urllib.parse.urlencode(fields),
                        {"content-type": "application/x-www-form-urlencoded", **(headers or {})})


def delivery(event):
    """The delivery in a CloudEvent, and in a file of the spool."""
    return event.get("data", event)["deliveries"][0]
