"""A generator of invented streams and those who watch them, for tests of the transport: no encoder, no gantryd, no
network but the loopback interface. What the generator says it broke is compared with what gantry-probe and the worker
say they saw."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_LIMIT_S = 60
GROUP = "239.255.77.{}"
OWN_NETWORK = "GANTRY_TEST_OWN_NETWORK"  # set: this is it


class Failure(AssertionError):
    """A demand that was not met; says what was expected and what was found."""


def boot_s():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def wait_for(what, condition, limit_s, every_s=0.02):
    begin = time.monotonic()
    while time.monotonic() - begin < limit_s:
        value = condition()
        if value:
            return value
        time.sleep(every_s)
    raise Failure(f"{what}: not within {limit_s} s")


def bound_ports():
    """Local ports of all UDP sockets."""
    with open("/proc/net/udp", encoding="ascii") as table:
        return {int(line.split()[1].split(":")[1], 16) for line in table.readlines()[1:]}


def in_own_network():
    """Starts this program anew in a network of its own, so that nobody else sends to its ports, and is gone; where that is not
    allowed, it goes on."""
    unshare = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
    if OWN_NETWORK in os.environ or subprocess.run([*unshare, "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        return
    os.execvpe(unshare[0], [*unshare, "sh", "-c", "ip link set lo up && ip route add 224.0.0.0/4 dev lo && exec \"$@\"", "sh", sys.executable, *sys.argv],
               dict(os.environ, **{OWN_NETWORK: "1"}))


def served_first():
    """Of a process that begins (preexec_fn): it does not wait for the processor while others have it. Sending late would be a fault of
    its own, and what reads too late loses what its socket has no room for."""
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))


class Ports:
    """Gives out ports: an even one for each stream, with room for FEC behind it."""
    def __init__(self, first):
        self.next, self.group = first, 1

    def take(self, multicast=False):
        port, self.next = self.next, self.next + 10
        if not multicast:
            return "127.0.0.1", port
        self.group += 1
        return GROUP.format(self.group), port


class Generator:
    """gantry-traffic with a plan; `truth` holds the totals of every channel once it has ended."""
    def __init__(self, build, folder, plan, seed=1):
        self.folder, self.truth, self.lines, self.marks = pathlib.Path(folder), {}, [], []
        text = "".join(f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())
                       for name, keys in plan.items())
        (self.folder / "plan.conf").write_text(text, encoding="utf-8")
        self.output = open(self.folder / "traffic-output.txt", "wb")  # pylint: disable=consider-using-with; closed in stop
        self.process = subprocess.Popen(
            [str(build / "tests/traffic/gantry-traffic"), "--synthetic", "4000", "--plan", str(self.folder / "plan.conf"),
             "--truth", str(self.folder / "truth.jsonl"), "--control", str(self.folder / "traffic.sock"),
             "--seed", str(seed)], stdout=self.output, stderr=subprocess.STDOUT, preexec_fn=served_first)
        wait_for("the generator sends", lambda: self.alive() and (self.folder / "traffic.sock").exists(), START_LIMIT_S)

    def alive(self):
        if self.process.poll() is not None:
            said = (self.folder / "traffic-output.txt").read_text(errors="replace")
            raise Failure(f"gantry-traffic ended with status {self.process.returncode}: {said[-500:]}")
        return True

    def ask(self, request):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(self.folder / "traffic.sock"))  # waits while others stand in the queue
            client.settimeout(60)
            client.sendall(request.encode() + b"\n")
            answer = b""
            while more := client.recv(65536):
                answer += more
        answer = json.loads(answer)
        if not answer["ok"]:
            raise Failure(f"gantry-traffic: {request}: {answer['error']}")
        return answer

    def mark(self):
        """Keeps what has been sent and lost up to now."""
        self.marks.append({channel["id"]: channel["truth"] for channel in self.ask("status")["channels"]})

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)
        self.output.close()
        self.lines = [json.loads(line) for line in (self.folder / "truth.jsonl").read_text().splitlines()]
        self.truth = {line["channel"]: line for line in self.lines if line["kind"] == "totals"}
        return (self.folder / "traffic-output.txt").read_text(errors="replace").strip().splitlines()[-1]

    def stood_still_ms(self, name):
        """The longest time in which nothing of a channel left, while its probe listened or at any time before."""
        return self.marks[-1][name]["iat"]["max_us"] / 1000

    def times(self, channel, kind, phase):
        """When an impairment took effect or ended, boot seconds."""
        return [line["boot_us"] / 1e6 for line in self.lines
                if (line["channel"], line["kind"], line["phase"]) == (channel, kind, phase)]


class Probe:
    """gantry-probe on one address, for a while."""
    def __init__(self, build, url, seconds, interface="lo"):
        self.url, self.report = url, None
        self.process = subprocess.Popen(
            [str(build / "pipelines/probe/gantry-probe"), "--json", "--seconds", str(seconds), "--interface", interface, url],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=served_first)

    def read(self, limit_s):
        out, said = self.process.communicate(timeout=limit_s)
        if self.process.returncode != 0:
            raise Failure(f"gantry-probe {self.url}: status {self.process.returncode}: {said.decode()[-300:]}")
        self.report = json.loads(out)
        return self.report


class Worker:
    """The real worker on one address, and what it says, line by line with the time of each."""
    def __init__(self, build, folder, url, options):
        """@options: "buffer", bytes of the socket; "service", an id; "depth", a number of Depth; "sandbox"; "nice"; "levels";
        "slate", a fingerprint that is looked for."""
        self.build, self.folder, self.options = build, pathlib.Path(folder), options
        self.folder.mkdir()
        (self.folder / "run").mkdir()
        environment = dict(os.environ, INTERFACE="lo", DEPTH=str(options.get("depth", 0)), RECEIVE_BUFFER=str(options.get("buffer", 4 << 20)))
        if "levels" in options:
            environment["LEVELS"] = "1"
        if "slate" in options:
            environment["SLATE"] = options["slate"]
        self.log = open(self.folder / "said.txt", "wb")  # pylint: disable=consider-using-with; closed in stop
        self.listener = subprocess.Popen([str(build / "tests/element/listen"), str(self.folder / "gantryd.sock"), "input", url,
                                          *([str(options["service"])] if "service" in options else [])],
                                         stdout=self.log, cwd=self.folder, env=environment, preexec_fn=served_first)
        wait_for("the listener is there", (self.folder / "gantryd.sock").exists, START_LIMIT_S)
        self.start()

    def start(self):
        """Starts its process: the first one, or another one in place of one that has ended."""
        self.process = subprocess.Popen(
            [*(["nice", "-n", str(self.options["nice"])] if "nice" in self.options else []),
             str(self.build / "pipelines/worker/gantry-channel"), "--input", "input", "--socket", str(self.folder / "gantryd.sock"),
             "--state", str(self.folder / "run"), *([] if "sandbox" in self.options else ["--no-sandbox"])], stderr=subprocess.STDOUT,
            preexec_fn=None if "nice" in self.options else served_first,
            stdout=open(self.folder / "worker.txt", "ab"))  # pylint: disable=consider-using-with; ends with the worker

    def said(self):
        """(boot seconds, words) of every line; lines without a time go on what stands before them."""
        lines = []
        for line in (self.folder / "said.txt").read_text(errors="replace").splitlines():
            if line.startswith("["):
                at_s, words = line[1:].split("] ", 1)
                lines.append((float(at_s), words))
            elif lines:
                lines[-1] = (lines[-1][0], lines[-1][1] + "\n" + line)
        return lines

    def edges(self, fault):
        """(when it was said, whether active, since when) of every change of one state."""
        found = []
        for at_s, words in self.said():
            parts = words.split()
            if parts[0] == "edge" and parts[2].lstrip("!") == fault:
                found.append((at_s, parts[2].startswith("!"), float(parts[4])))
        return found

    def metric(self, name):
        """The last value of a figure; None if it was never said."""
        value = None
        for _, words in self.said():
            for part in words.split():
                if part.startswith(name + "="):
                    value = float(part.split("=")[1])
        return value

    def stop(self):
        for process in (self.process, self.listener):
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self.log.close()


@contextlib.contextmanager
def scratch():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gantry-transport-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
