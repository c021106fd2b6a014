"""Where told can be struck: read from what strike wrote down, so that new code joins by itself."""
import dataclasses
import hashlib

KINDS = ("before", "after", "EIO", "ENOSPC", "torn")
SOCKETS = ("publishers", "agencies", "to publishers", "to agencies", "board", "door", "notify", "netlink", "tcp")
# Calls between told's own threads: they cannot fail and are no outside world's business; they are moments all the same.
WITHIN = ("wake", "pipe")
# A log of changes is written ahead by two thousand equal calls of write, each after the last: the first, the middle and
# the last stand for them. (Equal calls of pwrite64 are at other places of a file each.)
EQUAL_CALLS_MAX = 16


@dataclasses.dataclass(frozen=True, order=True)
class Point:
    call: str
    name: str
    n: int

    def text(self):
        return f"{self.call} {self.name} {self.n}"


def read_trace(text):
    """([(Point, size)] in their order, whether it was struck)."""
    found, struck = [], False
    for line in text.splitlines():
        fields = line.split("\t")
        if fields == ["struck"]:
            struck = True
        elif len(fields) == 4:
            if fields[0] == "io_uring_setup":
                raise AssertionError("told writes through an io_uring, which strike does not see: teach it")
            found.append((Point(fields[0], fields[1], int(fields[2])), int(fields[3])))
    return found, struck


def alike(sizes):
    """The places in a row of sizes that others stand for."""
    left_out, begin = [], 0
    for end in range(1, len(sizes) + 1):
        if end < len(sizes) and sizes[end] == sizes[begin]:
            continue
        if sizes[begin] and end - begin > EQUAL_CALLS_MAX:
            kept = {begin, begin + 1, (begin + end) // 2, end - 2, end - 1}
            left_out += [k for k in range(begin, end) if k not in kept]
        begin = end
    return left_out


def points_of(traces):
    """({Point: size}, how many calls others stand for) of some runs of one story."""
    merged, spared = {}, set()
    for trace in traces:
        rows = {}
        for point, size in trace:
            merged.setdefault(point, size)
            if point.call == "write" and point.name not in WITHIN:
                rows.setdefault((point.call, point.name), []).append((point, size))
        for row in rows.values():
            spared |= {row[k][0] for k in alike([size for _, size in row])}
    return {point: size for point, size in merged.items() if point not in spared}, len(spared)


def kinds_of(point, size):
    if point.name in WITHIN:
        return ("before",)
    writes = point.call in ("write", "pwrite64", "writev", "pwritev", "sendto", "sendmsg")
    return KINDS if writes and size > 1 else KINDS[:-1]


def strike_name(point, kind):
    """What strike calls it: no connection runs out of disk."""
    return "ENOBUFS" if kind == "ENOSPC" and point.name in SOCKETS else kind


def in_share(story, point, kind, share, seed):
    """One in `share`, another one with each seed from 0 to share - 1."""
    drawn = hashlib.sha256(f"{story} {point.text()} {kind}".encode()).digest()
    return int.from_bytes(drawn[:4], "big") % share == seed % share
