#!/usr/bin/env python3
"""Generated channels without injected faults for a while, the shipped profiles spread over them: no alarm of a channel may be
raised live, none may a simulation of any shipped profile find, and none may be raised when what the workers said is played
back as a day with each of them. The memory of the workers is watched, too.
usage: quiet-profiles.py [--seconds N] [--count N] [--laps N] [--break KIND] [--json FILE]; with --break a fault of that kind is
injected, and the run fails unless it is found both live and in the day."""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "system"), str(TESTS / "truth")]
import books  # noqa: E402  (the path must be there first)
from box import ROOT, Box, Failure, boot_us, natural, wait_until  # noqa: E402

PROFILES = ("default", "hd-general", "news", "sport", "radio", "backup-feed")
SAMPLE_S = 6
FLOOR_SAMPLES = 50
SLOPE_LIMIT_MB_PER_HOUR = 0.1
RECORDER = """#!/bin/sh
# A worker that records what it says; $2 is its input.
exec "{build}/pipelines/worker/gantry-channel" "$@" --record "{records}/$2.$$.rec"
"""


class Watched(Box):
    """A Box whose workers record what they say."""
    def __init__(self, count):
        super().__init__(count)
        self.records = self.state / "records"
        self.records.mkdir()
        recorder = self.state / "recording-worker"
        recorder.write_text(RECORDER.format(build=ROOT / "build", records=self.records))
        recorder.chmod(0o755)
        self.arguments = ["--worker", str(recorder)]

    def spread_profiles(self):
        """Gives every shipped profile a group of its own, with channels of different sources. Returns: channel to profile"""
        path, given = self.state / "run" / "traffic.csv", {}
        head, *rows = path.read_text().splitlines()
        for index, row in enumerate(rows):
            words = row.split(",")
            words[3] = given[words[0]] = PROFILES[index % len(PROFILES)]
            rows[index] = ",".join(words)
        path.write_text("\n".join([head, *rows]) + "\n")
        after = self.last_seq()
        os.kill(self.pid("gantryd"), 1)
        wait_until("the groups are taken", lambda: any("reloaded" in event["text"] for event in self.journal(after)), 20)
        for profile in PROFILES:
            self.ask("PUT", f"/api/v1/group-profiles/{profile}", {"profile": profile})
        return given

    def recordings(self, channel):
        """What the channel's workers recorded, in order."""
        return sorted(self.records.glob(f"{channel}.*.rec"), key=lambda path: path.stat().st_mtime)


def memory_mb(pid):
    """(resident, of that anonymous)"""
    words = dict(re.findall(r"^(\w+):\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8"), re.M))
    return int(words["VmRSS"]) / 1024, int(words["RssAnon"]) / 1024


def floors(samples):
    """The least of every FLOOR_SAMPLES: a picture that is just being decoded, and what its decoder leaves until pages are given
    back, are 20 MB that come and go; what grows lifts the least, too."""
    return [min(samples[i:i + FLOOR_SAMPLES], key=lambda sample: sample[1]) for i in range(0, len(samples) - FLOOR_SAMPLES + 1, FLOOR_SAMPLES)]


