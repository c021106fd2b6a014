"""GOV.UK Notify, as far as its public documentation says how it answers: tokens, limits, errors, delivery receipts. No
code of told's.

    notify_server.py SETTINGS    JSON: {"service", "secret", "cert", "key", "per_minute", "per_day"}, and for receipts
                                 "callback": {"url", "token", "ca", "again_after": seconds}
prints the port; then a line for each message that it took, and {"receipt": ..., "answers": [...]} for each receipt that it
has done with. A template's id says how it behaves (see TEMPLATES), and whom it goes to what becomes of it (see FATES).
"""
import base64
import collections
import hashlib
import hmac
import http.client
import http.server
import json
import queue
import ssl
import sys
import threading
import time
import urllib.parse
import uuid

SETTINGS = json.loads(sys.argv[1])
PLACEHOLDERS = {"drill", "reference", "kind", "case_ref", "deadline", "link"}
TEMPLATES = {"good": 0, "other_placeholder": 1, "internal_error": 2, "drops": 3, "silent": 4, "technical_failure": 5,
             "receipt_before_the_answer": 6, "receipt_a_second_later": 7}
# Notify's own numbers and addresses for trying this; whoever else it is sent to has it.
FATES = {"+447700900002": "permanent-failure", "+447700900003": "temporary-failure",
         "perm-fail@simulator.notify": "permanent-failure", "temp-fail@simulator.notify": "temporary-failure"}
RECEIPT_TRIES = 6  # once, and five times more
RUNNING = {f"00000000-0000-4000-8000-{number:012}": name for name, number in TEMPLATES.items()}
sent, lock = collections.deque(), threading.Lock()
receipts = queue.Queue()
today = 0


class Refused(Exception):
    def __init__(self, status, error, message):
        super().__init__(message)
        self.status, self.error = status, error


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def check_token(header):
    if not header or not header.startswith("Bearer "):
        raise Refused(401, "AuthError", "Unauthorized: authentication token must be provided")
    try:
        head, claims, signature = header.removeprefix("Bearer ").split(".")
        if json.loads(decoded(head)) != {"typ": "JWT", "alg": "HS256"}:
            raise ValueError
        claims_read = json.loads(decoded(claims))
    except ValueError:
        raise Refused(403, "AuthError", "Invalid token: signature, api token is not valid")
    if claims_read.get("iss") != SETTINGS["service"]:
        raise Refused(403, "AuthError", "Invalid token: service not found")
    right = hmac.new(SETTINGS["secret"].encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(right, decoded(signature)):
        raise Refused(403, "AuthError", "Invalid token: API key not found")
    if abs(time.time() + SETTINGS.get("clock", 0) - claims_read["iat"]) > 30:
        raise Refused(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds")


def check_limits():
    global today
    with lock:
        now = time.monotonic()
        while sent and sent[0] < now - 60:
            sent.popleft()
        if len(sent) >= SETTINGS["per_minute"]:
            raise Refused(429, "RateLimitError", "Exceeded rate limit for key type LIVE of "
                          f"{SETTINGS['per_minute']} requests per 60 seconds")
        if today >= SETTINGS["per_day"]:
            raise Refused(429, "TooManyRequestsError", f"Exceeded send limits ({SETTINGS['per_day']}) for today")
        sent.append(now)
        today += 1


def say(line):
    with lock:
        print(json.dumps(line), flush=True)


def send_receipts():
    """One after the other, on a connection that is kept; one that is not taken is sent again, and others wait for it."""
    settings = SETTINGS["callback"]
    url = urllib.parse.urlsplit(settings["url"])
    link = http.client.HTTPSConnection(url.hostname, url.port, timeout=5,
                                       context=ssl.create_default_context(cafile=settings["ca"]))
    while True:
        receipt, answers = receipts.get(), []
        while len(answers) < RECEIPT_TRIES:
            try:
                link.request("POST", url.path, json.dumps(receipt), {"Content-Type": "application/json",
                                                                     "Authorization": f"Bearer {settings['token']}"})
                answer = link.getresponse()
                answer.read()
                answers.append(answer.status)
            except (OSError, http.client.HTTPException) as failed:
                link.close()
                answers.append(type(failed).__name__)
            if answers[-1] in range(200, 300):
                break
            time.sleep(settings["again_after"])
        say({"receipt": receipt, "answers": answers})


def receipt_of(message, to, kind, behaviour):
    at = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime())
    status = "technical-failure" if behaviour == "technical_failure" else FATES.get(message[to], "delivered")
    return {"id": str(uuid.uuid4()), "reference": message["reference"], "to": message[to], "status": status,
            "created_at": at, "completed_at": at, "sent_at": at, "notification_type": kind,
            "template_id": message["template_id"], "template_version": 1}


class Notify(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            self.answer(201, self.take(body))
        except Refused as no:
            self.answer(no.status, {"status_code": no.status, "errors": [{"error": no.error, "message": str(no)}]})
        except ConnectionAbortedError:
            self.close_connection = True
            self.connection.close()

    def take(self, body):
        check_token(self.headers["Authorization"])
        to = {"/v2/notifications/email": "email_address", "/v2/notifications/sms": "phone_number"}.get(self.path)
        if to is None:
            raise Refused(404, "NotFound", "The requested URL was not found on the server")
        message = json.loads(body)
        if set(message) != {to, "template_id", "reference", "personalisation"}:
            raise Refused(400, "ValidationError", "Additional or missing properties")
        if to == "phone_number" and not message[to].startswith(("+447", "07")):
            raise Refused(400, "ValidationError", "phone_number Not a UK mobile number")
        behaviour = RUNNING.get(message["template_id"])
        if behaviour is None:
            raise Refused(400, "BadRequestError", "Template not found")
        wanted = PLACEHOLDERS | ({"child_name"} if behaviour == "other_placeholder" else set())
        missing = wanted - set(message["personalisation"])
        if missing:
            raise Refused(400, "BadRequestError", f"Missing personalisation: {', '.join(sorted(missing))}")
        if behaviour == "internal_error":
            raise Refused(500, "Exception", "Internal server error")
        if behaviour == "drops":
            raise ConnectionAbortedError
        if behaviour == "silent":
            time.sleep(5)
        check_limits()
        say(message)
        if "callback" in SETTINGS:
            receipt = receipt_of(message, to, self.path.rsplit("/", 1)[1], behaviour)
            later = threading.Timer(1.0 if behaviour == "receipt_a_second_later" else 0.0, receipts.put, [receipt])
            later.daemon = True
            later.start()
        if behaviour == "receipt_before_the_answer":
            time.sleep(1)
        return {"id": str(uuid.uuid4()), "reference": message["reference"], "content": {"body": ""}, "uri": "",
                "template": {"id": message["template_id"], "version": 1, "uri": ""}}

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass  # a connection that ended is part of what is tried


if "callback" in SETTINGS:
    for _ in range(SETTINGS["callback"].get("side_by_side", 1)):
        threading.Thread(target=send_receipts, daemon=True).start()
server = Server(("127.0.0.1", 0), Notify)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(SETTINGS["cert"], SETTINGS["key"])
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print(server.server_address[1], flush=True)
server.serve_forever()
