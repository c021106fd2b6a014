#!/usr/bin/python3
"""The carrier `notify` against a server that answers as GOV.UK Notify's public documentation says."""
import shutil
import sys
import time
import unittest
from pathlib import Path

import certificates
from drive import Drive, until
from notify_service import DROPS, GOOD, INTERNAL_ERROR, NONE, OTHER_PLACEHOLDER, SECRET, SERVICE, SILENT, Service

PROGRAM, DIRECTORY = sys.argv[1], Path(sys.argv[2]).resolve()
HOST = "localhost"
LINK = "https://told.council.test/a/dGhpcy1pcy1pdA"
DELIVERIES, LANES = 10_000, 8


class Notify(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        made = DIRECTORY / "certificates"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        cls.authority = certificates.Authority(made, "authority")
        cls.certificate = cls.authority.signs("good", HOST)
        cls.expired = cls.authority.signs("expired", HOST, days=(-400, -1))
        for name, key in (("key", f"told_live-{SERVICE}-{SECRET}"), ("revoked", f"told_live-{SERVICE}-{SERVICE}")):
            (DIRECTORY / name).write_text(key + "\n")

    def way(self, service, **more):
        return {"base_url": f"https://{HOST}:{service.port}", "key_file": str(DIRECTORY / "key"), "template_id": GOOD,
                "phone_number": "+447700900123", "ca_file": str(self.authority.file), "allow": ["127.0.0.0/8", "::1"],
                "timeout": 5_000, **more}

    def sent(self, way, **how):
        with Drive(PROGRAM, "notify", {"duty_manager": way}) as drive:
            self.assertEqual(drive.way_problems, [])
            (report,) = drive.send("duty_manager", **how)
        return report

    def assert_fails(self, report, outcome, code, *words):
        self.assertEqual((report["outcome"], report["code"]), (f"OUTCOME_{outcome.upper()}", code), report)
        for word in words:
            self.assertIn(word, report["problem"])
        for secret in (SECRET, "447700900123", "duty.manager@"):
            self.assertNotIn(secret, report["problem"])

    def test_a_text_message_and_a_mail_are_taken_and_say_only_that_something_waits(self):
        with Service(self.certificate) as service:
            report = self.sent(self.way(service), link=LINK, attempt=2)
            self.assertEqual((report["outcome"], report["code"], report["problem"]), ("OUTCOME_SENT", "http_201", ""))
            self.assertEqual(report["tls"], "TLSv1.3")
            mail = self.way(service, email_address="duty.manager@council.test")
            del mail["phone_number"]
            self.assertEqual(self.sent(mail)["outcome"], "OUTCOME_SENT")
            until(lambda: len(service.taken) == 2, "both messages")
            text, mail = service.taken
            self.assertEqual(text["phone_number"], "+447700900123")
            self.assertEqual(mail["email_address"], "duty.manager@council.test")
            self.assertEqual(text["reference"], f"{report['notification']}.2.duty_manager")
            self.assertEqual(text["personalisation"], {
                "drill": "TEST: ", "reference": report["notification"], "kind": "something that you must be told",
                "case_ref": "R-TEST", "deadline": "15:43 on Mon 21 Sep 2026 (BST)", "link": LINK})

    def test_a_key_that_is_not_taken_and_a_clock_that_is_wrong_are_ours_to_mend(self):
        with Service(self.certificate) as service:
            revoked = self.way(service, key_file=str(DIRECTORY / "revoked"))
            self.assert_fails(self.sent(revoked), "deferred", "http_403", "key_file", "clock")
        with Service(self.certificate, clock=31) as service:
            self.assert_fails(self.sent(self.way(service)), "deferred", "http_403", "within 30 seconds")

    def test_both_limits_are_waited_for(self):
        with Service(self.certificate, per_minute=2) as service, Drive(
                PROGRAM, "notify", {"duty_manager": self.way(service)}) as drive:
            first, second, third = drive.send("duty_manager", count=3)
            self.assertEqual({first["outcome"], second["outcome"]}, {"OUTCOME_SENT"})
            self.assert_fails(third, "deferred", "rate_limit", "lower rate")
        with Service(self.certificate, per_day=0) as service:
            self.assert_fails(self.sent(self.way(service)), "deferred", "daily_limit", "midnight")

    def test_what_can_never_work_is_refused(self):
        with Service(self.certificate) as service:
            for wrong in ({"phone_number": "+33123456789"}, {"template_id": NONE}, {"template_id": OTHER_PLACEHOLDER}):
                self.assert_fails(self.sent(self.way(service, **wrong)), "refused", "http_400", "template_id")
            self.assertEqual(service.taken, [])

    def test_an_error_of_theirs_is_tried_again_and_a_link_that_breaks_leaves_it_unknown(self):
        with Service(self.certificate) as service:
            self.assert_fails(self.sent(self.way(service, template_id=INTERNAL_ERROR)), "deferred", "http_500")
            self.assert_fails(self.sent(self.way(service, template_id=DROPS)), "unknown", "connection_lost")
            self.assert_fails(self.sent(self.way(service, template_id=SILENT, timeout=500)), "unknown",
                              "timed_out_waiting")

    def test_a_certificate_that_has_ended_is_refused_with_a_sentence(self):
        with Service(self.expired) as service:
            self.assert_fails(self.sent(self.way(service)), "deferred", "certificate_expired", "ended on")
            self.assertEqual(service.taken, [])

    def test_settings_that_are_wrong_are_named(self):
        with Service(self.certificate) as service:
            for wrong, words in (({"email_address": "a@council.test"}, "one of the two"),
                                 ({"phone_number": "+44 7700 900123"}, "in digits"),
                                 ({"template_id": "the usual one"}, "UUID"),
                                 ({"base_url": "http://notify.council.test"}, "https://")):
                with Drive(PROGRAM, "notify", {"duty_manager": self.way(service, **wrong)}) as drive:
                    until(lambda: drive.way_problems, "the problem")
                    self.assertIn(words, drive.way_problems[0])

    def test_ten_thousand_and_none_lost(self):
        with Service(self.certificate, per_minute=1_000_000) as service:
            ways, each = {f"lane{n}": self.way(service) for n in range(LANES)}, DELIVERIES // LANES
            begun = time.monotonic()
            with Drive(PROGRAM, "notify", ways) as drive:
                for n, lane in enumerate(ways):
                    drive.say(send=lane, count=each, first=1 + n * each)
                until(lambda: len(drive.reports) == DELIVERIES, "all reports", within=120)
                took = time.monotonic() - begun
                self.assertEqual({r["outcome"] for r in drive.reports}, {"OUTCOME_SENT"})
                wanted = {f"{r['notification']}.1.{r['recipient']}" for r in drive.reports}
            until(lambda: len(service.taken) >= DELIVERIES, "all messages")
            print(f"notify: {DELIVERIES} messages by {LANES} lanes in {took:.1f} s ({DELIVERIES / took:.0f} a second)",
                  flush=True)
            self.assertEqual({m["reference"] for m in service.taken}, wanted)
            self.assertEqual(len(service.taken), DELIVERIES)


if __name__ == "__main__":
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    unittest.main(argv=sys.argv[:1], verbosity=2)
