"""A DEALER to told that notices when the other end goes: told may be killed at any moment."""
import zmq
from zmq.utils.monitor import recv_monitor_message


class Connection:
    def __init__(self, endpoint, server_key, secret_key):
        self.address = endpoint, server_key, secret_key
        self.socket = self.monitor = None

    def dial(self):
        """A new connection; whatever the old one held is gone."""
        self.close()
        endpoint, server_key, secret_key = self.address
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.reconnect_ivl = 10
        self.socket.curve_serverkey = server_key.encode()
        self.socket.curve_secretkey = secret_key.encode()
        self.socket.curve_publickey = zmq.curve_public(secret_key.encode())
        self.monitor = self.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        self.socket.connect(endpoint)

    def wait(self, milliseconds):
        """The frames that have come, or None where the connection has gone."""
        poller = zmq.Poller()
        poller.register(self.socket, zmq.POLLIN)
        poller.register(self.monitor, zmq.POLLIN)
        ready = dict(poller.poll(max(0, int(milliseconds))))
        frames = []
        # What came before the end still counts.
        while len(frames) < 100:
            try:
                frames.append(self.socket.recv(zmq.NOBLOCK))
            except zmq.Again:
                break
        if not frames and self.monitor in ready:
            recv_monitor_message(self.monitor)
            return None
        return frames

    def send(self, message):
        try:
            self.socket.send(message.SerializeToString(), zmq.NOBLOCK)
            return True
        except zmq.Again:
            return False

    def close(self):
        if self.socket is None:
            return
        self.socket.disable_monitor()
        self.monitor.close(0)
        self.socket.close(0)
        self.socket = None
