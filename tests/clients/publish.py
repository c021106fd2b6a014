#!/usr/bin/python3
"""Publishes an event (canonical protobuf JSON) and prints what told answers.

    publish.py tcp://127.0.0.1:7710 SERVER_KEY @secret.key tests/events/missing.json [--id e-2] [--now]

Ends with 0: accepted or a duplicate; 1: refused; 2: nobody answered, publish again.
"""
import argparse
import pathlib
import sys
import time

from google.protobuf import json_format

import words


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("endpoint")
    args.add_argument("server_key")
    args.add_argument("secret_key", help="Z85, or @file")
    args.add_argument("events", nargs="+")
    args.add_argument("--id", help="instead of the file's (one file only)")
    args.add_argument("--source", help="instead of the file's")
    args.add_argument("--now", action="store_true", help="it happens now")
    args.add_argument("--timeout", type=float, default=10, help="seconds")
    args = args.parse_args()

    event_pb2, gateway_pb2 = words.load()
    request = gateway_pb2.PublishRequest(request=1)
    for path in args.events:
        event = json_format.Parse(pathlib.Path(path).read_text(), event_pb2.Event())
        event.id = args.id or event.id
        event.source = args.source or event.source
        if args.now:
            event.time.FromSeconds(int(time.time()))
        request.events.append(event)

    socket = words.dial(args.endpoint, args.server_key, args.secret_key)
    socket.send(request.SerializeToString())
    if not socket.poll(args.timeout * 1000):
        print("no answer: is told running, and does it know this key?", file=sys.stderr)
        return 2
    reply = gateway_pb2.PublishReply.FromString(socket.recv())
    print(json_format.MessageToJson(reply, preserving_proto_field_name=True))
    good = (gateway_pb2.VERDICT_ACCEPTED, gateway_pb2.VERDICT_DUPLICATE)
    return 0 if reply.results and all(r.verdict in good for r in reply.results) else 1


if __name__ == "__main__":
    sys.exit(main())
