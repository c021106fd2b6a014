"""Programs of ours by node that print what happens; and the broker of amqp_peer.js, as tests speak to it."""
import json
from pathlib import Path

import npm
from drive import until
from printing import Printing

PACKAGES = {"rhea": "3.0.5"}
PASSWORD = "not-a-real-password"
SORTS = ("good", "expired", "early", "other_name", "self_signed", "unknown_issuer")  # of certificates that it shows


class Lines(Printing):
    """One such program: {"what": facts} on each line, kept by what it was."""

    def __init__(self, script, settings, environment):
        self.seen, self.heard = {}, None
        super().__init__(["node", Path(__file__).with_name(script), json.dumps(settings)], self.keep, environment)

    def keep(self, line):
        (what, facts), = line.items()
        self.seen.setdefault(what, []).append(facts)
        if self.heard:
            self.heard(what, facts)

    def of(self, what, **where):
        return [one for one in self.seen.get(what, []) if all(one.get(k) == v for k, v in where.items())]


class OddBroker(Lines):
    """Each of its ports is a broker of its own, by what it does (amqp_peer.js). `certificates`: by SORTS; or one for all."""

    def __init__(self, directory, certificates, client_authority, user="told"):
        made = certificates if isinstance(certificates, dict) else dict.fromkeys(SORTS, certificates)
        settings = {"certificates": {name: one.paths() for name, one in made.items()}, "user": user, "password": PASSWORD,
                    "client_authority": str(client_authority.file)}
        super().__init__("amqp_peer.js", settings, npm.installed(directory, PACKAGES))
        until(lambda: super(OddBroker, self).of("ports"), "the broker")
        self.ports, self.replies, self.echoes = super().of("ports")[0], 0, 0

    def of(self, what, **where):
        """Also what has happened there and is still on its way here: told may hear of it first."""
        self.echoes += 1
        self.say(echo=self.echoes)
        until(lambda: super(OddBroker, self).of("echo")[-1:] == [self.echoes], "the broker's echo")
        return super().of(what, **where)

    def told(self, behaviour):
        """What was told there: deliveries."""
        return [json.loads(one["body"])["data"]["deliveries"][0] for one in self.of("took", behaviour=behaviour)]

    def cut(self, behaviour):
        """Breaks the newest connection there. Whoever looks at it now sees that."""
        before = len(self.of("cut", behaviour=behaviour))
        self.say(cut=behaviour)
        until(lambda: len(self.of("cut", behaviour=behaviour)) > before, "the connection's end")

    def reply(self, behaviour, body="", **how):
        """What became of a reply."""
        self.replies += 1
        name = f"reply.{self.replies}"
        self.say(reply=behaviour, name=name, body=body, **how)
        until(lambda: self.of("settled", name=name), f"what became of {how or body}")
        return self.of("settled", name=name)[-1]
