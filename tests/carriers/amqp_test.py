#!/usr/bin/python3
"""The carrier `amqp` against RabbitMQ, and against a broker (npm rhea) that fails in every way that brokers fail in."""
import json
import shutil
import socket
import subprocess
import sys
import time
import unittest
from pathlib import Path

import certificates
import npm
from brokers import PACKAGES, PASSWORD, Lines, OddBroker
from drive import Drive, free_port, until
from rabbitmq import RabbitMq
from standard_webhooks import ANOTHER, SECRET, signed

PROGRAM, DIRECTORY = sys.argv[1], Path(sys.argv[2]).resolve()
HERE = Path(__file__).parent
HOST = "localhost"
LOOPBACK = ["127.0.0.0/8", "::1"]
USER = "told"
AGENCY = "police.control_room"
DELIVERIES, LANES = 10_000, 8


def certificates_made():
    ours, others, servers = certificates.of_every_sort(DIRECTORY / "certificates", HOST)
    clients = {"told": ours.signs("told", "told"), "stranger": others.signs("stranger", "stranger")}
    return ours, servers, clients


def acknowledgement(notification="N-1", person="Officer A"):
    return json.dumps({"acknowledgements": [{"notification": notification, "person": person, "role": "sergeant"}]})


class Amqp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.environment = npm.installed(DIRECTORY, PACKAGES)
        cls.authority, cls.brokers, cls.clients = certificates_made()
        for name, secret in (("password", PASSWORD), ("wrong", "another"), ("reply.key", f"whsec_{SECRET}")):
            (DIRECTORY / name).write_text(secret + "\n")

    def report_of(self, way, **how):
        """What one message's way came to."""
        with Drive(PROGRAM, "amqp", {AGENCY: way}) as drive:
            self.assertEqual(drive.way_problems, [])
            report, = drive.send(AGENCY, **how)
            drive.say(quit=True)
        return report

    def check(self, report, outcome, code, *words):
        self.assertEqual((report["outcome"], report["code"]), (f"OUTCOME_{outcome}", code), report)
        for word in words:
            self.assertIn(word, report["problem"])
        self.assertEqual(report["problem"] == "", outcome == "SENT", report)
        self.assertNotIn(PASSWORD, report["problem"])
        self.assertNotIn("Childfamily", json.dumps(report))


