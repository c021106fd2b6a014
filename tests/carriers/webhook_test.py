#!/usr/bin/python3
"""The carrier `webhook` against a web server that verifies what it gets, and nginx in front of it."""
import base64
import json
import shutil
import socket
import subprocess
import sys
import time
import unittest
import urllib.request
from pathlib import Path

import certificates
import npm
from drive import Drive, free_port, until
from nginx import Nginx

PROGRAM, DIRECTORY = sys.argv[1], Path(sys.argv[2]).resolve()
PACKAGES = {"standardwebhooks": "1.1.1", "cloudevents": "9.0.0"}
SHARED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SEED = "whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="  # RFC 8032, 7.1, test 1, and its public half:
PUBLIC = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
HOST = "localhost"
LOOPBACK = ["127.0.0.0/8", "::1"]
DELIVERIES = 10_000
LANES = 8


def certificates_made():
    ours, others, servers = certificates.of_every_sort(DIRECTORY / "certificates", HOST)
    clients = {"told": ours.signs("told", "told"), "stranger": others.signs("stranger", "stranger")}
    return ours, servers, clients


def nginx_servers(ports, certificate, client_authority):
    """nginx: as it is, a byte a second, and only for whom it has the authority's word."""
    servers = {"nginx": "", "nginx_slow": "limit_rate 1;",
               "nginx_mutual": f"ssl_verify_client on; ssl_client_certificate {client_authority};"}
    return f"""
  keepalive_requests 100000;
  upstream behind {{ server 127.0.0.1:{ports["plain"]}; keepalive 16; }}""" + "".join(f"""
  server {{
    listen 127.0.0.1:{ports[name]} ssl; ssl_certificate {certificate.file}; ssl_certificate_key {certificate.key};
    {settings}
    location / {{ proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}""" for name, settings in servers.items())


