"""What both clients need: told's words, made from proto/ at run time, and a connection. No code of the daemon's."""
import argparse
import atexit
import pathlib
import shutil
import subprocess
import sys
import tempfile

import zmq

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"


def arguments(about):
    """The command line that both have: where told is, and the keys."""
    options = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("endpoint")
    options.add_argument("server_key", help="told's public key, Z85 (40 characters)")
    options.add_argument("secret_key", help="Z85, or @file")
    return options


def load():
    """Returns the modules event_pb2 and gateway_pb2."""
    made = tempfile.mkdtemp(prefix="told-words-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    files = [str(p.relative_to(PROTO)) for p in sorted(PROTO.rglob("*.proto"))]
    subprocess.run(["protoc", f"-I{PROTO}", f"--python_out={made}", *files], check=True)
    sys.path.insert(0, made)
    from told.v1 import event_pb2, gateway_pb2

    return event_pb2, gateway_pb2


def dial(endpoint, server_key, secret_key):
    """A DEALER with CURVE. Keys are Z85 (40 characters); a secret may be given as @file."""
    file = pathlib.Path(secret_key[1:])
    if secret_key.startswith("@") and (len(secret_key) != 40 or file.exists()):  # @ is a character of Z85 too
        secret_key = file.read_text().strip()
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.linger = 500  # ms: what was said last may still go out
    socket.curve_serverkey = server_key.encode()
    socket.curve_secretkey = secret_key.encode()
    socket.curve_publickey = zmq.curve_public(secret_key.encode())
    socket.connect(endpoint)
    return socket
