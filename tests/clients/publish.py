#!/usr/bin/python3
"""Publishes events (canonical protobuf JSON) and prints what told answers.

    publish.py tcp://127.0.0.1:7710 SERVER_KEY @secret.key tests/events/missing.json [--id e-2] [--time T]

Ends with 0: accepted or a duplicate; 1: refused; 2: nobody answered, publish again, unchanged.
"""
import pathlib
import sys

from google.protobuf import json_format

import words

options = words.arguments(__doc__)
options.add_argument("events", nargs="+")
options.add_argument("--id", help="instead of the file's (one file only)")
options.add_argument("--source", help="instead of the file's")
options.add_argument("--time", help="when it happened (2026-11-22T21:14:07Z), instead of the file's")
args = options.parse_args()
event_pb2, gateway_pb2 = words.load()

request = gateway_pb2.PublishRequest(request=1)
for path in args.events:
    event = json_format.Parse(pathlib.Path(path).read_text(), request.events.add())
    event.id = args.id or event.id
    event.source = args.source or event.source
    if args.time:
        event.time.FromJsonString(args.time)

socket = words.dial(args.endpoint, args.server_key, args.secret_key)
socket.send(request.SerializeToString())
if not socket.poll(10_000):
    print("no answer: is told running, and does it know this key?", file=sys.stderr)
    sys.exit(2)
reply = gateway_pb2.PublishReply.FromString(socket.recv())
print(json_format.MessageToJson(reply, preserving_proto_field_name=True))
good = (gateway_pb2.VERDICT_ACCEPTED, gateway_pb2.VERDICT_DUPLICATE)
sys.exit(0 if reply.results and all(result.verdict in good for result in reply.results) else 1)
