#!/usr/bin/env python3
"""Faults that Gantry must survive: each is injected into the running system, and what it says meanwhile and afterwards
is compared with the truth log. usage: faults.py [--count N] [--list] [NAME...]; prints TAP."""
import argparse
import functools
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import traceback

import box as system
from box import Box, Failure, wait_until

sys.path.insert(0, str(system.ROOT / "tests/truth"))
import truthcheck  # pylint: disable=wrong-import-position

NO_PACKETS = "no-packets"


def expect(condition, text):
    if not condition:
        raise Failure(text)


def stop_and_return(box, channel, seconds=4):
    """One outage of a channel, seen through to its clear; the journal must tell it exactly once."""
    after = box.last_seq()
    box.break_channel(channel, "stop", seconds)
    def told():
        kinds = box.story(after, channel)
        return kinds if "alarm-cleared" in kinds else None
    kinds = wait_until(f"the outage of {channel} is raised and cleared", told, seconds + 30)[1]
    expect(kinds == ["alarm-raised", "alarm-cleared"], f"one raise and one clear expected, found {kinds}")
    return after


def others_untouched(box, after, touched):
    """No channel outside of @touched may have an alarm of its own."""
    strangers = [system.describe(event) for event in box.alarm_events(after)
                 if event["resource"].startswith("channel/") and event["resource"].split("/")[1] not in touched]
    expect(not strangers, f"other channels were touched: {strangers[:5]}")


def channel_list(box):
    return pathlib.Path(next(line.split("=", 1)[1].strip() for line in (box.state / "gantry.conf").read_text().splitlines()
                             if line.startswith("channels")))


def rewrite(path, text):
    """The list is another's, not gantryd's to save: on a full disk the test makes room for it alone."""
    filler = path.parents[0] / "filler"
    if filler.exists() and filler.stat().st_size > 1 << 16:
        os.truncate(filler, filler.stat().st_size - (1 << 14))
    path.write_text(text)


def channel_of(box, index=0):
    return sorted(box.channels(), key=system.natural)[index]


# ---- workers

def test_a_killed_worker_is_back_at_once_and_no_channel_alarm_is_raised(box):
    after, victim = box.last_seq(), channel_of(box, 1)
    pid = box.worker_pids()[victim]
    os.kill(pid, signal.SIGKILL)
    wait_until("another worker runs", lambda: box.worker_pids().get(victim, pid) != pid, 5)
    box.wait_all_ok(30)
    others_untouched(box, after, ())


def test_a_frozen_worker_is_called_unknown_then_killed_and_replaced(box):
    after, victim = box.last_seq(), channel_of(box, 2)
    pid = box.worker_pids()[victim]
    os.kill(pid, signal.SIGSTOP)
    seconds = wait_until("the channel is unknown", lambda: box.channels()[victim]["state"] == "unknown", 10)[0]
    expect(seconds <= 6.5, f"unknown after {seconds:.1f} s, expected within 6 s")
    seconds += wait_until("another worker runs", lambda: box.worker_pids().get(victim, pid) != pid, 12)[0]
    expect(seconds <= 10.5, f"replaced after {seconds:.1f} s, expected within 10 s")
    box.wait_all_ok(60)
    others_untouched(box, after, ())


def test_all_workers_killed_at_once_are_all_back_within_10_s(box):
    after, before = box.last_seq(), box.worker_pids()
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    def all_new():
        now = box.worker_pids()
        return len(now) == len(before) and not set(now.values()) & set(before.values())
    seconds = wait_until("all workers are back", all_new, 15)[0]
    print(f"# all {len(before)} workers back after {seconds:.1f} s")
    expect(seconds <= 10, f"back after {seconds:.1f} s, expected within 10 s")
    box.wait_all_ok(60)
    others_untouched(box, after, ())
    told = {event["alarm_id"] for event in box.announced(box.alarm_events(after))}
    print(f"# {len(told)} alarms of the box")
    expect(len(told) <= 1, f"one cause, told {len(told)} times")


# ---- the monitor itself

