#!/usr/bin/env python3
"""Rows of the fault table that last long: at full length in the soak suite, shortened (--short) in ./test. Prints TAP and figures.
usage: rows.py [--short] [--scale SHARE] [--list] [NAME...]; --scale 0.25 takes a quarter of the full length."""
import argparse
import itertools
import pathlib
import random
import socket
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "system"), str(HERE.parent / "truth")]
import books  # noqa: E402  (the path must be there first)
import faults  # noqa: E402
import toggles  # noqa: E402
from box import Box, Failure, boot_us, natural, wait_until  # noqa: E402
from fakes import Fakes, busiest_minute, give_settings  # noqa: E402
from faults import NO_PACKETS, expect  # noqa: E402

FLAP_S = 2
CLEAR_S = 5  # that packets must come again before the alarm of their absence is over
RATES = ("1e-4", "1e-3", "1e-2", "1e-1")  # of damaged datagrams, a byte each
HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(range(200))
REQUEST = b"GET / HTTP/1.1\r\nHost: gantry.example\r\nUser-Agent: browser\r\n\r\n"
GARBAGE_PER_S = 400


class Length:
    """How long, and with how many channels."""
    def __init__(self, short, scale):
        self.short, self.scale = short, scale

    def seconds(self, full, short):
        return short if self.short else max(short, int(full * self.scale))

    def count(self, full, short):
        return short if self.short else full


def told_of(events):
    return [event for event in Box.announced(events) if event["kind"] in ("alarm-raised", "alarm-cleared")]


def busiest_ten_minutes(events):
    times = [event["boot_us"] for event in events]
    return max((sum(1 for at in times if 0 <= at - begin < 600e6) for begin in times), default=0)


def long_rests(truth):
    """How often each resource was left alone for so long that its alarm is over: a machine that does other things stops and mends late."""
    ends, rests = {}, {}
    for line in (line for line in truth if line["kind"] == "stop"):
        name = f"channel/{line['channel']}"
        if line["phase"] == "end":
            ends[name] = line["boot_us"]
        elif line["boot_us"] - ends.get(name, line["boot_us"]) > (CLEAR_S - 1) * 1e6:
            rests[name] = rests.get(name, 0) + 1
    return rests


def test_row_13_inputs_that_all_flap_are_one_alarm_each_and_ten_notices(length):
    seconds = length.seconds(600, 60)
    with Box(length.count(60, 12)) as box:
        box.wait_all_ok(240)
        after, begin = box.last_seq(), time.monotonic()
        while time.monotonic() - begin < seconds:
            turn = time.monotonic()
            box.break_channel("all", "stop", FLAP_S)
            time.sleep(max(0.0, 2 * FLAP_S - (time.monotonic() - turn)))
        box.wait_all_ok(150)  # errors of a minute are held for a minute
        wait_until("every outage is over", lambda: not [one for one in box.open_alarms() if one["type"] == NO_PACKETS], 30)
        events, rests = box.alarm_events(after), long_rests(box.truth())
    raised = [event["resource"] for event in events if event["type"] == NO_PACKETS and event["kind"] == "alarm-raised"]
    most, told = max((raised.count(one) - rests.get(one, 0) for one in set(raised)), default=0), told_of(events)
    print(f"# {seconds} s: {len(raised)} raises, {most} of one channel at most, {len(told)} notices, "
          f"{busiest_ten_minutes(told)} in the busiest ten minutes")
    expect(raised, "nothing was raised at all")
    expect(most <= 1, f"one channel was raised {most} times")
    expect(busiest_ten_minutes(told) <= 10, f"notices: {[faults.system.describe(event) for event in told]}")


def test_row_14_a_long_outage_is_told_exactly_and_its_end_at_once(length):
    seconds = length.seconds(3600, 45)
    with Box(6) as box:
        box.wait_all_ok(240)
        victims, after = sorted(box.channels(), key=natural)[:2], box.last_seq()  # one by UDP, one by RTP
        for victim in victims:
            box.break_channel(victim, "stop", seconds)
        time.sleep(seconds - 2)
        wait_until("the outage ends", lambda: len([one for one in box.truth() if one["kind"] == "stop" and one["phase"] == "end"]) >= 2, 30, 0.02)
        ended_us = max(one["boot_us"] for one in box.truth() if one["phase"] == "end")
        wait_until("packets are seen again", lambda: all(box.channels()[victim]["bitrate_bps"] for victim in victims), 20, 0.02)
        resumed_s = (boot_us() - ended_us) / 1e6
        for victim in victims:
            wait_until("the alarm clears", lambda v=victim: box.story(after, v) == ["alarm-raised", "alarm-cleared"], 30)
        box.wait_all_ok(60)
        time.sleep(15)  # a backlog would show by now
        events = box.alarm_events(after)
        wrong = books.check_truth([event for event in events if event["kind"].startswith("alarm-")], box.truth(), ("stop",))
        others = [faults.system.describe(event) for event in events if event["kind"] == "alarm-raised" and event["type"] != NO_PACKETS
                  and event["resource"].startswith("channel/")]
    gaps = {channel: (end - begin) / 1e6 for channel, begin, end in books.spans(events, books.DELAYS["stop"])}
    print(f"# {seconds} s: gaps by the journal { {channel: round(gap, 2) for channel, gap in gaps.items()} } s, seen again after {resumed_s:.2f} s")
    expect(not wrong, "; ".join(wrong))
    expect(resumed_s <= 3, f"seen again after {resumed_s:.1f} s, expected within 3 s")
    expect(not others, f"raised by the way back: {others}")


