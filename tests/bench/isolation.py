#!/usr/bin/python3
"""isolation.py TOLD TOLDCTL: what a recipient in trouble costs the others, and told's memory.

One recipient is dead, one reads a byte a second, one answers 500, all by webhook; a fourth has a worker. The fourth's
time from publishing to its hands is measured with all of them healthy, then with three in trouble, in one run. Then
100,000 notifications are queued for the dead one, told's memory is looked at, the dead one heals, and what it gets is
looked at: all of it, in order. Exit code 1 where a figure is missed.
"""
import argparse
import base64
import json
import multiprocessing
import pathlib
import re
import socket
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))

import hands
from hands import Desk, House, Port, until
from events import gateway_pb2

SICK = {"police.control_room": "dead", "home_office.asylum": "drips", "barnardos.itg": "fails"}
WELL = "team_manager"
KEY = "whsec_" + base64.b64encode(b"a key of the bench, 32 bytes lng").decode()
PACE, SECONDS = 200, 10


class Hook(multiprocessing.Process):
    """A web server in a process of its own: healthy, dead, dripping or failing, as it is told to be."""

    def __init__(self):
        super().__init__(daemon=True)
        self.mode, self.order = multiprocessing.Value("i", 0), multiprocessing.Queue()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def be(self, mode):
        self.mode.value = ("well", "dead", "drips", "fails").index(mode)

    def run(self):
        listener, peers = None, set()
        while True:
            dead = self.mode.value == 1
            if dead and listener:
                listener.close()
                for peer in peers:
                    peer.close()
                listener, peers = None, set()
            if not dead and listener is None:
                listener = socket.create_server(("127.0.0.1", self.port))
                listener.settimeout(0.05)
            if listener is None:
                time.sleep(0.05)
                continue
            try:
                peer, _ = listener.accept()
            except TimeoutError:
                continue
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peers.add(peer)
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        held = b""
        try:
            while True:
                while b"\r\n\r\n" not in held:
                    if self.mode.value == 2:
                        time.sleep(1)
                    piece = peer.recv(1 if self.mode.value == 2 else 65536)
                    if not piece:
                        return
                    held += piece
                head, held = held.split(b"\r\n\r\n", 1)
                length = int(re.search(rb"(?i)content-length: *(\d+)", head).group(1))
                while len(held) < length:
                    held += peer.recv(65536)
                body, held = held[:length], held[length:]
                status = b"500 No" if self.mode.value == 3 else b"200 OK"
                if self.mode.value == 0:
                    self.order.put(int(json.loads(body)["data"]["deliveries"][0]["event_index"]))
                peer.sendall(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\n\r\n")
        except OSError:
            pass


class Bench(House):
    """A told whose three agencies are webhooks. `to`: who hears of an arrival."""

    def __init__(self, told, toldctl, hooks, to):
        more = "".join(f'\n[[way]]\nrecipient = "{name}"\ncarrier = "webhook"\nurl = "http://127.0.0.1:{hook.port}/"\n'
                       f'allow = "127.0.0.1"\nkey_files = "hook.key"\ntimeout = "4 s"\n' for name, hook in hooks.items())
        agencies = tuple(a for a in House.__init__.__kwdefaults__["agencies"] if a not in hooks)
        super().__init__(told, toldctl, more=more, agencies=agencies)
        self.hooks, self.to = hooks, to

    def write_config(self):
        super().write_config()
        policy = self.directory / "policy.toml"
        text = policy.read_text()
        for name in self.hooks:
            head, tail = text.split(f'name = "{name}"', 1)
            text = head + f'name = "{name}"' + tail.replace('carrier = "zmq_queue"', 'carrier = "webhook"', 1)
        rules = re.split(r"(?=^\[\[tell\]\]$)", text, flags=re.M)
        rules = [r for r in rules if not ('when = "child.arrived"' in r and not any(f'who = "{n}"' in r for n in self.to))]
        if WELL in self.to:
            rules.insert(1, f'[[tell]]\nwhen = "child.arrived"\nwho = "{WELL}"\nfields = ["child.name"]\nwithin = "4 h"\n'
                            'ladder = "prevent_free"\nbasis = "a bench"\nsource = "a bench"\n\n')
            rules[0] += ('[[ladder]]\nname = "prevent_free"\nrepeat_last = "6 h"\n[[ladder.rung]]\nafter = "2 h"\n'
                         'who = ["duty_manager"]\n\n')
        policy.write_text("".join(rules))
        key = self.directory / "hook.key"
        key.touch(0o600)
        key.write_text(KEY + "\n")

    def resident(self):
        """Bytes."""
        pages = int(pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * 4096


def p99_to_the_well(house, run):
    """Seconds from handing an event over to having it in the worker's hands."""
    sent, got = {}, []
    with Port(house) as port, Desk(house, WELL, credit=4000) as desk:
        count = PACE * SECONDS
        begun = time.monotonic()
        made = 0
        while len(got) < count:
            now = time.monotonic()
            if made < count and now - begun >= made / PACE:
                event = port.event(subject=f"TIL/{run}{made:06}", id=f"{run}:{made}")
                sent[event.subject] = now
                made += 1
                port.say(gateway_pb2.PublishRequest(request=made, events=[event]).SerializeToString())
            while port.socket.poll(0):
                for result in gateway_pb2.PublishReply.FromString(port.socket.recv_multipart()[-1]).results:
                    assert result.verdict == hands.ACCEPTED, result
            if desk.socket.poll(1):
                frame = gateway_pb2.ServiceFrame.FromString(desk.socket.recv())
                for d in frame.deliveries:
                    if d.WhichOneof("message") == "generic":
                        got.append(time.monotonic() - sent[f"TIL/{d.generic.event.child_arrived.child.name.family.split()[1]}"])
                if frame.deliveries:
                    desk.send(receipts=[{"notification": d.notification, "attempt": d.attempt} for d in frame.deliveries],
                              credit=len(frame.deliveries))
            assert now - begun < 10 * SECONDS, "the worker does not get what was published"
    return sorted(got)[int(len(got) * 0.99)]


def figure(what, value, bound, unit=""):
    good = value <= bound
    print(f"{what:<72} {value:8.2f} {unit:<4} at most {bound:6.2f}  {'reached' if good else 'MISSED'}", flush=True)
    return good


def isolation(told, toldctl, hooks):
    with Bench(told, toldctl, hooks, (*SICK, WELL)) as house:
        house.start()
        p99_to_the_well(house, 1)  # whatever is done once
        healthy = p99_to_the_well(house, 2)
        for name, hook in hooks.items():
            hook.be(SICK[name])
        sick = p99_to_the_well(house, 3)
        print(f"    p99 to the hands of a healthy recipient: {healthy * 1e3:.2f} ms with all healthy, {sick * 1e3:.2f} ms "
              f"with one dead, one dripping, one answering 500 ({PACE} events/s)")
        for hook in hooks.values():
            hook.be("well")
        return figure("three recipients in trouble: a healthy one's p99, as a multiple", sick / healthy, 1.2)


def growth(house, count, batch=250, settle=lambda: None):
    """Mebibytes that told grew by while `count` events were published, after a first batch of them."""
    with Port(house) as port:
        for number in range(count // batch):
            events = [port.event(subject=f"TIL/9{port.made:06}") for _ in range(batch)]
            assert all(r.verdict == hands.ACCEPTED for r in port.publish(*events, within=30))
            settle()
            before = house.resident() if number == 0 else before
    return (house.resident() - before) / 2**20


def memory_of_the_told(told, toldctl, hooks, count):
    """What as many notifications take that are open as well, and have arrived."""
    with Bench(told, toldctl, hooks, (WELL,)) as house:
        house.start()
        with Desk(house, WELL, credit=4000) as desk:
            def receive():
                desk.until(lambda: len(desk.deliveries) >= 250, "the batch", within=30)
                desk.send(receipts=[{"notification": d.notification, "attempt": d.attempt} for d in desk.deliveries],
                          credit=len(desk.deliveries))
                desk.deliveries.clear()

            return growth(house, count, settle=receive)


def memory(told, toldctl, hooks, count):
    dead = "police.control_room"
    hook = hooks[dead]
    hook.be("dead")
    arrived = memory_of_the_told(told, toldctl, hooks, count)
    with Bench(told, toldctl, hooks, (dead,)) as house:
        house.start()
        grown = growth(house, count)
        good = figure(f"{count} notifications queued for a dead recipient: memory grows by", grown, 16.0, "MiB")
        print(f"    as many that are open as well and have arrived: by {arrived:.2f} MiB; that they wait takes "
              f"{grown - arrived:.2f} MiB", flush=True)
        while not hook.order.empty():
            hook.order.get()
        hook.be("well")
        healed, order = time.monotonic(), []

        def drained():
            while not hook.order.empty():
                order.append(hook.order.get())
            return len(set(order)) >= count

        until(drained, f"all {count} after it healed ({len(order)} came)", within=600, every=0.2)
        took = time.monotonic() - healed
        in_order = order == sorted(order)
        print(f"    afterwards it got {len(order)}, {'in order' if in_order else 'OUT OF ORDER'}, in {took:.0f} s: "
              f"{len(order) / took:.0f} a second by webhook")
        return good and in_order


def main():
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("told")
    parse.add_argument("toldctl")
    parse.add_argument("--queued", type=int, default=100_000)
    options = parse.parse_args()
    hooks = {name: Hook() for name in SICK}
    for hook in hooks.values():
        hook.start()
    good = isolation(options.told, options.toldctl, hooks)
    good = memory(options.told, options.toldctl, hooks, options.queued) and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
