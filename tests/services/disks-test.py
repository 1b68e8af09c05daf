#!/usr/bin/env python3
"""The real gantryd on a disk that is full, without inodes, read-only, or broken: alarms go on, the API answers, the
inventory can be saved, and what was said to be durable is there afterwards. Prints TAP. usage: disks-test.py [NAME...]"""
import contextlib
import errno
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from daemon_rig import BUILD, Daemon, wait_for

ANSWER_LIMIT_S = 3  # of the API, on a machine that may be busy; one that is not answers within 0.5
TOLD_LIMIT_S = 15  # of ten events, likewise; within 5


@contextlib.contextmanager
def small_disk(options):
    """A folder, and a small file system below it."""
    with tempfile.TemporaryDirectory(prefix="gantry-disks-") as name:
        folder = pathlib.Path(name)
        state = folder / "state"
        state.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(state)], check=True)
        try:
            yield folder, state
        finally:
            subprocess.run(["umount", "-l", str(state)], check=False)


def fill(state):
    with open(state / "filler", "ab", buffering=0) as filler:
        for size in (1 << 16, 1 << 12, 1 << 9):
            with contextlib.suppress(OSError):
                while True:
                    filler.write(bytes(size))


def take_inodes(state):
    (state / "many").mkdir(exist_ok=True)
    with contextlib.suppress(OSError):
        for i in range(1 << 20):
            (state / "many" / str(i)).touch()


def survive(daemon, state, choke):
    """Alarms, the inventory and a start of gantryd on a disk that @choke has made useless to others."""
    daemon.start()
    first = daemon.alarm_of("ch-0")
    choke(state)
    second = daemon.alarm_of(daemon.reload_with_another())
    choke(state)
    acts = daemon.act(second, 10) + daemon.act(first, 5)
    assert all(event["durable"] for event in daemon.events() if event["kind"] == "alarm-ack"), "an alarm's event is not durable"
    daemon.kill()
    kept = [event for event in daemon.on_disk() if event["kind"] in ("alarm-ack", "alarm-unack")]
    assert len(kept) == acts, f"{len(kept)} of {acts} events of alarms are on disk"
    choke(state)
    daemon.start()
    daemon.act(daemon.alarm_of("ch-0"), 1)
    assert daemon.slowest_s < ANSWER_LIMIT_S, f"the API took {daemon.slowest_s:.2f} s"


def test_a_full_disk_takes_alarms_the_inventory_and_a_restart():
    with small_disk("size=48m,mode=755") as (folder, state):
        daemon = Daemon(folder, state)
        try:
            survive(daemon, state, fill)
            daemon.box_alarm("disk-full")
            (state / "filler").unlink()
        finally:
            daemon.stop()


def test_a_disk_without_inodes_takes_alarms_and_a_restart():
    with small_disk("size=64m,nr_inodes=400,mode=755") as (folder, state):
        daemon = Daemon(folder, state)
        try:
            daemon.start()
            first = daemon.alarm_of("ch-0")
            take_inodes(state)
            acts = daemon.act(first, 10)
            daemon.kill()
            kept = [event for event in daemon.on_disk() if event["kind"] in ("alarm-ack", "alarm-unack")]
            assert len(kept) == acts, f"{len(kept)} of {acts} events of alarms are on disk"
            assert daemon.slowest_s < ANSWER_LIMIT_S, f"the API took {daemon.slowest_s:.2f} s"
        finally:
            daemon.stop()


def break_disk(number):
    """Every change below the state folder fails with @number for a while."""
    with tempfile.TemporaryDirectory(prefix="gantry-disks-") as name:
        folder = pathlib.Path(name)
        state, broken = folder / "state", folder / "broken"
        state.mkdir()
        daemon = Daemon(folder, state, {"LD_PRELOAD": str(BUILD / "tests/fakes/libfailing-calls.so"), "GANTRY_FAIL_UNDER": str(state),
                                        "GANTRY_FAIL_WHILE": str(broken), "GANTRY_FAIL_ERRNO": str(number)})
        try:
            daemon.start()
            alarm = daemon.alarm_of("ch-0")
            acts = daemon.act(alarm, 2)
            broken.touch()
            begin = time.monotonic()
            acts = daemon.act(alarm, 5)
            late_s = time.monotonic() - begin
            told = [event for event in daemon.events() if event["kind"] == "alarm-ack"]
            assert not told[-1]["durable"], "an event is called durable that the disk did not take"
            assert late_s < TOLD_LIMIT_S, f"the events were told after {late_s:.1f} s"
            daemon.box_alarm("journal-slow")
            print(f"# with {errno.errorcode[number]}: told after {late_s:.1f} s, slowest answer {daemon.slowest_s * 1000:.0f} ms")
            broken.unlink()
            def all_kept():
                kept = [event for event in daemon.on_disk() if event["kind"] in ("alarm-ack", "alarm-unack")]
                return len(kept) == acts
            wait_for("the journal has everything again", all_kept)
            daemon.kill()
            seqs = [event["seq"] for event in daemon.on_disk()]
            assert seqs == list(range(1, len(seqs) + 1)), f"the sequence has gaps: {seqs[:50]}"
            assert daemon.slowest_s < ANSWER_LIMIT_S, f"the API took {daemon.slowest_s:.2f} s"
        finally:
            broken.unlink(missing_ok=True)
            daemon.stop()


def test_a_disk_that_becomes_read_only_delays_nobody_and_loses_nothing():
    break_disk(errno.EROFS)


def test_a_disk_with_input_output_errors_delays_nobody_and_loses_nothing():
    break_disk(errno.EIO)


TESTS = [value for name, value in list(globals().items()) if name.startswith("test_")]


def main():
    wanted = [test for test in TESTS if len(sys.argv) < 2 or any(word in test.__name__ for word in sys.argv[1:])]
    if os.geteuid() != 0:
        wanted = [test for test in wanted if "read_only" in test.__name__ or "input_output" in test.__name__]
        print("# not root: small file systems cannot be mounted, so a full disk and one without inodes are left out")
    print(f"1..{len(wanted)}", flush=True)
    good = True
    for number, test in enumerate(wanted, 1):
        begin = time.monotonic()
        try:
            test()
            print(f"ok {number} - {test.__name__[5:]} # {time.monotonic() - begin:.1f} s", flush=True)
        except Exception as error:  # pylint: disable=broad-except; a test may fail in any way
            good = False
            print(f"not ok {number} - {test.__name__[5:]}: {type(error).__name__} {str(error)[:600]}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
