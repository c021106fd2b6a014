#!/usr/bin/python3
"""Who may answer, and by which means: the same questions of each of them (daemon/answers/README.md has the table)."""
import json
import re
import time
import urllib.parse

import hands
import parties
from hands import ACCEPTED, Desk, Port, Story, heads, ledger, until
from told_history import notification_of
from outside import POLICE, SECRET, Door, Hook, signed
from told.v1 import ledger_pb2

HOME_OFFICE, ITG = "home_office.asylum", "barnardos.itg"
FORM = {"content-type": "application/x-www-form-urlencoded"}
# Whoever must answer is late after a second, and somebody is called before.
SOON = {name: ("300 ms", "1 s", "6 h") for name in parties.LONG}


class Said:
    """What a means was answered: `code` where it was not recorded."""

    def __init__(self, recorded=False, late=False, repeated=False, code=""):
        self.recorded, self.late, self.repeated, self.code = recorded, late, repeated, code

    @staticmethod
    def of(result):
        """Of an AcknowledgementResult in JSON."""
        return Said(result.get("recorded", False), result.get("late", False), result.get("repeated", False),
                    result.get("problem", {}).get("code", ""))


class Means:
    """One recipient, and how it answers. `others`: notifications of other recipients about the same event."""
    means = who = None

    def __init__(self, story):
        self.story = story

    def notification(self):
        """The reference that it was told under."""
        return self.story.references[self.who]

    def say(self, reference, person="A. Person", role="desk"):
        raise NotImplementedError

    def refuse(self, reference, reason="not our area"):
        raise NotImplementedError


class Link(Means):
    means, who = ledger_pb2.MEANS_LINK, POLICE

    def address(self):
        return self.story.links[self.notification()]

    def post(self, **fields):
        status, page = self.story.door.send_form(self.address(), **fields)
        title = re.search("<h1>(.*?)</h1>", page).group(1)
        return Said(recorded=status == 200, late=title == "Recorded, after the deadline",
                    repeated=title == "It was answered before you", code="" if status == 200 else str(status))

    def say(self, reference, person="A. Person", role="desk"):
        # Whatever the form says besides: the link opens one notification.
        return self.post(person=person, role=role, answer="have", note="", notification=reference)

    def refuse(self, reference, reason="not our area"):
        return self.post(person="A. Person", role="desk", answer="not_ours", note=reason)


class Callback(Means):
    means, who = ledger_pb2.MEANS_CALLBACK, POLICE

    def call(self, said):
        body = json.dumps(said).encode()
        status, answer = self.story.door.ask("POST", f"/callback/webhook/{self.who}", body,
                                             signed(body, name=f"call-{time.monotonic_ns()}"))
        self.story.assertEqual(status, 200, answer)
        return Said.of(json.loads(answer)["results"][0])

    def say(self, reference, person="A. Person", role="desk"):
        return self.call({"acknowledgements": [{"notification": reference, "person": person, "role": role}]})

    def refuse(self, reference, reason="not our area"):
        return self.call({"refusals": [{"notification": reference, "person": "A", "role": "desk", "reason": reason}]})


class File(Means):
    means, who = ledger_pb2.MEANS_FILE, HOME_OFFICE
    brought = 0

    def bring(self, text, name=None):
        """What told files beside it, and where."""
        File.brought += 1
        name = name or f"answer-{File.brought}.json"
        trays = self.story.trays(self.who)
        half = trays / "incoming" / f".half-{File.brought}"
        half.write_text(text if isinstance(text, str) else json.dumps(text))
        half.rename(trays / "incoming" / name)

        def result():
            for tray in ("done", "refused"):
                file = trays / tray / name.replace(".json", ".result.json")
                if file.exists():
                    return tray, json.loads(file.read_text())
            return None

        return until(result, f"the result of {name}")

    def say(self, reference, person="A. Person", role="desk"):
        _, answer = self.bring({"acknowledgements": [{"notification": reference, "person": person, "role": role}]})
        return Said.of(answer["results"][0])

    def refuse(self, reference, reason="not our area"):
        _, answer = self.bring({"refusals": [{"notification": reference, "person": "A", "role": "desk",
                                              "reason": reason}]})
        return Said.of(answer["results"][0])


