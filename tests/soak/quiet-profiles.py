#!/usr/bin/env python3
"""Generated channels without injected faults for a while: with no shipped profile would there have been an alarm of a
channel. usage: quiet-profiles.py [--seconds N] [--count N]"""
import argparse
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from box import Box, Failure  # noqa: E402  (the path must be there first)


def try_profiles(box, hours):
    """What each shipped profile would have raised in the last @hours, by name."""
    tried = {}
    for item in box.get("/api/v1/profiles")["items"]:
        if item["shipped"]:
            name = item["profile"]["id"]
            told = box.ask("POST", f"/api/v1/profiles/{name}/simulate", {"hours": hours}, timeout=60)
            tried[name] = told["alarms"]
            for channel in told["items"]:
                print(f"# {name}: {json.dumps(channel)}")
    return tried


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--count", type=int, default=12)
    options = parser.parse_args()
    with Box(options.count) as box:
        box.wait_all_ok(240)
        time.sleep(10)  # what began wrong is over
        begin = time.monotonic()
        time.sleep(options.seconds)
        tried = try_profiles(box, (time.monotonic() - begin) / 3600)
    print(f"{options.count} channels for {options.seconds} s: {json.dumps(tried)}")
    if any(tried.values()):
        raise Failure(f"a shipped profile would have raised alarms without a fault: {tried}")


if __name__ == "__main__":
    main()