class Webhook(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        environment = npm.installed(DIRECTORY, PACKAGES)
        cls.authority, cls.servers, cls.clients = certificates_made()
        for name, key in (("shared", SHARED), ("seed", SEED)):
            (DIRECTORY / f"{name}.key").write_text(key + "\n")
        settings = {"certificates": {name: made.paths() for name, made in cls.servers.items()},
                    "client_authority": str(cls.authority.file), "secret": SHARED, "public": PUBLIC}
        cls.server = subprocess.Popen(["node", Path(__file__).with_name("webhook_server.js"), json.dumps(settings)],
                                      stdout=subprocess.PIPE, text=True, env=environment)
        cls.addClassCleanup(cls.stop, cls.server)
        cls.ports = json.loads(cls.server.stdout.readline())
        cls.start_nginx()

    @classmethod
    def start_nginx(cls):
        cls.ports.update({name: free_port() for name in ("nginx", "nginx_slow", "nginx_mutual")})
        nginx = Nginx(DIRECTORY / "nginx", nginx_servers(cls.ports, cls.servers["good"], cls.authority.file),
                      cls.ports["nginx"])
        cls.addClassCleanup(nginx.stop)

    @classmethod
    def stop(cls, process):
        process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()

    def seen(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports['plain']}/seen") as answer:
            return json.load(answer)

    def way(self, server, path="/ok", **more):
        settings = {"url": f"https://{HOST}:{self.ports[server]}{path}", "ca_file": str(self.authority.file),
                    "key_files": [str(DIRECTORY / "seed.key"), str(DIRECTORY / "shared.key")], "allow": LOOPBACK,
                    "timeout": 5000}
        settings.update(more)
        return {name: value for name, value in settings.items() if value is not None}

    def one(self, way, **how):
        """The report of one delivery by this way."""
        with Drive(PROGRAM, "webhook", {"mash.duty": way}) as drive:
            report, = drive.send("mash.duty", **how)
            return report

    def check(self, report, outcome, code, *words):
        self.assertEqual((report["outcome"], report["code"]), (f"OUTCOME_{outcome}", code), report)
        for word in words:
            self.assertIn(word, report["problem"])
        self.assertEqual(report["problem"] == "", outcome == "DELIVERED")

    # --- what arrives ---

    def test_what_arrives_is_a_cloud_event_that_the_recipient_can_verify(self):
        report = self.one(self.way("good"), first=70_000, attempt=3, call=2, kind=2, link="https://told.council.test/a/token")
        self.check(report, "DELIVERED", "http_204")
        seen, event = self.seen(), self.seen()["last"]
        self.assertEqual(seen["bad"], [])
        self.assertEqual(list(seen["agents"]), ["told"])
        self.assertEqual(event["id"], report["notification"] + ":2")
        self.assertEqual((event["type"], event["source"]),
                         ("told.notification.stand_down.v1", "//told.council.test/ledger"))
        self.assertEqual((event["toldattempt"], event["toldcall"], event["toldlink"]),
                         (3, 2, "https://told.council.test/a/token"))
        delivery = event["data"]["deliveries"][0]
        self.assertEqual(delivery["police_missing"]["child"]["name"]["family"], "Childfamily")
        self.assertNotIn("Childfamily", json.dumps({**event, "data": {}}))
        self.assertNotIn("Childfamily", json.dumps(report))
        self.assertEqual(event["data"]["checkpoint"], "told.test/ledger\n70000\n")

    def test_what_the_page_shows_in_python_verifies_it(self):
        page = (Path(__file__).parents[2] / "adapters/carriers/webhook/README.md").read_text()
        shown = {}
        exec(page.split("```python\n")[1].split("```")[0], shown)
        self.check(self.one(self.way("good"), first=70_500), "DELIVERED", "http_204")
        call = self.seen()["call"]
        body = base64.b64decode(call["body"])
        self.assertTrue(shown["is_tolds"](call["headers"], body, SHARED))
        self.assertFalse(shown["is_tolds"](call["headers"], body + b" ", SHARED))
        self.assertFalse(shown["is_tolds"]({**call["headers"], "webhook-timestamp": "1614265330"}, body, SHARED))
        self.assertFalse(shown["is_tolds"](call["headers"], body, "whsec_" + "A" * 43 + "="))

    def test_the_report_says_what_was_seen_of_the_peer_on_a_kept_connection_too(self):
        with Drive(PROGRAM, "webhook", {"mash.duty": self.way("good")}) as drive:
            for report in drive.send("mash.duty", first=71_000, count=3):
                self.assertEqual(report["tls"], "TLSv1.3")
                self.assertLess(abs(report["certificate_ends"] - time.time() - 30 * 86_400), 3600)

    def test_ten_thousand_deliveries_through_nginx_arrive_none_lost(self):
        before = self.seen()
        ways = {f"agency.{lane}": self.way("nginx") for lane in range(LANES)}
        began = time.monotonic()
        with Drive(PROGRAM, "webhook", ways) as drive:
            for lane in range(LANES):
                drive.say(send=f"agency.{lane}", count=DELIVERIES // LANES, first=100_000 + lane * DELIVERIES)
            until(lambda: len(drive.reports) == DELIVERIES, "all reports", within=200)
            took = time.monotonic() - began
        outcomes = {report["outcome"] for report in drive.reports}
        after = self.seen()
        self.assertEqual(outcomes, {"OUTCOME_DELIVERED"})
        self.assertEqual(len(after["ids"]) - len(before["ids"]), DELIVERIES)
        self.assertEqual(after["bad"], [])
        print(f"webhook: {DELIVERIES} deliveries to {LANES} recipients in {took:.1f} s, {DELIVERIES / took:.0f} a second; "
              f"{after['duplicates'] - before['duplicates']} came twice, under the same id", file=sys.stderr)

    # --- what the recipient answers ---

    def test_each_answer_comes_to_what_it_says(self):
        expected = {
            "/status/200": ("DELIVERED", "http_200"),
            "/status/400": ("REFUSED", "http_400", "does not take what told sends"),
            "/status/401": ("REFUSED", "http_401", "compare the keys"),
            "/status/404": ("REFUSED", "http_404", "compare url"),
            "/status/410": ("REFUSED", "http_410", "nothing more by this way"),
            "/status/408": ("DEFERRED", "http_408"),
            "/status/500": ("DEFERRED", "http_500"),
            "/moved": ("REFUSED", "http_302", "told follows nobody there"),
            "/long": ("DELIVERED", "http_200"),
        }
        ways = {f"agency.{number}": self.way("good", path) for number, path in enumerate(expected)}
        with Drive(PROGRAM, "webhook", ways) as drive:
            for recipient, (path, wanted) in zip(ways, expected.items()):
                report, = drive.send(recipient, first=72_000)
                self.check(report, *wanted)
                self.assertEqual(report["closed"], path == "/status/410")
        self.assertEqual(self.seen()["paths"]["/moved"], 1)  # and it was not followed

    def test_the_pause_that_the_recipient_asks_for_is_in_the_report(self):
        report = self.one(self.way("good", "/seconds/429/7"))
        self.check(report, "DEFERRED", "http_429", "say it in the way's rate")
        self.assertEqual(report["retry_after_ms"], 7_000)
        report = self.one(self.way("good", "/date/503/60"))
        self.check(report, "DEFERRED", "http_503")
        # libcurl reckons it by time(), whose clock stands some milliseconds behind: at the turn of a second by one more.
        self.assertTrue(50_000 <= report["retry_after_ms"] <= 61_000, report)
        self.assertEqual(self.one(self.way("good", "/date/503/-60"))["retry_after_ms"], 0)
        self.assertEqual(self.one(self.way("good", "/seconds/503/soon"))["retry_after_ms"], 0)

    # --- when no answer comes ---

    def test_what_may_have_arrived_is_unknown(self):
        for server, path, code in (("good", "/lost", "connection_lost"), ("good", "/silent", "timed_out_waiting"),
                                   ("good", "/half", "timed_out_reading"), ("nginx_slow", "/ok", "timed_out_waiting"),
                                   ("good", "/garbage", "answer_unreadable")):
            self.check(self.one(self.way(server, path, timeout=700)), "UNKNOWN", code)

    def test_what_was_lost_on_a_kept_connection_is_not_said_again_unasked(self):
        with Drive(PROGRAM, "webhook", {"mash.duty": self.way("good", "/once")}) as drive:
            self.check(drive.send("mash.duty", first=72_000)[0], "DELIVERED", "http_204")
            self.check(drive.send("mash.duty", first=72_001)[0], "UNKNOWN", "connection_lost", "may have the message")
        self.assertEqual(self.seen()["paths"]["/once"], 2)

    def test_what_cannot_have_arrived_is_deferred(self):
        closed = free_port()
        self.check(self.one(self.way("good", url=f"https://{HOST}:{closed}/")), "DEFERRED", "connection_refused",
                   f"port {closed}", "nothing listens there")
        with socket.create_server(("127.0.0.1", 0)) as mute:
            self.check(self.one(self.way("good", url=f"https://{HOST}:{mute.getsockname()[1]}/", timeout=500)),
                       "DEFERRED", "timed_out_shaking_hands", "did not open the conversation")
        self.check(self.one(self.way("good", url=f"https://{HOST}:{self.ports['plain']}/ok")), "DEFERRED", "tls_failed",
                   "could not agree on TLS")
        report = self.one(self.way("good", url="https://nobody.invalid/", timeout=5000))
        self.assertEqual(report["outcome"], "OUTCOME_DEFERRED")
        self.assertIn(report["code"], ("name_not_found", "timed_out_looking_up"))

    def test_it_goes_at_once_with_calls_under_way(self):
        ways = {f"agency.{lane}": self.way("good", "/silent", timeout=60_000) for lane in range(3)}
        drive = Drive(PROGRAM, "webhook", ways)
        before = self.seen()["paths"].get("/silent", 0)
        for recipient in ways:
            drive.say(send=recipient, first=73_000)
        until(lambda: self.seen()["paths"].get("/silent", 0) == before + 3, "three calls under way")
        began = time.monotonic()
        drive.say(quit=True)
        self.assertEqual(drive.end(), 0)
        self.assertLess(time.monotonic() - began, 5)
        self.assertEqual(drive.reports, [])

    # --- whom it talks to ---

    def test_each_fault_of_a_certificate_has_its_own_sentence(self):
        for server, code, *words in (
                ("expired", "certificate_expired", "ended on", "must renew it"),
                ("early", "certificate_not_yet_valid", "this machine's clock"),
                ("other_name", "certificate_other_name", "is for other.council.test, not for localhost"),
                ("self_signed", "certificate_self_signed", "signed by itself", "ca_file"),
                ("unknown_issuer", "certificate_issuer_unknown", "not trusted here", "ca_file")):
            before = len(self.seen()["ids"])
            self.check(self.one(self.way(server), first=74_000), "DEFERRED", code, *words)
            self.assertEqual(len(self.seen()["ids"]), before)

    def test_without_ca_file_the_systems_authorities_decide(self):
        self.check(self.one(self.way("good", ca_file=None)), "DEFERRED", "certificate_issuer_unknown")

    def test_a_self_signed_certificate_that_the_operator_named_is_good(self):
        own = str(self.servers["self_signed"].file)
        self.check(self.one(self.way("self_signed", ca_file=own), first=75_000), "DELIVERED", "http_204")

    def test_a_server_that_wants_tolds_certificate_gets_it(self):
        def shown(name):
            client = self.clients[name]
            return {"client_certificate_file": str(client.file), "client_key_file": str(client.key)}
        self.check(self.one(self.way("mutual", **shown("told")), first=76_000), "DELIVERED", "http_204")
        self.check(self.one(self.way("mutual"), first=77_000), "DEFERRED", "client_certificate_refused",
                   "client_certificate_file")
        # Node says nothing to a certificate that it does not trust, and closes; nginx answers.
        before = len(self.seen()["ids"])
        stranger = shown("stranger")
        self.check(self.one(self.way("mutual", **stranger), first=77_000), "UNKNOWN", "connection_lost")
        self.check(self.one(self.way("nginx_mutual", **stranger), first=77_000), "REFUSED", "http_400")
        self.check(self.one(self.way("nginx_mutual"), first=77_000), "REFUSED", "http_400")
        self.assertEqual(len(self.seen()["ids"]), before)
        self.check(self.one(self.way("nginx_mutual", **shown("told")), first=77_001), "DELIVERED", "http_204")
        mixed = {**shown("told"), "client_key_file": str(self.clients["stranger"].key)}
        self.check(self.one(self.way("mutual", **mixed)), "DEFERRED", "client_certificate_unusable", "belong together")

    def test_a_private_address_is_refused_unless_it_is_listed(self):
        port, before = self.ports["good"], len(self.seen()["ids"])
        for host, allow in (("localhost", []), ("127.0.0.1", ["10.0.0.0/8"]), ("[::ffff:127.0.0.1]", ["10.0.0.0/8"]),
                            ("0.0.0.0", ["127.0.0.0/8"]), ("2130706433", []), ("127.1", [])):
            with self.subTest(host):
                self.check(self.one(self.way("good", url=f"https://{host}:{port}/ok", allow=allow)), "DEFERRED",
                           "address_not_allowed", "which is not a public address")
        self.assertEqual(len(self.seen()["ids"]), before)

    def test_a_kept_connection_of_another_way_does_not_get_round_the_list(self):
        ways = {"allowed": self.way("good"), "not_allowed": self.way("good", allow=[])}
        with Drive(PROGRAM, "webhook", ways) as drive:
            self.check(drive.send("allowed", first=78_000)[0], "DELIVERED", "http_204")
            self.check(drive.send("not_allowed", first=78_001)[0], "DEFERRED", "address_not_allowed")

    # --- its ways ---

    def test_new_ways_are_taken_and_bad_ones_leave_the_old_in_force(self):
        with Drive(PROGRAM, "webhook", {"mash.duty": self.way("good", "/status/500")}) as drive:
            self.check(drive.send("mash.duty", first=79_000)[0], "DEFERRED", "http_500")
            drive.replace({"mash.duty": self.way("good")})
            self.check(drive.send("mash.duty", first=79_000, attempt=2)[0], "DELIVERED", "http_204")
            drive.replace({"mash.duty": self.way("good", key_files=["/no/such.key"])})
            self.check(drive.send("mash.duty", first=79_001)[0], "DELIVERED", "http_204")
            self.assertIn("/no/such.key", drive.failed[0])
            drive.replace({})
            self.check(drive.send("mash.duty", first=79_002)[0], "DEFERRED", "no_way", "[[way]]")
        self.assertEqual(self.seen()["ids"][self.id_of(drive.reports[0])], [1, 2])

    @staticmethod
    def id_of(report):
        return report["notification"] + ":1"


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
