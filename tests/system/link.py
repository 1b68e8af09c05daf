#!/usr/bin/env python3
"""Row 19 of the fault table: the interface goes down and comes back. The channels come over a pair of virtual interfaces from a
network namespace of their own, into one that this test makes for itself. Needs root. usage: link.py [--build DIR]; prints TAP."""
import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import faults
import books  # pylint: disable=wrong-import-order; faults knows where it is
from box import ROOT, Box, boot_us, wait_until
from faults import NO_PACKETS, expect

COUNT, NEAR, FAR = 8, "10.77.0.1", "10.77.0.2"
NEAR_NAME, FAR_NAME = "gantry-rx", "gantry-tx"
DOWN_S = 12
REJOIN_S = 2.0


def run(*words):
    subprocess.run([str(word) for word in words], check=True)


class Wire:
    """The pair, and the generator at its far end."""
    def __init__(self, build):
        self.build = build
        self.far = self.traffic = None

    def __enter__(self):
        run("ip", "link", "set", "lo", "up")
        self.far = subprocess.Popen(["unshare", "-n", "sleep", "infinity"])
        wait_until("the far end has a namespace of its own", lambda: os.readlink(f"/proc/{self.far.pid}/ns/net") != os.readlink("/proc/self/ns/net"), 5)
        run("ip", "link", "add", NEAR_NAME, "type", "veth", "peer", "name", FAR_NAME, "netns", self.far.pid)
        for inside, name, address in (((), NEAR_NAME, NEAR), (self.at_far(), FAR_NAME, FAR)):
            run(*inside, "ip", "address", "add", f"{address}/24", "dev", name)
            run(*inside, "ip", "link", "set", name, "up")
        return self

    def __exit__(self, *_):
        for process in (self.traffic, self.far):
            if process is not None:
                process.send_signal(signal.SIGTERM)
                process.wait(10)

    def at_far(self):
        return "nsenter", "-t", self.far.pid, "-n"

    def send(self, folder, sources):
        """Starts the generator. Returns: a list of its channels for gantryd"""
        plan, channels = folder / "plan.ini", folder / "channels.csv"
        addresses = [f"udp://239.255.{7 + i % 2}.{i + 1}:5000" for i in range(COUNT)]  # two blocks: they share the interface alone
        plan.write_text("".join(f"[ch-{i}]\naddress={address}\nsource={FAR}\n" for i, address in enumerate(addresses)))
        channels.write_text("id,name,short_name,group,address,interface,service_id,profile,commissioned\n" + "".join(
            f"ch-{i},Channel {i},CH{i},,{address},{NEAR_NAME},,,yes\n" for i, address in enumerate(addresses)))
        command = [*self.at_far(), self.build / "tests/traffic/gantry-traffic", "--sources", sources, "--plan", plan]
        self.traffic = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL)
        return channels


def returned_s(events, up_us):
    """How long after the link each channel's packets were back, by the ends of their alarms."""
    spans = books.spans([event for event in events if event["kind"].startswith("alarm-")], books.DELAYS["stop"])
    return sorted((end - up_us) / 1e6 for _, _, end in spans if end is not None)


def pull_and_plug(box):
    """Takes the interface down and up again, with @box running. Returns: events, and when it went up"""
    with box:
        box.wait_all_ok(120)
        after = box.last_seq()
        run("ip", "link", "set", NEAR_NAME, "down")
        time.sleep(DOWN_S)
        up_us = boot_us()
        run("ip", "link", "set", NEAR_NAME, "up")
        wait_until("every channel's outage is over", lambda: len(returned_s(box.alarm_events(after, NO_PACKETS), up_us)) == COUNT, 40)
        box.wait_all_ok(60)
        wait_until("no alarm stands", lambda: not box.open_alarms(), 60)
        events = box.alarm_events(after)
    return events, up_us


def test_row_19_an_interface_that_goes_down_is_one_alarm_and_is_joined_again_within_2_s(build):
    sources = pathlib.Path(os.environ.get("GANTRY_CACHE") or pathlib.Path.home() / ".cache/gantry") / "sources"
    run(sys.executable, ROOT / "tests/traffic/make-sources", sources)
    with Wire(build) as wire, tempfile.TemporaryDirectory(prefix="gantry-link-") as folder:
        channels = wire.send(pathlib.Path(folder), sources)
        events, up_us = pull_and_plug(Box(COUNT, arguments=["--channels", str(channels), "--interface", NEAR_NAME]))
    back = returned_s(events, up_us)
    told = [event for event in Box.announced(events) if event["kind"] == "alarm-raised"]
    print(f"# told: {[(event['resource'], event['type'], event['text']) for event in told]}; packets were back {back[0]:.2f} to {back[-1]:.2f} s "
          "after the link")
    expect(len(told) == 1 and told[0]["type"] == "interface-silent", f"told: {[faults.system.describe(event) for event in told]}")
    expect(back[-1] <= REJOIN_S, f"back after {back[-1]:.1f} s, expected within {REJOIN_S} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", metavar="DIR")
    parser.add_argument("--inside", action="store_true", help="the namespaces are there already")
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root, to make network interfaces")
        return 0
    if not options.inside:
        os.execvp("unshare", ["unshare", "-n", "-m", sys.executable, *sys.argv, "--inside"])
    run("mount", "-t", "sysfs", "sysfs", "/sys")  # which shows the interfaces of who mounted it
    print("1..1", flush=True)
    return 0 if faults.run_one(1, test_row_19_an_interface_that_goes_down_is_one_alarm_and_is_joined_again_within_2_s, options.build.resolve()) else 1


if __name__ == "__main__":
    sys.exit(main())
