"""Who takes part: the publishers, the agencies, and the configuration that lets them in."""
import pathlib
import re

CHILD = ("child.arrived", "child.missing", "child.located")
PREVENT = ("prevent.section36",)
AGENCIES = ("police.control_room", "home_office.asylum", "barnardos.itg", "channel_panel.chairs", "prevent_lead",
            "duty_manager", "team_manager")

DEMO = pathlib.Path(__file__).resolve().parents[2] / "config" / "demo"

# Hours: no ladder is climbed while a test runs, unless the test asks for it.
LONG = {"missing_high": ("2 h", "4 h", "6 h"), "standard": ("2 h", "4 h", "6 h"),
        "manager": ("2 h", "4 h", "6 h"), "prevent": ("2 h", "4 h", "6 h"), "prevent_ways": ("2 h", "4 h", "6 h")}
# These call one recipient; the others the duty manager, then the team manager.
CALLS_ONE = {"manager": "team_manager", "prevent": "prevent_lead", "prevent_ways": "channel_panel.chairs"}
# A missing child graded high calls the duty manager at once; all other ladders stay long.
MIXED = {**LONG, "missing_high": ("100 ms", "1 s", "15 s")}


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
prevent_socket = "prevent.sock"
audit_socket = "audit.sock"
"""
    text += "".join(publisher.toml() for publisher in publishers)
    for name in agencies:
        text += f'\n[[agency]]\nrecipient = "{name}"\npublic_key_file = "keys/{name}.public"\n'
    return text


def policy_text(ladders=LONG, told_by=None):
    """The demo's policy with other ladders, and other carriers: its rules are real ones."""
    text = (DEMO / "policy.toml").read_text()
    for name, carrier in (told_by or {}).items():
        before, after = text.split(f'name = "{name}"', 1)
        text = before + f'name = "{name}"' + after.replace('carrier = "zmq_queue"\n', carrier, 1)
    made = ""
    for name, (first, second, again) in ladders.items():
        rungs = [(first, CALLS_ONE[name])] if name in CALLS_ONE else [(first, "duty_manager"), (second, "team_manager")]
        made += f'[[ladder]]\nname = "{name}"\nrepeat_last = "{again}"\n'
        made += "".join(f'[[ladder.rung]]\nafter = "{after}"\nwho = ["{who}"]\n' for after, who in rungs) + "\n"
    # Within the time of the ladder's second rung: the first must be climbed before it is late.
    text = re.sub(r'within = "[^"]*"', f'within = "{ladders["standard"][1]}"', text)
    text = re.sub(r'within = \{[^}]*\}', 'within = {{ high = "{}", other = "{}" }}'.format(
        ladders["missing_high"][1], ladders["standard"][1]), text)
    # Whoever never acknowledges has a quick ladder too, where the child is graded high.
    of_itg = text.index('when = "child.missing"\nwho = "barnardos.itg"')
    quick = 'ladder = { high = "missing_high", other = "standard" }'
    text = text[:of_itg] + text[of_itg:].replace('ladder = "standard"', quick, 1)
    head, tail = text.index("[[ladder]]"), text.index("[fields]")
    return text[:head] + made + text[tail:]
