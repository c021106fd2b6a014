#!/usr/bin/python3
"""A part of the ledger rots: told goes on, refuses to show what it cannot read, says that it is not ready, and calls somebody."""
import base64
import http.client
import json

import hands
from hands import Port, Story, until

EVENTS = 300  # one in the middle stands on a page that a start need not read


class Damage(Story):
    def rot(self, house, leaf):
        """One bit of that leaf."""
        file = house.directory / house.store / "ledger.db"
        data = bytearray(file.read_bytes())
        at = data.find(leaf[:100])
        self.assertGreater(at, 0, "the leaf is not in ledger.db")
        data[at + 50] ^= 1
        file.write_bytes(data)

    def test_somebody_is_called_about_what_cannot_be_read_any_more(self):
        with self.house() as house:
            house.start()
            with Port(house) as port:
                for n in range(EVENTS // 50):
                    for result in port.publish(*(port.event(subject=f"TIL/{n * 50 + k:06d}") for k in range(50))):
                        self.assertVerdict(result, hands.ACCEPTED)
                lines = [json.loads(line) for line in house.export().read_text(encoding="utf-8").splitlines()[1:]]
                self.assertEqual(house.stop(), 0)
                self.rot(house, base64.b64decode(lines[EVENTS // 2]["leaf"]))

                house.start()
                status, _ = house.board.ask("GET", "/readyz")
                self.assertEqual(status, 200, "nobody has met it yet")
                with self.assertRaises(http.client.IncompleteRead, msg="what is not whole must not look whole"):
                    house.board.ask("GET", "/v1/export?format=jsonl")

                def report():
                    return json.loads(house.board.ask("GET", "/readyz")[1])

                until(lambda: not report()["ready"], "told to be unready")
                self.assertEqual([check["name"] for check in report()["checks"] if not check.get("ok")], ["ledger_readable"])

                def alarms():
                    return [a["code"] for a in json.loads(house.board.ask("GET", "/v1/open")[1])["alarms"]]

                until(lambda: "ledger_damaged" in alarms(), "the alarm")
                self.assertIn("is not what was written", house.log())
                self.assertVerdict(port.publish_one(port.event(subject="TIL/999999")), hands.ACCEPTED)


if __name__ == "__main__":
    hands.main()
