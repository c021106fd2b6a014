#!/usr/bin/python3
"""Good examples for each target, made from the tree's own files: where a fuzzer begins.

    seeds.py DIRECTORY
"""
import argparse
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "clients"))

import zmq.utils.z85  # noqa: E402
from google.protobuf import json_format  # noqa: E402

import words  # noqa: E402

ANSWER = {"receipts": [{"notification": "N-482J", "attempt": 1}],
          "acknowledgements": [{"notification": "N-482J", "person": "Officer A", "role": "duty officer", "note": "on my way"}],
          "refusals": [{"notification": "N-482J", "person": "Officer A", "role": "duty officer", "reason": "not our area"}]}


def frames(*parts):
    return b"".join(bytes([len(part)]) + part for part in parts)


def http(method, path, body="", more=""):
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{method} {path} HTTP/1.1\r\nHost: told\r\n{more}{length}\r\n{body}".encode()


def seeds():
    _, gateway = words.load()
    for event in sorted((ROOT / "tests" / "events").glob("*.json")):
        request = gateway.PublishRequest(request=1)
        json_format.Parse(event.read_text(), request.events.add())
        yield "publish_frame", event.stem, request.SerializeToString()
    frame = json_format.ParseDict(ANSWER, gateway.AgencyFrame())
    yield "agency_frame", "answers", frame.SerializeToString()
    yield "agency_frame", "hello", gateway.AgencyFrame(hello=gateway.Hello(worker="desk"), credit=16).SerializeToString()
    for domain, key in (("publishers", "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"), ("agencies", "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID")):
        yield "zap", domain, frames(b"1.0", b"1", domain.encode(), b"127.0.0.1", b"", b"CURVE", zmq.utils.z85.decode(key))
    yield "zap", "null", frames(b"1.0", b"1", b"agencies", b"127.0.0.1", b"", b"NULL")
    for text in ("N-482J", "E-0085", "C-0088", "R-7K3-M9Q4-XYZ1", "n 482j"):
        yield "reference", text.replace(" ", "_"), text.encode()
    yield "http_request", "open", http("GET", "/v1/open")
    yield "http_request", "two", http("GET", "/healthz") + http("HEAD", "/v1/cases/C-0088")
    yield "http_request", "ack", http("POST", "/v1/notifications/N-482J/acknowledge", json.dumps({"person": "Manager A"}))
    yield "http_request", "chunked", http("POST", "/v1/cases/C-0088/stand-down", "2\r\n{}\r\n0\r\n\r\n", "Transfer-Encoding: chunked\r\n")
    yield "http_request", "export", http("GET", "/v1/export?format=csv&case=C-0088&since=2026-11-20T00:00:00Z")
    said = {"person": "Manager A", "role": "duty manager", "by": "Manager A", "reason": "found", "note": "by telephone",
            "told": "Officer B", "recipient": "team_manager", "with": "C-0088", "to": "C-0088", "evidence": "form 12"}
    for which in range(7):
        yield "action", str(which), bytes([which]) + json.dumps(said).encode()
    yield "form", "answer", b"person=Officer+A&role=duty+officer&answer=have&note=%41%20b"
    yield "form", "export", b"format=jsonl&agency=police&since=2026-11-20T00%3A00%3A00Z"
    yield "link", "none", b""
    yield "link", "one", b"\x01"
    for file in ("policy.toml", "council.toml", "demo/policy.toml"):
        yield "policy", file.replace("/", "_"), (ROOT / "config" / file).read_bytes()
    for file in ("told.toml", "demo/told.toml"):
        yield "service", file.replace("/", "_"), (ROOT / "config" / file).read_bytes()
    for file in sorted((ROOT / "tests" / "scenario").glob("*.toml"))[::4]:
        yield "scenario", file.name, file.read_bytes()
    for i, text in enumerate(('site == "tilbury" and not trafficking.indicators', 'risk.grade == high or missing.repeat_count >= 3',
                              'placement.county != "Essex"', "(child.language or child.dialect)")):
        yield "condition", str(i), bytes([i * 3]) + text.encode()
    page = (ROOT / "daemon" / "ledger" / "README.md").read_text()
    note = page.split("```checkpoint\n")[1].split("```")[0]
    yield "note", "example", note.encode()
    yield "verifier_key", "example", b"told.example.gov.uk/ledger+ef4572e3+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    yield "exported", "change", b"\x00\x40x"
    yield "answer", "all", json.dumps(ANSWER).encode()
    yield "callback", "signed", (b"webhook-id: N-482J.1\nwebhook-timestamp: 1795000000\n"
                                 b"webhook-signature: v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=\n\n") + json.dumps(ANSWER).encode()
    yield "notify_receipt", "delivered", json.dumps({"id": "740e5834-3a29-46b4-9a6f-16142fde533a", "reference": "N-482J.1.duty_manager",
                                                     "status": "delivered", "notification_type": "sms"}).encode()
    for status in (200, 302, 400, 410, 429, 503, 250, 451, 550):
        yield "ending", str(status), status.to_bytes(2, "big") + b"\x03" + b'{"errors":[{"error":"BadRequestError"}]}'
    yield "ending", "silent", b"\x00\x00\x02"
    for i, text in enumerate(("192.0.2.7", "2001:db8::7", "10.1.0.0/16", "https://hooks.example.gov.uk/told", "desk@example.gov.uk")):
        yield "address", str(i), text.encode()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("directory", type=pathlib.Path)
    directory = options.parse_args().directory
    for target, name, content in seeds():
        place = directory / target
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)


if __name__ == "__main__":
    main()
