"""One night at Tilbury, scene by scene. Every wait is for something that told, a worker or a person has done."""
import csv
import datetime
import io
import json
import re

import board
import cast
import page
import stage as staging

SAMPLES = staging.ROOT / "tests/events"
TIME = re.compile(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"')
FORMAT = "%Y-%m-%dT%H:%M:%SZ"


class Night:
    def __init__(self, stage, timeline):
        self.stage, self.timeline = stage, timeline

    def play(self):
        self.curtain()
        for scene in (self.arrival, self.desk_goes_home, self.missing, self.silence, self.call, self.located,
                      self.prevent):
            scene()
            self.timeline.pause()

    # --- the scenes ---

    def curtain(self):
        for part in cast.RECIPIENTS:
            self.stage.start_worker(part)
        wanted = {part.recipient for part in cast.RECIPIENTS}
        self.timeline.wait_for("every agency's worker connects", lambda: wanted <= self.connected())

    def arrival(self):
        self.timeline.night_begins()
        page.heading("A child is met at the port")
        self.publish("arrived")
        self.timeline.wait_for("everybody acknowledges the arrival", self.nothing_open)

    def desk_goes_home(self):
        page.heading("The Home Office's desk goes home; its computer takes messages, and nobody reads them")
        day_shift = self.worker(cast.HOME_OFFICE)
        self.stage.start_worker(cast.HOME_OFFICE_NOBODY, acknowledges=False)
        self.timeline.wait_for("the day shift's worker is replaced", lambda: day_shift.process.poll() is not None)

    def missing(self):
        page.heading("The child goes missing")
        self.publish("missing")
        self.timeline.wait_for("everybody but the Home Office acknowledges", self.only_home_office_open)

    def silence(self):
        page.heading("The Home Office does not answer")
        self.timeline.wait_for("the duty manager is called", self.calls_to_duty_manager)
        self.timeline.wait_for("the duty manager takes the call on", self.only_home_office_open)

    def call(self):
        page.heading("The duty manager rings the Home Office, and records the call")
        unanswered = self.calls_to_duty_manager()[0]["escalation"]["notification"]
        on_call, manager = cast.HOME_OFFICE_ON_CALL, cast.DUTY_MANAGER
        words = ["call", unanswered, "--told", on_call.person, "--role", on_call.role, "--by", manager.person]
        page.say("$ toldctl " + " ".join(f'"{w}"' if " " in w else w for w in words))
        self.stage.toldctl(*words, "--note", "told by telephone; logs on to the queue now")
        self.timeline.wait_for("the call is recorded", self.nothing_open)
        self.timeline.wait_for(
            "the duty manager is told that it is answered",
            lambda: self.kinds(cast.DUTY_MANAGER, "NOTIFICATION_KIND_ANSWERED"),
        )
        self.stage.start_worker(on_call)
        unattended = self.worker(cast.HOME_OFFICE_NOBODY)
        self.timeline.wait_for("the on-call officer logs on", lambda: unattended.process.poll() is not None)

    def located(self):
        page.heading("The child is located: everybody who was told of the start is told of the end")
        self.publish("located")
        self.timeline.wait_for("everybody acknowledges the end", self.nothing_open)

    def prevent(self):
        page.heading("Police refer another case to the Channel panel, under section 36; nobody else is told")
        self.publish("prevent_section36")
        self.timeline.wait_for("the Channel panel acknowledges", self.nothing_open)

    # --- what the scenes are made of ---

    def publish(self, name):
        """One of the sample events, as if it happened now. The port's system is the Python client."""
        event = json.loads(moved_to_now((SAMPLES / f"{name}.json").read_text()))
        file = self.stage.directory / "events" / f"{name}.json"
        file.write_text(json.dumps(event, indent=2) + "\n")
        source = event["source"]
        publish = self.stage.publish_with_python if source == cast.PORT else self.stage.publish_with_toldctl
        result = publish(source, file)["results"][0]
        verdict = result["verdict"].removeprefix("VERDICT_")
        page.say(f"{source} publishes; told answers {verdict}, receipt {result['receipt']}: it is safe.")

    def unanswered(self):
        """Rows of the audit table that ask for a person's word and have none: only what is durable stands there."""
        rows = csv.DictReader(io.StringIO(board.get_text(self.stage.socket, "/v1/export?format=csv")))
        return [r for r in rows if r["deadline"] and not r["by whom"]]

    def nothing_open(self):
        return not self.unanswered()

    def only_home_office_open(self):
        """And its system has it: only a person's word is wanting."""
        left = self.unanswered()
        return [r["recipient"] for r in left] == [cast.HOME_OFFICE.recipient] and left[0]["delivered at"]

    def connected(self):
        metrics = board.get_text(self.stage.socket, "/metrics")
        return set(re.findall(r'^told_sessions\{recipient="([^"]+)"\} 1', metrics, re.MULTILINE))

    def kinds(self, part, kind):
        return [d for d in self.stage.deliveries(part.recipient) if d["kind"] == kind]

    def calls_to_duty_manager(self):
        return self.kinds(cast.DUTY_MANAGER, "NOTIFICATION_KIND_ESCALATION")

    def worker(self, part):
        return next(w for w in self.stage.workers if w.part is part)


def moved_to_now(text):
    """Moves every time in the event by as much, so that it happens now."""
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    happened = datetime.datetime.strptime(json.loads(text)["time"], FORMAT).replace(tzinfo=datetime.timezone.utc)

    def moved(match):
        then = datetime.datetime.strptime(match[1], FORMAT).replace(tzinfo=datetime.timezone.utc)
        return f'"{min(now, then + (now - happened)).strftime(FORMAT)}"'

    return TIME.sub(moved, text)