def test_row_55_a_receiver_that_was_away_has_the_latest_states_within_a_minute(length):
    seconds, alarms = length.seconds(7200, 90), 500
    with toggles.ToggleBox(8, 4) as box, Fakes(box.state / "fakes") as fakes:
        box.wait_reporting()
        box.change_at_once()
        give_settings(box, [fakes.settings(kind, kind) for kind in ("webhook", "pagerduty", "slack")])
        fakes.set_down(True)
        begin = time.monotonic()
        truth = box.toggle(alarms * 3 // 2, min(seconds / 2, 600))
        time.sleep(max(0.0, seconds - (time.monotonic() - begin)))
        events, up_us = box.alarm_events(), boot_us()
        fakes.set_down(False)

        def undelivered():
            replaced = box.superseded()
            return books.check_receiver(box.alarm_events(), fakes.told(), replaced)
        try:
            took = wait_until("the latest states are delivered", lambda: not undelivered(), 60, 0.5)[0]
        except Failure as failure:
            raise Failure(f"{failure}; {undelivered()}") from None
        time.sleep(65)  # the first minute of PagerDuty
        received = fakes.received()
    minute = busiest_minute([at for kind, at, _ in received if kind == "pagerduty" and at >= up_us])
    counts = {kind: sum(1 for one, at, _ in received if one == kind and at >= up_us) for kind in ("webhook", "pagerduty", "slack", "refused")}
    raised = sum(1 for event in events if event["kind"] == "alarm-raised")
    print(f"# away for {seconds} s with {raised} alarms ({sum(truth.values())} stand): latest states after {took:.1f} s; since then {counts}, "
          f"PagerDuty {minute} in its busiest minute")
    expect(raised >= alarms, f"{raised} alarms, {alarms} wanted")
    expect(minute <= 100 and not counts["refused"], f"PagerDuty heard {minute} messages in a minute, {counts['refused']} were refused")


def garbage(dice):
    """Noise, greetings of other protocols, fragments, without an end."""
    while True:
        yield dice.choice((dice.randbytes(dice.randrange(1, 1500)), HELLO, REQUEST, b"x", b"G" * dice.randrange(1, 1500),
                           bytes([0x47]) + dice.randbytes(187), dice.randbytes(188 * 7)))


def send_garbage(ports, seconds):
    """To each port in turn, so many a second."""
    stream, ring = garbage(random.Random(24)), itertools.cycle(ports)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        begin, sent = time.monotonic(), 0
        while (now := time.monotonic() - begin) < seconds:
            while sent < now * GARBAGE_PER_S:
                sender.sendto(next(stream), ("127.0.0.1", next(ring)))
                sent += 1
            time.sleep(0.02)
    return sent


def test_rows_23_and_24_damage_and_garbage_crash_no_worker(length):
    seconds = length.seconds(3600, 60)
    with Box(length.count(18, 14)) as box:
        box.wait_all_ok(240)
        channels = box.channels()
        ids = sorted(channels, key=natural)
        spoilt = [one for one in ids if channels[one]["address"].startswith("udp://127.")][:3]
        before, after = box.worker_pids(), box.last_seq()
        ports = [int(channels[one]["address"].rsplit(":", 1)[1]) for one in spoilt]
        for number, one in enumerate(ids):
            if one in spoilt:
                box.break_channel(one, "stop", seconds)
            else:
                box.traffic("--break", one, "corrupt", str(seconds), f"rate={RATES[number % len(RATES)]}")
        sent = send_garbage(ports, seconds)
        pids = box.worker_pids()
        said = {one: box.channels()[one]["state"] for one in spoilt}
        wait_until("damage has ended", lambda: box.traffic("--mend", "all") is not None, 10)
        back_s = box.wait_all_ok(120)
        notes = [event["text"] for event in box.journal(after) if event["kind"] == "box" and "signal" in event["text"]]
        wrong = [f"{channel}: worker {pid} became {pids.get(channel)}" for channel, pid in before.items() if pids.get(channel) != pid]
    print(f"# {seconds} s: {len(ids) - len(spoilt)} channels damaged, {sent} datagrams of garbage to {len(spoilt)} ports ({said}); "
          f"{len(wrong)} workers replaced, all ok again after {back_s:.1f} s")
    expect(not wrong and not notes, f"{wrong[:4]} {notes[:4]}")
    expect("ok" not in said.values(), f"garbage passes for a stream: {said}")


TESTS = [value for name, value in list(globals().items()) if name.startswith("test_")]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0, metavar="SHARE")
    parser.add_argument("--list", action="store_true", help="print the names and stop")
    parser.add_argument("names", nargs="*", help="parts of the names of tests to run; all")
    options = parser.parse_args()
    chosen = [test for test in TESTS if not options.names or any(name in test.__name__ for name in options.names)]
    if options.list:
        print("\n".join(test.__name__[5:] for test in TESTS))
        return 0
    print(f"1..{len(chosen)}", flush=True)
    length = Length(options.short, options.scale)
    return 0 if all([faults.run_one(number, test, length) for number, test in enumerate(chosen, 1)]) else 1


if __name__ == "__main__":
    sys.exit(main())
