#!/usr/bin/python3
"""The agency's form in a mail: through told and Postfix into a mailbox that is opened here, with the openssl program."""
import email
import email.policy
import json
import pathlib
import shutil
import subprocess
import tempfile

import hands
from hands import ACCEPTED, Port, Story, heads, ledger, until
from outside import POLICE
from told.v1 import ledger_pb2

import certificates
from postfix import Postfix

HOST, USER, PASSWORD = "localhost", "told", "not-a-real-password"
MAILBOX = "control.room@council.test"
FAMILY = "TIL 000001"  # of the child that tests/torture/events.py makes
SEALED = 'form_by_mail = { as = "sealed" }\n'
CLEAR = 'form_by_mail = { as = "clear", agreement = { ref = "ISA-9", review_by = 2099-01-01 } }\n'


class Mail(Story):
    @classmethod
    def setUpClass(cls):
        home = pathlib.Path(tempfile.mkdtemp(prefix="told-mail-"))
        cls.addClassCleanup(shutil.rmtree, home)
        home.chmod(0o755)  # Postfix's processes are other users
        cls.authority = certificates.Authority(home, "authority")
        cls.keys = {"desk": cls.authority.signs_mailbox("desk", MAILBOX),
                    "next": cls.authority.signs_mailbox("next", MAILBOX),
                    "stranger": cls.authority.signs_mailbox("stranger", "stranger@council.test"),
                    "ended": cls.authority.signs_mailbox("ended", MAILBOX, days=(-400, -1)),
                    "server": cls.authority.certificate("server", HOST, (-1, 30), certificates.new_key(),
                                                        f"subjectAltName=DNS:{HOST}", "extendedKeyUsage=serverAuth")}
        cls.postfix = Postfix(home / "postfix", cls.keys["server"], USER, PASSWORD)
        cls.addClassCleanup(cls.postfix.stop)

    def setUp(self):
        for mail in self.postfix.mails():
            mail.unlink()

    def begin(self, form, certificate=None):
        """told, whose police are told by mail; `form`: what the policy says of the form."""
        house = self.house(told_by={POLICE: f'carrier = "smtp"\n{form}'}, secrets={"smtp.password": PASSWORD},
                           more=self.way(certificate))
        self.enterContext(house)
        if certificate:
            (house.directory / "desk.pem").write_text(certificate)
        return house

    def way(self, certificate):
        named = 'certificate_file = "desk.pem"\n' if certificate else ""
        return f"""
[[way]]
recipient = "{POLICE}"
carrier = "smtp"
relay = "{HOST}:{self.postfix.port}"
from = "told@council.test"
to = "{MAILBOX}"
user = "{USER}@council.test"
password_file = "smtp.password"
ca_file = "{self.authority.file}"
allow = ["127.0.0.0/8", "::1"]
{named}"""

    def pem(self, *names):
        return "".join(self.keys[name].file.read_text() for name in names)

    def mail(self):
        """The one mail in the mailbox: its bytes, and as a mail program reads it."""
        file = until(lambda: next(iter(self.postfix.mails()), None), f"the mail\n{self.postfix.log()[-2000:]}")
        return file.read_bytes(), email.message_from_bytes(file.read_bytes(), policy=email.policy.default)

    def told_of_a_child(self, house):
        house.start()
        with Port(house) as port:
            self.assertVerdict(port.publish_one(port.event("child.missing")), ACCEPTED)
        return self.mail()

    def opened(self, sealed, by):
        """What openssl makes of a sealed form with somebody's key; None where that key does not open it."""
        done = subprocess.run(["openssl", "cms", "-decrypt", "-inform", "DER", "-recip", self.keys[by].file, "-inkey",
                               self.keys[by].key], input=sealed, capture_output=True)
        if done.returncode != 0:
            return None
        return email.message_from_bytes(done.stdout, policy=email.policy.default)

    def assert_words_alone(self, part):
        words = part.get_content()
        self.assertIn("Something waits for you: something that you must be told.", words)
        self.assertNotIn(FAMILY, words)

    def assert_is_the_form(self, text, form):
        """The police's own: what the policy's rule names of the event, and nothing else."""
        self.assertEqual([part.get_content_type() for part in (text, form)], ["text/plain", "application/json"])
        self.assertIn("A CHILD IS MISSING", text.get_content())
        self.assertIn(FAMILY, text.get_content())
        delivery = json.loads(form.get_content())["deliveries"][0]
        self.assertEqual(delivery["police_missing"]["child"]["name"]["family"], FAMILY)
        self.assertEqual(text.get_filename(), delivery["notification"] + ".txt")
        self.assertEqual(form.get_filename(), delivery["notification"] + ".json")

    def test_a_sealed_form_is_opened_with_the_desks_key_and_by_nobody_else(self):
        raw, mail = self.told_of_a_child(self.begin(SEALED, self.pem("desk")))
        words, sealed = mail.iter_parts()
        self.assert_words_alone(words)
        self.assertIn("sealed for you", words.get_content())
        self.assertEqual(sealed.get_content_type(), "application/pkcs7-mime")
        self.assertEqual(sealed["Content-Type"].params["smime-type"], "enveloped-data")
        text, form = self.opened(sealed.get_content(), "desk").iter_parts()
        self.assert_is_the_form(text, form)
        self.assertIsNone(self.opened(sealed.get_content(), "stranger"))
        for mime in (raw, sealed.get_content()):
            self.assertNotIn(FAMILY.encode(), mime)
        self.assertNotIn(FAMILY, mail["Subject"])

    def test_while_the_desk_changes_its_certificate_both_keys_open_it(self):
        _, mail = self.told_of_a_child(self.begin(SEALED, self.pem("desk", "next")))
        _, sealed = mail.iter_parts()
        for by in ("desk", "next"):
            self.assert_is_the_form(*self.opened(sealed.get_content(), by).iter_parts())

    def test_a_form_in_the_clear_is_there_where_an_agreement_allows_it(self):
        _, mail = self.told_of_a_child(self.begin(CLEAR))
        words, attached = mail.iter_parts()
        self.assert_words_alone(words)
        self.assertIn("It\nis about a child", words.get_content())
        self.assert_is_the_form(*attached.iter_parts())

    def test_without_a_word_in_the_policy_nothing_is_attached(self):
        raw, mail = self.told_of_a_child(self.begin("", self.pem("desk")))
        self.assertFalse(mail.is_multipart())
        self.assert_words_alone(mail)
        self.assertIn("says nothing about anybody", mail.get_content())
        self.assertNotIn(FAMILY.encode(), raw)

    def test_where_the_certificate_has_ended_the_mail_goes_and_the_form_does_not(self):
        house = self.begin(SEALED, self.pem("ended"))
        raw, mail = self.told_of_a_child(house)
        self.assertFalse(mail.is_multipart())
        self.assert_words_alone(mail)
        self.assertIn("the certificate of the mailbox ended on", mail.get_content())
        until(lambda: [e for e in heads(ledger(house), "attempt_ended") if e.outcome == ledger_pb2.OUTCOME_SENT], "its end")
        way = next(w for w in json.loads(house.ctl("ways", "--json").stdout)["ways"] if w["recipient"] == POLICE)
        self.assertIn("the mail went without the form", way["sentence"])
        self.assertNotIn(FAMILY.encode(), raw)

    def test_a_certificate_that_is_for_something_or_somebody_else_is_refused_before_told_starts(self):
        for name, words in (("stranger", "for another mailbox than `to`"), ("server", "not for sealing mail")):
            house = self.begin(SEALED, self.pem(name))
            checked = house.ctl("check", house.directory / "told.toml", check=False)
            self.assertEqual(checked.returncode, 78, checked.stdout)
            self.assertIn(words, checked.stdout)
            with self.assertRaises(hands.DidNotServe):
                house.start()
            self.assertIn(words, house.log())

    def test_the_test_of_the_way_has_a_form_to_try_the_key_with(self):
        house = self.begin(SEALED, self.pem("desk"))
        live = house.ctl("check", "--live", house.directory / "told.toml")
        self.assertIn("reached", live.stdout)
        _, mail = self.mail()
        self.assertTrue(mail["Subject"].startswith("TEST: told: N-"), mail["Subject"])
        _, sealed = mail.iter_parts()
        text, _ = self.opened(sealed.get_content(), "desk").iter_parts()
        self.assertIn("It is about no child", text.get_content())


if __name__ == "__main__":
    hands.main()
