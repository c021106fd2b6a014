"""What libzmq does to the unwary (PITFALLS Z3 to Z6, Z15), each against told as it is: one case, one told, a few seconds."""
import os
import pathlib
import subprocess
import time

import zmq

import hands
from hands import House, NoAnswer, until

FEW = 512            # descriptors of the told that is to run out of them
HANDSHAKE = 3.0      # seconds after which who says nothing good is gone


def descriptors(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


def resident_mib(process):
    """Of told's memory, what is resident now."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def processor_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def serves(house, **publish):
    """A port that comes now is served."""
    with hands.Port(house) as port:
        result = port.publish_one(port.event(id=f"serves-{time.monotonic()}"), **publish)
        assert result.verdict == hands.ACCEPTED, result


def flood(program, house, port, *how, under=()):
    """The flood's process, at one of the house's ports; `how` are the rest of its arguments."""
    return subprocess.Popen([*under, program, str(port), house.server_key(), *map(str, how)], stdout=subprocess.PIPE, text=True)


class Case:
    """One told, and a flood at its publishers' door."""

    def __init__(self, told, toldctl, flood, descriptors_max=None):
        wrap = ["prlimit", f"--nofile={descriptors_max}:{descriptors_max}"] if descriptors_max else []
        self.flood, self.wrap = flood, wrap
        self.house = House(told, toldctl, worker_heartbeat="5 s")

    def __enter__(self):
        self.house.__enter__()
        self.house.start(wrap=self.wrap)
        return self

    def __exit__(self, *failed):
        self.house.__exit__(*failed)

    def attack(self, kinds, open_, new, seconds, port=None, addresses=64):
        return flood(self.flood, self.house, port or self.house.publishers_port, open_, new, seconds, kinds, addresses)


def huge_frames_are_not_held(make):
    """Z3, and CVE-2019-6250: frames that say they have up to 2^63 bytes."""
    with make() as case:
        before = resident_mib(case.house.process)
        attack = case.attack("huge", 300, 200, 4)
        attack.wait()
        grown = resident_mib(case.house.process) - before
        assert grown < 16, f"memory grew by {grown:.0f} MiB"
        serves(case.house)


def junk_leaves_the_next_one_his_place(make):
    """Z4, and CVE-2020-15166: two thousand raw connections, and then somebody with a key."""
    with make() as case:
        attack = case.attack("junk,silent,reconnect", 500, 700, 3)
        attack.wait()
        serves(case.house)


def a_bad_handshake_ends_nobody_but_itself(make):
    """CVE-2019-13132: an INITIATE far beyond its size, from somebody who was never let in."""
    with make() as case:
        attack = case.attack("initiate,hello", 100, 100, 3)
        serves(case.house)
        attack.wait()
        assert case.house.running()
        serves(case.house)


def the_silent_are_gone_in_seconds(make):
    """Z6: 400 at once, who say nothing."""
    with make() as case:
        serves(case.house)
        before = descriptors(case.house.process)
        attack = case.attack("silent", 400, 0, 1)
        until(lambda: descriptors(case.house.process) > before + 200, "they are in", within=2)
        attack.wait()
        attack = case.attack("greeting,drip", 400, 0, 9)
        until(lambda: attack.poll() is not None, "the flood is over", within=12)
        until(lambda: descriptors(case.house.process) <= before + 5, "they are gone", within=HANDSHAKE + 2)


def who_crowds_the_doors_waits_and_others_come_in(make):
    """Three machines that would open two thousand connections, and go on: the first wave may be in before told has looked
    (crowd.hpp), and no other follows."""
    with make() as case:
        house = case.house
        attack = case.attack("silent,greeting,hello", 2000, 500, 10, addresses=3)
        until(lambda: house.board.figure("told_addresses_kept_out") == 3, "they are kept out", within=5)
        serves(house)
        until(lambda: descriptors(house.process) < 100, "the first wave is gone", within=HANDSHAKE + 2)
        most = 0
        while attack.poll() is None:
            serves(house)
            most = max(most, descriptors(house.process))
            time.sleep(0.05)
        assert 0 < most < 300, f"{most} descriptors"
        assert "do not show who they are" in house.log(), house.log()


def strangers_keys_are_refused(make):
    """Whole clients with keys of their own making, 64 at once, four times: libzmq's do not try again once refused."""
    with make() as case:
        with hands.Port(case.house) as port:
            port.publish_one(port.event())
            for turn in range(1, 5):
                context = zmq.Context()
                strangers = [stranger(case.house, context, port.event()) for _ in range(64)]
                until(lambda least=64 * turn: case.house.board.figure("told_strangers_refused_total") >= least,
                      "they were refused")
                assert port.publish_one(port.event()).verdict == hands.ACCEPTED
                assert not any(socket.poll(0) for socket in strangers), "a stranger was answered"
                context.destroy(linger=0)


def stranger(house, context, event):
    """Somebody with a key that told does not know, who has published `event`."""
    socket = context.socket(zmq.DEALER)
    socket.linger, socket.reconnect_ivl = 0, 10
    socket.curve_serverkey = house.server_key().encode()
    socket.curve_publickey, socket.curve_secretkey = zmq.curve_keypair()
    socket.connect(house.publishers_endpoint())
    socket.send(hands.gateway_pb2.PublishRequest(request=1, events=[event]).SerializeToString())
    return socket


def running_out_of_descriptors_stops_nobody_who_is_connected(make):
    """Z5: three times as many connections as told may have. It neither spins, nor loses anybody, nor stays shut."""
    with make(descriptors_max=FEW) as case:
        house = case.house
        with hands.Port(house) as port, hands.Desk(house, "police.control_room") as police:
            assert port.publish_one(port.event()).verdict == hands.ACCEPTED
            attack = case.attack("silent,greeting,hello", 3 * FEW, 0, 8)
            other = case.attack("silent,greeting,hello", 3 * FEW, 0, 8, house.agencies_port)
            until(lambda: "nobody new is let in" in house.log(), "told shuts its doors")
            used, began, most = processor_seconds(house.process), time.monotonic(), 0
            while attack.poll() is None or other.poll() is None:
                most = max(most, descriptors(house.process))
                result = port.publish_one(port.event(subject=f"TIL/{most:06d}"))
                assert result.verdict == hands.ACCEPTED
                police.take(hands.of_subject(result))
                house.export()  # which takes files, and a connection of the board's
                time.sleep(0.05)
            used = (processor_seconds(house.process) - used) / (time.monotonic() - began)
            assert most < FEW, "the last descriptor was taken"
            assert used < 0.8, f"told used {100 * used:.0f} % of a core"
            assert "Too many open files" not in house.log(), house.log()
        until(lambda: house.board.ask("GET", "/readyz")[1].count('"room_for_peers","ok":true'), "there is room", within=10)
        serves(house)


CASES = (huge_frames_are_not_held, junk_leaves_the_next_one_his_place, a_bad_handshake_ends_nobody_but_itself,
         the_silent_are_gone_in_seconds, who_crowds_the_doors_waits_and_others_come_in, strangers_keys_are_refused,
         running_out_of_descriptors_stops_nobody_who_is_connected)


def play(told, toldctl, flood):
    """(name, what is wrong or '') of each."""
    for case in CASES:
        try:
            case(lambda **settings: Case(told, toldctl, flood, **settings))
            yield case.__name__, ""
        except (AssertionError, NoAnswer, OSError) as why:
            yield case.__name__, str(why) or "an assertion"