def test_the_self_probe_times_an_alarm_and_is_in_no_list(box):
    def probe():
        return next((one for one in box.get("/api/v1/system")["services"] if one["name"] == "self-probe" and one["text"]), None)
    service = wait_until("the self-probe has run", probe, 60)[1]
    print(f"# {service['text']}")
    expect(service["state"] == "ok" and service["text"].startswith("An alarm took"), f"the self-probe says: {service}")
    expect("gantry-self-probe" not in box.channels(), "its channel is in the list")
    shown = [alarm["resource"] for alarm in box.get("/api/v1/alarms?state=all&limit=1000")["items"]]
    expect("channel/gantry-self-probe" not in shown, "its alarm is in the list")
    expect(not [one for one in box.deliveries() if "gantry-self-probe" in str(one["body"])], "a receiver of the site heard of it")


# ---- gantryd

def test_a_killed_gantryd_comes_back_adopts_its_workers_and_loses_nothing(box):
    after, victim = box.last_seq(), channel_of(box, 3)
    workers, pid = box.worker_pids(), box.pid("gantryd")
    box.break_channel(victim, "stop", 12)
    wait_until("the alarm stands", lambda: box.alarm_events(after, NO_PACKETS, f"channel/{victim}"), 5)
    os.kill(pid, signal.SIGKILL)
    wait_until("another gantryd answers", lambda: box.pid("gantryd") != pid and box.channels(), 20)
    expect(box.worker_pids() == workers, "the workers did not outlive gantryd")
    box.wait_all_ok(60)
    expect(box.worker_pids() == workers, "the workers were not adopted")
    def told():
        return box.story(after, victim) == ["alarm-raised", "alarm-cleared"]
    wait_until("the outage is told once, across the restart", told, 30)
    box.books_agree(after)
    others_untouched(box, after, (victim,))


def test_a_frozen_gantryd_goes_on_where_it_was_and_tells_what_happened_meanwhile(box):
    after, victim = box.last_seq(), channel_of(box, 4)
    pid = box.pid("gantryd")
    os.kill(pid, signal.SIGSTOP)
    box.break_channel(victim, "stop", 4)
    time.sleep(8)
    os.kill(pid, signal.SIGCONT)
    def told():
        return box.story(after, victim) == ["alarm-raised", "alarm-cleared"]
    wait_until("the outage that nobody watched is told once", told, 30)
    box.wait_all_ok(60)
    box.books_agree(after)
    others_untouched(box, after, (victim,))


def test_a_reload_with_a_mistake_is_refused_and_changes_nothing(box):
    after, before, workers = box.last_seq(), box.channels(), box.worker_pids()
    path = channel_list(box)
    right = path.read_text()
    path.write_text(right + "extra,Extra,EXTRA,,udp://nowhere,,,\n")
    try:
        box.signal("gantryd", signal.SIGHUP)
        def refused():
            return [event["text"] for event in box.journal(after) if "reload refused" in event["text"]]
        text = wait_until("the reload is refused", refused, 10)[1][0]
        expect(f"{path.name}:{len(right.splitlines()) + 1}" in text, f"no file and line in: {text}")
        expect(set(box.channels()) == set(before), "the channels changed")
    finally:
        path.write_text(right)
    box.signal("gantryd", signal.SIGHUP)
    wait_until("the right list is taken", lambda: any("reloaded" in event["text"] for event in box.journal(after)), 10)
    expect(box.worker_pids() == workers, "a reload that changes nothing touched workers")
    others_untouched(box, after, ())


# ---- inputs

