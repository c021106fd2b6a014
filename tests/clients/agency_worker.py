#!/usr/bin/python3
"""An agency's worker: takes deliveries, says that it has each, and acknowledges in a named person's name.

    agency_worker.py tcp://127.0.0.1:7711 SERVER_KEY @secret.key --person "Officer A" --role "duty officer"

Without --person it only receipts: nobody has acknowledged. Ends when a newer worker takes over, or after --count.
"""
import sys
import time

from google.protobuf import json_format

import words

options = words.arguments(__doc__)
options.add_argument("--person")
options.add_argument("--role", default="Duty officer")
options.add_argument("--count", type=int, default=0, help="end after so many results (deliveries without --person)")
args = options.parse_args()
_, gateway_pb2 = words.load()

done = heard = heartbeat = 0
while not args.count or done < args.count:
    if time.monotonic() - heard >= 3 * heartbeat:  # at first, and where told has fallen silent: a new connection
        socket = words.dial(args.endpoint, args.server_key, args.secret_key)
        socket.send(gateway_pb2.AgencyFrame(hello={"worker": "agency_worker.py"}, credit=64).SerializeToString())
        heard, heartbeat = time.monotonic(), 5
    frame = gateway_pb2.AgencyFrame()  # an empty one is a heartbeat
    if socket.poll(heartbeat * 1000 / 3):
        said = gateway_pb2.ServiceFrame.FromString(socket.recv())
        heard = time.monotonic()
        if said.ByteSize():
            print(json_format.MessageToJson(said, preserving_proto_field_name=True), flush=True)
        if said.HasField("welcome"):
            heartbeat = said.welcome.heartbeat_ms / 1000
        if said.problem.code in ("superseded", "revoked"):
            sys.exit(1)
        if said.problem.code == "say_hello":
            heard = 0
        for delivery in said.deliveries:
            frame.receipts.add(notification=delivery.notification, attempt=delivery.attempt)
            if args.person and delivery.HasField("deadline"):
                frame.acknowledgements.add(notification=delivery.notification, person=args.person, role=args.role)
        frame.credit = len(said.deliveries)
        done += len(said.results if args.person else said.deliveries)
    if heard:
        socket.send(frame.SerializeToString())
