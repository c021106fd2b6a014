"""Events as a port and a police force would report them, made up."""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "clients"))

import words

event_pb2, gateway_pb2 = words.load()

SITE_OF = {"prevent.section36": "police_station"}


def make(source, id, kind, subject, high=False, at_ns=None):
    """A good event that happened now, or at that instant. `kind`: child.arrived, child.missing, child.located or prevent.section36."""
    event = event_pb2.Event(id=id, source=source, type=f"told.{kind}.v1", subject=subject,
                            status=event_pb2.STATUS_ACTUAL, site=SITE_OF.get(kind, "tilbury"))
    now = time.time_ns() if at_ns is None else at_ns
    event.time.seconds, event.time.nanos = now // 10**9, now % 10**9 // 1000 * 1000
    data = getattr(event, kind.replace(".", "_"))
    data.child.name.given, data.child.name.family = "Child", subject.replace("/", " ")
    data.child.dob.value = "2010-03-05"
    if kind == "child.arrived":
        data.circumstances = "found in a lorry"
        data.trafficking.indicators.append("no luggage")
    elif kind == "child.missing":
        data.missing.last_seen_at.CopyFrom(event.time)
        data.missing.last_seen_place = "the bus stop"
        if high:
            data.risk.grade = event_pb2.RISK_GRADE_HIGH
    elif kind == "child.located":
        data.located.at.CopyFrom(event.time)
    else:
        data.police_case_ref = f"EX-{id}"
        data.prevent.concern = "words of concern"
    return event
