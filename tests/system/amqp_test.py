#!/usr/bin/python3
"""A recipient is told by a queue at a broker, and answers by another: whoever may, and nobody else."""
import json
import pathlib
import re
import sys
import tempfile
import time

import hands  # finds the other tests' modules
import certificates
import parties
from brokers import PASSWORD, OddBroker
from hands import ACCEPTED, Port, Story, heads, ledger, until
from standard_webhooks import ANOTHER, SECRET, signed
from told.v1 import ledger_pb2
from told_history import notification_of

POLICE, HOME_OFFICE = "police.control_room", "home_office.asylum"


def acknowledgement(told, person="A. Person", **more):
    return json.dumps({"acknowledgements": [{"notification": told["notification"], "person": person, "role": "desk", **more}]})


class ByAmqp(Story):
    def out(self, keys=True, **settings):
        """A house whose police and Home Office are told by AMQP."""
        return self.house(told_by=dict.fromkeys((POLICE, HOME_OFFICE), 'carrier = "amqp"\n'), more=self.ways(keys),
                          secrets={"broker.password": PASSWORD, "reply.key": f"whsec_{SECRET}"}, **settings)

    def setUp(self):
        self.certificates = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="told-amqp-")))
        self.authority = certificates.Authority(self.certificates, "authority")
        # Each of its ports is a broker of its own: `good` is the police's, `slow` the Home Office's.
        self.broker = OddBroker(pathlib.Path(self.told).resolve().parents[1] / "tests" / "system",
                                self.authority.signs("broker", "localhost"), self.authority)
        self.addCleanup(self.broker.close)

    def ways(self, keys):
        return f"""
[carrier.amqp]
user = "told"
password_file = "broker.password"
ca_file = "{self.authority.file}"
allow = ["127.0.0.0/8", "::1"]
timeout = "2 s"
""" + "".join(f"""
[[way]]
recipient = "{recipient}"
carrier = "amqp"
broker = "amqps://localhost:{self.broker.ports[port]}"
queue = "to.{port}"
reply_queue = "from.{port}"
""" + ('reply_key_files = "reply.key"\n' if keys and recipient == POLICE else "")
            for recipient, port in ((POLICE, "good"), (HOME_OFFICE, "slow")))

    def told_police(self, house):
        with Port(house) as port:
            self.assertVerdict(port.publish_one(port.event()), ACCEPTED)
        return until(lambda: self.broker.told("good"), "the message to police")[0]

    def acknowledged(self, house):
        return [a for a in heads(ledger(house), "acknowledged") if a.means == ledger_pb2.MEANS_REPLY_QUEUE]

    def refused(self, house, party=POLICE):
        return [r.code for r in heads(ledger(house), "refused") if r.party == party]

    def outcomes(self, house, told):
        event, slot = notification_of(told["notification"])
        return [(e.attempt_ended.outcome, e.attempt_ended.code) for e in ledger(house)
                if e.WhichOneof("head") == "attempt_ended" and (e.event, e.attempt_ended.slot) == (event, slot)]

    def test_an_acknowledgement_is_heard_from_its_rightful_owner_and_from_nobody_else(self):
        with self.out() as house:
            house.start()
            told = self.told_police(house)
            body = acknowledgement(told)
            # A stranger's, a forged one, one for another body, one that is older than a day, none at all.
            for name, headers in (("stranger", signed(body, ANOTHER)),
                                  ("forged", {**signed(body), "webhook-id": "other"}), ("swapped", signed(body + " ")),
                                  ("late", signed(body, at=int(time.time()) - 90_000)), ("unsigned", {})):
                with self.subTest(name):
                    settled = self.broker.reply("good", body, headers=headers)
                    self.assertEqual((settled["outcome"], settled["condition"]), ("rejected", "told:not_proved"))
            self.assertEqual(self.acknowledged(house), [])
            until(lambda: self.refused(house) == ["not_proved"] * 5, "five refusals in the ledger")
            self.assertIn(f"what came from {POLICE} by amqp is not taken, not_proved: no signature is by a key", house.log())
            # Another recipient's, over its own reply queue, about what is the police's.
            until(lambda: self.broker.told("slow"), "the message to the Home Office")
            settled = self.broker.reply("slow", body)
            self.assertEqual((settled["outcome"], settled["condition"]), ("rejected", "told:unknown_notification"), settled)
            self.assertEqual(self.acknowledged(house), [])
            # The owner's; replayed; said again by somebody else there.
            headers = signed(body)
            self.assertEqual(self.broker.reply("good", body, headers=headers)["outcome"], "accepted")
            self.assertEqual(self.broker.reply("good", body, headers=headers)["outcome"], "accepted")
            again = acknowledgement(told, "B. Person")
            self.assertEqual(self.broker.reply("good", again, headers=signed(again))["outcome"], "accepted")
            said = self.acknowledged(house)
            self.assertEqual([(s.via, s.repeated, s.late) for s in said],
                             [(POLICE, False, False), (POLICE, True, False), (POLICE, True, False)])
            case = house.ctl("case", re.search("C-[0-9A-Z-]+", house.log()).group(0)).stdout
            self.assertIn("by their reply queue", case)
            self.assertNotIn("A. Person", house.log())

    def test_accepted_is_sent_and_a_receipt_is_delivered_and_neither_stops_the_clock(self):
        with self.out() as house:
            house.start()
            told = self.told_police(house)
            sent, delivered = (ledger_pb2.OUTCOME_SENT, "accepted"), (ledger_pb2.OUTCOME_DELIVERED, "receipt")
            until(lambda: self.outcomes(house, told) == [sent], "the attempt's end")
            body = json.dumps({"receipts": [{"notification": told["notification"], "attempt": 1}]})
            self.assertEqual(self.broker.reply("good", body, headers=signed(body))["outcome"], "accepted")
            until(lambda: self.outcomes(house, told) == [sent, delivered], "the receipt")
            self.assertEqual(heads(ledger(house), "acknowledged"), [])

    def test_anothers_receipt_changes_nothing(self):
        with self.out() as house:
            house.start()
            told = self.told_police(house)
            until(lambda: self.broker.told("slow"), "the message to the Home Office")
            body = json.dumps({"receipts": [{"notification": told["notification"], "attempt": 1}]})
            self.broker.reply("slow", body)
            other = json.dumps({"receipts": [{"notification": self.broker.told("slow")[0]["notification"], "attempt": 1}]})
            self.broker.reply("slow", other)
            until(lambda: (ledger_pb2.OUTCOME_DELIVERED, "receipt") in self.outcomes(house, self.broker.told("slow")[0]),
                  "their own receipt, which came later")
            self.assertEqual(self.outcomes(house, told), [(ledger_pb2.OUTCOME_SENT, "accepted")])

    def test_a_late_one_is_heard_as_late_and_a_refusal_says_not_ours(self):
        with self.out(ladders=dict.fromkeys(parties.LONG, ("200 ms", "400 ms", "1 h"))) as house:
            house.start()
            told = self.told_police(house)
            event, slot = notification_of(told["notification"])
            until(lambda: any(e.WhichOneof("head") == "escalated" and (e.event, e.escalated.slot, e.escalated.rung) ==
                              (event, slot, 2) for e in ledger(house)), "the second rung, when it is late")
            body = acknowledgement(told)
            self.assertEqual(self.broker.reply("good", body, headers=signed(body))["outcome"], "accepted")
            self.assertEqual([s.late for s in self.acknowledged(house)], [True])
            other = until(lambda: self.broker.told("slow"), "the message to the Home Office")[0]
            refusal = json.dumps({"refusals": [{"notification": other["notification"], "person": "B. Person", "role": "desk",
                                                "reason": "another region"}]})
            self.assertEqual(self.broker.reply("slow", refusal)["outcome"], "accepted")
            self.assertEqual([r.via for r in heads(ledger(house), "declined")], [HOME_OFFICE])

    def test_poison_is_rejected_once_and_told_goes_on(self):
        with self.out(keys=False) as house:
            house.start()
            told = self.told_police(house)
            for how in ("garbage", "empty", "huge", "number"):
                self.assertEqual(self.broker.reply("good", **{"as": how})["outcome"], "rejected", how)
            self.assertEqual(self.broker.reply("good", "no json: child A")["condition"], "told:not_readable")
            self.assertEqual(self.broker.reply("good", acknowledgement(told))["outcome"], "accepted")
            until(lambda: len(self.refused(house)) == 5, "five refusals in the ledger")
            self.assertEqual(len(self.acknowledged(house)), 1)
            self.assertNotIn("child A", house.log())

    def test_a_reply_queue_that_cannot_be_heard_is_said_before_anybody_waits_for_it(self):
        self.broker.ports["good"] = self.broker.ports["no_replies"]
        with self.out() as house:
            house.start()
            until(lambda: f"what {POLICE} says by amqp cannot be heard" in house.log(), "the line in the log")
            self.assertIn("there is no from.good", house.log())

    def test_a_live_check_says_what_it_saw_and_leaves_replies_for_told(self):
        with self.out(keys=False) as house:
            house.start()
            told = self.told_police(house)
            live = house.ctl("check", "--live", "--json", house.directory / "told.toml", check=False)
            ways = {way["recipient"]: way for way in json.loads(live.stdout)["ways"]}
            self.assertTrue(ways[POLICE]["reached"], live.stdout)
            self.assertEqual((ways[POLICE]["tls"], ways[POLICE].get("problem", "")), ("TLSv1.3", ""))
            self.assertIn("certificate_ends", ways[POLICE])
            self.assertIn("TEST of the way to you", json.dumps(self.broker.told("good")[-1]))
            self.assertEqual(self.broker.reply("good", acknowledgement(told))["outcome"], "accepted")
            # A password that is wrong: the row says so.
            (house.directory / "broker.password").write_text("another\n")
            live = house.ctl("check", "--live", house.directory / "told.toml", check=False)
            self.assertEqual(live.returncode, 69)
            self.assertIn("does not take told's login", live.stdout)


if __name__ == "__main__":
    hands.main()
