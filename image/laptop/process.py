"""One process that ./run keeps: started in a session of its own, so that Ctrl-C reaches ./run alone; found again by
its pid file, which holds pid and start time; restarted when it dies, after 1 s, growing to 10 s."""
import os
import pathlib
import signal
import subprocess
import time

HOLD_OFF_FIRST_S, HOLD_OFF_MOST_S = 1, 10
STEADY_S = 60  # after running this long, the hold-off begins anew
LOG_MAX_BYTES = 10 << 20


def start_time(pid):
    """Clock ticks from boot to the start of a process; None if there is none (a zombie is none)."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def read_pid_file(path):
    """The pid that a file names, if that very process still runs."""
    try:
        pid, started = (int(word) for word in path.read_text().split()[:2])
    except (OSError, ValueError):
        return None
    return pid if start_time(pid) == started else None


def end_pids(pids, limit_s):
    """Ends processes, first by asking. What is named here was verified by its start time."""
    left = {pid: start_time(pid) for pid in pids}
    for number, wait_s in ((signal.SIGTERM, limit_s), (signal.SIGKILL, 3)):
        left = {pid: started for pid, started in left.items() if started is not None and start_time(pid) == started}
        for pid in left:
            try:
                os.kill(pid, signal.SIGCONT)
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        until = time.monotonic() + wait_s
        while time.monotonic() < until and any(start_time(pid) == started for pid, started in left.items()):
            time.sleep(0.02)


def how(status):
    """An exit status in words."""
    return f"by signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"


class Kept:
    def __init__(self, name, command, run_folder, log_folder, environment=None):
        self.name, self.command = name, command
        self.pid_file, self.log = run_folder / f"{name}.pid", log_folder / f"{name}.log"
        self.environment = environment
        self.child, self.pid, self.started_at, self.due_at, self.hold_off = None, None, 0.0, None, HOLD_OFF_FIRST_S
        self.ticks = None
        self.restarts = 0

    def start(self):
        try:
            fresh = self.log.stat().st_size > LOG_MAX_BYTES
        except OSError:
            fresh = False
        with open(self.log, "wb" if fresh else "ab") as log:
            child = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                                     start_new_session=True, env=self.environment, close_fds=True)
        self.child, self.pid, self.ticks = child, child.pid, start_time(child.pid)
        self.started_at, self.due_at = time.monotonic(), None
        self.write_pid_file()

    def write_pid_file(self):
        part = self.pid_file.with_suffix(".part")
        try:
            part.write_text(f"{self.pid} {self.ticks}\n")
            os.replace(part, self.pid_file)
        except OSError:
            pass  # a full disk must not keep a process from being restarted

    def runs(self):
        return self.child is not None and self.child.poll() is None

    def tend(self):
        """Restarts it if it died and its hold-off is over. Returns a line to say, or None."""
        now = time.monotonic()
        if self.runs():
            return None
        if self.due_at is None:
            if now - self.started_at > STEADY_S:
                self.hold_off = HOLD_OFF_FIRST_S
            self.due_at = now + self.hold_off
            text = f"{self.name} ended by itself ({how(self.child.returncode)}); starting it again in {self.hold_off} s (see {self.log})"
            self.hold_off = min(self.hold_off * 2, HOLD_OFF_MOST_S)
            return text
        if now >= self.due_at:
            self.restarts += 1
            try:
                self.start()
            except OSError as error:
                self.due_at = now + self.hold_off
                return f"{self.name} cannot be started: {error}"
        return None

    def end(self, limit_s):
        if self.runs():
            end_pids([self.pid], limit_s)
            self.child.wait()
        self.child = self.pid = None
        self.pid_file.unlink(missing_ok=True)

    def last_words(self, lines=4):
        try:
            return " / ".join(self.log.read_text(errors="replace").splitlines()[-lines:])[-600:]
        except OSError:
            return ""