def test_all_inputs_stopped_at_once_are_one_incident_and_all_return(box):
    after = box.last_seq()
    box.break_channel("all", "stop", 8)
    def counts():
        events = box.alarm_events(after, NO_PACKETS)
        raised = [event["resource"] for event in events if event["kind"] == "alarm-raised"]
        cleared = [event["resource"] for event in events if event["kind"] == "alarm-cleared"]
        ended = [event for event in box.alarm_events(after) if event["kind"] == "alarm-cleared" and event["members"] > 0]
        return len(set(raised)) == box.count and sorted(raised) == sorted(cleared) and len(ended) == len(box.parents(after))
    wait_until("every channel's outage is told once, and its incident ends", counts, 40)
    events, parents = box.alarm_events(after), box.parents(after)
    expect(len(parents) == 1, f"one incident expected, found {[event['text'] for event in parents]}")
    incident, last = parents[0]["alarm_id"], {event["alarm_id"]: event for event in events}
    expect(all(event["incident_id"] == incident for event in last.values()),
           f"outside of it: {[system.describe(event) for event in last.values() if event['incident_id'] != incident][:4]}")
    expect(last[incident]["members"] == box.count and last[incident]["kind"] == "alarm-cleared",
           f"the incident ended as {last[incident]}")
    expect(len([event for event in events if event["kind"] == "alarm-joined" and event["first_out"]]) == 1, "one is first out")
    told = [event for event in box.announced(events) if event["kind"] in ("alarm-raised", "alarm-cleared")]
    print(f"# {parents[0]['text']}; {len(told)} messages")
    expect([event["alarm_id"] for event in told] == [incident, incident], f"told: {[system.describe(event) for event in told]}")
    box.wait_all_ok(60)
    box.books_agree(after)


# ---- evidence

def around(series, metric):
    """Mean of a figure in the 20 s before a fault began, and from 3 s to 20 s after."""
    values = next(one["values"] for one in series["metrics"] if one["metric"] == metric)
    begin = round(-series["first_offset_seconds"])
    known = [[value for value in part if value is not None] for part in (values[begin - 20:begin - 1], values[begin + 3:begin + 20])]
    expect(all(known), f"{metric} was not measured around the fault: {values}")
    return [sum(part) / len(part) for part in known]


def test_a_black_picture_leaves_what_was_seen_before_at_and_after(box):
    after, victim = box.last_seq(), channel_of(box, 8)
    box.break_channel(victim, "black", 40)
    event = wait_until("the black picture is an alarm",
                       lambda: box.alarm_events(after, "picture-black", f"channel/{victim}"), 40)[1][0]
    path = f"/api/v1/alarms/{event['alarm_id']}/evidence"
    expect(box.get(path)["clip"]["state"] == "pending", "the clip is not awaited")
    def complete():
        kept = box.get(path)
        return kept if kept["complete"] else None
    kept = wait_until("the evidence is complete", complete, 80)[1]
    frames = kept["frames"]
    expect(frames["before"]["offset_seconds"] < 0 <= frames["at"]["offset_seconds"] < 10 <= frames["after"]["offset_seconds"],
           f"pictures stand in the wrong place: {frames}")
    sizes = [len(box.get_bytes(frames[name]["url"])) for name in ("before", "at", "after")]
    expect(sizes[1] < sizes[0] / 2 and sizes[2] < sizes[0] / 2, f"black pictures are small, these are not: {sizes} bytes")
    luma = around(kept["series"], "luma_mean")
    expect(luma[0] > 0.1 and luma[1] < 0.05, f"mean luma before and after: {luma}")
    expect(any(alarm["id"] == event["alarm_id"] and alarm["evidence"]
               for alarm in box.get("/api/v1/alarms?state=all&limit=1000")["items"]), "the alarm does not say that it has evidence")
    print(f"# pictures of {sizes} bytes, mean luma {luma[0]:.2f} and {luma[1]:.2f}, clip {kept['clip']}")
    box.wait_all_ok(60)
    others_untouched(box, after, (victim,))


# ---- stores

def test_a_killed_mariadb_loses_and_doubles_nothing(box):
    pid = box.pid("mariadb")
    os.kill(pid, signal.SIGKILL)
    after = stop_and_return(box, channel_of(box, 5))
    wait_until("MariaDB is back", lambda: box.pid("mariadb") != pid and box.mysql("select 1"), 30)
    box.books_agree(after)
    others_untouched(box, after, (channel_of(box, 5),))


def test_a_frozen_mariadb_delays_nobody(box):
    os.kill(box.pid("mariadb"), signal.SIGSTOP)
    begin = time.monotonic()
    after = stop_and_return(box, channel_of(box, 6))
    expect(time.monotonic() - begin < 20, "the outage was told late")
    slowest = 0
    for _ in range(20):
        begin = time.monotonic()
        box.channels()
        slowest = max(slowest, time.monotonic() - begin)
    expect(slowest < 1, f"the API took {slowest:.2f} s while MariaDB hung")
    os.kill(box.pid("mariadb"), signal.SIGCONT)
    box.books_agree(after, 60)


