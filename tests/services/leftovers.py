"""Processes that a gantryd has started and that outlive it, as workers do on purpose."""
import contextlib
import os
import pathlib
import signal
import time

PATIENCE_S = 10  # before they are killed
LIMIT_S = 60


def processes_of(folder):
    """Process ids of Gantry's programs whose command line names @folder: also of a worker whose pid file a full disk did not take,
    and of one that has been forked and is called as gantryd still."""
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (entry / "cmdline").read_bytes()
            if os.path.basename(line.split(b"\0")[0]).startswith(b"gantry") and str(folder).encode() in line:
                yield int(entry.name)


def end_processes_of(folder, first=signal.SIGTERM):
    """Ends them all and waits until none is left: who removes the folder before that meets what they still write."""
    begin = time.monotonic()
    while left := list(processes_of(folder)):
        waited_s = time.monotonic() - begin
        assert waited_s < LIMIT_S, f"processes {left} of {folder} do not end"
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, first if waited_s < PATIENCE_S else signal.SIGKILL)
        time.sleep(0.05)
