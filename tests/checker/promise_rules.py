"""The promises, each a function over both histories that gives the sentences in which it was broken."""
import verify_export
from told_history import notification_of, number_of

CLOCKS_MAY_DIFFER_US = 50_000  # told counts on from its start by the boot clock; the parties read the wall clock
LADDER_GRACE_US = 5_000_000    # an escalation may be late by this much after a restart

PREVENT = "told.prevent.section36.v1"
ABOUT_OTHERS = ("ESCALATION", "ANSWERED", "ALARM")


def the_export_is_whole(ledger, seen, settings):
    """The ledger is what was signed, without a gap."""
    for _, sentence in ledger.wrong:
        yield sentence
    tree = verify_export.Tree()
    for hashed in ledger.leaf_hashes:
        tree.add(hashed)
    try:
        _, size, root = verify_export.open_note(ledger.header["checkpoint"], ledger.key)
    except (verify_export.NotVerified, ValueError) as wrong:
        yield f"the export's checkpoint cannot be believed: {wrong}"
        return
    if size != len(ledger.leaf_hashes):
        yield f"the checkpoint is over {size} entries and {len(ledger.leaf_hashes)} follow"
    elif root != tree.root():
        yield "the entries together are not the ones that were signed"


def no_accepted_event_is_lost(ledger, seen, settings):
    """Whatever was answered ACCEPTED is in the ledger, once, under its receipt."""
    answered = {}
    for line in seen.lines("answered"):
        key = line["party"], line["id"]
        where = ledger.accepted.get(key, [])
        name = f"event {line['id']} of {line['party']}"
        if line["verdict"] == "ACCEPTED":
            if key in answered:
                yield f"{name} was answered ACCEPTED twice"
            answered[key] = line["receipt"]
        if line["verdict"] in ("ACCEPTED", "DUPLICATE"):
            if not where:
                yield f"{name} was answered {line['verdict']} and is not in the ledger"
            elif number_of(line["receipt"], "E") != where[0]:
                yield f"{name} was answered {line['verdict']} with receipt {line['receipt']}, and is entry {where[0]}"
        elif line["verdict"] == "REFUSED" and line["code"] != "id_reused" and where:
            yield f"{name} was answered REFUSED and is entry {where[0]} all the same"
    for (source, id), where in ledger.accepted.items():
        if len(where) > 1:
            yield f"event {id} of {source} is in the ledger {len(where)} times: entries {where}"


def nothing_was_invented(ledger, seen, settings):
    """Every event of the ledger was published by its source, about that subject's case, and nobody else."""
    published = {(line["party"], line["id"]): line for line in seen.lines("published")}
    case_of = {}
    for (source, id), where in ledger.accepted.items():
        line = published.get((source, id))
        fact = ledger.facts[where[0]]
        if line is None:
            yield f"entry {where[0]} is event {id} of {source}, which {source} never published"
            continue
        if line["type"] != fact.type:
            yield f"entry {where[0]} says {fact.type} and {source} published {line['type']}"
        stream = line["subject"], fact.type == PREVENT
        if case_of.setdefault(stream, fact.case) != fact.case:
            yield f"entry {where[0]} is of case {fact.case}, and {line['subject']} is case {case_of[stream]}"


def nothing_was_told_without_an_intent(ledger, seen, settings):
    """Before every delivery the ledger says that it is about to be made."""
    for line in seen.lines("delivery"):
        key = notification_of(line["notification"])
        intent = ledger.intents.get((*key, line["attempt"])) if key else None
        if intent is None:
            yield f"{line['party']} was given {line['notification']}, attempt {line['attempt']}, which nothing intended"
        elif intent[1] > line["at_us"] + CLOCKS_MAY_DIFFER_US:
            yield f"{line['party']} was given {line['notification']} before entry {intent[0]} intended it"


def every_repeat_is_marked(ledger, seen, settings):
    """Whoever gets a notification again gets it with a higher attempt."""
    highest = {}
    for line in seen.lines("delivery"):
        key = line["party"], line["notification"]
        before = highest.get(key, 0)
        if line["attempt"] <= before:
            yield f"{key[0]} was given {key[1]} as attempt {line['attempt']} after attempt {before}"
        highest[key] = max(before, line["attempt"])


