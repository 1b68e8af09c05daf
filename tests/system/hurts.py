#!/usr/bin/env python3
"""Workers that are killed again and again, hang in part, crash at their start, leak or spin: each is found out and replaced, and
no other channel notices. usage: hurts.py [--count N] [--build DIR] [--list] [NAME...]; prints TAP."""
import argparse
import os
import pathlib
import random
import signal
import sys
import tempfile
import time

import faults
import box as system
from box import Box, wait_until
from faults import expect, others_untouched

VICTIM = "ch-03"
KILLS, KILL_EVERY_S = 20, 1.0
HELD_OFF_S = 75
PAGE = os.sysconf("SC_PAGE_SIZE")


class Hurt:
    """How the victim's worker is hurt, through tests/fakes/hurting-worker.c."""
    def __init__(self, box):
        self.box, self.path = box, box.state / "hurt"

    def __call__(self, how):
        with open(self.path, "r+b", buffering=0) as file:
            file.write(how.encode("ascii") or b"\0")

    def pid(self):
        return self.box.worker_pids().get(VICTIM, 0)


def replaced(hurt, how, unknown_s, replaced_s):
    """Hurts the worker; it is called unknown, then replaced, in time. Returns: both seconds."""
    box, pid = hurt.box, hurt.pid()
    hurt(how)
    unknown = wait_until("the channel is unknown", lambda: box.channels()[VICTIM]["state"] == "unknown", unknown_s + 5)[0]
    seconds = unknown + wait_until("another worker runs", lambda: hurt.pid() not in (0, pid), replaced_s + 5)[0]
    hurt("")
    print(f"# unknown after {unknown:.1f} s, replaced after {seconds:.1f} s")
    expect(unknown <= unknown_s + 0.5, f"unknown after {unknown:.1f} s, expected within {unknown_s} s")
    expect(seconds <= replaced_s + 0.5, f"replaced after {seconds:.1f} s, expected within {replaced_s} s")
    box.wait_all_ok(60)