class Worker(Means):
    means, who = ledger_pb2.MEANS_QUEUE, ITG

    def answered(self, reference):
        desk = self.story.desk
        result = desk.until(lambda: next((r for r in desk.results if r.notification == reference), None), "an answer")
        desk.results.remove(result)
        return Said(result.recorded, result.late, result.repeated, result.problem.code)

    def say(self, reference, person="A. Person", role="desk"):
        self.story.desk.send(acknowledgements=[{"notification": reference, "person": person, "role": role}])
        return self.answered(reference)

    def refuse(self, reference, reason="not our area"):
        self.story.desk.send(refusals=[{"notification": reference, "person": "A", "role": "desk", "reason": reason}])
        return self.answered(reference)


class Answers(Story):
    def begin(self, **settings):
        """One child has arrived: the police know by webhook, the Home Office by files, Barnardo's by its worker."""
        hook = Hook()
        self.addCleanup(hook.close)
        self.at_hand = self.house(told_by={POLICE: 'carrier = "webhook"\n', HOME_OFFICE: 'carrier = "spool"\n'},
                                  secrets={"hook.key": f"whsec_{SECRET}"}, more=f"""
[door]
socket = "door.sock"
public_url = "https://told.council.example"

[[way]]
recipient = "{POLICE}"
carrier = "webhook"
url = "http://127.0.0.1:{hook.port}/told"
allow = "127.0.0.1"
key_files = "hook.key"
callback_key_files = "hook.key"

[[way]]
recipient = "{HOME_OFFICE}"
carrier = "spool"
directory = "pickup"
poll = "50 ms"
""", worker_heartbeat="30 s", **settings)
        for tray in ("incoming", "outgoing", "done", "refused"):
            (self.trays(HOME_OFFICE) / tray).mkdir(parents=True)
        self.enterContext(self.at_hand)
        self.at_hand.start()
        self.desk = self.enterContext(Desk(self.at_hand, ITG))
        self.door = self.enterContext(Door(self.at_hand))
        self.hook = hook
        self.port = self.enterContext(Port(self.at_hand))
        self.publish()
        return [Link(self), Callback(self), File(self), Worker(self)]

    def publish(self, kind="child.arrived"):
        """The newest event is what the means speak of from now on."""
        result = self.port.publish_one(self.port.event(kind))
        self.assertVerdict(result, ACCEPTED)
        self.event = hands.number_of(result.receipt, "E")
        self.desk.take(hands.of_subject(result))
        until(lambda: any(self.is_about(delivery) for delivery in self.hooked()), "the webhook")
        until(lambda: any(self.is_about(delivery) for delivery in self.filed()), "the file")
        self.links = {e["data"]["deliveries"][0]["notification"]: urllib.parse.urlsplit(e["toldlink"]).path
                      for e in self.hook.events if "toldlink" in e}
        self.references = {row["recipient"]: row["reference"] for row in self.rows()}

    def trays(self, recipient):
        return self.at_hand.directory / "pickup" / recipient

    def hooked(self):
        return [e["data"]["deliveries"][0] for e in self.hook.events]

    def filed(self):
        return [json.loads(f.read_text())["deliveries"][0] for f in (self.trays(HOME_OFFICE) / "outgoing").glob("N-*.json")]

    def is_about(self, delivery):
        return int(delivery["event_index"]) == self.event

    def rows(self):
        """What is open of those who were told of the newest event; not who was called about it."""
        return [row for row in self.at_hand.board.open()
                if notification_of(row["reference"])[0] == self.event and row["kind"] != "NOTIFICATION_KIND_ESCALATION"]

    def acknowledged(self):
        return heads(ledger(self.at_hand), "acknowledged")

    def is_open(self, reference):
        return reference in [row["reference"] for row in self.at_hand.board.open()]

    def unchanged(self):
        """The ledger's entries but those that say what was refused, to be compared."""
        return [e.SerializeToString() for e in ledger(self.at_hand)
                if e.WhichOneof("head") not in ("refused", "session_changed", "attempt_ended")]

    # --- the questions ---

    def test_its_owner_is_recorded_with_the_means_and_the_clock_stops(self):
        for means in self.begin():
            with self.subTest(type(means).__name__):
                self.publish()
                reference = means.notification()
                said = means.say(reference)
                self.assertEqual((said.recorded, said.late, said.repeated), (True, False, False), said.code)
                last = self.acknowledged()[-1]
                self.assertEqual((last.means, last.via, last.repeated), (means.means, means.who, False))
                self.assertFalse(self.is_open(reference))

    def test_a_stranger_changes_nothing(self):
        all_means = self.begin()
        before = self.unchanged()
        for means in all_means[1:]:
            with self.subTest(type(means).__name__):
                theirs = self.references[ITG if means.who != ITG else POLICE]
                self.assertEqual(means.say(theirs).code, "unknown_notification")
                self.assertEqual(means.refuse(theirs).code, "unknown_notification")
                self.assertEqual(self.unchanged(), before)
        # A link opens its own notification whatever the form says: what it did was its own.
        theirs = self.references[ITG]
        self.assertTrue(all_means[0].say(theirs).recorded)
        self.assertTrue(self.is_open(theirs))
        self.assertFalse(self.is_open(all_means[0].notification()))

    def test_what_is_said_twice_is_recorded_as_a_repeat(self):
        for means in self.begin()[1:]:
            with self.subTest(type(means).__name__):
                reference = means.notification()
                self.assertFalse(means.say(reference).repeated)
                again = means.say(reference, person="B. Person")
                self.assertEqual((again.recorded, again.repeated), (True, True))
        link = Link(self)
        again = link.say(link.notification())  # after the callback
        self.assertEqual((again.recorded, again.repeated), (True, True))
        self.assertEqual([a.repeated for a in self.acknowledged()], [False, True] * 3 + [True])

    def test_whoever_says_for_ever_that_they_have_it_fills_no_ledger(self):
        for means in self.begin()[1:]:
            reference = means.notification()
            before = len(self.acknowledged())
            for _ in range(25):
                self.assertTrue(means.say(reference).recorded)
            self.assertEqual(len(self.acknowledged()) - before, 17)  # and sixteen repeats

    def test_after_the_deadline_it_is_recorded_as_late(self):
        all_means = self.begin(ladders=SOON)
        until(lambda: all(row.get("late") for row in self.rows()), "the deadline to pass")
        self.assertTrue(heads(ledger(self.at_hand), "escalated"), "somebody was called before")
        for means in all_means[1:]:
            with self.subTest(type(means).__name__):
                said = means.say(means.notification())
                self.assertEqual((said.recorded, said.late, said.repeated), (True, True, False), said.code)
                self.assertEqual((self.acknowledged()[-1].late, self.acknowledged()[-1].means), (True, means.means))

    def test_after_the_deadline_a_link_says_so(self):
        link = self.begin(ladders=SOON)[0]
        until(lambda: all(row.get("late") for row in self.rows()), "the deadline to pass")
        said = link.say(link.notification())
        self.assertEqual((said.recorded, said.late), (True, True))
        self.assertTrue(self.acknowledged()[-1].late)

    def test_when_the_need_has_ended_it_is_recorded_and_changes_nothing(self):
        all_means = self.begin()
        self.publish("child.missing")
        missing, link = self.references, all_means[0].address()
        self.publish("child.located")  # everybody is told of the end; of the start nobody need say anything any more
        before = [e for e in ledger(self.at_hand) if e.WhichOneof("head") in ("escalated", "event_accepted")]
        for means in all_means[1:]:
            with self.subTest(type(means).__name__):
                said = means.say(missing[means.who])
                self.assertEqual((said.recorded, said.repeated), (True, True), said.code)
        status, page = self.door.send_form(link, person="A", role="b", answer="have", note="")
        self.assertEqual(status, 200)
        self.assertIn("It was answered before you", page)
        self.assertTrue(all(a.repeated for a in self.acknowledged()))
        self.assertEqual([e for e in ledger(self.at_hand) if e.WhichOneof("head") in ("escalated", "event_accepted")],
                         before)

    def test_not_ours_calls_the_next_once_however_often_it_is_said(self):
        for means in self.begin()[1:]:
            with self.subTest(type(means).__name__):
                reference = means.notification()
                before = len(heads(ledger(self.at_hand), "escalated"))
                first, again = means.refuse(reference), means.refuse(reference)
                self.assertEqual([(s.recorded, s.repeated) for s in (first, again)], [(True, False), (True, True)])
                self.assertEqual(len(heads(ledger(self.at_hand), "escalated")), before + 1)
                self.assertTrue(self.is_open(reference), "nobody has it yet")
        self.assertTrue(Link(self).refuse(None).repeated)  # after the callback
        self.assertEqual(len(heads(ledger(self.at_hand), "escalated")), 3)
        self.assertEqual({d.means for d in heads(ledger(self.at_hand), "declined")},
                         {Callback.means, File.means, Worker.means, Link.means})

    # --- links ---

    def test_whatever_opens_a_link_changes_nothing(self):
        link = self.begin()[0]
        before = self.unchanged()
        address = link.address()
        for method, path, status in (("GET", address, 200), ("HEAD", address, 200), ("GET", address + "?answer=have", 200),
                                     ("GET", address + "?person=A&role=b&answer=have", 200), ("OPTIONS", address, 405),
                                     ("PUT", address, 405), ("DELETE", address, 405), ("PATCH", address, 405)):
            for agent in ("Mozilla/5.0", "a mail scanner", ""):
                self.assertEqual(self.door.ask(method, path, headers={"user-agent": agent})[0], status, method)
        self.assertEqual(self.unchanged(), before)
        self.assertTrue(self.is_open(link.notification()))

    def test_a_post_without_the_form_s_fields_changes_nothing(self):
        link = self.begin()[0]
        before = self.unchanged()
        address = link.address()
        good = {"person": "A. Person", "role": "desk", "answer": "have", "note": ""}
        encoded = urllib.parse.urlencode(good)
        for body, headers in ((None, {}), ("", FORM), (encoded, {}), (encoded, {"content-type": "text/plain"}),
                              (json.dumps(good), {"content-type": "application/json"}), (encoded + "&person=B", FORM),
                              ("%zz", FORM), ("\x00" * 50, FORM)):
            status, page = self.door.ask("POST", address, body, headers)
            self.assertIn(status, (400, 415), body)
        for change in ({"person": ""}, {"person": "   "}, {"person": "x" * 129}, {"role": ""}, {"answer": ""},
                       {"answer": "yes"}, {"answer": "not_ours"}, {"note": "x" * 1001}, {"person": "A\x07"},
                       {"person": "A\u202eB"}):
            status, page = self.door.send_form(address, **{**good, **change})
            self.assertEqual(status, 400, change)
            self.assertIn("Not sent yet", page)
        for missing in good:
            if missing != "note":
                status, page = self.door.send_form(address, **{k: v for k, v in good.items() if k != missing})
                self.assertEqual(status, 400, missing)
        self.assertEqual(self.unchanged(), before)
        self.assertTrue(self.is_open(link.notification()))

    def test_a_post_from_another_site_changes_nothing(self):
        link = self.begin()[0]
        before = self.unchanged()
        good = {"person": "A. Person", "role": "desk", "answer": "have", "note": ""}
        for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
                        {"origin": "https://elsewhere.example"}, {"origin": "https://told.council.example.elsewhere.example"},
                        {"origin": "http://told.council.example"},
                        {"origin": "https://elsewhere.example", "sec-fetch-site": "same-origin"}):
            status, page = self.door.send_form(link.address(), headers=headers, **good)
            self.assertEqual(status, 403, headers)
            self.assertIn("Open the link itself", page)
        self.assertEqual(self.unchanged(), before)
        # The page's own button; and a browser that says nothing, or hides where it was (as this page asks it to).
        for headers in ({"sec-fetch-site": "same-origin", "origin": "null"}, {},
                        {"sec-fetch-site": "same-origin", "origin": "https://told.council.example"}):
            self.assertEqual(self.door.send_form(link.address(), headers=headers, **good)[0], 200, headers)

    def test_a_forged_link_opens_nothing(self):
        link = self.begin()[0]
        before = self.unchanged()
        address = link.address()
        other = "B" if address[-1] != "B" else "C"
        for forged in (address[:-1], address + "A", address[:-1] + other, address[:20] + other + address[21:],
                       "/acknowledge/", "/acknowledge/" + "A" * 38, address.upper(), address + "/", address + "%00"):
            for status, _ in (self.door.ask("GET", forged),
                              self.door.send_form(forged, person="A", role="b", answer="have", note="")):
                self.assertIn(status, (400, 404), forged)
        self.assertEqual(self.unchanged(), before)

    # --- callbacks ---

    def test_a_callback_that_is_forged_old_cut_short_or_somebody_else_s_changes_nothing(self):
        callback = self.begin()[1]
        before = self.unchanged()
        body = json.dumps({"acknowledgements": [{"notification": callback.notification(), "person": "A. Person",
                                                 "role": "desk"}]}).encode()
        path, good = f"/callback/webhook/{POLICE}", signed(body)
        stranger = signed(body, secret="eCBrZXkgb2YgYSBzdHJhbmdlciwgMzIgYnl0ZXMgISE=")
        without = [{k: v for k, v in good.items() if k != name} for name in good]
        for headers in (stranger, {**good, "webhook-id": "another"}, {**good, "webhook-timestamp": "1"},
                        {**good, "webhook-timestamp": "now"}, signed(body, at=int(time.time()) - 301),
                        signed(body, at=int(time.time()) + 310),  # 300 are allowed, and time goes on until it is asked
                        {**good, "webhook-signature": "v1,"}, *without):
            status, answer = self.door.ask("POST", path, body, headers)
            self.assertEqual(status, 401, headers)
            self.assertIn("mend", json.loads(answer)["problem"])
        self.assertEqual(self.door.ask("POST", path, body[:-1], good)[0], 401)
        for other in (HOME_OFFICE, ITG, "nobody", ""):
            self.assertEqual(self.door.ask("POST", f"/callback/webhook/{other}", body, good)[0], 404, other)
        for wrong in ("/callback/", "/callback/webhook/a/b", "/callback/zmq_queue/" + ITG, "/callback/nothing"):
            self.assertEqual(self.door.ask("POST", wrong, body, good)[0], 404, wrong)
        for method in ("GET", "HEAD", "PUT"):
            self.assertEqual(self.door.ask(method, path, headers=good)[0], 405)
        for nonsense in (b"", b"{}", b"[]", b"null", b'{"hello": {}}', b'{"credit": 5}', b'{"unknown": 1}', b"\xff\xfe"):
            self.assertEqual(self.door.ask("POST", path, nonsense, signed(nonsense))[0], 400, nonsense)
        self.assertEqual(self.unchanged(), before)

    def test_a_callback_that_is_replayed_is_a_repeat(self):
        callback = self.begin()[1]
        body = json.dumps({"acknowledgements": [{"notification": callback.notification(), "person": "A. Person",
                                                 "role": "desk"}]}).encode()
        headers = signed(body)
        results = [json.loads(self.door.ask("POST", f"/callback/webhook/{POLICE}", body, headers)[1])["results"][0]
                   for _ in range(3)]
        self.assertEqual([r.get("repeated", False) for r in results], [False, True, True])

    # --- files ---

    def test_a_file_that_says_nothing_or_too_much_changes_nothing(self):
        file = self.begin()[2]
        before = self.unchanged()
        for nonsense in ("", "{}", "[]", "not json", '{"hello": {}}', "x" * 70_000,
                         json.dumps({"acknowledgements": [{"notification": "N-00", "person": "A", "role": "b"}] * 257})):
            tray, answer = file.bring(nonsense)
            self.assertEqual(tray, "refused", nonsense[:30])
            self.assertIn("problem", answer)
        outside = self.at_hand.directory / "elsewhere.json"
        outside.write_text(json.dumps({"acknowledgements": [{"notification": file.notification(), "person": "A",
                                                             "role": "b"}]}))
        (self.trays(HOME_OFFICE) / "incoming" / "link.json").symlink_to(outside)
        until(lambda: (self.trays(HOME_OFFICE) / "refused" / "link.result.json").exists(), "the link's refusal")
        self.assertEqual(self.unchanged(), before)

    def test_a_file_that_is_brought_again_is_a_repeat(self):
        file = self.begin()[2]
        said = {"acknowledgements": [{"notification": file.notification(), "person": "A. Person", "role": "desk"}]}
        for repeated in (False, True):
            tray, answer = file.bring(said, name="same.json")
            self.assertEqual((tray, answer["results"][0].get("repeated", False)), ("done", repeated))
            for filed in (self.trays(HOME_OFFICE) / "done").iterdir():
                filed.unlink()

    # --- workers ---

    def test_a_worker_that_says_it_again_after_it_was_cut_off_is_a_repeat(self):
        worker = self.begin()[3]
        reference = worker.notification()
        self.assertFalse(worker.say(reference).repeated)
        self.desk = self.enterContext(Desk(self.at_hand, ITG))
        again = worker.say(reference)
        self.assertEqual((again.recorded, again.repeated), (True, True))


if __name__ == "__main__":
    hands.main()
