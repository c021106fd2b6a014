"""Who plays in the night. Roles only: nobody here is real."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Part:
    """One recipient, and who answers there. `python`: its worker is the client that shares no code with told."""

    recipient: str
    short: str
    person: str
    role: str
    python: bool = False


POLICE = Part("police.control_room", "Police", "Officer A", "control room sergeant")
HOME_OFFICE = Part("home_office.asylum", "Home Office", "Officer B", "asylum desk, day shift", python=True)
HOME_OFFICE_NOBODY = Part("home_office.asylum", "Home Office", "nobody", "nobody")
HOME_OFFICE_ON_CALL = Part("home_office.asylum", "Home Office", "Officer C", "on-call officer", python=True)
BARNARDOS = Part("barnardos.itg", "Barnardo's", "Guardian A", "duty guardian", python=True)
CHANNEL_PANEL = Part("channel_panel.chairs", "Channel panel", "Chair A", "panel chair", python=True)
PREVENT_LEAD = Part("prevent_lead", "Prevent lead", "Lead A", "Prevent lead")
DUTY_MANAGER = Part("duty_manager", "Duty manager", "Manager A", "duty manager")
TEAM_MANAGER = Part("team_manager", "Team manager", "Manager B", "team manager")

RECIPIENTS = (POLICE, HOME_OFFICE, BARNARDOS, CHANNEL_PANEL, PREVENT_LEAD, DUTY_MANAGER, TEAM_MANAGER)
TOLD_OF_MISSING = (POLICE, DUTY_MANAGER, HOME_OFFICE, BARNARDOS)

PORT = "port.tilbury"
PREVENT = "police.essex_prevent"
PUBLISHERS = (PORT, PREVENT)
