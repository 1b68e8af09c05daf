#!/usr/bin/env python3
"""Compares the truth log of a running ./run with its journal, its history, its receivers and its API: nothing lost, nothing
doubled, no clear before its raise, no gap, one open alarm per cause and channel, intervals exact, the final state of every alarm
delivered. Prints what is wrong; the exit status is 1 then.
usage: truthcheck.py --state FOLDER [--wait SECONDS]"""
import argparse
import json
import pathlib
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/system"), str(pathlib.Path(__file__).resolve().parent)]

import books  # pylint: disable=wrong-import-position
from box import SUPERSEDED, Box  # pylint: disable=wrong-import-position

EVERY_S = 1.0


def receivers(state):
    """What each receiver took, by name: every file receiver*.jsonl that a test's receiver writes."""
    found = {}
    for path in sorted(pathlib.Path(state).glob("receiver*.jsonl")):
        bodies = [json.loads(line)["body"] for line in path.read_text(encoding="utf-8").splitlines()]
        found[path.stem] = [(body["data"]["event_id"], body["data"]["alarm_id"], body["data"]["seq"], body["type"])
                            for body in bodies if body.get("data", {}).get("alarm_id")]
    return found


def compare(box, after=0, kinds=tuple(books.DELAYS)):
    """Everything at this instant; what is still on its way is wrong yet. @after: events up to this sequence are left out.
    Returns: sentences"""
    events = box.journal(after)
    whole = [event for event in events if event["kind"].startswith("alarm-")]
    rows = {row[0]: (row[1], row[2]) for row in box.mysql(f"select id, seq, alarm_seq from incident_event where seq > {int(after)}")}
    replaced = {row[0] for row in box.mysql(f"select event_id from delivery where outcome = {SUPERSEDED}")}
    begun = [event for event in box.truth() if not whole or event["boot_us"] >= events[0]["boot_us"]]
    wrong = books.check_books(events) + books.check_rows(whole, rows)
    if after == 0:
        wrong += books.check_api(whole, [alarm["id"] for alarm in box.open_alarms()])
    for receiver, told in receivers(box.state).items():
        known = {event["id"] for event in whole}
        since = [one for one in told if after == 0 or one[0] in known]
        wrong += [f"{receiver}: {sentence}" for sentence in books.check_receiver(whole, since, replaced)]
    return wrong + books.check_truth(whole, begun, kinds)


def settle(box, limit_s, after=0, kinds=tuple(books.DELAYS)):
    """The same, given time to come to rest. Returns: what is wrong after @limit_s, nothing as soon as nothing is"""
    end = time.monotonic() + limit_s
    while (wrong := compare(box, after, kinds)) and time.monotonic() < end:
        time.sleep(EVERY_S)
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--state", type=pathlib.Path, required=True, help="state folder of the running ./run")
    parser.add_argument("--wait", type=float, default=30, help="seconds in which the books may come to agree (30)")
    options = parser.parse_args()
    box = Box(state=options.state)
    wrong = settle(box, options.wait)
    events = box.journal()
    alarms = books.alarms_of(events)
    print("\n".join(wrong) if wrong else f"the books agree: {len(events)} events, {len(alarms)} alarms, "
          f"{len(books.open_alarms(events))} of them open, {', '.join(f'{name}: {len(told)} messages' for name, told in receivers(options.state).items())}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