class AtAnOddBroker(Amqp):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.peer = OddBroker(DIRECTORY, cls.brokers, cls.authority)
        cls.addClassCleanup(cls.peer.close)
        cls.ports = cls.peer.ports

    def way(self, behaviour, **more):
        return self.way_to(self.ports[behaviour], **more)

    def way_to(self, port, **more):
        settings = {"broker": f"amqps://{HOST}:{port}", "queue": "to.police", "user": USER,
                    "password_file": str(DIRECTORY / "password"), "ca_file": str(self.authority.file), "allow": LOOPBACK,
                    "timeout": 5_000, **more}
        return {name: value for name, value in settings.items() if value is not None}

    def clear(self, behaviour, **more):
        return self.way_to(self.ports[behaviour], **{"broker": f"amqp://127.0.0.1:{self.ports[behaviour]}", **more})

    def shown(self, name):
        client = self.clients[name]
        return {"client_certificate_file": str(client.file), "client_key_file": str(client.key)}

    # --- what arrives ---

    def test_what_arrives_is_a_durable_message_with_the_cloud_event_in_it(self):
        report = self.report_of(self.way("good", reply_queue="from.police"), first=70_000, attempt=3, call=2, kind=2,
                                link="https://told.council.test/a/token")
        self.check(report, "SENT", "accepted")
        self.assertEqual(report["tls"], "TLSv1.3")
        self.assertLess(abs(report["certificate_ends"] - time.time() - 30 * 86_400), 3_600)
        message = self.peer.of("took", behaviour="good", id=report["notification"] + ":2")[-1]
        self.assertTrue(message["durable"])
        self.assertTrue(message["secure"])
        self.assertEqual((message["target"], message["to"], message["reply_to"]), ("to.police", "to.police", "from.police"))
        self.assertEqual(message["content_type"], "application/cloudevents+json; charset=utf-8")
        self.assertEqual(message["properties"], {"toldattempt": 3, "toldcall": 2})
        event = json.loads(message["body"])
        self.assertEqual((event["id"], event["type"]), (message["id"], "told.notification.stand_down.v1"))
        self.assertEqual(event["data"]["deliveries"][0]["police_missing"]["child"]["name"]["family"], "Childfamily")
        self.assertNotIn("Childfamily", json.dumps({**message, "body": ""}))

    def test_each_connection_has_a_name_of_its_own_so_that_none_takes_over_from_another(self):
        ways = {f"agency.{n}": self.way("good") for n in range(3)}
        before = len(self.peer.of("opened", behaviour="good"))
        with Drive(PROGRAM, "amqp", ways) as drive:
            for recipient in ways:
                drive.send(recipient)
        names = [one["container"] for one in self.peer.of("opened", behaviour="good")[before:]]
        self.assertEqual(len(names), 3)
        self.assertEqual(len(set(names)), 3)
        self.assertTrue(all(name.startswith("told.council.test/ledger agency.") for name in names), names)

    def test_the_hosts_name_is_the_brokers_unless_another_is_said(self):
        before = len(self.peer.of("opened", behaviour="good"))
        self.report_of(self.way("good"))
        self.report_of(self.way("good", virtual_host="vhost:told"))
        self.assertEqual([one["host"] for one in self.peer.of("opened", behaviour="good")[before:]], [HOST, "vhost:told"])

    # --- what the broker says ---

    def test_only_what_is_settled_as_accepted_is_sent_and_nothing_is_delivered(self):
        expected = {
            "good": ("SENT", "accepted"),
            "slow": ("SENT", "accepted"),
            "rejects": ("REFUSED", "rejected", "amqp:precondition-failed", "ask whoever runs that broker"),
            "rejects_in_its_own_words": ("REFUSED", "rejected", "rejected the message for to.police:"),
            "is_full": ("DEFERRED", "queue_full", "is full"),
            "releases": ("DEFERRED", "released", "gave the message for to.police back"),
            "modifies": ("DEFERRED", "modified", "for now"),
            "says_undeliverable": ("REFUSED", "undeliverable", "which queue is meant"),
            "settles_without_a_word": ("UNKNOWN", "no_outcome", "it may be there"),
            "accepts_and_never_settles": ("UNKNOWN", "timed_out_waiting", "may have it"),
            "never_settles": ("UNKNOWN", "timed_out_waiting", "may have it"),
        }
        ways = {behaviour: self.way(behaviour, timeout=800) for behaviour in expected}
        with Drive(PROGRAM, "amqp", ways) as drive:
            for behaviour, wanted in expected.items():
                with self.subTest(behaviour):
                    report, = drive.send(behaviour, first=72_000)
                    self.check(report, *wanted)
            drive.say(quit=True)

    def test_a_link_that_is_lost_before_the_settlement_leaves_it_unknown(self):
        for behaviour, code in (("closes_before_it_settles", "amqp_connection_forced"),
                                ("drops_before_it_settles", "connection_lost"),
                                ("detaches_before_it_settles", "amqp_link_detach_forced")):
            with self.subTest(behaviour):
                before = len(self.peer.of("took", behaviour=behaviour))
                self.check(self.report_of(self.way(behaviour), first=72_100), "UNKNOWN", code)
                self.assertEqual(len(self.peer.of("took", behaviour=behaviour)), before + 1, "nothing is said again unasked")

    def test_what_cannot_have_arrived_is_deferred(self):
        expected = {
            "not_there": ("amqp_not_found", "there is no to.police"),
            "not_allowed": ("amqp_unauthorized_access", "may not use to.police"),
            "gives_no_credit": ("no_credit", "takes no message for to.police"),
            "closes_when_opened": ("amqp_connection_forced", "ended the connection"),
            "opens_links_of_its_own": ("connection_lost", "broke the connection off"),
        }
        for behaviour, wanted in expected.items():
            with self.subTest(behaviour):
                self.check(self.report_of(self.way(behaviour, timeout=800), first=72_200), "DEFERRED", *wanted)
                self.assertEqual(self.peer.of("took", behaviour=behaviour), [])

    def test_what_is_no_broker_at_all(self):
        expected = {
            "mute": ("timed_out_shaking_hands", "did not open the conversation"),
            "offers_then_mute": ("timed_out_shaking_hands", "did not open the conversation"),
            "hangs_up": ("connection_lost", "broke the connection off"),
            "talks_http": ("amqp_connection_framing_error", "speaks no AMQP 1.0"),
        }
        for behaviour, wanted in expected.items():
            with self.subTest(behaviour):
                self.check(self.report_of(self.clear(behaviour, timeout=600)), "DEFERRED", *wanted)
        self.check(self.report_of(self.way_to(free_port())), "DEFERRED", "connection_refused", "nothing listens there")
        self.check(self.report_of(self.way("good", allow=[])), "DEFERRED", "address_not_allowed", "allow")
        self.check(self.report_of(self.way("clear", timeout=600)), "DEFERRED", "tls_failed", "could not agree on TLS")
        report = self.report_of(self.way("good", broker="amqps://nobody.invalid:5671"))
        self.assertIn(report["code"], ("name_not_found", "timed_out_looking_up"))

    # --- connections ---

    def test_a_repeat_over_a_new_connection_has_the_same_id_and_the_next_attempt(self):
        with Drive(PROGRAM, "amqp", {AGENCY: self.way("drops_before_it_settles")}) as drive:
            self.check(drive.send(AGENCY, first=73_000)[0], "UNKNOWN", "connection_lost")
            drive.replace({AGENCY: self.way("good")})
            self.check(drive.send(AGENCY, first=73_000, attempt=2)[0], "SENT", "accepted")
        first = self.peer.of("took", behaviour="drops_before_it_settles")[-1]
        second = self.peer.of("took", behaviour="good")[-1]
        self.assertEqual(first["id"], second["id"])
        self.assertEqual((first["properties"]["toldattempt"], second["properties"]["toldattempt"]), (1, 2))

    def test_a_connection_is_kept_and_one_that_broke_meanwhile_costs_nothing(self):
        before = len(self.peer.of("opened", behaviour="good"))
        with Drive(PROGRAM, "amqp", {AGENCY: self.way("good")}) as drive:
            for report in drive.send(AGENCY, first=73_100, count=5):
                self.check(report, "SENT", "accepted")
                self.assertEqual(report["tls"], "TLSv1.3")
            self.assertEqual(len(self.peer.of("opened", behaviour="good")), before + 1)
            self.peer.cut("good")
            for report in drive.send(AGENCY, first=73_200, count=2):
                self.check(report, "SENT", "accepted")
        self.assertEqual(len(self.peer.of("opened", behaviour="good")), before + 2)

    def test_a_dead_broker_and_one_that_hangs_hold_up_their_own_recipients_alone(self):
        ways = {"slow": self.way("never_settles", timeout=4_000), "mute": self.clear("mute", timeout=4_000),
                "good": self.way("good")}
        with Drive(PROGRAM, "amqp", ways) as drive:
            drive.say(send="slow", first=1)
            drive.say(send="mute", first=1)
            began = time.monotonic()
            drive.say(send="good", count=50, first=1_000)
            until(lambda: len(drive.reports) >= 50, "the other's messages")
            self.assertLess(time.monotonic() - began, 3)
            self.assertEqual({r["recipient"] for r in drive.reports}, {"good"})
            drive.say(quit=True)

    def test_it_goes_at_once_with_messages_under_way(self):
        ways = {"a": self.way("never_settles", timeout=60_000), "b": self.clear("mute", timeout=60_000)}
        before = len(self.peer.of("took", behaviour="never_settles"))
        drive = Drive(PROGRAM, "amqp", ways)
        for recipient in ways:
            drive.say(send=recipient, first=73_300)
        until(lambda: len(self.peer.of("took", behaviour="never_settles")) > before, "a message under way")
        began = time.monotonic()
        drive.say(quit=True)
        self.assertEqual(drive.end(), 0)
        self.assertLess(time.monotonic() - began, 1.5)
        self.assertEqual(drive.reports, [])

    def test_what_is_under_way_when_the_ways_are_replaced_ends_as_it_began(self):
        with Drive(PROGRAM, "amqp", {AGENCY: self.way("accepts_late")}) as drive:
            drive.say(send=AGENCY, first=73_400)
            until(lambda: self.peer.of("took", behaviour="accepts_late"), "the message")
            drive.replace({AGENCY: self.way("rejects")})
            drive.replace({})
            self.peer.say(let_go="accepts_late")
            until(lambda: drive.reports, "the report")
            self.check(drive.reports[0], "SENT", "accepted")
            report, = drive.send(AGENCY, first=73_401)
            self.check(report, "DEFERRED", "no_way", "[[way]]")

    # --- who each is ---

    def test_each_fault_of_a_certificate_has_its_own_sentence(self):
        for behaviour, code, *words in (
                ("expired", "certificate_expired", "ended on", "must renew it"),
                ("early", "certificate_not_yet_valid", "this machine's clock"),
                ("other_name", "certificate_other_name", "is for other.council.test, not for localhost"),
                ("self_signed", "certificate_self_signed", "signed by itself", "ca_file"),
                ("unknown_issuer", "certificate_issuer_unknown", "not trusted here", "ca_file")):
            with self.subTest(behaviour):
                self.check(self.report_of(self.way(behaviour)), "DEFERRED", code, *words)
                self.assertEqual(self.peer.of("opened", behaviour=behaviour), [], "not a word was said")
        self.check(self.report_of(self.way("good", ca_file=None)), "DEFERRED", "certificate_issuer_unknown")
        own = str(self.brokers["self_signed"].file)
        self.check(self.report_of(self.way("self_signed", ca_file=own)), "SENT", "accepted")

    def test_a_login_by_password_and_only_the_right_one(self):
        wrong = {"password_file": str(DIRECTORY / "wrong")}
        self.check(self.report_of(self.way("good", **wrong)), "DEFERRED", "login_refused", "password_file")
        self.check(self.report_of(self.way("only_anonymous")), "DEFERRED", "login_not_offered", "SASL PLAIN")

    def test_a_login_by_certificate(self):
        nobody = {"user": None, "password_file": None}
        self.check(self.report_of(self.way("external", **nobody, **self.shown("told"))), "SENT", "accepted")
        self.assertEqual(self.peer.of("opened", behaviour="external")[-1]["shown"], "told")
        # Node looks at a stranger's after the handshake, and hangs up without a word.
        self.check(self.report_of(self.way("external", **nobody, **self.shown("stranger"))), "DEFERRED", "connection_lost")
        self.check(self.report_of(self.way("good", **nobody, **self.shown("told"))), "DEFERRED", "login_not_offered")
        # Both: the broker wants a certificate, and a password.
        self.check(self.report_of(self.way("mutual", **self.shown("told"))), "SENT", "accepted")
        self.check(self.report_of(self.way("mutual")), "DEFERRED", "client_certificate_refused")

    def test_in_the_clear_to_this_machine_alone(self):
        report = self.report_of(self.clear("clear"))
        self.check(report, "SENT", "accepted")
        self.assertEqual((report["tls"], report["certificate_ends"]), ("", 0))

    # --- what comes back ---

    def listening(self, behaviour="good", **more):
        """A drive that hears replies."""
        before = len(self.peer.of("listens", behaviour=behaviour))
        drive = self.enterContext(Drive(PROGRAM, "amqp", {AGENCY: self.way(behaviour, reply_queue="from.police", **more)}))
        until(lambda: len(self.peer.of("listens", behaviour=behaviour)) > before, "somebody who listens")
        return drive

    def test_a_reply_is_handed_in_and_taken_when_it_is_recorded(self):
        drive = self.listening()
        body = json.dumps({"receipts": [{"notification": "N-1", "attempt": 2}],
                           "acknowledgements": [{"notification": "N-1", "person": "Officer A", "role": "sergeant"}],
                           "refusals": [{"notification": "N-2", "person": "Officer B", "role": "clerk", "reason": "no"}]})
        self.assertEqual(self.peer.reply("good", body)["outcome"], "accepted")
        answer, = drive.answers
        self.assertEqual((answer["recipient"], answer["means"]), (AGENCY, "MEANS_REPLY_QUEUE"))
        self.assertEqual(answer["said"]["receipts"], [{"notification": "N-1", "attempt": 2}])
        self.assertEqual(answer["said"]["acknowledgements"][0]["person"], "Officer A")
        self.assertEqual(answer["said"]["refusals"][0]["reason"], "no")
        self.assertEqual(self.peer.reply("good", acknowledgement(), **{"as": "text"})["outcome"], "accepted")
        self.assertEqual(len(drive.answers), 2)

    def test_a_reply_that_is_not_recorded_is_rejected_with_the_reason(self):
        drive = self.listening()
        drive.say(answers="refused")
        settled = self.peer.reply("good", acknowledgement())
        self.assertEqual((settled["outcome"], settled["condition"]), ("rejected", "told:not_yours"))
        self.assertEqual(settled["description"], "the reason of the test: the mend of the test")

    def test_a_reply_that_cannot_be_read_is_rejected_once_and_holds_up_none_behind_it(self):
        drive = self.listening()
        for name, code, body, how in (
                ("garbage", "not_readable", "", "garbage"), ("empty", "not_readable", "", "empty"),
                ("number", "not_readable", "", "number"), ("sequence", "not_readable", "x", "sequence"),
                ("nothing", "not_readable", "", "nothing"), ("huge", "too_large", "", "huge"),
                ("no.json", "not_readable", "Childfamily", "data"), ("unknown", "not_readable", '{"Childfamily": 1}', "data"),
                ("credit", "unknown_field", '{"credit": 5}', "data"), ("empty.frame", "missing_field", "{}", "data"),
                ("binary", "not_readable", "\x00\xff", "data")):
            with self.subTest(name):
                settled = self.peer.reply("good", body, **{"as": how})
                self.assertEqual((settled["outcome"], settled["condition"]), ("rejected", f"told:{code}"))
                self.assertNotIn("Childfamily", settled["description"])
        self.assertEqual(self.peer.reply("good", acknowledgement())["outcome"], "accepted")
        self.assertEqual(len(drive.answers), 12)
        self.assertTrue(all("problem" in answer for answer in drive.answers[:-1]))
        self.assertNotIn("Childfamily", json.dumps(drive.answers))
        self.assertEqual(len({one["name"] for one in self.peer.of("settled", behaviour="good")}),
                         len(self.peer.of("settled", behaviour="good")), "none was settled twice")

    def test_a_reply_that_cannot_be_taken_for_now_is_kept_and_handed_in_again(self):
        drive = self.listening()
        drive.say(answers="busy")
        self.peer.say(reply="good", name="busy", body=acknowledgement())
        until(lambda: len(drive.answers) == 1, "the reply")
        self.assertEqual(self.peer.of("settled", name="busy"), [])
        until(lambda: self.peer.of("settled", name="busy"), "its second try")
        self.assertEqual(self.peer.of("settled", name="busy")[0]["outcome"], "accepted")
        self.assertEqual(len(drive.answers), 2)

    def test_with_keys_only_a_reply_that_is_signed_by_one_of_them_is_heard(self):
        drive = self.listening(reply_key_files=[str(DIRECTORY / "reply.key")])
        body = acknowledgement()
        good = signed(body)
        for name, headers in (("unsigned", None), ("others", signed(body, ANOTHER)), ("swapped", {**good, "webhook-id": "b"}),
                              ("another.body", signed(body + " ")), ("stale", signed(body, at=int(time.time()) - 90_000)),
                              ("early", signed(body, at=int(time.time()) + 90_000))):
            with self.subTest(name):
                settled = self.peer.reply("good", body, headers=headers)
                self.assertEqual((settled["outcome"], settled["condition"]), ("rejected", "told:not_proved"))
        self.assertTrue(all(answer["said"] == {} for answer in drive.answers))
        self.assertEqual(self.peer.reply("good", body, headers=good)["outcome"], "accepted")
        # It may have lain there for a night; and again, it is for the engine to call it a repeat.
        night = signed(body, at=int(time.time()) - 80_000)
        self.assertEqual(self.peer.reply("good", body, headers=night)["outcome"], "accepted")
        self.assertEqual(self.peer.reply("good", body, headers=good)["outcome"], "accepted")
        self.assertEqual([answer["said"] == {} for answer in drive.answers[-3:]], [False] * 3)

    def test_a_connection_that_breaks_is_made_anew_and_replies_are_heard_again(self):
        drive = self.listening()
        before = len(self.peer.of("listens", behaviour="good"))
        self.peer.cut("good")
        until(lambda: len(self.peer.of("listens", behaviour="good")) > before, "told, listening again", within=5)
        self.assertEqual(self.peer.reply("good", acknowledgement())["outcome"], "accepted")
        self.assertEqual(len(drive.answers), 1)

    def test_a_reply_queue_that_is_not_there_is_said_with_the_next_message(self):
        with Drive(PROGRAM, "amqp", {AGENCY: self.way("no_replies", reply_queue="from.police")}) as drive:
            reports = drive.send(AGENCY, first=75_000, count=3)
            drive.say(quit=True)
        self.assertEqual({r["outcome"] for r in reports}, {"OUTCOME_SENT"})
        self.assertIn("replies cannot be taken", reports[-1]["problem"])
        self.assertIn("there is no from.police", reports[-1]["problem"])


