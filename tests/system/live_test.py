#!/usr/bin/python3
"""toldctl check --live: every carrier, tried end to end; and each fault of a certificate has its own sentence.
(`amqp`, whose peer is made of an npm package: amqp_test.py here, and tests/carriers/amqp_test.py.)"""
import json
import pathlib
import sys
import tempfile

import hands
from hands import Desk, Story
from outside import POLICE, SECRET

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "faults"))

import certificates
import peers
from notify_service import GOOD, KEY, Service

HOST = "localhost"
FAULTS = {"expired": "ended on", "other_name": "is for other.council.test", "self_signed": "signed by itself",
          "unknown_issuer": "not trusted here"}


class Live(Story):
    @classmethod
    def setUpClass(cls):
        made = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="told-live-"))
        cls.authority, others = certificates.Authority(made, "authority"), certificates.Authority(made, "another")
        cls.made = {"good": cls.authority.signs("good", HOST),
                    "expired": cls.authority.signs("expired", HOST, days=(-400, -1)),
                    "other_name": cls.authority.signs("other_name", "other.council.test"),
                    "self_signed": certificates.self_signed(made, "self_signed", HOST),
                    "unknown_issuer": others.signs("unknown_issuer", HOST)}

    def ask(self, carrier, settings, expect, begin=None):
        """The report of a house whose police are told by that carrier: their row, and all rows."""
        house = self.house(told_by={POLICE: f'carrier = "{carrier}"\n'},
                           secrets={"hook.key": f"whsec_{SECRET}", "notify.key": KEY}, more=f"""
[[way]]
recipient = "{POLICE}"
carrier = "{carrier}"
{settings}""")
        with house:
            if begin:
                begin(house)
            done = house.ctl("check", "--live", "--json", house.directory / "told.toml", check=False)
            self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
            rows = json.loads(done.stdout)["ways"]
            table = house.ctl("check", "--live", house.directory / "told.toml", check=False).stdout
        row = next(row for row in rows if row["recipient"] == POLICE)
        for words in (row.get("problem", ""), row.get("tls", "")):
            self.assertIn(words[:40], table)
        self.assertIn("reached" if expect == 0 else "FAILED", table)
        return row, rows

    def trust(self):
        return f'ca_file = "{self.authority.file}"\nallow = ["127.0.0.0/8", "::1"]\ntimeout = "3 s"\n'

    def webhook(self, certificate):
        server = peers.WebServer(certificate)
        self.addCleanup(server.close)
        return f'url = "https://{HOST}:{server.port}/told"\nkey_files = "hook.key"\n' + self.trust()

    def smtp(self, certificate):
        relay = peers.MailRelay(certificate)
        self.addCleanup(relay.close)
        return (f'relay = "{HOST}:{relay.port}"\nfrom = "told@council.test"\nto = "desk@council.test"\n' + self.trust())

    def notify(self, certificate):
        service = Service(certificate)
        self.addCleanup(service.close)
        return (f'base_url = "https://{HOST}:{service.port}"\nkey_file = "notify.key"\ntemplate_id = "{GOOD}"\n'
                'phone_number = "+447700900123"\n' + self.trust())

    def test_each_carrier_over_tls_is_reached_and_says_how(self):
        for carrier in ("webhook", "smtp", "notify"):
            with self.subTest(carrier):
                row, rows = self.ask(carrier, getattr(self, carrier)(self.made["good"]), 0)
                self.assertEqual((row["reached"], row["tls"]), (True, "TLSv1.3"))
                self.assertRegex(row["certificate_ends"], "^20")
                self.assertTrue(all(r["not_tried"] for r in rows if r["carrier"] == "zmq_queue"))

    def test_each_fault_of_a_certificate_has_its_own_sentence_by_each_carrier(self):
        for carrier in ("webhook", "smtp", "notify"):
            for fault, words in FAULTS.items():
                with self.subTest(f"{carrier} {fault}"):
                    row, _ = self.ask(carrier, getattr(self, carrier)(self.made[fault]), 69)
                    self.assertFalse(row.get("reached", False))
                    self.assertIn(words, row["problem"])
                    self.assertRegex(row["problem"], "ask |call |renew|must|name |compare|look", "it has a mend")

    def test_a_directory(self):
        def make(house):
            for tray in ("incoming", "outgoing", "done", "refused"):
                (house.directory / "pickup" / POLICE / tray).mkdir(parents=True)

        row, _ = self.ask("spool", 'directory = "pickup"\n', 0, begin=make)
        self.assertTrue(row["reached"])
        row, _ = self.ask("spool", 'directory = "pickup"\n', 69)
        self.assertIn("pickup", row["problem"])

    def test_workers_are_asked_for_where_told_runs(self):
        with self.house() as house:
            house.start()
            with Desk(house, POLICE):
                done = house.ctl("check", "--live", "--json", house.directory / "told.toml", check=False)
            self.assertEqual(done.returncode, 69)
            rows = {row["recipient"]: row for row in json.loads(done.stdout)["ways"]}
            self.assertTrue(rows[POLICE]["reached"])
            self.assertFalse(rows["home_office.asylum"]["reached"])
            self.assertIn("telephone them", rows["home_office.asylum"]["problem"])


if __name__ == "__main__":
    hands.main()
