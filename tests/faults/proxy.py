"""A proxy that spoils conversations: between told and one peer it passes bytes, until a fault is armed.

It knows nothing of told. A conversation has phases, which it tells apart by who speaks and by how much: a message is a
piece of at least `message_bytes` that goes to the peer, and what the peer says next is its answer.
"""
import errno
import select
import socket
import struct
import threading
import time

TO_PEER, TO_TOLD = "to the peer", "to told"
PORT_FREE_WITHIN = 5.0  # seconds; an attempt of told's ends after one

# When a fault strikes: as the connection is made; on its first bytes; in the handshake; in the middle of the message;
# when the peer has it and begins to answer; in the middle of the answer; after it; on a connection that waits for more;
# before the answer to the second message on one connection.
PHASES = ("connect", "opening", "handshake", "mid_request", "before_answer", "mid_answer", "after_answer", "idle", "kept")

# What it does, and in which phases that is something of its own. Where nothing was said, nothing can be said twice.
KINDS = {
    "refuse": PHASES,            # the connection breaks, and nobody listens until it is healed
    "reset": PHASES,             # RST to both
    "hang": PHASES,              # nothing passes, and what was said arrives when it is healed
    "half_open": PHASES,         # the peer has lost the connection for good, and told is not told so
    "cut_to_peer": PHASES,       # nothing reaches the peer until it is healed; what it says passes
    "cut_to_told": PHASES,       # the other way round
    "drip": PHASES[:8],          # a byte at a time
    "duplicate": PHASES[2:8],    # what the dialling side said is said again, on a second connection
    "reorder": PHASES[:6],       # held until a later connection has had its answer
    "corrupt": PHASES[1:6] + PHASES[7:8],  # a byte is another one
    "truncate": PHASES,          # both see the end in the middle
    "late_answer": PHASES[1:3] + PHASES[4:6] + PHASES[8:],  # what the peer says comes when told has given up, or nearly
}

HOLDS_ON = ("hang", "cut_to_peer", "cut_to_told", "drip")  # a network's trouble: what is new meets it at once
DRIP_EVERY = 0.1             # seconds between two bytes
LATENESS = (1.4, 0.4)        # seconds, turn about: longer than told waits in these tests, and shorter
CORRUPTS = 3                 # connections: what is always spoilt is refused until a person looks, and rightly
LINGER_NONE = struct.pack("ii", 1, 0)


def reset(sock):
    if sock is None:
        return
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
    except OSError:
        pass
    sock.close()


class Fault:
    """One that is armed: counts what it struck."""

    def __init__(self, kind, phase):
        self.kind, self.phase, self.struck = kind, phase, 0
        self.lock = threading.Lock()

    def takes(self):
        """The number of this stroke; None where this connection is let through."""
        with self.lock:
            self.struck += 1
            if self.kind == "corrupt" and self.struck > CORRUPTS or self.kind == "reorder" and self.struck % 2 == 0:
                return None
            return self.struck