class AtRabbitMq(Amqp):
    """A user for told, which may write to the queues and read the replies, and one for the agency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        replies, agency = ("^from\\..*$", "^to\\..*$")
        cls.queues = {f"to.lane{n}": {} for n in range(LANES)}
        cls.queues.update({"to.police": {}, "from.police": {"x-dead-letter-exchange": "",
                                                            "x-dead-letter-routing-key": "to.dead"}, "to.dead": {},
                           "to.full": {"x-max-length": 1, "x-overflow": "reject-publish"}, "to.example": {},
                           "from.example": {}})
        cls.users = {USER: (PASSWORD, "^amq\\.default$", replies), "agency": (PASSWORD, "^amq\\.default$", agency),
                     "by-certificate": ("", "^amq\\.default$", replies), "nobody": (PASSWORD, "^$", "^$")}
        for name in ("by-certificate", "told-nobody"):
            cls.clients[name] = cls.authority.signs(name, name)
        cls.broker = RabbitMq(DIRECTORY / "rabbitmq", cls.brokers["good"], cls.authority, cls.users, cls.queues, "told")
        cls.addClassCleanup(cls.broker.stop)

    def way(self, queue="to.police", **more):
        settings = {"broker": f"amqps://{HOST}:{self.broker.tls_port}", "queue": f"/amq/queue/{queue}",
                    "virtual_host": "vhost:told", "user": USER, "password_file": str(DIRECTORY / "password"),
                    "ca_file": str(self.authority.file), "allow": LOOPBACK, "timeout": 10_000, **more}
        return {name: value for name, value in settings.items() if value is not None}

    def agency(self, queue, reply_queue=None):
        settings = {"host": "127.0.0.1", "port": self.broker.port, "username": "agency", "password": PASSWORD,
                    "queue": f"/amq/queue/{queue}", "hostname": "vhost:told"}
        if reply_queue:
            settings["reply_queue"] = f"/amq/queue/{reply_queue}"
        agency = Lines("amqp_agency.js", settings, self.environment)
        self.addCleanup(agency.close)
        until(lambda: agency.of("ready"), "the agency")
        return agency

    def test_what_is_put_into_a_queue_is_there_durably_and_its_reader_has_it(self):
        report = self.report_of(self.way(), first=80_000)
        self.check(report, "SENT", "accepted")
        self.assertEqual(report["tls"], "TLSv1.3")
        agency = self.agency("to.police")
        came = lambda: agency.of("took", id=report["notification"] + ":1")  # others' lie in that queue too
        until(came, "the message")
        message, = came()
        self.assertEqual((message["attempt"], message["durable"]), (1, True))
        self.assertEqual(message["event"]["data"]["deliveries"][0]["notification"], report["notification"])

    def test_who_told_is(self):
        self.check(self.report_of(self.way(password_file=str(DIRECTORY / "wrong"))), "DEFERRED", "login_refused")
        certificate = {"user": None, "password_file": None}
        shown = {name: {"client_certificate_file": str(made.file), "client_key_file": str(made.key)}
                 for name, made in self.clients.items()}
        self.check(self.report_of(self.way(**certificate, **shown["by-certificate"])), "SENT", "accepted")
        # One whose certificate is good, and whom the broker does not know.
        self.check(self.report_of(self.way(**certificate, **shown["told-nobody"])), "DEFERRED", "login_refused")
        self.check(self.report_of(self.way(**certificate, **shown["stranger"])), "DEFERRED", "client_certificate_refused")

    def test_what_told_may_not_do_is_said(self):
        # It looks at that only when it has the message.
        report = self.report_of(self.way(user="nobody"))
        self.check(report, "UNKNOWN", "amqp_unauthorized_access", "may not use /amq/queue/to.police")
        report = self.report_of(self.way(virtual_host="vhost:another"))
        self.assertEqual(report["outcome"], "OUTCOME_DEFERRED", report)

    def test_what_a_full_queue_refuses_is_not_said_to_be_sent(self):
        # Debian's RabbitMQ does not find the words, and breaks the connection off.
        with Drive(PROGRAM, "amqp", {AGENCY: self.way("to.full")}) as drive:
            first, second, third = drive.send(AGENCY, first=80_100, count=3)
        self.check(first, "SENT", "accepted")
        for report in (second, third):
            self.check(report, "UNKNOWN", "connection_lost")

    def test_what_there_is_no_queue_for_is_accepted_all_the_same_and_so_never_said_to_be_delivered(self):
        self.check(self.report_of(self.way("to.nobody")), "SENT", "accepted")

    def test_replies_come_out_of_the_queue_and_what_is_rejected_goes_to_the_dead_letters_once(self):
        agency = self.agency("to.dead", "from.police")
        way = self.way(reply_queue="/amq/queue/from.police", reply_key_files=[str(DIRECTORY / "reply.key")])
        with Drive(PROGRAM, "amqp", {AGENCY: way}) as drive:
            for name, body, headers in (("bad", "no json", signed("no json")), ("forged", acknowledgement(), {}),
                                        ("good", acknowledgement(), signed(acknowledgement())),
                                        ("again", acknowledgement(), signed(acknowledgement()))):
                agency.say(reply=name, body=body, headers=headers)
            until(lambda: len(drive.answers) == 4 and len(agency.of("took")) == 2, "four replies, and two dead letters")
            self.assertEqual({letter["event"] if isinstance(letter["event"], str) else "json" for letter in agency.of("took")},
                             {"no json", "json"})
            self.assertEqual(["problem" in answer for answer in drive.answers], [True, True, False, False])
            drive.say(quit=True)
        # Nothing is left for the next one to hear.
        with Drive(PROGRAM, "amqp", {AGENCY: way}) as drive:
            agency.say(reply="last", body=acknowledgement("N-9"), headers=signed(acknowledgement("N-9")))
            until(lambda: drive.answers, "the last reply")
            self.assertEqual(drive.answers[0]["said"]["acknowledgements"][0]["notification"], "N-9")
            self.assertEqual(len(drive.answers), 1)
            drive.say(quit=True)

    def test_a_reply_queue_that_is_not_there_is_said_and_messages_go_on(self):
        with Drive(PROGRAM, "amqp", {AGENCY: self.way(reply_queue="/amq/queue/from.nobody")}) as drive:
            reports = drive.send(AGENCY, first=80_200, count=3)
            drive.say(quit=True)
        self.assertEqual({r["outcome"] for r in reports}, {"OUTCOME_SENT"})
        self.assertIn("there is no /amq/queue/from.nobody", reports[-1]["problem"])

    def test_what_the_page_shows_in_javascript_takes_answers_and_does_not_show_a_repeat(self):
        page = (HERE.parents[1] / "adapters/carriers/amqp/README.md").read_text()
        shown = DIRECTORY / "example.js"
        shown.write_text(page.split("```js\n")[1].split("```")[0])
        environment = {**self.environment, "HOST": HOST, "PORT": str(self.broker.tls_port), "LOGIN": "agency",
                       "PASSWORD": PASSWORD, "AUTHORITY": str(self.authority.file), "QUEUE": "/amq/queue/to.example",
                       "REPLY_QUEUE": "/amq/queue/from.example"}
        agency = subprocess.Popen(["node", shown], env=environment, stdout=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (agency.kill(), agency.wait(), agency.stdout.close()))
        way = self.way("to.example", reply_queue="/amq/queue/from.example")
        with Drive(PROGRAM, "amqp", {AGENCY: way}) as drive:
            report, = drive.send(AGENCY, first=80_300)
            self.assertEqual(agency.stdout.readline().split(),
                             ["told.notification.tell.v1", "R-TEST", report["notification"]])
            until(lambda: len(drive.answers) == 2, "an acknowledgement and a receipt")
            drive.send(AGENCY, first=80_300, attempt=2)
            until(lambda: len(drive.answers) == 3, "the second receipt")
            said = [answer["said"] for answer in drive.answers]
            self.assertEqual([list(one) for one in said], [["acknowledgements"], ["receipts"], ["receipts"]])
            self.assertEqual([one["receipts"][0]["attempt"] for one in said[1:]], [1, 2])
            self.assertEqual({n["notification"] for one in said for part in one.values() for n in part},
                             {report["notification"]})
            drive.say(quit=True)

    def test_ten_thousand_are_none_lost_though_the_broker_is_killed_and_every_repeat_is_marked(self):
        ways = {f"lane{n}": self.way(f"to.lane{n}") for n in range(LANES)}
        each = DELIVERIES // LANES
        first = {lane: 100_000 + n * DELIVERIES for n, lane in enumerate(ways)}
        with Drive(PROGRAM, "amqp", ways) as drive:
            began = time.monotonic()
            for lane in ways:
                drive.say(send=lane, count=each // 2, first=first[lane])
            until(lambda: len(drive.reports) == DELIVERIES // 2, "half of the reports", within=120)
            took = time.monotonic() - began
            self.assertEqual({r["outcome"] for r in drive.reports}, {"OUTCOME_SENT"})
            # The rest goes on while the broker is killed and comes again; what fails is tried again, as a lane does.
            for lane in ways:
                drive.say(send=lane, count=each - each // 2, first=first[lane] + each // 2)
            until(lambda: len(drive.reports) > DELIVERIES * 5 // 8, "some more", within=120)
            self.broker.kill_and_start()
            until(lambda: len(drive.reports) == DELIVERIES, "all first attempts", within=120)
            self.assertGreater(sum(r["outcome"] != "OUTCOME_SENT" for r in drive.reports), 0, "nothing failed")
            attempts = self.sent_until_taken(drive, first, each)
        agencies = [self.agency(f"to.{lane}") for lane in ways]
        messages = lambda: [m for agency in agencies for m in agency.of("took")]
        ids = lambda: {m["id"] for m in messages()}
        until(lambda: len(ids()) >= DELIVERIES, "all messages", within=60)
        self.assertEqual(len(ids()), DELIVERIES)
        marks = [(m["id"], m["attempt"]) for m in messages()]
        self.assertEqual(len(marks), len(set(marks)), "a repeat has another attempt")
        self.assertTrue(all(attempt <= attempts[name] for name, attempt in marks))
        print(f"amqp: {DELIVERIES} messages to {LANES} queues of RabbitMQ, killed once meanwhile: all there, "
              f"{len(marks) - DELIVERIES} of them twice, each marked; the first half in {took:.1f} s, "
              f"{DELIVERIES / 2 / took:.0f} a second", file=sys.stderr)

    def sent_until_taken(self, drive, first, each):
        """Tries again what was not taken, as the next attempt. How many attempts each id came to."""
        numbers = {}
        for lane, start in first.items():
            for place, report in enumerate([r for r in drive.reports if r["recipient"] == lane]):
                numbers[report["notification"]] = start + place
        attempts, todo = {}, list(drive.reports)
        end = time.monotonic() + 60
        while todo:
            self.assertLess(time.monotonic(), end, "told does not reach the broker again")
            failed = [r for r in todo if r["outcome"] != "OUTCOME_SENT"]
            attempts.update({r["notification"] + ":1": r["attempt"] for r in todo})
            before = len(drive.reports)
            for report in failed:
                drive.say(send=report["recipient"], first=numbers[report["notification"]], attempt=report["attempt"] + 1)
            until(lambda: len(drive.reports) == before + len(failed), "the next attempts", within=60)
            todo = drive.reports[before:]
        return attempts


if __name__ == "__main__":
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