def test_a_killed_redis_is_refilled_within_5_s_of_its_return(box):
    pid = box.pid("redis")
    os.kill(pid, signal.SIGKILL)
    wait_until("Redis is back", lambda: box.pid("redis") != pid and "PONG" in box.redis("ping"), 30)
    seconds = wait_until("Redis holds every channel",
                         lambda: len(box.redis("keys", "gantry:channel:*").split()) == box.count, 15)[0]
    print(f"# refilled {seconds:.1f} s after its return")
    expect(seconds <= 6, f"refilled after {seconds:.1f} s, expected within 5 s")
    box.books_agree(stop_and_return(box, channel_of(box, 7)))


def test_a_frozen_redis_delays_nobody(box):
    os.kill(box.pid("redis"), signal.SIGSTOP)
    after = stop_and_return(box, channel_of(box, 1))
    os.kill(box.pid("redis"), signal.SIGCONT)
    box.books_agree(after)
    wait_until("the event is in Redis",
               lambda: box.alarm_events(after)[-1]["id"] in box.redis("xrange", "gantry:events", "-", "+"), 15)


# ---- the receiver

def receiver_mode(box, mode):
    (box.state / "receiver.mode").write_text(mode)


def deliveries_catch_up(box, mode, seconds, index):
    """Each test stops a channel of its own: three stops of one within a minute are told as one that comes and goes."""
    receiver_mode(box, mode)
    try:
        after = stop_and_return(box, channel_of(box, index))
        time.sleep(seconds)
    finally:
        receiver_mode(box, "ok")
    return after


def test_a_receiver_that_answers_500_gets_every_alarm_later(box):
    box.books_agree(deliveries_catch_up(box, "500", 1, 9), 60)


def test_a_receiver_that_hangs_gets_every_alarm_later(box):
    box.books_agree(deliveries_catch_up(box, "hang", 1, 10), 90)


def test_a_receiver_that_refuses_gets_every_alarm_later(box):
    box.books_agree(deliveries_catch_up(box, "refuse", 1, 11), 60)


# ---- starts of their own

def flap(box):
    after = box.last_seq()
    for _ in range(15):
        box.break_channel("all", "stop", 2)
        time.sleep(4)
    box.wait_all_ok(150)  # errors of a minute are held for a minute
    wait_until("every outage is over", lambda: not [alarm for alarm in box.get("/api/v1/alarms?state=open&limit=1000")["items"]
                                                    if alarm["type"] == NO_PACKETS], 30)
    events = box.alarm_events(after)
    told = [event for event in box.announced(events) if event["kind"] in ("alarm-raised", "alarm-cleared")]
    raises = [event["resource"] for event in events if event["type"] == NO_PACKETS and event["kind"] == "alarm-raised"]
    print(f"# {len(events)} events, {len(raises)} raises of channels, {len(told)} notices")
    expect(len(told) <= 10, f"{len(told)} notices: {[system.describe(event) for event in told]}")
    expect(not [event for event in told if event["resource"].startswith("channel/")],
           f"channels were told one by one: {[system.describe(event) for event in told]}")


def test_inputs_that_all_flap_for_a_minute_are_a_handful_of_notices(count):
    with Box(count) as box:
        box.wait_all_ok(120)
        flap(box)


def test_without_mariadb_and_redis_it_starts_measures_alarms_and_fills_them_later(count):
    with Box(count, arguments=["--without-stores"]) as box:
        box.wait_all_ok(120)
        after = stop_and_return(box, channel_of(box, 0))
        (box.state / "run" / "start-stores").touch()
        wait_until("MariaDB runs", lambda: box.mysql("select 1"), 60)
        box.books_agree(after, 60)
        wait_until("Redis holds every channel",
                   lambda: len(box.redis("keys", "gantry:channel:*").split()) == box.count, 30)