class Link:
    """One connection through the proxy, and the thread that serves it."""

    def __init__(self, proxy, near):
        self.proxy, self.near, self.far = proxy, near, None
        self.queues = {TO_PEER: [], TO_TOLD: []}      # (due, bytes)
        self.blocked, self.ended, self.shut = set(), set(), set()
        self.pieces, self.messages, self.answers = 0, 0, 0
        self.struck = self.deaf = self.closed = self.dripping = self.spoils_next = False
        self.delay, self.next_drip = 0.0, 0.0
        self.said = b""                               # by the side that dials
        self.waits_for_later = self.unconnected = False
        self.lock = threading.RLock()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def source(self, way):
        return self.near if (way == TO_PEER) == self.proxy.told_dials else self.far

    def target(self, way):
        return self.far if (way == TO_PEER) == self.proxy.told_dials else self.near

    # --- its life ---

    def run(self):
        try:
            fault = self.proxy.fault
            if fault and (fault.phase == "connect" or fault.phase == "idle" and fault.kind in HOLDS_ON):
                with self.lock:
                    self.strike(fault)
            while not self.closed:
                if self.far is None and not self.deaf:
                    if self.unconnected:
                        time.sleep(0.005)
                        continue
                    self.far = socket.create_connection(("127.0.0.1", self.proxy.upstream), 5)
                    self.far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.turn()
        except (OSError, ValueError):
            pass
        finally:
            self.close(hard=self.deaf)

    def turn(self):
        if self.deaf:
            ready, _, _ = select.select([self.deaf], [], [], 0.02)
            if ready and not self.deaf.recv(65536):
                self.closed = True
            return
        ways = [w for w in (TO_PEER, TO_TOLD) if w not in self.blocked and w not in self.ended and
                sum(len(data) for _, data in self.queues[w]) < 1 << 20]
        ready, _, _ = select.select([self.source(w) for w in ways], [], [], 0.005)
        with self.lock:
            for way in ways:
                if self.closed or self.deaf:
                    return
                if self.source(way) in ready:
                    data = self.source(way).recv(65536)
                    if data:
                        self.take(way, data)
                    else:
                        self.ended.add(way)
            if not self.closed and not self.deaf:
                for way in self.queues:
                    self.flush(way)
                if len(self.shut) == 2:
                    self.closed = True

    def flush(self, way):
        queue, now = self.queues[way], time.monotonic()
        if way in self.blocked:
            return
        if self.dripping:
            if queue and now >= self.next_drip:
                due, data = queue[0]
                self.target(way).sendall(data[:1])
                queue[0:1] = [(due, data[1:])] if data[1:] else []
                self.next_drip = now + DRIP_EVERY
        else:
            while queue and queue[0][0] <= now:
                self.target(way).sendall(queue.pop(0)[1])
        if not queue and way in self.ended and way not in self.shut:
            self.shut.add(way)
            self.target(way).shutdown(socket.SHUT_WR)

    def close(self, hard=False):
        with self.lock:
            self.closed = True
            for sock in (self.near, self.far):
                if hard:
                    reset(sock)
                elif sock is not None:
                    sock.close()

    # --- what passes ---

    def take(self, way, data):
        """What has come is put in line for the other side; a fault that waits for it strikes."""
        if self.spoils_next:
            data, self.spoils_next = self.spoilt(data), False
        is_message = way == TO_PEER and self.messages == self.answers and len(data) >= self.proxy.message_bytes
        is_answer = way == TO_TOLD and self.messages > self.answers
        first = self.answers == 0
        fault = self.proxy.fault
        passes = None if fault is None or self.struck else {
            "opening": self.pieces == 0 and 0,
            "handshake": self.pieces == self.proxy.handshake_piece and 0,
            "mid_request": first and is_message and len(data) // 2,
            "before_answer": first and is_answer and 0,
            "mid_answer": first and is_answer and len(data) // 2,
            "after_answer": first and is_answer and len(data),
            "kept": not first and is_answer and 0,
        }.get(fault.phase, False)
        self.pieces += 1
        self.messages += is_message
        self.answers += is_answer
        if passes is None or passes is False:
            self.pass_on(way, data)
        else:
            self.pass_on(way, data[:passes])
            self.flush(way)
            self.strike(fault, way, data[passes:])
        if is_answer:
            self.proxy.was_answered(self)

    def pass_on(self, way, data):
        if not data:
            return
        if (way == TO_PEER) == self.proxy.told_dials:
            self.said += data
        late = self.delay if way == TO_TOLD else 0.0
        self.queues[way].append((time.monotonic() + late, data))

    @staticmethod
    def spoilt(data):
        middle = len(data) // 2
        return data[:middle] + bytes([data[middle] ^ 0x15]) + data[middle + 1:]

    # --- the fault ---

    def strike(self, fault, way=None, rest=b""):
        self.struck = True
        number = fault.takes()
        if number is None:
            return self.pass_on(way, rest) if way else None
        kind = fault.kind
        if kind == "refuse":
            self.proxy.stop_listening()
        if kind in ("refuse", "reset"):
            return self.close(hard=True)
        if kind == "truncate":
            # What came so far goes; of a piece that was to go whole, a half.
            if way and fault.phase != "mid_request":
                rest = rest[:len(rest) // 2]
                self.pass_on(way, rest)
                self.flush(way)
            return self.close()
        if kind == "half_open":
            told = self.near if self.proxy.told_dials else self.far
            reset(self.far if self.proxy.told_dials else self.near)
            self.deaf = told or None
            if told is None:
                self.closed = True
            return None
        if kind in ("hang", "reorder"):
            self.blocked = {TO_PEER, TO_TOLD}
            self.unconnected = self.far is None
            self.waits_for_later = kind == "reorder"
        elif kind == "cut_to_peer":
            self.blocked = {TO_PEER}
        elif kind == "cut_to_told":
            self.blocked = {TO_TOLD}
        elif kind == "drip":
            self.dripping = True
        elif kind == "late_answer":
            self.delay = LATENESS[(number - 1) % 2]
        elif kind == "corrupt":
            if rest:
                rest = self.spoilt(rest)
            else:
                self.spoils_next = True
        if way:
            self.pass_on(way, rest)
        if kind == "duplicate" and self.said:
            threading.Thread(target=self.proxy.replay, args=(self.said,), daemon=True).start()
        return None

    def heal(self):
        with self.lock:
            self.blocked, self.dripping, self.unconnected, self.waits_for_later = set(), False, False, False


class Proxy:
    """Listens on `port`. told_dials: told connects to the peer; otherwise the peer connects to told."""

    def __init__(self, upstream, message_bytes, handshake_piece, told_dials=True):
        self.upstream, self.message_bytes, self.told_dials = upstream, message_bytes, told_dials
        self.handshake_piece = handshake_piece  # which piece of a connection is in the midst of its handshake
        self.fault, self.links, self.lock = None, [], threading.RLock()
        self.open = True
        self.listener = None
        self.port = 0
        self.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def listen(self):
        with self.lock:
            if self.listener is not None:
                return
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.take_port(listener)
            listener.listen(64)
            listener.settimeout(0.05)
            self.port, self.listener = listener.getsockname()[1], listener

    def take_port(self, listener):
        """Whoever dials a closed port of this machine may be given that very port to dial from, and so meets itself: the port
        is free again when told's attempt times out."""
        end = time.monotonic() + PORT_FREE_WITHIN
        while True:
            try:
                return listener.bind(("127.0.0.1", self.port))
            except OSError as taken:
                if taken.errno != errno.EADDRINUSE or time.monotonic() > end:
                    raise
            time.sleep(0.02)

    def stop_listening(self):
        with self.lock:
            if self.listener is not None:
                self.listener.close()
                self.listener = None

    def serve(self):
        while self.open:
            listener = self.listener
            if listener is None:
                time.sleep(0.005)
                continue
            try:
                near, _ = listener.accept()
            except OSError:
                continue
            near.settimeout(5)
            near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = Link(self, near)
            with self.lock:
                self.links = [one for one in self.links if not one.closed] + [link]
            link.thread.start()

    def alive(self):
        with self.lock:
            return [link for link in self.links if not link.closed]

    def arm(self, kind, phase):
        """From now on. Connections that stand are ended first, but for a fault of idle ones, which strikes them."""
        fault = Fault(kind, phase)
        if phase == "idle":
            self.fault = fault
            for link in self.alive():
                with link.lock:
                    link.strike(fault)
        else:
            old = self.alive()
            for link in old:
                link.struck = True  # what is still under way there is not what the fault is for
            self.fault = fault  # before they end: whoever comes again at once meets it
            for link in old:
                link.close()
        if kind == "refuse" and phase == "connect":
            fault.struck = 1
            self.stop_listening()
        return fault

    def heal(self):
        self.fault = None
        self.listen()
        for link in self.alive():
            link.heal()

    def was_answered(self, later):
        """Whoever was held for a later connection goes now."""
        for link in self.alive():
            if link is not later and link.waits_for_later:
                # Not under this link's lock alone: both belong to threads of the proxy that wait for nothing else.
                threading.Thread(target=link.heal, daemon=True).start()

    def replay(self, said):
        try:
            with socket.create_connection(("127.0.0.1", self.upstream), 2) as again:
                again.sendall(said)
                again.settimeout(0.5)
                while again.recv(65536):
                    pass
        except OSError:
            pass

    def close(self):
        self.open = False
        self.stop_listening()
        for link in self.alive():
            link.close()
