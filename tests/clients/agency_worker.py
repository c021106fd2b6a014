#!/usr/bin/python3
"""An agency's worker: takes deliveries, says that it has them, and acknowledges them in a named person's name.

    agency_worker.py tcp://127.0.0.1:7711 SERVER_KEY @secret.key --person "A. Person" --role "Duty officer"

Without --person it only receipts: nobody has acknowledged. Ends when a newer worker takes over, or after --count.
"""
import argparse
import sys
import time

from google.protobuf import json_format

import words


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("endpoint")
    args.add_argument("server_key")
    args.add_argument("secret_key", help="Z85, or @file")
    args.add_argument("--person")
    args.add_argument("--role", default="Duty officer")
    args.add_argument("--count", type=int, default=0, help="end after so many results (deliveries without --person)")
    args = args.parse_args()

    _, gateway_pb2 = words.load()
    done = 0
    while True:  # one connection after another
        socket = words.dial(args.endpoint, args.server_key, args.secret_key)
        socket.send(gateway_pb2.AgencyFrame(hello={"worker": "agency_worker.py"}, credit=64).SerializeToString())
        beat = 5.0
        heard = spoke = time.monotonic()
        while time.monotonic() - heard < 3 * beat:
            frame = gateway_pb2.AgencyFrame()
            if socket.poll(min(beat, 1.0) * 500):
                said = gateway_pb2.ServiceFrame.FromString(socket.recv())
                heard = time.monotonic()
                if said.ByteSize():
                    print(json_format.MessageToJson(said, preserving_proto_field_name=True), flush=True)
                if said.HasField("welcome"):
                    beat = said.welcome.heartbeat_ms / 1000
                if said.problem.code in ("superseded", "revoked"):
                    return 1
                if said.problem.code == "say_hello":
                    break
                for delivery in said.deliveries:
                    frame.receipts.add(notification=delivery.notification, attempt=delivery.attempt)
                    if args.person and delivery.HasField("deadline"):
                        frame.acknowledgements.add(
                            notification=delivery.notification, person=args.person, role=args.role
                        )
                frame.credit = len(said.deliveries)
                done += len(said.results if args.person else said.deliveries)
            if frame.ByteSize() or time.monotonic() - spoke > beat / 2:
                socket.send(frame.SerializeToString())
                spoke = time.monotonic()
            if args.count and done >= args.count and not frame.ByteSize():
                return 0
        socket.close()


if __name__ == "__main__":
    sys.exit(main())
