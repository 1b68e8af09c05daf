"""Every N-th call about a file or a socket fails once, for each N: nothing crashes, nothing is lost, and what cannot
start says why. usage: nth-call-test.py [--every N] [--from N] [--errno N]; prints TAP."""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from private_servers import Servers

ALARMS = 40
BUILD = pathlib.Path(os.environ["GANTRY_BUILD"])
PROGRAM, CTL = BUILD / "tests/services/nth-call", BUILD / "appliance/ctl/gantryctl"
LIBRARY = BUILD / "tests/fakes/libfailing-calls.so"


def live(servers, number, errno):
    """One life in which call @number fails. Returns what went wrong, and how many calls it made."""
    with tempfile.TemporaryDirectory(prefix="gantry-nth-") as state:
        tally = os.path.join(state, "tally")
        env = {**os.environ, "GANTRY_FAIL_AT": str(number), "GANTRY_FAIL_TALLY": tally, "LD_PRELOAD": str(LIBRARY)}
        if errno:
            env["GANTRY_FAIL_ERRNO"] = str(errno)
        done = subprocess.run([PROGRAM, state, servers.mysql, servers.redis, servers.password, str(ALARMS)], env=env,
                              capture_output=True, text=True, timeout=300)
        calls = int(pathlib.Path(tally).read_text()) if os.path.exists(tally) else 0
        if done.returncode == 1 and done.stderr.strip():
            return None, calls  # it did not start, and said why: nothing was promised
        if done.returncode != 0:
            return f"status {done.returncode}: {done.stderr.strip()[-400:]}", calls
        journal = subprocess.run([CTL, "journal", "--file", os.path.join(state, "journal")], capture_output=True, text=True)
        seen = [line.split("\t")[0] for line in journal.stdout.splitlines()]
        rows = servers.sql("SELECT COUNT(DISTINCT alarm_id), COUNT(*) FROM gantry_test.incident_event "
                           f"WHERE journal_id = '{done.stdout.strip()}'").split("\t")
        stream = servers.ask_redis("XLEN", "gantry:events")
        if journal.returncode != 0 or seen != [str(seq) for seq in range(1, ALARMS + 1)]:
            return f"journal: {journal.stderr.strip()[-300:]} {len(seen)} events", calls
        if rows != [str(ALARMS), str(ALARMS)]:
            return f"MySQL: {rows}", calls
        if stream != str(ALARMS):
            return f"Redis: {stream}", calls
        return None, calls


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only each such call (1)")
    parser.add_argument("--from", type=int, default=1, dest="begin")
    parser.add_argument("--errno", type=int, default=0, help="28: the disk is full; 0: EIO and ECONNRESET")
    options = parser.parse_args()
    if not all(shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin") for name in ("mariadbd", "redis-server")):
        print("1..0 # SKIP mariadbd or redis-server is not installed")
        return 1 if os.environ.get("CI") == "true" else 0
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gantry-nth-servers-"))
    servers, wrong, lives = None, [], 0
    try:
        servers = Servers(folder)
        problem, calls = live(servers, 0, options.errno)
        if problem:
            wrong.append(f"without a failure: {problem}")
        number = options.begin
        while number <= calls and len(wrong) < 20:
            problem, made = live(servers, number, options.errno)
            lives += 1
            calls = max(calls, min(made, 2 * calls))
            if problem:
                wrong.append(f"call {number}: {problem}")
                print(f"# {wrong[-1]}", flush=True)
            number += options.every
    finally:
        if servers:
            servers.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"1..1\n# {lives} lives, each with one of {calls} calls failing; {len(wrong)} went wrong")
    print(f"{'not ok' if wrong else 'ok'} 1 - a call that fails once crashes nothing and loses nothing")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
