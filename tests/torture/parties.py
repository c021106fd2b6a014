"""Who takes part: the publishers, the agencies, and the configuration that lets them in."""
import pathlib
import re

CHILD = ("child.arrived", "child.missing", "child.located")
PREVENT = ("prevent.section36",)
AGENCIES = ("police.control_room", "home_office.asylum", "barnardos.itg", "channel_panel.chairs", "duty_manager",
            "team_manager")

DEMO = pathlib.Path(__file__).resolve().parents[2] / "config" / "demo"

# Minutes: no ladder is climbed while a test runs, unless the test asks for it.
LONG = {"missing_high": ("10 min", "20 min", "30 min"), "standard": ("10 min", "20 min", "30 min"),
        "manager": ("10 min", "20 min", "30 min")}
# A missing child graded high calls the duty manager after a second; all other ladders stay long.
MIXED = {**LONG, "missing_high": ("1 s", "3 s", "30 s")}


class Publisher:
    """A system that reports events, as the configuration names it."""

    def __init__(self, name, may_publish=CHILD, sites=("tilbury",), heartbeat="0 s"):
        self.name, self.may_publish, self.sites, self.heartbeat = name, may_publish, sites, heartbeat

    def toml(self):
        types, sites = (", ".join(f'"{one}"' for one in many) for many in (self.may_publish, self.sites))
        return (f'\n[[publisher]]\nname = "{self.name}"\npublic_key_file = "keys/{self.name}.public"\n'
                f'may_publish = [{types}]\nsites = [{sites}]\nheartbeat = "{self.heartbeat}"\n')


PUBLISHERS = (Publisher("port.tilbury"), Publisher("port.purfleet"),
              Publisher("police.essex_prevent", PREVENT, ("police_station",)))


def service_text(publishers_port, agencies_port, publishers, agencies, worker_heartbeat, store):
    """told.toml. Every path is beside it."""
    text = f"""origin = "told.example/test"
policy_file = "policy.toml"
log_level = "info"

[store]
directory = "{store}"
reserve = "1 MiB"

[keys]
master = "keys/master.secret"
signing = "keys/log.secret"
curve = "keys/told.secret"

[gateway]
publishers_endpoint = "tcp://127.0.0.1:{publishers_port}"
agencies_endpoint = "tcp://127.0.0.1:{agencies_port}"
worker_heartbeat = "{worker_heartbeat}"

[board]
socket = "board.sock"
"""
    text += "".join(publisher.toml() for publisher in publishers)
    for name in agencies:
        text += f'\n[[agency]]\nrecipient = "{name}"\npublic_key_file = "keys/{name}.public"\n'
    return text


def policy_text(ladders=None):
    """The demo's policy with other ladders: its rules are real ones."""
    text = (DEMO / "policy.toml").read_text()
    text = re.sub(r'within = "[^"]*"', 'within = "1 s"', text)
    text = re.sub(r'within = \{[^}]*\}', 'within = { high = "1 s", other = "1 s" }', text)
    made = ""
    for name, (first, second, again) in (ladders or LONG).items():
        made += f'[[ladder]]\nname = "{name}"\nrepeat_last = "{again}"\n'
        if name != "manager":
            made += f'[[ladder.rung]]\nafter = "{first}"\nwho = ["duty_manager"]\n'
        made += f'[[ladder.rung]]\nafter = "{second}"\nwho = ["team_manager"]\n\n'
    head, tail = text.index("[[ladder]]"), text.index("[fields]")
    return text[:head] + made + text[tail:]
