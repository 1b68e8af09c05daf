"""One running Gantry for a test: started by ./run with a state folder of its own, looked at from every side (journal,
MySQL, Redis, receiver, API, truth log), broken on purpose, and ended without a trace."""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/services"))
from ports import free_port  # noqa: E402  (the path must be there first)
START_LIMIT_S = 420  # the first start on a machine encodes the sources
STOP_LIMIT_S = 30
SUPERSEDED = 3  # outcome of a delivery in the history


class Failure(AssertionError):
    """A demand that was not met; says what was expected and what was found."""


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=5):
        super().__init__("localhost", timeout=timeout)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def wait_until(what, condition, limit_s, every_s=0.1):
    """Waits for condition() to be true; returns the seconds it took, and the value."""
    begin = time.monotonic()
    last = None
    while time.monotonic() - begin < limit_s:
        try:
            last = condition()
            if last:
                return time.monotonic() - begin, last
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            last = error
        time.sleep(every_s)
    raise Failure(f"{what}: not within {limit_s} s; last seen: {str(last)[:500]}")


class Box:
    def __init__(self, count=12, state=None, arguments=(), environment=None):
        self.count = count
        self.port = free_port()
        self.own_folder = state is None
        self.state = pathlib.Path(state or tempfile.mkdtemp(prefix="gantry-system-"))
        self.arguments = list(arguments)
        self.environment = {**os.environ, **(environment or {})}
        self.process = None
        self.log = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        if self.own_folder:
            shutil.rmtree(self.state, ignore_errors=True)

    # ---- its life

    def start(self, wait=True):
        os.chmod(self.state, 0o755)
        self.log = open(self.state / "run-output.txt", "ab")
        count = [] if "--channels" in self.arguments else ["--count", str(self.count)]
        command = [str(ROOT / "run"), "--state", str(self.state), *count, "--port", str(self.port), *self.arguments]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=subprocess.STDOUT, start_new_session=True, env=self.environment)
        if wait:
            wait_until("the API answers", lambda: self.alive() and self.get("/api/v1/channels"), START_LIMIT_S)

    def alive(self):
        if self.process.poll() is not None:
            raise Failure(f"./run ended with status {self.process.returncode}: {self.output()[-800:]}")
        return True

    def output(self):
        return (self.state / "run-output.txt").read_text(errors="replace")

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        for pid in self.every_pid():
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                pass
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failure(f"./run did not end within {STOP_LIMIT_S} s of Ctrl-C") from None
        left = self.processes()
        if left:
            raise Failure(f"processes are left after Ctrl-C: {left}")

    def processes(self):
        """Command lines of all processes that carry the state folder's name."""
        found = {}
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(self.state) in words and int(entry.name) != os.getpid():
                found[int(entry.name)] = words.strip()[:120]
        return found

    def every_pid(self):
        return list(self.processes())

    def pid(self, name):
        """Process id of mariadb, redis, gantryd or traffic."""
        return int((self.state / "run" / f"{name}.pid").read_text().split()[0])

    def signal(self, name, number):
        os.kill(self.pid(name), number)

    def worker_pids(self):
        pids = {}
        for path in (self.state / "run" / "workers").glob("*.pid"):
            try:
                pid = int(path.read_text().split()[0])
                os.kill(pid, 0)
                pids[path.stem] = pid
            except (OSError, ValueError, IndexError):
                continue
        return pids

    # ---- what it says

    def get(self, path, timeout=5):
        return self.ask("GET", path, timeout=timeout)

    def get_bytes(self, path, timeout=30):
        return self.answer("GET", path, None, timeout)

    def ask(self, method, path, body=None, timeout=5):
        data = self.answer(method, path, body, timeout)
        return json.loads(data) if data else {}

    def answer(self, method, path, body, timeout):
        connection = UnixConnection(self.state / "run" / "control.sock", timeout)
        try:
            headers = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            data = answer.read()
            if answer.status >= 400:
                raise ValueError(f"{method} {path}: {answer.status} {data[:300]!r}")
            return data
        finally:
            connection.close()

    def channels(self):
        return {channel["id"]: channel for channel in self.get("/api/v1/channels")["items"]}

    def open_alarms(self):
        return self.get("/api/v1/alarms?state=open&limit=1000")["items"]

    def all_ok(self):
        channels = self.channels()
        return len(channels) == self.count and all(
            channel["state"] == "ok" and channel["thumbnail"] and not channel["thumbnail"]["stale"]
            for channel in channels.values())

    def wait_all_ok(self, limit_s=90):
        def problem():
            wrong = {c["id"]: (c["state"], c["state_text"], bool(c["thumbnail"])) for c in self.channels().values()
                     if c["state"] != "ok" or not c["thumbnail"] or c["thumbnail"]["stale"]}
            return dict(list(wrong.items())[:5])
        try:
            return wait_until("every channel is ok with a fresh picture", self.all_ok, limit_s, 0.25)[0]
        except Failure as failure:
            raise Failure(f"{failure}; not ok: {problem()}") from None

    def journal(self, after=0):
        events = []
        while True:
            page = self.get(f"/api/v1/events/log?after={after}&limit=1000")["items"]
            if not page:
                return events
            events += page
            after = page[-1]["seq"]

    def last_seq(self):
        events = self.journal()
        return events[-1]["seq"] if events else 0

    def alarm_events(self, after=0, fault=None, resource=None):
        return [event for event in self.journal(after) if event["kind"].startswith("alarm-") and event["kind"] != "alarm-noted"
                and event["quiet"] != "probe" and (fault is None or event["type"] == fault) and (resource is None or event["resource"] == resource)]

    def mysql(self, query):
        password = (self.state / "secrets" / "mysql-password").read_text().strip()
        result = subprocess.run(
            ["mariadb", "--no-defaults", "-N", "-B", "-S", str(self.state / "run" / "mariadb.sock"), "-u", "gantry",
             "gantry", "-e", query], env={**os.environ, "MYSQL_PWD": password}, capture_output=True, text=True, timeout=20)
        if result.returncode != 0:
            raise ValueError(f"MySQL: {result.stderr.strip()}")
        return [line.split("\t") for line in result.stdout.splitlines()]

    def redis(self, *words):
        password = (self.state / "secrets" / "redis-password").read_text().strip()
        result = subprocess.run(["redis-cli", "-s", str(self.state / "run" / "redis.sock"), *words],
                                env={**os.environ, "REDISCLI_AUTH": password}, capture_output=True, text=True, timeout=20)
        if result.returncode != 0:
            raise ValueError(f"Redis: {result.stderr.strip()}")
        return result.stdout

    def deliveries(self):
        path = self.state / "receiver.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def truth(self):
        return [json.loads(line) for line in (self.state / "truth.jsonl").read_text().splitlines()]

    # ---- breaking it

    def traffic(self, *words):
        result = subprocess.run([str(ROOT / "run"), "--state", str(self.state), *words], capture_output=True, text=True,
                                timeout=20)
        if result.returncode != 0:
            raise Failure(f"./run {' '.join(words)}: {result.stderr.strip()}")
        return result.stdout

    def break_channel(self, channel, kind, seconds):
        return self.traffic("--break", channel, kind, str(seconds))

    # ---- comparing the books

    def story(self, after, channel, fault="no-packets"):
        """Raises and clears of one fault of a channel, in order; updates say more about one that stands."""
        return [event["kind"] for event in self.alarm_events(after, fault, f"channel/{channel}")
                if event["kind"] in ("alarm-raised", "alarm-cleared")]

    @staticmethod
    def announced(events):
        """Those of @events that receivers are told of: not quiet, and no raise that became part of an incident at once."""
        joined = {}
        for event in events:
            if event["kind"] == "alarm-joined" and event["quiet"] != "none":
                joined.setdefault(event["alarm_id"], event["boot_us"])
        return [event for event in events if event["quiet"] == "none" and not (
            event["kind"] == "alarm-raised" and joined.get(event["alarm_id"], 1 << 62) - event["boot_us"] < 1_500_000)]

    def parents(self, after):
        """Raises of incidents since a sequence."""
        return [event for event in self.alarm_events(after) if event["kind"] == "alarm-raised" and event["members"] > 0]

    def books(self, after):
        """Alarm events since a sequence: those of the journal, and the ids that MySQL and the receiver know. What the
        receiver was not told because a newer state of the alarm took its place, and said so in the history, it knows; and so
        it does what it is not to hear of by itself."""
        journal = {event["id"]: event for event in self.alarm_events(after)}
        loud = {key for key, event in journal.items() if event["quiet"] == "none"}
        rows = {row[0] for row in self.mysql(f"select id from incident_event where seq > {int(after)}")}
        told = [delivery["body"]["data"]["event_id"] for delivery in self.deliveries()]
        replaced = {row[0] for row in self.mysql(f"select event_id from delivery where outcome = {SUPERSEDED}")}
        last_told = {}
        for event in journal.values():
            if event["id"] in told:
                last_told[event["alarm_id"]] = max(event["alarm_seq"], last_told.get(event["alarm_id"], 0))
        known = set(told) | {event["id"] for event in journal.values()
                             if event["id"] in replaced and event["alarm_seq"] < last_told.get(event["alarm_id"], 0)}
        return journal, rows, known | (set(journal) - loud)

    def books_agree(self, after, limit_s=30):
        """Waits until journal, MySQL and receiver tell the same; nothing lost, nothing doubled."""
        def agree():
            journal, rows, known = self.books(after)
            return set(journal) <= rows and {event["id"] for event in self.announced(journal.values())} <= known
        try:
            wait_until("journal, MySQL and receiver agree", agree, limit_s, 0.5)
        except Failure as failure:
            journal, rows, known = self.books(after)
            raise Failure(f"{failure}; not in MySQL: {[describe(journal[i]) for i in set(journal) - rows][:4]}; not at the "
                          f"receiver: {[describe(event) for event in self.announced(journal.values()) if event['id'] not in known][:4]}") from None
        doubled = self.mysql("select id, count(*) n from incident_event group by id having n > 1")
        if doubled:
            raise Failure(f"doubled in MySQL: {doubled[:3]}")
        told = [delivery["body"]["data"]["event_id"] for delivery in self.deliveries()]
        if len(told) != len(set(told)):
            print(f"# {len(told) - len(set(told))} deliveries came twice, with the same id")


def describe(event):
    return f"{event['seq']} {event['kind']} {event['resource']} {event['type']}"


def boot_us():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000


def natural(text):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", text)]
