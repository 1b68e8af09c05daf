#!/usr/bin/env python3
"""Chaos for a long time: a random fault every minute, books compared after each, memory and descriptors watched.
usage: soak.py [--seconds N] [--count N] [--seed N]"""
import argparse
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
import faults  # noqa: E402  (the path must be there first)
from box import Box, Failure  # noqa: E402

GROWTH_LIMIT_MB = 24  # of gantryd, from the first quarter's end to the end
PAUSE_S = 20


def resident_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0


def descriptors(pid):
    return len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir()))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng, begin, rounds, readings = random.Random(options.seed), time.monotonic(), 0, []
    with Box(options.count) as box:
        box.wait_all_ok(240)
        while time.monotonic() - begin < options.seconds:
            test = rng.choice(faults.SHARED)
            test(box)
            box.wait_all_ok(90)
            rounds += 1
            pid = box.pid("gantryd")
            readings.append((pid, resident_mb(pid), descriptors(pid)))
            print(f"# {time.monotonic() - begin:6.0f} s  {test.__name__[5:]}: gantryd {readings[-1][1]:.1f} MB, "
                  f"{readings[-1][2]} descriptors", flush=True)
            time.sleep(PAUSE_S)
        faults.truth_agrees(box)
        same = [reading for reading in readings if reading[0] == readings[-1][0]]
        quarter = same[len(same) // 4]
        if same[-1][1] - quarter[1] > GROWTH_LIMIT_MB:
            raise Failure(f"gantryd grew from {quarter[1]:.1f} to {same[-1][1]:.1f} MB, limit {GROWTH_LIMIT_MB} MB")
    print(f"{rounds} faults survived in {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