def fill_up(path):
    """Writes to the file until nothing more fits. Returns: why that is so"""
    with open(path, "ab", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(1 << 16))
        except OSError as error:
            return error


def test_a_full_disk_stops_neither_measuring_nor_alarms(count):
    if os.geteuid() != 0:
        raise Failure("needs root, to mount a small file system")
    with tempfile.TemporaryDirectory(prefix="gantry-full-") as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=420m,mode=755", "tmpfs", folder], check=True)
        try:
            with Box(count, state=folder) as box:
                box.wait_all_ok(120)
                fill = pathlib.Path(folder) / "filler"
                print(f"# disk full: {fill_up(fill)}")
                after = stop_and_return(box, channel_of(box, 0))
                expect(box.channels()[channel_of(box, 1)]["state"] == "ok", "another channel is not ok")
                def shed():
                    states = {one["name"]: one["state"] for one in box.get("/api/v1/system")["services"]}
                    return states["thumbnails"] != "ok"
                wait_until("no more thumbnails are kept", shed, 90)
                # What Gantry gives up is taken, too, as by whoever filled the disk: shedding alone would end the fault.
                wait_until("the full disk is an alarm", lambda: fill_up(fill) and box.alarm_events(0, "disk-full"), 90, 0.5)
                saved = len(list((box.state / "inventory").glob("*.json")))
                path = channel_list(box)
                right = path.read_text()
                rewrite(path, right + "extra,Extra,EXTRA,,udp://127.0.0.1:9,lo,,\n")
                box.signal("gantryd", signal.SIGHUP)
                wait_until("the inventory is saved on the full disk",
                           lambda: len(list((box.state / "inventory").glob("*.json"))) > saved, 20)
                fill.unlink()
                path.write_text(right)
                box.signal("gantryd", signal.SIGHUP)
                box.wait_all_ok(60)
                box.books_agree(after, 60)
        finally:
            subprocess.run(["umount", "-l", folder], check=False)


SHARED = [value for name, value in list(globals().items()) if name.startswith("test_") and
          value.__code__.co_varnames[:1] == ("box",)]
ALONE = [value for name, value in list(globals().items()) if name.startswith("test_") and
         value.__code__.co_varnames[:1] == ("count",)]


def and_all_ok(test):
    """@test, after which every channel is ok again: one that stays bad fails this test, and the next ones are run all the same."""
    @functools.wraps(test)
    def both(box):
        test(box)
        box.wait_all_ok(90)
    return both


def run_one(number, test, subject):
    begin = time.monotonic()
    try:
        test(subject)
        print(f"ok {number} - {test.__name__[5:]} # {time.monotonic() - begin:.1f} s", flush=True)
        return True
    except Exception as error:  # pylint: disable=broad-except; a test may fail in any way
        print("\n".join(f"# {line}" for line in traceback.format_exc().splitlines()[-6:]))
        print(f"not ok {number} - {test.__name__[5:]}: {str(error)[:700]}", flush=True)
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=12, help="channels (12)")
    parser.add_argument("--list", action="store_true", help="print the names and stop")
    parser.add_argument("names", nargs="*", help="parts of the names of tests to run; all")
    options = parser.parse_args()
    def chosen(tests):
        return [test for test in tests if not options.names or any(name in test.__name__ for name in options.names)]
    if options.list:
        print("\n".join(test.__name__[5:] for test in SHARED + ALONE))
        return 0
    shared, alone = chosen(SHARED), chosen(ALONE)
    print(f"1..{len(shared) + len(alone) + (1 if shared else 0)}", flush=True)
    number, good = 0, True
    if shared:
        with Box(options.count) as box:
            box.wait_all_ok(180)
            for number, test in enumerate(shared, 1):
                good &= run_one(number, and_all_ok(test), box)
            number += 1
            good &= run_one(number, test_books_of_truth, box)
    for test in alone:
        number += 1
        good &= run_one(number, test, options.count)
    return 0 if good else 1


def test_books_of_truth(box):
    wrong = truthcheck.settle(box, 60)
    expect(not wrong, "; ".join(wrong))


if __name__ == "__main__":
    sys.exit(main())
