#!/usr/bin/python3
"""Compares what publishers and agencies saw with the exported ledger, and says which of told's promises were broken.

    check_promises.py SEEN_DIRECTORY EXPORT.jsonl [--key VERIFIER_KEY_FILE] [--panel RECIPIENT]

SEEN_DIRECTORY holds a file for each party, PARTY.jsonl, one JSON object a line in the order of seeing (`what`,
`party`, `at_us` and, by what it is):

    published     id, subject, type                    a publisher is about to publish this
    answered      id, verdict, receipt, case_ref, code a publisher was answered
    delivery      notification, attempt, kind, case_ref, event_type, event_index, message
    acknowledged  notification, recorded, late, repeated, code   an agency's acknowledgement was answered
    checkpoint    note                                 an agency was given a signed checkpoint
    problem, frame_refused  code, reason               a whole frame was refused

Exit: 0 every promise was kept, 1 one was not, 66 a file is missing.
Debian: python3-cryptography python3-protobuf protobuf-compiler
"""
import argparse
import pathlib
import sys

import promise_rules
import told_history

SENTENCES_SHOWN = 20  # of each promise; the table counts them all


def check(ledger, seen, settings):
    """{what the table calls it: [sentences]} for every promise."""
    return {name: list(rule(ledger, seen, settings)) for name, rule in promise_rules.PROMISES}


def figures(ledger, seen):
    def count(what):
        return len(seen.lines(what))

    return [("entries in the ledger", len(ledger.leaf_hashes)),
            ("events accepted", sum(len(where) for where in ledger.accepted.values())),
            ("answers to publishers", count("answered")),
            ("deliveries seen", count("delivery")),
            ("  of them repeats", sum(line["attempt"] > 1 for line in seen.lines("delivery"))),
            ("acknowledgements answered", count("acknowledged")),
            ("ladders climbed", len(ledger.escalations)),
            ("checkpoints held by agencies", len({line["note"] for line in seen.lines("checkpoint")})),
            ("notifications open at the end", sum(n.open for n in ledger.notifications()))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seen", type=pathlib.Path)
    parser.add_argument("export", type=pathlib.Path)
    parser.add_argument("--key", type=pathlib.Path, help="the signer's verifier key; else the export's own")
    parser.add_argument("--panel", default="channel_panel.chairs", help="who alone is told of Prevent referrals")
    parser.add_argument("--proto", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2] / "proto")
    settings = parser.parse_args()
    try:
        key = settings.key.read_text() if settings.key else ""
        seen = told_history.read_seen(settings.seen)
        with settings.export.open(encoding="utf-8") as lines:
            ledger = told_history.Ledger(lines, settings.proto, key)
    except OSError as missing:
        print(f"cannot read {missing.filename}: {missing.strerror}", file=sys.stderr)
        return 66
    broken = check(ledger, seen, settings)
    for name, value in figures(ledger, seen):
        print(f"{name:<40}{value:>12,}")
    for name, sentences in broken.items():
        print(f"{name:<40}{len(sentences):>12,}")
    for name, sentences in broken.items():
        for sentence in sentences[:SENTENCES_SHOWN]:
            print(f"BROKEN ({name}): {sentence}")
        if len(sentences) > SENTENCES_SHOWN:
            print(f"BROKEN ({name}): and {len(sentences) - SENTENCES_SHOWN} more")
    return 1 if any(broken.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
