#!/usr/bin/env python3
"""A broken stream has six million lines to say: what of them reaches the log, and how much of a disk that would
fill in an hour. Prints TAP."""
import os
import subprocess
import sys
import time

LINES, LIMIT_MB_PER_HOUR = 6000000, 60


def main():
    begin = time.monotonic()
    done = subprocess.run([os.environ["LOG_FLOOD"], str(LINES)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    seconds, lines = time.monotonic() - begin, done.stdout.splitlines()
    burst = 500 * 120  # bytes that come once, not every second
    per_hour = max(0, len(done.stdout) - burst) / max(seconds, 1) * 3600 / 1e6
    print(f"1..1\n# {LINES} lines in {seconds:.1f} s: {len(lines)} written, {per_hour:.1f} MB an hour beyond the first burst")
    # 500 at once and 50 a second, each behind a note at most of what was left out (log-fold.h).
    good = len(lines) < 1000 + 100 * seconds and per_hour < LIMIT_MB_PER_HOUR and "lines were left out" in done.stdout
    print(f"{'ok' if good else 'not ok'} 1 - a flood of lines fills no disk, and is said")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