def earlier_comes_first(ledger, seen, settings):
    """Of one case, nobody sees a later thing before an earlier one."""
    first, latest = set(), {}
    for line in seen.lines("delivery"):
        sight = line["party"], line["notification"]
        if sight in first:
            continue
        first.add(sight)
        key = notification_of(line["notification"])
        intent = ledger.intents.get((*key, line["attempt"])) if key else None
        if intent is None:
            continue  # said by another promise
        place = intent[2], key[1]
        lane = line["party"], line["case_ref"]
        if place < latest.get(lane, ((0, 0), ""))[0]:
            yield (f"{line['party']} first saw {line['notification']} of case {line['case_ref']} (made by entry "
                   f"{place[0]}) after {latest[lane][1]} (made by entry {latest[lane][0][0]})")
        else:
            latest[lane] = place, line["notification"]


def nobody_is_told_what_is_not_his(ledger, seen, settings):
    """Every delivery belongs to a duty of the recipient's, and says what the ledger says."""
    for line in seen.lines("delivery"):
        notification = ledger.find(notification_of(line["notification"]))
        if notification is None:
            yield f"{line['party']} was given {line['notification']}, which nothing made"
            continue
        if notification.recipient != line["party"]:
            yield f"{line['party']} was given {line['notification']}, which is for {notification.recipient}"
        if notification.kind != line["kind"] or notification.event != line["event_index"]:
            yield f"{line['party']} was given {line['notification']} as another thing than the ledger has"


def each_party_has_its_own_name_for_a_case(ledger, seen, settings):
    """One reference for one case, the same every time, and no two parties with the same."""
    spoken = []
    for line in seen.lines("answered"):
        where = ledger.accepted.get((line["party"], line["id"]))
        if line["case_ref"] and where:
            spoken.append((line["party"], line["case_ref"], ledger.facts[where[0]].case))
    for line in seen.lines("delivery"):
        notification = ledger.find(notification_of(line["notification"]))
        if line["case_ref"] and notification:
            spoken.append((line["party"], line["case_ref"], ledger.facts[notification.event].case))
    case_of, name_of, whose = {}, {}, {}
    for party, name, case in spoken:
        if number_of(name, "R") is None:
            yield f"{party} was given {name}, which is no reference of a party's own"
        if case_of.setdefault((party, name), case) != case:
            yield f"{party} was given {name} for case {case}, and before for case {case_of[party, name]}"
        if name_of.setdefault((party, case), name) != name:
            yield f"{party} was given {name} for case {case}, and before {name_of[party, case]}"
        if whose.setdefault(name, party) != party:
            yield f"{party} was given {name}, which is a reference of {whose[name]}"


def prevent_is_for_the_panel_alone(ledger, seen, settings):
    """A section 36 referral reaches the panel; others learn at most that somebody has not answered."""
    for case, events in ledger.cases.items():
        types = {ledger.facts[index].type for index in events}
        if PREVENT in types and len(types) > 1:
            yield f"case {case} holds a section 36 referral together with {', '.join(sorted(types - {PREVENT}))}"
    for notification in ledger.notifications():
        if ledger.facts[notification.event].type == PREVENT and notification.kind not in ABOUT_OTHERS:
            if notification.recipient != settings.panel:
                yield f"{notification.name()} is about a section 36 referral"
    for line in seen.lines("delivery"):
        tells = line["message"] == "channel_panel" or (line["event_type"] == PREVENT and line["kind"] not in ABOUT_OTHERS)
        if tells and line["party"] != settings.panel:
            yield f"{line['party']} was given {line['notification']}, which is about a section 36 referral"


def recorded_acknowledgements_are_in_the_ledger(ledger, seen, settings):
    """Whatever was answered `recorded` is there, and so is each repeat of it."""
    recorded, taken_on = {}, {}
    for line in seen.lines("acknowledged"):
        key = line["party"], line["notification"]
        if line["recorded"]:
            recorded[key] = recorded.get(key, 0) + 1
            taken_on[key] = taken_on.get(key, 0) + (not line["repeated"])
        elif line["code"] != "busy":
            yield f"{key[0]} was given {key[1]}, and its acknowledgement was refused ({line['code']})"
    for (party, reference), count in recorded.items():
        notification = ledger.find(notification_of(reference))
        if notification is None or notification.recipient != party:
            yield f"{party} was answered that {reference} is recorded, which is none of its own"
        elif notification.acknowledged < count:
            yield (f"{party} was answered {count} times that its acknowledgement of {reference} is recorded, and it is "
                   f"in the ledger {notification.acknowledged} times")
        elif notification.taken_on < taken_on[party, reference]:
            yield f"{party} was answered that it was the first to acknowledge {reference}; the ledger says otherwise"


