#!/usr/bin/python3
"""GOV.UK Notify and told: a message out, and its delivery receipt in, through the council's own web server and the door."""
import json
import pathlib
import ssl
import tempfile
import urllib.error
import urllib.request

import hands
from hands import ACCEPTED, Port, Story, heads, ledger, until
from outside import POLICE
from told.v1 import ledger_pb2

import certificates
from drive import free_port
from nginx import Nginx
from notify_service import GOOD, KEY, RECEIPT_FIRST, RECEIPT_LATER, TECHNICAL_FAILURE, Service

HOST, TOKEN = "localhost", "a token of the test, of thirty-odd bytes"
REACHED, NOBODYS, OFF = "+447700900123", "+447700900002", "+447700900003"  # the latter two are Notify's own
SENT, DELIVERED, REFUSED, DEFERRED = (ledger_pb2.OUTCOME_SENT, ledger_pb2.OUTCOME_DELIVERED,
                                      ledger_pb2.OUTCOME_REFUSED, ledger_pb2.OUTCOME_DEFERRED)


class Notify(Story):
    def setUp(self):
        made = self.enterContext(tempfile.TemporaryDirectory(prefix="told-notify-"))
        self.authority = certificates.Authority(made, "authority")
        self.certificate = self.authority.signs("peer", HOST)
        self.nginx_port = free_port()
        callback = {"url": f"https://{HOST}:{self.nginx_port}/callback/notify", "token": TOKEN,
                    "ca": str(self.authority.file), "again_after": 0.3}
        self.service = self.enterContext(Service(self.certificate, callback=callback))
        self.house = super().house(told_by={POLICE: self.carrier()}, more=self.settings(REACHED),
                                   secrets={"notify.key": KEY, "notify.token": TOKEN})
        self.enterContext(self.house)
        for tray in ("incoming", "outgoing", "done", "refused"):
            (self.house.directory / "pickup" / POLICE / tray).mkdir(parents=True)
        # As README.md tells whoever runs the council's web server.
        self.nginx = Nginx(self.house.directory / "nginx", f"""
  server {{
    listen 127.0.0.1:{self.nginx_port} ssl;
    ssl_certificate {self.certificate.file}; ssl_certificate_key {self.certificate.key};
    client_max_body_size 64k;
    location /callback/ {{ proxy_pass http://unix:{self.house.directory}/door.sock; }}
  }}""", self.nginx_port)
        self.addCleanup(self.nginx.stop)

    @staticmethod
    def carrier():
        return 'carrier = "notify"\nsecond_channel = { carrier = "spool", after_failures = 2 }\n'

    def settings(self, number, template=GOOD):
        return f"""
[door]
socket = "door.sock"
public_url = "https://{HOST}:{self.nginx_port}"

[carrier.notify]
base_url = "https://{HOST}:{self.service.port}"
key_file = "notify.key"
callback_token_file = "notify.token"
template_id = "{template}"
ca_file = "{self.authority.file}"
allow = ["127.0.0.0/8", "::1"]
timeout = "2 s"

[[way]]
recipient = "{POLICE}"
carrier = "notify"
phone_number = "{number}"

[[way]]
recipient = "{POLICE}"
carrier = "spool"
directory = "pickup"
poll = "100 ms"
"""

    def reaches(self, number, **more):
        """The desk's number is another one from now on."""
        self.house.more = self.settings(number, **more)
        self.house.write_config()

    def tell(self, subject="TIL/000001"):
        with Port(self.house) as port:
            self.assertVerdict(port.publish_one(port.event(subject=subject, id=subject)), ACCEPTED)

    def ended(self):
        return [(e.attempt, e.carrier, e.outcome, e.code) for e in heads(ledger(self.house), "attempt_ended")
                if e.carrier != "zmq_queue"]

    def came_of_it(self):
        """Without that Notify took it: that may come to light before or after what became of it."""
        return [one for one in self.ended() if one[3] not in ("http_201", "taken")]

    def receipt(self, number=0):
        return until(lambda: len(self.service.receipts) > number and self.service.receipts[number], "Notify's receipt")

    def post(self, body, token=TOKEN, method="POST", path="/callback/notify"):
        """Somebody calls, through nginx: the status."""
        request = urllib.request.Request(f"https://{HOST}:{self.nginx_port}{path}", method=method,
                                         data=body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode())
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        trust = ssl.create_default_context(cafile=self.authority.file)
        try:
            with urllib.request.urlopen(request, context=trust) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code

    def test_what_is_delivered_is_on_the_record_and_acknowledges_nothing(self):
        self.house.start()
        self.tell()
        self.assertEqual(self.receipt()["answers"], [204])
        self.assertEqual(self.receipt()["receipt"]["status"], "delivered")
        self.assertEqual(self.came_of_it(), [(1, "notify", DELIVERED, "delivered")])
        self.assertEqual(heads(ledger(self.house), "acknowledged"), [])
        row = next(row for row in self.house.board.open() if row["recipient"] == POLICE)
        self.assertEqual(row["state"], "they have it, and nobody there has acknowledged")
        message = self.service.taken[0]
        self.assertEqual(message["reference"], f"{row['reference']}.1.{POLICE}")
        self.assert_no_secret_is_shown()

    def assert_no_secret_is_shown(self):
        """Nowhere that somebody who may not read the files could look."""
        process = pathlib.Path("/proc") / str(self.house.process.pid)
        shown = {"its command line": (process / "cmdline").read_text(), "its environment": (process / "environ").read_text(),
                 "its log": self.house.log(), "told.toml": (self.house.directory / "told.toml").read_text(),
                 "the metrics": self.house.board.ask("GET", "/metrics")[1],
                 "the API": self.house.ctl("ways", "--json").stdout + self.house.ctl("open", "--json").stdout,
                 "the ledger": self.house.export().read_text()}
        for where, text in shown.items():
            for secret in (KEY, KEY[-36:], TOKEN):
                self.assertNotIn(secret, text, where)

    def test_a_receipt_that_comes_before_the_answer_is_recorded_and_nothing_is_sent_again(self):
        self.reaches(REACHED, template=RECEIPT_FIRST)
        self.house.start()
        self.tell()
        self.assertEqual(self.receipt()["answers"], [204])
        until(lambda: not self.house.board.open() or self.came_of_it(), "the receipt in the ledger")
        self.tell(subject="TIL/000002")  # goes when the first has its answer
        until(lambda: len(self.service.receipts) == 2, "the second receipt")
        self.assertEqual(self.ended(), [(1, "notify", DELIVERED, "delivered")] * 2)
        self.assertEqual(len(self.service.taken), 2)

    def test_a_receipt_that_comes_while_told_is_down_comes_again_and_is_recorded(self):
        self.reaches(REACHED, template=RECEIPT_LATER)
        self.house.start()
        self.tell()
        until(lambda: self.ended() == [(1, "notify", SENT, "http_201")], "Notify's answer")
        self.house.kill()
        until(lambda: "Connection refused" in self.nginx.log(), "a receipt that nobody takes")
        self.house.start()
        self.assertEqual(self.receipt()["answers"][-1], 204)
        self.assertGreater(len(self.receipt()["answers"]), 1)
        self.assertEqual(self.came_of_it(), [(1, "notify", DELIVERED, "delivered")])
        self.assertEqual(len(self.service.taken), 1)

    def test_a_number_that_nobody_has_is_left_for_the_second_channel_and_said_to_be_wrong(self):
        self.reaches(NOBODYS)
        self.house.start()
        self.tell()
        until(lambda: self.ended()[-1:] == [(3, "spool", SENT, "placed")], "the second channel")
        self.assertEqual(self.came_of_it()[:2], [(1, "notify", REFUSED, "permanent_failure"),
                                                 (2, "notify", REFUSED, "permanent_failure")])
        way = next(w for w in json.loads(self.house.ctl("ways", "--json").stdout)["ways"]
                   if (w["recipient"], w["carrier"]) == (POLICE, "notify"))
        self.assertEqual(way["failures"], 2)
        self.assertIn("is wrong, or no longer in use", way["sentence"])
        self.assertIn("delivery_failing", {a.code for a in heads(ledger(self.house), "alarm_raised")})

    def test_what_fails_for_now_is_sent_again_later_each_time(self):
        for number, template, code in ((OFF, GOOD, "temporary_failure"), (REACHED, TECHNICAL_FAILURE, "technical_failure")):
            with self.subTest(code):
                self.reaches(number, template=template)
                if self.house.running():
                    self.house.reload()
                else:
                    self.house.start()
                before = len(self.came_of_it())
                self.tell(subject=f"TIL/{before:06}")
                until(lambda: len(self.came_of_it()) == before + 3, "the second channel")
                self.assertEqual(self.came_of_it()[before:], [(1, "notify", DEFERRED, code), (2, "notify", DEFERRED, code),
                                                              (3, "spool", SENT, "placed")])

    def test_strangers_and_repeats_change_nothing(self):
        self.house.start()
        self.tell()
        good = self.receipt()["receipt"]
        before = len(ledger(self.house))
        failed = {**good, "status": "permanent-failure"}
        for forged in ("a token of the test, of thirty-odd bytez", TOKEN[:-1], TOKEN + "x", "", None):
            self.assertEqual(self.post(failed, token=forged), 401, forged)
        # Whatever bears the token and is about nothing that is told's to know: taken, and nothing comes of it.
        notification, _, rest = good["reference"].partition(".")
        for reference in (None, "", "invoice 17", notification, f"{notification}.1", f"{notification}.2.{POLICE}",
                          f"{notification}.0.{POLICE}", f"{notification}.1.home_office.asylum", f"{notification}.1.nobody",
                          f"N-00.{rest}"):
            self.assertEqual(self.post({**failed, "reference": reference}), 204, reference)
        for status in ("sending", "received"):
            self.assertEqual(self.post({**good, "status": status}), 204)
        self.assertEqual(self.post(good), 204)    # twice
        self.assertEqual(self.post(failed), 204)  # what has arrived has arrived
        for nonsense in (b"", b"status=delivered", b"[]", b"{}", b"{" * 60_000):
            self.assertEqual(self.post(nonsense), 400, nonsense[:20])
        self.assertEqual(self.post(b"x" * 70_000), 413)
        self.assertEqual(self.post(None, method="GET"), 405)
        self.assertEqual(self.post(good, path=f"/callback/webhook/{POLICE}"), 404)
        self.assertEqual(len(ledger(self.house)), before)
        self.assertNotIn(TOKEN, self.house.log())
        self.assertNotIn(REACHED, self.house.log())

    def test_late_receipts_change_nothing_for_whoever_has_answered(self):
        self.reaches(REACHED)
        self.house.start()
        self.tell()
        good = self.receipt()["receipt"]
        reference = good["reference"].split(".")[0]
        self.house.ctl("call", reference, "--told", "Officer C", "--role", "desk", "--by", "Manager A")
        before = len(ledger(self.house))
        for status in ("delivered", "temporary-failure", "permanent-failure"):
            self.assertEqual(self.post({**good, "status": status}), 204)
        self.assertEqual(len(ledger(self.house)), before)
        self.assertEqual(len(self.service.taken), 1)


if __name__ == "__main__":
    hands.main()
