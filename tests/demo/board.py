"""told's HTTP API on its Unix socket, by Python's standard library."""
import http.client
import json
import queue
import socket
import threading


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("told")
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def get_text(path, address):
    connection = Connection(path)
    connection.request("GET", address)
    with connection.getresponse() as response:
        answer = response.read().decode()
        if response.status != 200:
            raise RuntimeError(f"GET {address}: {answer}")
        return answer


def get(path, address):
    return json.loads(get_text(path, address))


class Watch:
    """Each entry as it becomes durable. Nothing that comes after the constructor is missed."""

    def __init__(self, path):
        connection = Connection(path)
        connection.request("GET", "/v1/watch")
        self.response = connection.getresponse()
        self.response.readline()  # told's greeting: from here on it tells us
        self.entries = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        try:
            while line := self.response.readline():
                if line.startswith(b"data: "):
                    self.entries.put(json.loads(line[6:]))
        except (OSError, http.client.HTTPException):
            pass  # told has stopped

    def next(self, timeout):
        """The next entry, or None where none comes within `timeout` seconds."""
        try:
            return self.entries.get(timeout=timeout)
        except queue.Empty:
            return None