def nothing_is_in_limbo(ledger, seen, settings):
    """Whatever is open is still to be delivered, or has a ladder that is on time, or is a call whose ladder is."""
    for notification in ledger.notifications():
        if not notification.open:
            continue
        if notification.kind == "ESCALATION":
            parent = ledger.find((notification.event, notification.about_slot))
            if parent is None or not parent.open:
                yield f"{notification.name()} calls about what is over, and nobody ends it"
        elif not notification.deadline_us:
            pass  # it only informs, and waits to be delivered
        elif not notification.next_us:
            yield f"{notification.name()} is open, and no ladder is armed"
        elif notification.next_us < ledger.last_time_us - LADDER_GRACE_US:
            late = (ledger.last_time_us - notification.next_us) / 1e6
            yield f"{notification.name()} is open, and its ladder has been silent for {late:.1f} s too long"


def ladders_keep_their_time(ledger, seen, settings):
    """No ladder is climbed early, nor for what was taken on already."""
    for index, notification, time_us, due_us, was_open in ledger.escalations:
        if not was_open:
            yield f"entry {index} climbs the ladder of {notification.name()}, which nobody need act on any more"
        elif time_us < due_us:
            yield f"entry {index} climbs the ladder of {notification.name()} {(due_us - time_us) / 1e6:.3f} s early"


def checkpoints_agree(ledger, seen, settings):
    """Every checkpoint that an agency was given is signed, and is of this ledger as it was."""
    given = {}
    for line in seen.lines("checkpoint"):
        given.setdefault(line["note"], line["party"])
    claimed = {}
    for note, party in given.items():
        try:
            origin, size, root = verify_export.open_note(note, ledger.key)
        except (verify_export.NotVerified, ValueError) as wrong:
            yield f"{party} was given a checkpoint that cannot be believed: {wrong}"
            continue
        if origin != ledger.header["origin"] or size > len(ledger.leaf_hashes):
            yield f"{party} holds a checkpoint over {size} entries of {origin}, more than the ledger has"
        else:
            claimed.setdefault(size, []).append((root, party))
    tree = verify_export.Tree()
    for size in range(len(ledger.leaf_hashes) + 1):
        for root, party in claimed.get(size, ()):
            if root != tree.root():
                yield f"{party} holds a checkpoint over {size} entries that this ledger contradicts"
        if size < len(ledger.leaf_hashes):
            tree.add(ledger.leaf_hashes[size])


def good_messages_are_not_refused(ledger, seen, settings):
    """The parties kept to the rules: nothing of theirs was refused but for want of a hello."""
    for line in seen.lines("answered"):
        if line["verdict"] == "REFUSED":
            yield f"event {line['id']} of {line['party']} was refused ({line['code']})"
    for what, allowed in (("frame_refused", ()), ("problem", ("say_hello", "superseded"))):
        for line in seen.lines(what):
            if line["code"] not in allowed:
                yield f"a frame of {line['party']} was refused ({line['code']}: {line['reason']})"


# What the table calls it, in its order.
PROMISES = (
    ("accepted events lost or doubled", no_accepted_event_is_lost),
    ("events that nobody published", nothing_was_invented),
    ("notifications in limbo", nothing_is_in_limbo),
    ("later before earlier", earlier_comes_first),
    ("unmarked repeats", every_repeat_is_marked),
    ("told without an intent before", nothing_was_told_without_an_intent),
    ("told what is not theirs", nobody_is_told_what_is_not_his),
    ("case references confused", each_party_has_its_own_name_for_a_case),
    ("Prevent outside the panel", prevent_is_for_the_panel_alone),
    ("acknowledgements recorded but missing", recorded_acknowledgements_are_in_the_ledger),
    ("ladders early, or after an answer", ladders_keep_their_time),
    ("checkpoints contradicted", checkpoints_agree),
    ("good messages refused", good_messages_are_not_refused),
    ("faults of the export itself", the_export_is_whole),
)
