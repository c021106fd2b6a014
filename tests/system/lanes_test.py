#!/usr/bin/python3
"""One recipient's trouble, and what is said of it: the lane's rules as a duty manager and IT see them, on the whole daemon."""
import json
import time

import hands
import parties
from hands import ACCEPTED, Desk, Port, Story, alarm, heads, ledger, until
from outside import POLICE, SECRET, Hook, delivery

# Whoever does not answer is called after a moment.
SOON = {name: ("400 ms", "30 min", "6 h") for name in parties.LONG}


class Lanes(Story):
    def setUp(self):
        self.hook = Hook()
        self.addCleanup(self.hook.close)

    def begin(self, second="", way="", who=POLICE, **settings):
        house = self.house(told_by={who: 'carrier = "webhook"\n' + second},
                           secrets={"hook.key": f"whsec_{SECRET}"}, more=f"""
[[way]]
recipient = "{who}"
carrier = "webhook"
url = "http://127.0.0.1:{self.hook.port}/told"
allow = "127.0.0.1"
timeout = "2 s"
key_files = "hook.key"
{way}
""" + (f'\n[[way]]\nrecipient = "{POLICE}"\ncarrier = "spool"\ndirectory = "pickup"\n' if second else ""), **settings)
        for tray in ("incoming", "outgoing", "done", "refused"):
            (house.directory / "pickup" / POLICE / tray).mkdir(parents=True)
        self.enterContext(house)
        policy = house.directory / "policy.toml"
        policy.write_text(policy.read_text().replace("attempts_before_alarm = 3", "attempts_before_alarm = 5"))
        house.start()
        self.port = self.enterContext(Port(house))
        return house

    def publish(self, number, kind="child.arrived", **more):
        result = self.port.publish_one(self.port.event(kind, f"TIL/{number:06}", **more))
        self.assertVerdict(result, ACCEPTED)
        return hands.number_of(result.receipt, "E")

    def way(self, house, carrier="webhook"):
        return next(w for w in json.loads(house.ctl("ways", "--json").stdout)["ways"]
                    if (w["recipient"], w["carrier"]) == (POLICE, carrier))

    def taken(self):
        """The events that the police were told of, in order, as often as they were."""
        return [int(delivery(e)["event_index"]) for e in self.hook.events]

    def test_a_broken_way_stands_on_the_metrics_and_calls_the_duty_manager_until_it_works(self):
        house = self.begin()
        self.hook.status = 500
        with Desk(house, "duty_manager") as manager:
            self.publish(1)
            called = manager.take(alarm("delivery_failing", POLICE), "the alarm", within=30)
            self.assertIn("Tell them by telephone", called.alarm.text)
            self.assertIn("toldctl ways", called.alarm.text)
            until(lambda: house.board.figure(f'told_way_broken{{way="{POLICE} by webhook"}}') == 1, "the metric")
            self.assertGreaterEqual(house.board.figure(f'told_way_failures{{way="{POLICE} by webhook"}}'), 5)
            self.assertEqual(self.way(house)["state"], "failing")
            self.assertIn("HTTP status 500", self.way(house)["sentence"])
            self.assertIn("ALARM", house.ctl("open").stdout)
            self.hook.status = 200
            manager.take(alarm("delivery_failing", POLICE, cleared=True), "that it is over", within=30)
            self.assertEqual(house.board.figure(f'told_way_broken{{way="{POLICE} by webhook"}}'), 0)
            self.assertEqual(self.way(house)["state"], "open")

    def test_a_way_that_refuses_each_message_once_is_broken_too(self):
        house = self.begin()
        self.hook.status = 404
        with Desk(house, "duty_manager") as manager:
            self.port.publish(*(self.port.event(subject=f"TIL/{number:06}") for number in range(40)))
            manager.take(alarm("delivery_failing", POLICE), "the alarm", within=20)
        refused = [e for e in heads(ledger(house), "attempt_ended") if e.carrier == "webhook"]
        self.assertTrue(all(e.again for e in refused), "no message was refused five times when somebody was called")

    def test_a_recipient_that_wants_nothing_more_is_somebody_s_to_see_to_and_the_second_channel_s(self):
        house = self.begin(second='second_channel = { carrier = "spool", after_failures = 5 }\n')
        self.hook.status = 410
        with Desk(house, "duty_manager") as manager:
            self.publish(1)
            manager.take(alarm("delivery_failing", POLICE), "the alarm")
        outgoing = house.directory / "pickup" / POLICE / "outgoing"
        until(lambda: list(outgoing.glob("*.json")), "the file")
        self.publish(2)
        until(lambda: len(list(outgoing.glob("*.json"))) == 2, "the second file")
        self.assertEqual(len(self.hook.events), 1)
        self.assertEqual(self.way(house)["state"], "closed")
        self.assertIn("ask them by which way instead", self.way(house)["sentence"])

    def test_what_is_refused_five_times_needs_a_person_while_its_ladder_climbs_and_others_go_on(self):
        house = self.begin(ladders=SOON)
        self.hook.refuses = 0
        refused = self.publish(1)
        with Desk(house, "duty_manager") as manager:
            row = until(lambda: next((r for r in house.board.open() if r["recipient"] == POLICE and r.get("needs_person")),
                                     None), "that it needs a person", within=20)
            self.assertEqual((row["attempts"], row["state"]), (5, "cannot be delivered: telephone them"))
            self.assertIn("cannot be delivered: telephone them", house.ctl("open").stdout)
            manager.take(lambda d: d.WhichOneof("message") == "escalation" and d.escalation.notification == row["reference"],
                         "the call")
            later = self.publish(2)
            until(lambda: later in self.taken(), "another case's message")
        self.assertEqual(self.taken().count(refused), 5)
        ends = [e for e in heads(ledger(house), "attempt_ended") if e.carrier == "webhook" and e.code == "http_400"]
        self.assertEqual([e.again for e in ends], [True] * 4 + [False])
        house.ctl("call", row["reference"], "--told", "Officer C", "--role", "desk", "--by", "Manager A")
        self.assertNotIn(row["reference"], [r["reference"] for r in house.board.open()])

    def test_it_rests_as_long_as_the_recipient_asks(self):
        house = self.begin()
        self.hook.status, self.hook.headers = 429, {"Retry-After": "3"}
        self.publish(1)
        until(lambda: self.hook.events, "the first attempt")
        asked = time.monotonic()
        self.assertIn("tried again at", until(lambda: "tried again" in self.way(house)["sentence"] and self.way(house),
                                              "its rest")["sentence"])
        self.hook.status, self.hook.headers = 200, {}
        until(lambda: len(self.hook.events) == 2, "the second attempt")
        self.assertGreater(time.monotonic() - asked, 2.5)

    def test_a_rate_holds_back_nothing_that_is_urgent_and_drops_nothing(self):
        house = self.begin(way="rate = 60")
        begun = time.monotonic()
        events = [self.publish(number) for number in range(20)]  # arrivals and what is missing are urgent
        until(lambda: self.taken() == events, "all of them", within=20)
        self.assertLess(time.monotonic() - begun, 5)

    def test_a_rate_slows_what_is_not_urgent_and_drops_none_of_it(self):
        """Calls are urgent; that somebody has answered meanwhile is not."""
        a_minute = 20
        house = self.begin(way=f"rate = {a_minute}", who="duty_manager", ladders=SOON)
        with Desk(house, POLICE) as police:
            self.port.publish(*(self.port.event("child.missing", f"TIL/{number:06}") for number in range(a_minute)))
            police.until(lambda: len(police.deliveries) >= a_minute, "all of them")
            answered = [d.notification for d in police.deliveries[:3]]
            until(lambda: len(self.heard("escalation")) > a_minute and {*answered} <= {*self.heard("escalation")},
                  "more calls than the rate allows", within=20)
            used_up = time.monotonic()
            police.send(acknowledgements=[{"notification": n, "person": "A", "role": "desk"} for n in answered])
            until(lambda: self.heard("answered") == answered, "that all three have answered", within=20)
            self.assertGreater(time.monotonic() - used_up, 2 * 60 / a_minute, "one each three seconds")

    def heard(self, what):
        """The notifications that the recipient was told of by messages of one sort."""
        return [d[what]["notification"] for d in map(delivery, self.hook.events) if what in d]

    def test_a_second_channel_takes_what_has_waited_too_long(self):
        house = self.begin(second='second_channel = { carrier = "spool", after = "3 s" }\n')
        self.hook.status = 503
        begun = time.monotonic()
        event = self.publish(1)
        outgoing = house.directory / "pickup" / POLICE / "outgoing"
        file = until(lambda: next(iter(outgoing.glob("*.json")), None), "the file", within=15)
        self.assertGreater(time.monotonic() - begun, 3.0)
        told = delivery(json.loads(file.read_text()))
        self.assertEqual(int(told["event_index"]), event)
        self.assertGreater(told["attempt"], len(self.taken()), "a repeat is marked")
        self.assertIn("delivery_failing", {a.code for a in heads(ledger(house), "alarm_raised")})

    def test_of_a_case_nothing_overtakes_and_another_child_goes_first(self):
        house = self.begin()
        self.hook.status = 503
        first = [self.publish(1), self.publish(1, "child.missing"), self.publish(1, "child.located")]
        until(lambda: self.hook.events, "an attempt")
        other = self.publish(2, "child.missing", high=True)
        self.hook.status = 200
        until(lambda: set(self.taken()) == {*first, other}, "all of them", within=20)
        order = []
        for event in self.taken():
            if event not in order:
                order.append(event)
        self.assertEqual([event for event in order if event in first], first)


if __name__ == "__main__":
    hands.main()
