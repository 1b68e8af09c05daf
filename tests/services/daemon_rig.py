"""The real gantryd in a folder of its own, with channels that nobody sends to, so that each has an alarm."""
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

from leftovers import end_processes_of
from ports import free_port

BUILD = pathlib.Path(os.environ["GANTRY_BUILD"])
GANTRYD, CTL = BUILD / "appliance/supervisor/gantryd", BUILD / "appliance/ctl/gantryctl"
HEAD = "id,name,short_name,group,address,interface,service_id,profile\n"


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def wait_for(what, condition, limit_s=60):
    begin, last = time.monotonic(), None
    while time.monotonic() - begin < limit_s:
        try:
            last = condition()
            if last:
                return last
        except (OSError, http.client.HTTPException, ValueError) as error:
            last = error
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {limit_s} s; last: {str(last)[:300]}")


class Daemon:
    """gantryd with channels that nobody sends to, so that each has an alarm."""

    def __init__(self, folder, state, environment=None, more=""):
        self.folder, self.state, self.environment = folder, state, environment or {}
        self.channels, self.process, self.slowest_s = [], None, 0
        self.config, self.list, self.log = folder / "gantry.conf", folder / "channels.csv", folder / "log.txt"
        self.add_channel()
        self.config.write_text(
            f"[state]\nfolder={state}\n[http]\nlisten=127.0.0.1\nport={free_port()}\n[workers]\nmode=spawn\n"
            f"program={BUILD}/pipelines/worker/gantry-channel\n[inventory]\nchannels={self.list}\n{more}", encoding="utf-8")

    def add_channel(self):
        name = f"ch-{len(self.channels)}"
        self.channels.append(f"{name},{name},{name},All,udp://127.0.0.1:{free_port()},lo,0,\n")
        self.list.write_text(HEAD + "".join(self.channels), encoding="utf-8")
        return name

    def start(self):
        self.process = subprocess.Popen([str(GANTRYD), "--config", str(self.config)], stderr=open(self.log, "ab"),
                                        env={**os.environ, **self.environment})
        wait_for("the API answers", lambda: self.ask("GET", "/api/v1/channels"))

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()
        end_processes_of(self.folder, signal.SIGKILL)

    def ask(self, method, path, body=None):
        begin, connection = time.monotonic(), UnixConnection(self.state / "run/control.sock")
        try:
            headers = {"Content-Type": "application/json", **({"If-Match": "*"} if method in ("PUT", "DELETE") else {})}
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            data = answer.read()
            if answer.status >= 400:
                raise ValueError(f"{method} {path}: {answer.status} {data[:200]!r}")
            self.slowest_s = max(self.slowest_s, time.monotonic() - begin)
            return json.loads(data) if data else {}
        finally:
            connection.close()

    def events(self):
        return self.ask("GET", "/api/v1/events/log?after=0&limit=1000")["items"]

    def alarm_of(self, channel):
        """The open alarm of a channel."""
        def found():
            alarms = self.ask("GET", "/api/v1/alarms?state=open&limit=1000")["items"]
            return next((alarm for alarm in alarms if alarm["resource"] == f"channel/{channel}"), None)
        return wait_for(f"{channel} has an alarm", found)

    def box_alarm(self, fault):
        def found():
            alarms = self.ask("GET", "/api/v1/alarms?state=open&limit=1000")["items"]
            return next((alarm for alarm in alarms if alarm["type"] == fault), None)
        return wait_for(f"the alarm {fault}", found)

    def act(self, alarm, times):
        """Acknowledges and takes it back, so often: two events of the alarm each. Returns how many there are then."""
        for _ in range(times):
            self.ask("POST", f"/api/v1/alarms/{alarm['id']}/ack", {"note": "seen"})
            self.ask("POST", f"/api/v1/alarms/{alarm['id']}/unack", {"note": "not yet"})
        def told():
            kinds = [event["kind"] for event in self.events() if event.get("alarm_id") == alarm["id"]
                     and event["kind"] in ("alarm-ack", "alarm-unack")]
            return len(kinds) >= 2 * times and kinds
        return len(wait_for("all acknowledgements are told", told))

    def on_disk(self):
        """What gantryctl reads from the files, by kind; nothing may be damaged."""
        done = subprocess.run([str(CTL), "journal", "--json", "--file", str(self.state / "journal")], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def reload_with_another(self):
        """A channel more, taken and saved."""
        name = self.add_channel()
        self.process.send_signal(signal.SIGHUP)
        wait_for(f"{name} is there", lambda: any(c["id"] == name for c in self.ask("GET", "/api/v1/channels")["items"]))
        newest = max((int(path.stem) for path in (self.state / "inventory").glob("*.json")), default=0)
        saved = json.loads((self.state / "inventory" / f"{newest}.json").read_text())
        assert name in json.dumps(saved), f"generation {newest} does not hold {name}"
        return name