def test_row_1_workers_that_are_killed_every_second_are_back_in_2_s_and_nobody_is_alarmed(hurt):
    box, after, took = hurt.box, hurt.box.last_seq(), []
    chooser = random.Random(1)
    for _ in range(KILLS):
        victim, pid = chooser.choice(sorted(box.worker_pids().items()))
        begin = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        took.append(wait_until(f"another worker of {victim} runs", lambda v=victim, p=pid: box.worker_pids().get(v, p) != p, 10, 0.02)[0])
        time.sleep(max(0.0, KILL_EVERY_S - (time.monotonic() - begin)))
    took.sort()
    print(f"# {KILLS} kills: back after {took[len(took) // 2]:.2f} s (median), {took[-1]:.2f} s (longest)")
    expect(took[len(took) // 2] <= 2, f"median {took[len(took) // 2]:.1f} s")
    box.wait_all_ok(60)
    others_untouched(box, after, ())


def test_row_3_a_main_loop_that_hangs_is_found_and_replaced(hurt):
    after = hurt.box.last_seq()
    replaced(hurt, "m", 6, 10)
    others_untouched(hurt.box, after, ())


def test_row_4_a_data_path_that_hangs_is_found_by_its_age(hurt):
    after = hurt.box.last_seq()
    replaced(hurt, "d", 6, 10)
    others_untouched(hurt.box, after, ())


def cpu_s(pid):
    return time.clock_gettime((~pid << 3) | 2)


def test_row_5_a_worker_that_crashes_at_its_start_is_held_off_and_comes_back(hurt):
    box, after, seen = hurt.box, hurt.box.last_seq(), set()
    gantryd = box.pid("gantryd")
    hurt("c")
    before, begin = cpu_s(gantryd), time.monotonic()
    os.kill(hurt.pid(), signal.SIGKILL)
    while time.monotonic() - begin < 20:
        seen.add(hurt.pid())
        time.sleep(0.02)
    percent = (cpu_s(gantryd) - before) * 100 / 20
    restarts = int(box.channels()[VICTIM].get("worker", {}).get("restarts", 0)) if "worker" in box.channels()[VICTIM] else 0
    print(f"# in 20 s: {restarts or len(seen)} starts, gantryd at {percent:.1f} % of a core")
    expect(box.channels()[VICTIM]["state"] == "unknown", f"the channel is {box.channels()[VICTIM]['state']}")
    hurt("")
    back = wait_until("the channel is ok again", lambda: box.channels()[VICTIM]["state"] == "ok", HELD_OFF_S)[0]
    print(f"# back {back:.1f} s after it could be")
    box.wait_all_ok(60)
    others_untouched(box, after, ())


def rss_mb(pid):
    try:
        return int(pathlib.Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE / 1e6
    except (OSError, IndexError):
        return 0.0


def recycled(hurt, how, limit_s):
    """Hurts the worker until it ends, and waits for another one: earlier hurts may hold that off for a minute. Returns: seconds
    until it ended, and the most memory that it had, in MB."""
    pid, most = hurt.pid(), 0.0
    hurt(how)
    begin = time.monotonic()
    while hurt.pid() == pid and time.monotonic() - begin < limit_s:
        most = max(most, rss_mb(pid))
        time.sleep(0.05)
    seconds = time.monotonic() - begin
    hurt("")
    expect(seconds < limit_s, f"the same process after {limit_s} s, {most:.0f} MB")
    back = wait_until("another worker runs", lambda: hurt.pid() not in (0, pid), HELD_OFF_S)[0]
    print(f"# ended after {seconds:.1f} s, another one {back:.1f} s later")
    hurt.box.wait_all_ok(60)
    return seconds, most


def test_row_6_a_worker_that_leaks_memory_begins_anew_at_its_limit(hurt):
    after = hurt.box.last_seq()
    seconds, most = recycled(hurt, "l", 90)
    print(f"# {most:.0f} MB at most after {seconds:.1f} s")
    expect(most < 900, f"it had {most:.0f} MB")
    others_untouched(hurt.box, after, ())


def test_row_7_a_worker_that_leaks_descriptors_begins_anew(hurt):
    after = hurt.box.last_seq()
    recycled(hurt, "f", 30)
    others_untouched(hurt.box, after, ())


def test_row_8_a_worker_that_spins_costs_the_others_no_packet(hurt):
    box, after = hurt.box, hurt.box.last_seq()
    def drops():
        return {name: channel["own_drops"] for name, channel in box.channels().items()}
    before = drops()
    hurt("s")
    time.sleep(15)
    lost = {name: count - before[name] for name, count in drops().items() if count != before[name]}
    hurt("")
    expect(not lost, f"datagrams lost by this box: {lost}")
    box.wait_all_ok(60)
    others_untouched(box, after, ())


def test_the_books_agree(hurt):
    wrong = faults.truthcheck.settle(hurt.box, 60)
    expect(not wrong, "; ".join(wrong))


TESTS = [value for name, value in list(globals().items()) if name.startswith("test_")]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=8, help="channels (8)")
    parser.add_argument("--build", type=pathlib.Path, default=system.ROOT / "build", help="build folder (./build)")
    parser.add_argument("--list", action="store_true", help="print the names and stop")
    parser.add_argument("names", nargs="*", help="parts of the names of tests to run; all")
    options = parser.parse_args()
    chosen = [test for test in TESTS if not options.names or any(name in test.__name__ for name in options.names)]
    if options.list:
        print("\n".join(test.__name__[5:] for test in chosen))
        return 0
    print(f"1..{len(chosen)}", flush=True)
    with tempfile.TemporaryDirectory(prefix="gantry-hurt-") as folder:
        state = pathlib.Path(folder)
        (state / "hurt").write_bytes(bytes(PAGE))
        (state / "hurt").chmod(0o644)
        preload = {"LD_PRELOAD": str(options.build.resolve() / "tests/fakes/libhurting-worker.so"), "GANTRY_HURT_INPUT": VICTIM,
                   "GANTRY_HURT_FILE": str(state / "hurt")}
        good = True
        with Box(options.count, state=state, environment=preload) as box:
            box.wait_all_ok(180)
            for number, test in enumerate(chosen, 1):
                good &= faults.run_one(number, test, Hurt(box))
                box.wait_all_ok(90)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
