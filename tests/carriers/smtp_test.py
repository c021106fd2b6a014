#!/usr/bin/python3
"""The carrier `smtp` against Postfix, which delivers to a mailbox that is read here, and against a relay that fails in
every way that relays fail in."""
import email
import json
import shutil
import sys
import tempfile
import time
import unittest
from pathlib import Path

import certificates
import npm
from drive import Drive, free_port, until
from postfix import Postfix
from printing import Printing

PROGRAM, DIRECTORY = sys.argv[1], Path(sys.argv[2]).resolve()
PACKAGES = {"smtp-server": "3.21.6"}
HOST = "localhost"
LOOPBACK = ["127.0.0.0/8", "::1"]
USER, PASSWORD = "told", "not-a-real-password"
LINK = "https://told.council.test/a/dGhpcy1pcy1pdA"
DELIVERIES, LANES = 10_000, 8


class Smtp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        environment = npm.installed(DIRECTORY, PACKAGES)
        cls.authority, _, cls.made = certificates.of_every_sort(DIRECTORY / "certificates", HOST)
        for name, password in (("password", PASSWORD), ("wrong", "another")):
            (DIRECTORY / name).write_text(password + "\n")
        settings = {"certificates": {name: c.paths() for name, c in cls.made.items()}, "user": USER,
                    "password": PASSWORD}
        cls.taken = []
        relay = Printing(["node", Path(__file__).with_name("mail_relay.js"), json.dumps(settings)], cls.taken.append,
                         environment, has_first=True)
        cls.addClassCleanup(relay.close)
        cls.ports = relay.first["ports"]

    def way(self, behaviour, **more):
        return self.way_to(self.ports[behaviour], **more)

    def way_to(self, port, **more):
        return {"relay": f"{HOST}:{port}", "from": "told@council.test", "to": "duty.manager@council.test",
                "ca_file": str(self.authority.file), "allow": LOOPBACK, "timeout": 5_000, **more}

    def sent(self, way, **how):
        """What one mail's way came to."""
        with Drive(PROGRAM, "smtp", {"duty_manager": way}) as drive:
            self.assertEqual(drive.way_problems, [])
            (report,) = drive.send("duty_manager", **how)
        return report

    def assert_fails(self, report, outcome, code, *words):
        self.assertEqual((report["outcome"], report["code"]), (f"OUTCOME_{outcome.upper()}", code), report)
        for word in words:
            self.assertIn(word, report["problem"])
        self.assertNotIn("duty.manager@", report["problem"])
        self.assertNotIn(PASSWORD, report["problem"])

    def took(self, behaviour):
        return [mail for mail in self.taken if mail["behaviour"] == behaviour]

    def test_a_relay_that_takes_it_has_it_and_nobody_says_that_it_is_delivered(self):
        report = self.sent(self.way("good"), link=LINK)
        self.assertEqual((report["outcome"], report["code"], report["problem"]), ("OUTCOME_SENT", "smtp_250", ""))
        self.assertEqual(report["tls"], "TLSv1.3")
        self.assertGreater(report["certificate_ends"], time.time())
        until(lambda: self.took("good"), "the mail")
        mail = self.took("good")[-1]
        self.assertTrue(mail["secure"])
        self.assertEqual((mail["from"], mail["to"]), ("told@council.test", ["duty.manager@council.test"]))
        text = email.message_from_string(mail["text"])
        self.assertTrue(text["Subject"].startswith("TEST: told: N-"), text["Subject"])
        self.assertIn(LINK, text.get_payload())

    def test_tls_from_the_first_byte(self):
        report = self.sent(self.way("implicit", tls="implicit"))
        self.assertEqual((report["outcome"], report["tls"]), ("OUTCOME_SENT", "TLSv1.3"))

    def test_in_the_clear_to_this_machine_alone(self):
        way = self.way("clear", tls="none")
        way["relay"] = f"127.0.0.1:{self.ports['clear']}"
        self.assertEqual(self.sent(way)["outcome"], "OUTCOME_SENT")

    def test_a_login(self):
        way = self.way("wants_login", user=USER, password_file=str(DIRECTORY / "password"))
        self.assertEqual(self.sent(way)["outcome"], "OUTCOME_SENT")
        until(lambda: self.took("wants_login"), "the mail")
        self.assertEqual(self.took("wants_login")[-1]["user"], USER)
        self.assert_fails(self.sent({**way, "password_file": str(DIRECTORY / "wrong")}), "deferred", "login_refused",
                          "user and the password")
        self.assert_fails(self.sent(self.way("wants_login")), "deferred", "smtp_530", "password_file")

    def test_nothing_is_said_in_the_clear_where_tls_is_required(self):
        report = self.sent(self.way("without_starttls"))
        self.assert_fails(report, "deferred", "no_starttls", "STARTTLS")
        self.assertEqual(self.took("without_starttls"), [])

    def test_a_certificate_that_cannot_be_trusted_is_refused_with_a_sentence(self):
        for behaviour, words in (("expired", "ended on"), ("other_name", "is for other.council.test"),
                                 ("self_signed", "signed by itself"), ("unknown_issuer", "not trusted here")):
            code = "certificate_issuer_unknown" if behaviour == "unknown_issuer" else f"certificate_{behaviour}"
            self.assert_fails(self.sent(self.way(behaviour)), "deferred", code, words)
            self.assertEqual(self.took(behaviour), [])

    def test_the_relays_no(self):
        self.assert_fails(self.sent(self.way("unknown_mailbox")), "refused", "smtp_550", "look at `to`")
        self.assert_fails(self.sent(self.way("refuses_content")), "refused", "smtp_554")
        self.assert_fails(self.sent(self.way("greylisting")), "deferred", "smtp_451", "for now")
        self.assert_fails(self.sent(self.way("full")), "deferred", "smtp_452")

    def test_a_link_that_breaks_after_the_last_byte_leaves_it_unknown_and_before_it_does_not(self):
        self.assert_fails(self.sent(self.way("drops_at_rcpt")), "deferred", "connection_lost")
        self.assert_fails(self.sent(self.way("drops_after_the_dot")), "unknown", "connection_lost", "may have")

    def test_a_silent_relay_is_given_up_in_time(self):
        begun = time.monotonic()
        self.assert_fails(self.sent(self.way("silent_at_rcpt", timeout=700)), "deferred", "timed_out_sending")
        self.assert_fails(self.sent(self.way("silent_after_the_dot", timeout=700)), "unknown", "timed_out_waiting",
                          "may have it")
        self.assertLess(time.monotonic() - begun, 5)

    def test_no_relay_at_all(self):
        self.assert_fails(self.sent(self.way_to(free_port())), "deferred", "connection_refused")
        self.assert_fails(self.sent(self.way("good", allow=[])), "deferred", "address_not_allowed", "allow")

    def test_a_slow_relay_holds_up_its_own_recipient_alone(self):
        ways = {"slow": self.way("silent_after_the_dot", timeout=4_000), "good": self.way("good")}
        with Drive(PROGRAM, "smtp", ways) as drive:
            drive.say(send="slow", count=1)
            begun = time.monotonic()
            drive.say(send="good", count=50, first=1_000)
            until(lambda: len(drive.reports) >= 50, "the other's mails")
            self.assertLess(time.monotonic() - begun, 3)
            self.assertEqual({r["recipient"] for r in drive.reports}, {"good"})
            drive.say(quit=True)

    def test_postfix_puts_ten_thousand_into_the_mailbox_and_loses_none(self):
        home = Path(tempfile.mkdtemp(prefix="told-postfix-"))
        home.chmod(0o755)  # Postfix's processes are other users
        shutil.copy(self.made["good"].file, home / "cert.pem")
        shutil.copy(self.made["good"].key, home / "cert.key")
        relay = Postfix(home / "postfix", certificates.Certificate(home, "cert"), USER, PASSWORD)
        try:
            login = {"user": f"{USER}@council.test", "password_file": str(DIRECTORY / "password")}
            implicit = self.sent(self.way_to(relay.tls_port, tls="implicit", **login))
            self.assertEqual(implicit["outcome"], "OUTCOME_SENT", relay.log()[-3000:])
            self.assert_fails(self.sent(self.way_to(relay.port)), "refused", "smtp_554")  # without a login
            until(lambda: len(relay.mails()) == 1, "the first mail")
            relay.mails()[0].unlink()

            ways = {f"lane{n}": self.way_to(relay.port, to=f"lane{n}@council.test", timeout=30_000, **login)
                    for n in range(LANES)}
            begun = time.monotonic()
            with Drive(PROGRAM, "smtp", ways) as drive:
                each = DELIVERIES // LANES
                for n, lane in enumerate(ways):
                    drive.say(send=lane, count=each, first=1 + n * each)
                until(lambda: len(drive.reports) == DELIVERIES, "all reports", within=150)
                taken = time.monotonic()
                self.assertEqual({r["outcome"] for r in drive.reports}, {"OUTCOME_SENT"})
                wanted = {r["notification"] for r in drive.reports}
                # A second attempt is known by its Message-ID.
                self.assertEqual(drive.send("lane0", first=1, attempt=2)[0]["outcome"], "OUTCOME_SENT")
            until(lambda: len(relay.mails()) == DELIVERIES + 1, "all mails in the mailbox", within=60)
            print(f"smtp: {DELIVERIES} mails by {LANES} lanes taken by Postfix in {taken - begun:.1f} s "
                  f"({DELIVERIES / (taken - begun):.0f} a second), all in the mailbox after "
                  f"{time.monotonic() - begun:.1f} s", flush=True)
            found = [email.message_from_bytes(file.read_bytes())["Message-ID"] for file in relay.mails()]
            self.assertEqual({f"<{n}.1@told.council.test>" for n in wanted}, set(found))
            self.assertEqual(len(found), len(set(found)) + 1)
        finally:
            relay.stop()
            shutil.rmtree(home)


if __name__ == "__main__":
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    unittest.main(argv=sys.argv[:1], verbosity=2)
