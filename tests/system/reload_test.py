#!/usr/bin/python3
"""SIGHUP reads the configuration again: all of it or nothing."""
import re

import hands
from hands import Story, until


class Reload(Story):
    def versions(self, house):
        return [head.version for head in hands.heads(hands.ledger(house), "policy_adopted")]

    def reload(self, house, says):
        before = house.log().count(says)
        house.reload()
        until(lambda: house.log().count(says) > before, f"the log says: {says}")

    def test_a_broken_policy_changes_nothing_and_is_reported_with_its_place(self):
        with self.house() as house:
            house.start()
            policy = house.directory / "policy.toml"
            good = policy.read_text()
            policy.write_text(good.replace('when = "child.arrived"', 'wenn = "child.arrived"', 1))
            line = good.split("\n").index('when = "child.arrived"') + 1
            self.reload(house, "everything stays as it was")
            self.assertRegex(house.log(), re.compile(rf"policy\.toml:{line}:\d+: .*wenn"))
            with hands.Port(house) as port:
                self.assertVerdict(port.publish_one(port.event()), hands.ACCEPTED)
            self.assertEqual(self.versions(house), [1])

    def test_under_systemd_every_line_of_the_log_begins_with_its_priority(self):
        with self.house() as house:
            house.start(wrap=("env", "JOURNAL_STREAM=8:1"))
            (house.directory / "policy.toml").write_text("nothing")
            self.reload(house, "everything stays as it was")
            self.assertRegex(house.log(), r"(?m)^<6>serving: publishers on ")
            self.assertRegex(house.log(), r"(?m)^<3>the configuration was not reloaded")

    def test_a_good_policy_becomes_the_next_version_and_rules_what_comes_after(self):
        with self.house() as house:
            house.start()
            with hands.Port(house) as port:
                port.publish_one(port.event())
                policy = house.directory / "policy.toml"
                rules = policy.read_text().split("[[tell]]")
                without = [rule for rule in rules if 'when = "child.arrived"\nwho = "home_office' not in rule]
                self.assertEqual(len(without), len(rules) - 1)
                policy.write_text("[[tell]]".join(without))
                self.reload(house, "the configuration was reloaded")
                until(lambda: self.versions(house) == [1, 2], "the version is in the ledger")
                port.publish_one(port.event(subject="TIL/000002"))
            entries = hands.ledger(house)
            first, second = hands.heads(entries, "event_accepted")
            self.assertIn("home_office.asylum", [duty.recipient for duty in first.duties])
            self.assertNotIn("home_office.asylum", [duty.recipient for duty in second.duties])
            self.assertEqual([duty.policy_version for duty in second.duties], [2] * len(second.duties))

    def test_a_recipient_who_is_renamed_while_something_is_open_for_it_is_named_in_the_log(self):
        with self.house() as house:
            house.start()
            with hands.Port(house) as port:
                port.publish_one(port.event())
            house.make_key("curve", "home_office.appointments")
            for file in ("policy.toml", "told.toml"):
                text = (house.directory / file).read_text()
                (house.directory / file).write_text(text.replace("home_office.asylum", "home_office.appointments"))
            self.reload(house, "the configuration was reloaded")
            self.assertRegex(house.log(), r"does not name home_office\.asylum any more, and [1-9]\d* open notifications")

    def test_the_same_policy_again_is_no_new_version(self):
        with self.house() as house:
            house.start()
            self.reload(house, "the configuration was reloaded")
            house.kill()
            house.start()
            self.assertEqual(self.versions(house), [1])

    def test_a_publisher_whose_key_is_replaced_may_not_publish_any_more(self):
        with self.house() as house:
            house.start()
            with hands.Port(house) as port:
                self.assertVerdict(port.publish_one(port.event()), hands.ACCEPTED)
                old = house.keys / "port.tilbury"
                for end in (".secret", ".public"):
                    old.with_suffix(old.suffix + end).rename(house.keys / f"was{end}")
                house.make_key("curve", "port.tilbury")
                self.reload(house, "the configuration was reloaded")
                port.say(hands.gateway_pb2.PublishRequest(request=1, events=[port.event()]).SerializeToString())
                self.assertEqual(port.reply().problem.code, "revoked")
            with hands.Port(house) as port:
                self.assertVerdict(port.publish_one(port.event(id="new-key")), hands.ACCEPTED)
            self.assertIn("was changed: now", house.log())
            entries = hands.ledger(house)
            at_start = hands.heads(entries, "started")[-1].parties
            replaced = [head.parties for head in hands.heads(entries, "parties_replaced")]
            self.assertEqual(len(replaced), 1)
            self.assertNotEqual(replaced[0].sha256, at_start.sha256)
            self.assertEqual(replaced[0].publishers, at_start.publishers)

    def test_a_reload_that_changes_no_key_says_nothing_of_keys(self):
        with self.house() as house:
            house.start()
            self.reload(house, "the configuration was reloaded")
            self.assertEqual(hands.heads(hands.ledger(house), "parties_replaced"), [])


if __name__ == "__main__":
    hands.main()
