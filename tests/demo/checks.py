"""Whether the night went as it is told: each promise as a sentence, and whether it was kept."""
import board
import cast
import page

MISSING, LOCATED = "told.child.missing.v1", "told.child.located.v1"
SECTION36 = "told.prevent.section36.v1"


def promises(stage, rows):
    """Pairs of a sentence and whether it is true, from the audit table and from what the workers printed."""

    def those(event_type, kind):
        return {r["recipient"]: r for r in rows if r["event type"] == event_type and r["kind"] == kind}

    missing, located = those(MISSING, "to be told"), those(LOCATED, "to be told of the end")
    expected = {part.recipient for part in cast.TOLD_OF_MISSING}
    calls = [(r["recipient"], r["escalated to"]) for r in rows if r["escalated to"]]
    home_office = missing.get(cast.HOME_OFFICE.recipient, {})
    deliveries = {part: stage.deliveries(part.recipient) for part in cast.RECIPIENTS}
    panel = deliveries[cast.CHANNEL_PANEL]
    others = [d for part, ds in deliveries.items() if part is not cast.CHANNEL_PANEL for d in ds]
    end_for_home_office = [d for d in deliveries[cast.HOME_OFFICE] if d["event_type"] == LOCATED]

    yield "police, duty manager, Home Office and Barnardo's were told of the missing child", set(missing) == expected
    yield "each of them was told of the end", set(located) == expected
    yield "a named person acknowledged everything that asked for it", all(
        r["by whom"] or not r["deadline"] for r in rows
    )
    yield "nothing was acknowledged late", not any(r["late"] for r in rows)
    yield "one call was made, to the duty manager, about the Home Office and nobody else", (
        calls == [(cast.HOME_OFFICE.recipient, "Duty manager")] and not deliveries[cast.TEAM_MANAGER]
    )
    yield "the Home Office answered by telephone, and it says who recorded that", (
        home_office.get("means") == "telephone"
        and home_office.get("by whom") == cast.HOME_OFFICE_ON_CALL.person
        and home_office.get("recorded by") == cast.DUTY_MANAGER.person
    )
    yield "the Channel panel got one delivery, the section 36 referral, and nobody else heard of it", (
        [d["event_type"] for d in panel] == [SECTION36] and not any(d["event_type"] == SECTION36 for d in others)
    )
    desk = board.get_text(stage.directory / "board.sock", "/v1/export?format=csv")
    yield "the duty desk's own door shows the missing child, and nothing of the Prevent case", (
        MISSING in desk and SECTION36 not in desk
    )
    yield "the Home Office was told that the child is located, and not where", (
        len(end_for_home_office) == 1 and set(end_for_home_office[0]["located"].get("located", {})) == {"at"}
    )
    yield "nothing came twice", all(d["attempt"] == 1 for d in others + panel)


def show(kept):
    page.heading("Did the night go as it should?")
    for sentence, is_true in kept:
        page.say(sentence, indent="yes  " if is_true else "NO   ", tone="good" if is_true else "warning")
