"""told's HTTP API on its Unix socket."""
import http.client
import json
import socket


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Board:
    def __init__(self, path):
        self.path = path

    def ask(self, method, address, body=None, timeout=10):
        """(status, text)."""
        connection = UnixConnection(self.path, timeout)
        try:
            headers = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, address, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def get(self, address):
        """The JSON of a good answer."""
        status, text = self.ask("GET", address)
        if status != 200:
            raise AssertionError(f"GET {address} answered {status}: {text}")
        return json.loads(text)

    def figure(self, name):
        """One figure of the metrics, by its name and labels; 0 where it is not there yet."""
        _, text = self.ask("GET", "/metrics")
        found = [line for line in text.splitlines() if line.startswith(name + " ")]
        return float(found[0].rsplit(maxsplit=1)[1]) if found else 0.0

    def open(self, limit=100_000):
        """What nobody has acknowledged yet."""
        return self.get(f"/v1/open?limit={limit}").get("notifications", [])

    def alarms(self):
        return self.get("/v1/open?limit=1").get("alarms", [])
