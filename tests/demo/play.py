#!/usr/bin/python3
"""Plays one night at Tilbury with real processes: told, six agency workers, two publishers; all over CURVE.

    play.py --bin build/release/bin --dir build/demo [--exit] [--fast]

Ends with 0 only where the night went as it is told. Without --exit told and the workers go on running.
"""
import argparse
import os
import pathlib
import sys
import tempfile

import audit
import cast
import checks
import page
import stage as staging
import story
from timeline import NotAsTold, Timeline

SOCKET_PATH_MAX = 100  # a Unix socket's path may not be much longer
PAUSE = 2.5


def opening(stage):
    page.say("told: one night at Tilbury", tone="strong")
    page.say(
        "Everybody in it is invented. One second here is just under four minutes there: where the "
        "policy in config/ gives 30 minutes, the demo's gives 8 seconds. Times are London's; beside them stands how "
        "far the night has gone."
    )
    page.say(
        f"told and {len(cast.RECIPIENTS)} agency workers are real processes that talk over CURVE on this machine. "
        f"Their keys, words and logs are in {os.path.relpath(stage.directory)}."
    )


def what_next(stage, rows):
    stage.write_pids()
    where, binaries = os.path.relpath(stage.directory), os.path.relpath(stage.binaries)
    port = f"--to tcp://127.0.0.1:{stage.ports[0]} --server-key {where}/keys/told.public"
    page.heading("told and the workers go on running. Try")
    for line in (
        f'export PATH="$PWD/{binaries}:$PATH" TOLD_SOCKET={where}/board.sock',
        "toldctl watch",
        f"toldctl case {rows[0]['case']}",
        f"curl --unix-socket {where}/board.sock http://told/v1/open",
        f"cat {where}/log/{cast.POLICE.recipient}.out",
        "# the same event once more: told answers DUPLICATE, and tells nobody twice",
        f"toldctl publish {where}/events/missing.json --key {where}/keys/{cast.PORT}.secret \\\n      {port}",
        "# and to end it all",
        f"kill $(cat {where}/pids)",
    ):
        print("  " + line, flush=True)


def play(stage, pause):
    opening(stage)
    stage.set_up()
    stage.start_told(within=20)
    story.Night(stage, Timeline(stage, pause)).play()
    rows = audit.export(stage)
    audit.show(rows)
    kept = list(checks.promises(stage, rows))
    kept.append(("both verifiers find the ledger whole", audit.verify(stage)))
    kept.append(("both refuse a copy that was changed", audit.refuse_forgery(stage)))
    checks.show(kept)
    if not all(is_true for _, is_true in kept):
        raise NotAsTold("the night did not go as it should")
    return rows


def directory_of(text):
    directory = pathlib.Path(text).resolve()
    if len(os.fsencode(directory / "board.sock")) <= SOCKET_PATH_MAX:
        return directory
    return pathlib.Path(tempfile.mkdtemp(prefix="told-demo-")) / "night"


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--bin", type=pathlib.Path, required=True, help="where told and toldctl are")
    args.add_argument("--dir", required=True, help="made afresh: whatever is in it goes")
    args.add_argument("--exit", action="store_true", help="end everything at the end")
    args.add_argument("--fast", action="store_true", help="no pauses for reading")
    args = args.parse_args()

    stage = staging.Stage(directory_of(args.dir), args.bin)
    good = False
    try:
        rows = play(stage, 0 if args.fast or not sys.stdout.isatty() else PAUSE)
        good = True
    except KeyboardInterrupt:
        print("\nstopped by hand", file=sys.stderr)
    except (NotAsTold, RuntimeError, OSError) as why:
        print(f"\nTHE DEMO FAILED: {why}", file=sys.stderr)
        if stage.running:
            print(f"What each process said is in {stage.directory}/log.", file=sys.stderr)
    finally:
        if args.exit or not good:
            stage.stop()
    if good and not args.exit:
        what_next(stage, rows)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
