"""The audit: the table of who was told what, and the verdict of two verifiers that share no code."""
import csv
import datetime
import subprocess

import page
import stage as staging
from timeline import LONDON

CHECKER = staging.ROOT / "tests/checker/verify_export.py"
EVENTS = {
    "told.child.arrived.v1": "Child met",
    "told.child.missing.v1": "Child missing",
    "told.child.located.v1": "Child located",
    "told.prevent.section36.v1": "Section 36 referral",
}
KINDS = {
    "to be told": "told",
    "to be told of the end": "end",
    "called, since somebody else has not answered": "called",
    "told that it is answered": "answered",
}
WIDTHS = (23, 8, 8, 9, 27, 12)
COLUMNS = ("WHO WAS TOLD", "WHAT", "TOLD AT", "CARRIER", "ACKNOWLEDGED", "ESCALATED TO")


def export(stage):
    """Writes audit.csv and ledger.jsonl into the directory; gives the table's rows."""
    stage.toldctl("export", "--format", "csv", "-o", "audit.csv")
    stage.toldctl("export", "-o", "ledger.jsonl")
    with open(stage.directory / "audit.csv", newline="") as file:
        return list(csv.DictReader(file))


def clock(text):
    if not text:
        return ""
    utc = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)
    return f"{utc.astimezone(LONDON):%H:%M:%S}"


def answer(row):
    """Who acknowledged, in which role, when and by which means."""
    if not row["acknowledged at"]:
        return row["state"]
    text = f"{clock(row['acknowledged at'])} {row['by whom']}, {row['role']}"
    if row["means"] == "telephone":
        text += f", by telephone (recorded by {row['recorded by']})"
    return text + (" LATE" if row["late"] else "")


def show(rows):
    page.heading("The audit: who was told what, when, by which carrier; who acknowledged; who was called")
    page.row(WIDTHS, COLUMNS, tone="strong")
    event = None
    for row in rows:
        if row["event"] != event:
            event = row["event"]
            what = EVENTS.get(row["event type"], row["event type"])
            print(flush=True)
            page.say(f" {what}, {clock(row['event time'])} (event {event}, case {row['case']})", tone="strong")
        kind = KINDS.get(row["kind"], row["kind"])
        cells = (row["recipient title"], kind, clock(row["told at"]), row["carrier"], answer(row), row["escalated to"])
        page.row(WIDTHS, cells, tone="warning" if row["escalated to"] else None)


def verdicts(stage, export_file):
    """Prints what both verifiers say; gives their exit codes."""
    words = [export_file, "--key", "keys/log.public"]
    verifiers = {
        "toldctl verify": [stage.binaries / "toldctl", "verify", *words],
        "verify_export.py": [staging.PYTHON, CHECKER, *words],
    }
    codes = []
    for name, command in verifiers.items():
        done = subprocess.run(command, cwd=stage.directory, capture_output=True, text=True)
        said = (done.stdout + done.stderr).splitlines()
        for line in sorted(said, key=lambda line: line.startswith("NOTE")):
            page.say(line, indent=f"{name + ':':18}")
        codes.append(done.returncode)
    return codes


def verify(stage):
    page.heading("Can it be believed? Two verifiers that share no code read the export, offline")
    return verdicts(stage, "ledger.jsonl") == [0, 0]


def refuse_forgery(stage):
    """Shows them a copy that says the police were told what the Channel panel was told: they must refuse it."""
    text = (stage.directory / "ledger.jsonl").read_text()
    forged = text.replace("channel_panel.chairs", "police.control_room")
    (stage.directory / "forged.jsonl").write_text(forged)
    page.say("And a copy which says that the police, not the Channel panel, were told of the referral:")
    return forged != text and verdicts(stage, "forged.jsonl") == [65, 65]
