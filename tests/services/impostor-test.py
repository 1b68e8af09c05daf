#!/usr/bin/env python3
"""The real gantryd lets a process speak for the input only that it was started for. Prints TAP."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from leftovers import end_processes_of
from ports import free_port

BUILD = pathlib.Path(os.environ["GANTRY_BUILD"])
REFUSAL = b"another process was started for this input"


def wait_for(what, condition, limit_s=60):
    begin = time.monotonic()
    while time.monotonic() - begin < limit_s:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {limit_s} s")


def said(folder):
    """All that gantryd has told so far."""
    return (folder / "log.txt").read_bytes()


def start_gantryd(folder):
    state = folder / "state"
    (folder / "channels.csv").write_text("id,name,short_name,group,address,interface,service_id,profile\n"
                                         f"one,One,ONE,All,udp://127.0.0.1:{free_port()},lo,0,\n", encoding="utf-8")
    (folder / "gantry.conf").write_text(
        f"[state]\nfolder={state}\n[http]\nlisten=127.0.0.1\nport={free_port()}\n[workers]\nmode=spawn\n"
        f"program={BUILD}/pipelines/worker/gantry-channel\n[inventory]\nchannels={folder}/channels.csv\n"
        "[self_probe]\nevery_seconds=0\n", encoding="utf-8")
    daemon = subprocess.Popen([str(BUILD / "appliance/supervisor/gantryd"), "--config", str(folder / "gantry.conf")],
                              stderr=open(folder / "log.txt", "wb"))  # pylint: disable=consider-using-with; ends with it
    pid_files = state / "run" / "workers"
    return daemon, state, wait_for("a worker runs", lambda: next(pid_files.glob("*.pid"), None))


def main():
    print("1..1", flush=True)
    with tempfile.TemporaryDirectory(prefix="gantry-impostor-") as name:
        folder = pathlib.Path(name)
        daemon, state, pid_file = start_gantryd(folder)
        impostor = None
        try:
            wait_for("the worker has its configuration", (pid_file.with_suffix("") / "config").exists)
            assert REFUSAL not in said(folder), "refused before anybody asked"
            before = pid_file.read_text(encoding="ascii")
            impostor = subprocess.Popen(
                [str(BUILD / "pipelines/worker/gantry-channel"), "--input", pid_file.stem, "--socket", str(state / "run/workers.sock"),
                 "--state", str(folder / "impostor")])
            wait_for("the impostor is refused", lambda: REFUSAL in said(folder))
            time.sleep(3)  # it tries again and again
            kept = folder / "impostor/run/workers" / pid_file.stem / "config"
            assert not kept.exists(), "the impostor was given the configuration"
            assert pid_file.read_text(encoding="ascii") == before, "the worker was replaced"
            print("ok 1 - a process that was not started for an input is not let in for it")
            return 0
        except AssertionError as error:
            print(f"# {(folder / 'log.txt').read_text(errors='replace')[-500:]}")
            print(f"not ok 1 - a process that was not started for an input is not let in for it: {error}")
            return 1
        finally:
            if impostor is not None:
                impostor.kill()
                impostor.wait()
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(60)
            end_processes_of(folder)


if __name__ == "__main__":
    sys.exit(main())
