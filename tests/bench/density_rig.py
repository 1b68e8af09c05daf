"""Workers as on an installed box, one process an input, without gantryd: fed by gantry-traffic over the loopback interface,
told what to measure by density-desk, and their cost read from the scheduler's own clocks."""
import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

GROUP = f"239.255.{64 + os.getpid() % 128}.{{}}"  # of this run: two at a time would hear each other
PORT = 24000 + os.getpid() % 64 * 256
START_LIMIT_S = 180
SEGMENTS_MAX_BYTES = 16 << 30  # of all channels


def cpu_s(pid):
    """CPU time of a process and of all threads that it ever had, exact: the process's own CPU clock."""
    return time.clock_gettime((~pid << 3) | 2)


def threads_s(pid):
    """CPU time of every thread that there is now, by thread id."""
    found = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            found[task.name] = int((task / "schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    return found


def pss_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def rss_mb(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1048576


def slope_per_hour(samples):
    """Least squares through (seconds, value)."""
    n = len(samples)
    if n < 3:
        return None
    mean_t, mean_v = sum(t for t, _ in samples) / n, sum(v for _, v in samples) / n
    spread = sum((t - mean_t) ** 2 for t, _ in samples)
    return 3600 * sum((t - mean_t) * (v - mean_v) for t, v in samples) / spread


@dataclasses.dataclass
class Window:
    """What was measured between two instants."""
    seconds: float
    cpu_percent: dict  # of a core, by input
    traffic_percent: float
    before: dict  # what the desk had heard, by input
    after: dict
    pss_mb: dict
    busy_threads: int  # of the busiest worker: threads with more than a hundredth of its CPU time
    rss_slope_mb_per_hour: float
    load: tuple

    def grown(self, name):
        """How much a counter grew, all inputs together."""
        return sum(self.after[key].get(name, 0) - self.before[key].get(name, 0) for key in self.after)


class Rig:
    """Workers for @channels: (depth, source) each; @library: a folder in which channel i's source is the i-th, round and round."""
    def __init__(self, build, library, depths):
        self.build, self.folder = pathlib.Path(build), pathlib.Path(tempfile.mkdtemp(prefix="gantry-density-", dir="/var/tmp"))
        self.inputs = [f"ch-{i:02d}" for i in range(1, len(depths) + 1)]
        self.address = {name: f"udp://{GROUP.format(i + 1)}:{PORT + i}" for i, name in enumerate(self.inputs)}
        self.logs, self.workers, self.traffic, self.desk = [], {}, None, None
        try:
            self.start(library, depths)
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def spawn(self, name, command, **kwargs):
        log = open(self.folder / f"{name}.log", "wb")  # pylint: disable=consider-using-with; closed in stop
        self.logs.append(log)
        return subprocess.Popen([str(word) for word in command], stderr=log, **{"stdout": log, **kwargs})

    def start(self, library, depths):
        plan = self.folder / "plan.conf"
        plan.write_text("".join(f"[{name}]\naddress = {self.address[name]}\n" for name in self.inputs), encoding="utf-8")
        quota = min(SEGMENTS_MAX_BYTES, shutil.disk_usage(self.folder).free // 10) // len(depths)  # as installed: a tenth of what is free
        (self.folder / "desk.plan").write_text(
            "".join(f"{name} {self.address[name]} {depth} {quota}\n" for name, depth in zip(self.inputs, depths)), encoding="utf-8")
        socket, state = self.folder / "gantryd.sock", self.folder / "state"
        state.mkdir()
        self.desk = self.spawn("desk", [self.build / "tests/bench/density-desk", socket, self.folder / "desk.plan"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.wait("the desk listens", socket.exists)
        self.traffic = self.spawn("traffic", [self.build / "tests/traffic/gantry-traffic", "--sources", library, "--plan", plan,
                                              "--truth", self.folder / "truth.jsonl", "--control", self.folder / "traffic.sock"])
        with contextlib.suppress(PermissionError):  # a sender that waits for the processor would disturb what is measured
            os.sched_setscheduler(self.traffic.pid, os.SCHED_RR, os.sched_param(1))
        self.wait("the generator sends", (self.folder / "traffic.sock").exists)
        for name in self.inputs:
            self.workers[name] = self.spawn(name, [self.build / "pipelines/worker/gantry-channel", "--input", name,
                                                   "--socket", socket, "--state", state])
        self.wait("every worker sends pictures", lambda: all(said.get("pictures_decoded", 0) > 0 or depth == 0 for said, depth in
                                                             zip(self.ask().values(), depths)), 0.5)

    def wait(self, what, condition, every_s=0.02):
        begin = time.monotonic()
        while not condition():
            self.check()
            if time.monotonic() - begin > START_LIMIT_S:
                raise RuntimeError(f"{what}: not within {START_LIMIT_S} s")
            time.sleep(every_s)

    def check(self):
        for name, process in [("desk", self.desk), ("traffic", self.traffic), *self.workers.items()]:
            if process is not None and process.poll() is not None:
                said = (self.folder / f"{name}.log").read_text(errors="replace")
                raise RuntimeError(f"{name} ended with status {process.returncode}: {said[-500:]}")

    def ask(self):
        """What every worker said last, by input."""
        self.desk.stdin.write("\n")
        self.desk.stdin.flush()
        return json.loads(self.desk.stdout.readline())

    def measure(self, seconds, settle_s, begin_beside=lambda: None):
        """Measures for @seconds, after @settle_s in which caches and pools fill. @begin_beside: called as it begins."""
        time.sleep(settle_s)
        begin_beside()
        pids = {name: process.pid for name, process in self.workers.items()}
        threads, before, begin = {name: threads_s(pid) for name, pid in pids.items()}, self.ask(), time.monotonic()
        spent, traffic_s = {name: cpu_s(pid) for name, pid in pids.items()}, cpu_s(self.traffic.pid)
        samples = []
        while time.monotonic() - begin < seconds:
            time.sleep(min(10.0, max(0.1, begin + seconds - time.monotonic())))
            samples.append((time.monotonic() - begin, sum(map(rss_mb, pids.values())) / len(pids)))
            self.check()
        took = time.monotonic() - begin
        percent = {name: (cpu_s(pid) - spent[name]) * 100 / took for name, pid in pids.items()}
        busy = max(sum((now - threads[name].get(task, 0)) * 100 / took > percent[name] / 100 for task, now in threads_s(pid).items())
                   for name, pid in pids.items())
        return Window(took, percent, (cpu_s(self.traffic.pid) - traffic_s) * 100 / took, before, self.ask(),
                      {name: pss_mb(pid) for name, pid in pids.items()}, busy, slope_per_hour(samples[len(samples) // 3:]), os.getloadavg())

    def stop(self):
        for process in [*self.workers.values(), self.traffic, self.desk]:
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGINT if process is self.traffic else signal.SIGTERM)
        for process in [*self.workers.values(), self.traffic, self.desk]:
            if process is None:
                continue
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            if process.poll() is None:
                process.kill()
                process.wait()
        for log in self.logs:
            log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def peer_command(address, folder):
    """One ffmpeg as many write it by hand: copies into HLS segments, one thumbnail a second, black, freeze, silence, loudness."""
    group, port = address.removeprefix("udp://").split(":")
    return ["ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-loglevel", "error",
            "-i", f"udp://{group}:{port}?localaddr=127.0.0.1&buffer_size=4194304&fifo_size=100000",
            "-filter_complex", "[0:v]split[watch][small];[watch]blackdetect=d=2:pix_th=0.10,freezedetect=n=-60dB:d=2[judged];"
            "[small]fps=1,scale=320:180[thumb];[0:a]silencedetect=n=-50dB:d=2,ebur128=peak=true[loud]",
            "-map", "0:v", "-map", "0:a", "-c", "copy", "-f", "hls", "-hls_time", "6", "-hls_list_size", "6",
            "-hls_flags", "delete_segments", "-hls_segment_filename", f"{folder}/%d.ts", f"{folder}/list.m3u8",
            "-map", "[thumb]", "-q:v", "4", "-update", "1", "-f", "image2", f"{folder}/thumb.jpg",
            "-map", "[judged]", "-f", "null", "-", "-map", "[loud]", "-f", "null", "-"]


class Peer:
    """One ffmpeg on a channel that is being sent."""
    def __init__(self, address):
        self.folder = tempfile.mkdtemp(prefix="gantry-peer-", dir="/var/tmp")
        self.process = subprocess.Popen(peer_command(address, self.folder), stderr=subprocess.DEVNULL)
        self.at, self.spent, self.threads = 0.0, 0.0, {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def begin(self):
        """What follows is measured."""
        if self.process.poll() is not None:
            raise RuntimeError(f"ffmpeg ended with status {self.process.returncode}")
        self.at, self.spent, self.threads = time.monotonic(), cpu_s(self.process.pid), threads_s(self.process.pid)

    def end(self):
        """(percent of a core, PSS in MB, threads that ran) since begin()."""
        took = time.monotonic() - self.at
        percent = (cpu_s(self.process.pid) - self.spent) * 100 / took
        busy = sum((now - self.threads.get(task, 0)) * 100 / took > percent / 100 for task, now in threads_s(self.process.pid).items())
        return percent, pss_mb(self.process.pid), busy
