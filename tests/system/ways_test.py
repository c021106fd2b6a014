#!/usr/bin/python3
"""told goes to recipients: by webhook, by a directory, by both; and hears them by callbacks, files and links."""
import base64
import json
import re
import time

import hands
from hands import ACCEPTED, Desk, Port, Story, heads, ledger, until
from outside import POLICE, SECRET, Door, Hook, delivery, signed
from told.v1 import ledger_pb2


class Ways(Story):
    def setUp(self):
        self.hook = Hook()
        self.addCleanup(self.hook.close)

    def out(self, second="", **settings):
        """A house whose police are told by webhook (and a second channel), and nobody else differently."""
        more = f"""
[door]
socket = "door.sock"
public_url = "https://told.council.example"

[[way]]
recipient = "{POLICE}"
carrier = "webhook"
url = "http://127.0.0.1:{self.hook.port}/told"
allow = "127.0.0.1"
timeout = "2 s"
key_files = "hook.key"
callback_key_files = "hook.key"
"""
        if second:
            more += f'\n[[way]]\nrecipient = "{POLICE}"\ncarrier = "spool"\ndirectory = "pickup"\npoll = "100 ms"\n'
        house = self.house(more=more, told_by={POLICE: 'carrier = "webhook"\n' + second},
                           secrets={"hook.key": f"whsec_{SECRET}"}, **settings)
        for folder in ("incoming", "outgoing", "done", "refused"):
            (house.directory / "pickup" / POLICE / folder).mkdir(parents=True)
        return house

    def told_police(self, port, **more):
        self.assertVerdict(port.publish_one(port.event(**more)), ACCEPTED)

    def acknowledged(self, house, means):
        """The acknowledgements of the ledger by that means."""
        return [a for a in heads(ledger(house), "acknowledged") if a.means == means]

    def police_events(self, count=1):
        return until(lambda: len(self.hook.events) >= count and self.hook.events, f"{count} calls of the webhook")

    def test_an_agency_is_told_by_webhook_and_answers_by_a_signed_callback(self):
        with self.out() as house:
            house.start()
            with Port(house) as port:
                self.told_police(port)
            event = self.police_events()[0]
            told = delivery(event)
            self.assertIn(told["notification"], event["id"])
            self.assertIn("told.example/test", event["source"])
            door = self.enterContext(Door(house))
            body = json.dumps({"acknowledgements": [{"notification": told["notification"], "person": "A. Person",
                                                     "role": "control room"}]}).encode()
            path = f"/callback/webhook/{POLICE}"
            # A stranger's, a forged, a replayed and an unsigned call change nothing.
            for headers in (signed(body, base64.b64encode(b"x" * 32).decode()), {**signed(body), "webhook-id": "other"},
                            signed(body, at=int(time.time()) - 400), {}):
                status, answer = door.ask("POST", path, body, headers)
                self.assertEqual(status, 401, answer)
                self.assertIn("mend", json.loads(answer)["problem"])
            self.assertEqual(self.acknowledged(house, ledger_pb2.MEANS_CALLBACK), [])
            # Somebody else's notification is not theirs to answer.
            self.assertEqual(door.ask("POST", "/callback/webhook/home_office.asylum", body, signed(body))[0], 404)
            status, answer = door.ask("POST", path, body, signed(body))
            self.assertEqual(status, 200, answer)
            self.assertTrue(json.loads(answer)["results"][0]["recorded"])
            # Once more: recorded as a repeat.
            status, answer = door.ask("POST", path, body, signed(body, name="call-2"))
            self.assertTrue(json.loads(answer)["results"][0]["repeated"], answer)
            said = self.acknowledged(house, ledger_pb2.MEANS_CALLBACK)
            self.assertEqual([s.via for s in said], [POLICE, POLICE])
            ended = [e for e in heads(ledger(house), "attempt_ended") if e.carrier == "webhook"]
            self.assertEqual([e.outcome for e in ended], [ledger_pb2.OUTCOME_DELIVERED])

    def test_a_recipient_that_fails_is_tried_again_in_order_and_told_everything_after_it_heals(self):
        with self.out() as house:
            self.hook.status = 503
            house.start()
            with Port(house) as port, Desk(house, "home_office.asylum") as home_office:
                for number in range(3):
                    self.told_police(port, subject=f"TIL/{number:06}")
                self.police_events(3)
                # Nobody else waits for them.
                home_office.until(lambda: len(home_office.deliveries) >= 3, "all three at the Home Office")
            indexes = [int(delivery(e)["event_index"]) for e in self.hook.events]
            self.assertEqual(len(set(indexes)), 1, "what came later waits behind what fails")
            self.hook.status = 200
            healed = time.monotonic()
            until(lambda: len({delivery(e)["event_index"] for e in self.hook.events}) == 3, "all three after it healed")
            self.assertLess(time.monotonic() - healed, 5.0)
            seen = [int(delivery(e)["event_index"]) for e in self.hook.events]
            self.assertEqual(seen, sorted(seen))
            attempts = [delivery(e)["attempt"] for e in self.hook.events if int(delivery(e)["event_index"]) == indexes[0]]
            self.assertEqual(attempts, sorted(set(attempts)), "every repeat is marked")

    def test_a_second_channel_takes_over_and_its_files_answer(self):
        second = 'second_channel = { carrier = "spool", after_failures = 2 }\n'
        with self.out(second=second) as house:
            self.hook.status = 500
            house.start()
            with Port(house) as port:
                self.told_police(port)
            folder = house.directory / "pickup" / POLICE
            file = until(lambda: next(iter((folder / "outgoing").glob("*.json")), None), "a file in the pick-up")
            told = delivery(json.loads(file.read_text()))
            self.assertEqual(told["attempt"], 3)
            reply = {"receipts": [{"notification": told["notification"], "attempt": 3}],
                     "acknowledgements": [{"notification": told["notification"], "person": "A. Person", "role": "desk"}]}
            (folder / "incoming" / ".half").write_text(json.dumps(reply))
            (folder / "incoming" / ".half").rename(folder / "incoming" / "answer.json")
            until(lambda: self.acknowledged(house, ledger_pb2.MEANS_FILE), "the acknowledgement in the ledger")
            case = house.ctl("case", re.search("C-[0-9A-Z-]+", house.log()).group(0)).stdout
            self.assertIn("Telling Police control room (attempt 3, by the second channel)", case)
            self.assertIn("by a file that came back", case)
            ways = json.loads(house.ctl("ways", "--json").stdout)["ways"]
            self.assertEqual([(w["carrier"], w["state"]) for w in ways if w["recipient"] == POLICE],
                             [("webhook", "open"), ("spool", "open")])
            self.assertIn("HTTP status 500", next(w["sentence"] for w in ways if w["carrier"] == "webhook"))
            live = house.ctl("check", "--live", "--json", house.directory / "told.toml", check=False)
            self.assertEqual(live.returncode, 69, live.stdout)
            tried = [(w["carrier"], w.get("reached", False)) for w in json.loads(live.stdout)["ways"]]
            self.assertEqual(tried[:2], [("webhook", False), ("spool", True)])
            self.assertEqual(set(tried[2:]), {("zmq_queue", False)}, "nobody's worker is here")
            self.assertIn("delivery_failing", {a.code for a in heads(ledger(house), "alarm_raised")})
            ended = [(e.carrier, e.outcome) for e in heads(ledger(house), "attempt_ended") if e.carrier != "zmq_queue"]
            self.assertEqual(ended, [("webhook", ledger_pb2.OUTCOME_DEFERRED)] * 2 +
                             [("spool", ledger_pb2.OUTCOME_SENT), ("spool", ledger_pb2.OUTCOME_DELIVERED)])

    def test_nothing_is_forgotten_when_told_is_killed_while_a_recipient_is_out(self):
        with self.out() as house:
            self.hook.status = 503
            house.start()
            with Port(house) as port:
                self.told_police(port)
            self.police_events()
            house.kill()
            self.hook.status = 200
            self.hook.events.clear()
            house.start()
            self.assertGreater(delivery(self.police_events()[0])["attempt"], 1)

    def test_a_recipient_that_is_gone_for_ever_is_left_alone_and_said_to_be(self):
        with self.out() as house:
            self.hook.status = 410
            house.start()
            with Port(house) as port:
                self.told_police(port)
                self.police_events()
                until(lambda: "Nothing more is sent there until the configuration is reloaded" in house.log(), "the log")
                calls = len(self.hook.events)
                self.told_police(port, subject="TIL/000002")
                self.hook.status = 200
                house.reload()
                self.police_events(calls + 2)

    def test_a_person_acknowledges_by_the_link_and_nobody_else_does(self):
        with self.out(second='second_channel = { carrier = "spool", after_failures = 1 }\n') as house:
            self.hook.status = 500
            house.start()
            link = self.link_of(house)
            door = self.enterContext(Door(house))
            status, page = door.ask("GET", link)
            self.assertEqual(status, 200)
            self.assertIn("Nothing is recorded until you press the button", page)
            self.assertNotIn("child A", page)
            self.assertEqual(self.acknowledged(house, ledger_pb2.MEANS_LINK), [], "opening it changes nothing")
            for forged in (link[:-1], link[:-1] + ("A" if link[-1] != "A" else "B"), "/acknowledge/", "/acknowledge/" + "A" * 38):
                self.assertEqual(door.ask("GET", forged)[0], 404, forged)
                self.assertEqual(door.send_form(forged, person="A", role="b", answer="have", note="")[0], 404)
            status, page = door.send_form(link, person="", role="duty officer", answer="have", note="")
            self.assertEqual(status, 400)
            self.assertIn("Not sent yet", page)
            self.assertIn("duty officer", page)
            self.assertNotIn("checked", door.ask("GET", link)[1], "no answer is chosen for anybody")
            status, page = door.send_form(link, person="A. Person", role="duty officer", note="")
            self.assertEqual(status, 400)
            self.assertIn("choose one of the two answers", page)
            status, page = door.send_form(link, person="<b>A. Person", role="duty officer", answer="have", note="")
            self.assertEqual(status, 200, page)
            self.assertIn("Recorded: you have it", page)
            status, page = door.send_form(link, person="B. Person", role="duty officer", answer="have", note="")
            self.assertIn("It was answered before you", page)
            said = self.acknowledged(house, ledger_pb2.MEANS_LINK)
            self.assertEqual([s.repeated for s in said], [False, True])
            self.assertIn("This was answered already", door.ask("GET", link)[1])

    def link_of(self, house):
        """The link of the first notification that police are told of: it goes with what a carrier of people would send."""
        with Port(house) as port:
            self.told_police(port)
        self.police_events()
        found = until(lambda: re.search(r"https://told.council.example(/acknowledge/[A-Za-z0-9_-]{38})",
                                        json.dumps(self.hook.events)), "a link in what was sent")
        return found.group(1)


if __name__ == "__main__":
    hands.main()