def slope_mb_per_hour(samples):
    """Least squares over the floors of (seconds, MB) after the first third."""
    late = floors(samples[len(samples) // 3:])
    if len(late) < 3:
        return None
    mean_s, mean_mb = (sum(sample[i] for sample in late) / len(late) for i in (0, 1))
    spread = sum((at - mean_s) ** 2 for at, _ in late)
    return sum((at - mean_s) * (mb - mean_mb) for at, mb in late) / spread * 3600


def watch(box, seconds, samples):
    """Samples the memory of every worker every SAMPLE_S; one that is replaced begins anew, and is said."""
    begin, pids = time.monotonic(), {}
    while True:
        left = seconds - (time.monotonic() - begin)
        for channel, pid in box.worker_pids().items():
            if pids.setdefault(channel, pid) != pid:
                print(f"# {channel}: its worker was replaced after {time.monotonic() - begin:.0f} s", flush=True)
                pids[channel], samples[channel] = pid, []
            try:
                samples.setdefault(channel, []).append((time.monotonic() - begin, *memory_mb(pid)))
            except (OSError, KeyError):
                continue
        if left <= 0:
            return
        time.sleep(min(left, SAMPLE_S))


def slopes(samples, column):
    """(median, worst) MB an hour over workers, and whose the worst is."""
    found = sorted((slope, channel) for channel, rows in samples.items()
                   if (slope := slope_mb_per_hour([(row[0], row[column]) for row in rows])) is not None)
    return (found[len(found) // 2][0], *found[-1]) if found else (None, None, None)


def try_profiles(box, hours):
    """What each shipped profile would have raised in the last @hours, by name."""
    tried = {}
    for name in PROFILES:
        told = box.ask("POST", f"/api/v1/profiles/{name}/simulate", {"hours": hours}, timeout=60)
        tried[name] = told["alarms"]
        for channel in told["items"]:
            print(f"# simulated, {name}: {json.dumps(channel)}")
    return tried


def play_day(box, channels, window, laps):
    """Alarms raised by each profile when the recordings are played @laps times over, by name; and messages played."""
    raised, played = dict.fromkeys(PROFILES, 0), 0
    for channel in channels:
        done = subprocess.run([str(ROOT / "build/tests/replay/play-day"), "--channel", channel, "--laps", str(laps),
                               "--from", str(window[0]), "--until", str(window[1]), *map(str, box.recordings(channel))],
                              stdout=subprocess.PIPE, text=True, check=True)
        told = json.loads(done.stdout)
        played += told["messages"]
        for name, count in told["raised"].items():
            raised[name] += count
    return raised, played


def live_alarms(box, after, given):
    """Raised alarms of channels by the profile they are judged by; and those of everything else, by fault: a busy machine has
    some."""
    raised, others = dict.fromkeys(PROFILES, 0), {}
    for event in box.alarm_events(after):
        if event["kind"] != "alarm-raised":
            continue
        kind, _, name = event["resource"].partition("/")
        if kind == "channel":
            raised[given[name]] += 1
        else:
            others[event["type"]] = others.get(event["type"], 0) + 1
        print(f"# live: {event['resource']} {event['type']}: {event['text']}")
    return raised, others


def unjudged_s(events, until_us):
    """Seconds for which the alarms of each input's channels were not judged, because its worker was lost: a zero does not
    speak of them."""
    found = {}
    for life in books.alarms_of(events).values():
        if life[0]["kind"] == "alarm-raised" and life[0]["type"] == "worker-lost":
            ended = [event["boot_us"] for event in life if event["kind"] == "alarm-cleared"]
            name = life[0]["resource"].partition("/")[2]
            found[name] = found.get(name, 0) + ((ended or [until_us])[0] - life[0]["boot_us"]) / 1e6
    return {name: round(seconds, 1) for name, seconds in found.items()}


def run(options):
    result = {"channels": options.count, "seconds": options.seconds, "laps": options.laps}
    with Watched(options.count) as box:
        box.wait_all_ok(240)
        given, samples = box.spread_profiles(), {}
        box.wait_all_ok(60)
        time.sleep(10)  # what began wrong is over
        after, window, begin = box.last_seq(), [boot_us(), 0], time.monotonic()
        if options.damage:
            box.break_channel(sorted(given, key=natural)[0], options.damage, max(options.seconds - 15, 5))
        watch(box, options.seconds, samples)
        window[1] = boot_us()
        result["live"], result["live_not_of_channels"] = live_alarms(box, after, given)
        result["unjudged_s"] = unjudged_s(box.alarm_events(after), window[1])
        result["simulated"] = try_profiles(box, (time.monotonic() - begin) / 3600)
        box.stop()
        result["day"], result["messages_played"] = play_day(box, sorted(given, key=natural), window, options.laps)
    for column, name in ((1, "rss_slope_mb_per_hour"), (2, "anonymous_slope_mb_per_hour")):
        median, worst, whose = slopes(samples, column)
        result[name] = {"median": median, "worst": worst, "of": whose, "target": SLOPE_LIMIT_MB_PER_HOUR}
    if options.json:
        options.json.write_text(json.dumps({**result, "samples": samples}) + "\n")
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--count", type=int, default=18)
    parser.add_argument("--laps", type=int, default=24)
    parser.add_argument("--break", dest="damage", metavar="KIND", help="such as stop or black")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write figures and memory samples here")
    options = parser.parse_args()
    result = run(options)
    print(json.dumps(result))
    counts = {name: sum(result[name].values()) for name in ("live", "simulated", "day")}
    if options.damage and not all(counts.values()):
        raise Failure(f"{options.damage} was not found everywhere: {counts}")
    if not options.damage and any(counts.values()):
        raise Failure(f"alarms without a fault: {counts}")


if __name__ == "__main__":
    main()
