"""The real gantryd in a folder of its own, asked over its sockets; every answer is held against api.yaml."""
import base64
import hashlib
import hmac
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import tempfile
import time

from api_schema import Api
from http_server import parse, read_all
from leftovers import end_processes_of
from ports import free_port

BUILD = pathlib.Path(os.environ["GANTRY_BUILD"])
SOURCE = pathlib.Path(os.environ["GANTRY_SOURCE"])
PASSWORD = "correct horse battery"


def wait_for(what, condition, limit_s=60):
    begin = time.monotonic()
    while time.monotonic() - begin < limit_s:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {limit_s} s")


def at(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


class Box:
    """A gantryd of one's own with channels (name, group) that nobody sends to."""

    def __init__(self, channels=(("one", "News"), ("two", "Sport")), extra=""):
        """@extra: more settings, first those of [inventory]; PORT in it is the box's own."""
        self.folder_owner = tempfile.TemporaryDirectory(prefix="gantry-operators-")
        self.folder = pathlib.Path(self.folder_owner.name)
        self.state = self.folder / "state"
        self.port = free_port()
        self.api = Api((SOURCE / "appliance/http/api.yaml").read_text(encoding="utf-8"))
        self.cookie = None
        self.logins = 0
        self.channels = "id,name,short_name,group,address,interface,service_id,profile\n"
        for name, group in channels:
            self.add_channel(name, group)
        (self.folder / "gantry.conf").write_text(
            f"[state]\nfolder={self.state}\n[http]\nlisten=127.0.0.1\nport={self.port}\n[workers]\nmode=spawn\n"
            f"program={BUILD}/pipelines/worker/gantry-channel\nprobe={BUILD}/pipelines/probe/gantry-probe\n[inventory]\nchannels={self.folder}/channels.csv\n{extra.replace('PORT', str(self.port))}",
            encoding="utf-8")
        try:
            self.start()
        except BaseException:  # nobody has the box to end it
            self.daemon.kill()
            self.daemon.wait()
            end_processes_of(self.folder)
            raise

    def add_channel(self, name, group):
        self.channels += f"{name},{name.title()},{name.upper()},{group},udp://127.0.0.1:{free_port()},lo,0,\n"
        (self.folder / "channels.csv").write_text(self.channels, encoding="utf-8")

    def start(self):
        with open(self.folder / "log.txt", "ab") as log:
            self.daemon = subprocess.Popen(  # pylint: disable=consider-using-with; ends with the box
                [str(BUILD / "appliance/supervisor/gantryd"), "--config", str(self.folder / "gantry.conf")], stderr=log,
                env={**os.environ, "G_DEBUG": "fatal-criticals"})
        wait_for("gantryd answers", self.is_ready)

    def is_ready(self):
        try:
            return self.raw("GET", "/readyz")[0] == 200
        except (ConnectionError, FileNotFoundError):
            assert self.daemon.poll() is None, f"gantryd ended with {self.daemon.returncode}: {(self.folder / 'log.txt').read_text(errors='replace')[-800:]}"
            return False

    def stop(self):
        self.daemon.send_signal(signal.SIGTERM)
        return self.daemon.wait(60)

    def end(self):
        try:
            status = self.stop()
        finally:
            if self.daemon.poll() is None:
                self.daemon.kill()
                self.daemon.wait()
            end_processes_of(self.folder)
            self.folder_owner.cleanup()
        assert status == 0, f"gantryd ended with {status}"

    def raw(self, method, path, body=None, cookie=None, kind="application/json", bearer=None, over=None, headers=None,
            first=False):
        """One request over the control socket; over TCP with a cookie, a bearer token, or `over`. A change is made
        whatever stands there, unless @headers say otherwise; a header of None is left out. `first`: of a stream, what
        comes first."""
        for _ in range(20):
            answer = self.once(method, path, body, cookie, kind, bearer, over, headers, first)
            if answer[0] != 429 or b"rate-limited" not in answer[2]:
                break
            time.sleep(1)
        return answer

    def once(self, method, path, body, cookie, kind, bearer, over, headers, first):  # pylint: disable=too-many-arguments
        lines = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close"]
        headers = {**({"If-Match": "*"} if method in ("PUT", "PATCH", "DELETE") else {}), **(headers or {})}
        lines += [f"{name}: {value}" for name, value in headers.items() if value is not None]
        data = b""
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            lines += [f"Content-Type: {kind}", f"Content-Length: {len(data)}"]
        lines += [f"Cookie: gantry_sid={cookie}"] if cookie else []
        lines += [f"Authorization: Bearer {bearer}"] if bearer else []
        if cookie or bearer or over or path.startswith("/a/"):
            peer = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        else:
            peer = socket.socket(socket.AF_UNIX)
            peer.settimeout(30)
            peer.connect(str(self.state / "run/control.sock"))
        with peer:
            peer.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + data)
            answer = read_all(peer) if not first else b""
            while first and not answer.partition(b"\r\n\r\n")[2]:
                answer += peer.recv(65536)
            return parse(answer)

    def login(self, user, password=PASSWORD, status=200, **more):
        """The cookie of a new session, or the problem's type. Each login comes from an address of its own."""
        self.logins += 1
        address = {"X-Forwarded-For": f"10.0.{self.logins // 250}.{self.logins % 250 + 1}"}
        got, headers, body = self.raw("POST", "/api/v1/login", {"user": user, "password": password, **more}, over="tcp",
                                      headers=address)
        self.api.check("POST", "/api/v1/login", got, headers, body)
        assert got == status, f"login of {user}: {got}: {body!r}"
        return headers["set-cookie"].split(";")[0].split("=")[1] if got == 200 else json.loads(body)["type"]

    def ask(self, method, path, body=None, status=200, **more):
        got, headers, answer = self.raw(method, path, body, **more)
        self.api.check(method, path, got, headers, answer)
        assert got == status, f"{method} {path}: {got}, not {status}: {answer[:300]!r}"
        return json.loads(answer) if "json" in headers.get("content-type", "") else answer.decode()

    def alarm(self, channel="one", **wanted):
        for alarm in self.ask("GET", f"/api/v1/alarms?state=all&channel={channel}")["items"]:
            if alarm["type"] == "no-packets" and all(alarm[name] == value for name, value in wanted.items()):
                return alarm
        return None

    def events(self, alarm_id):
        items = self.ask("GET", "/api/v1/events/log?limit=1000")["items"]
        return [item for item in items if item.get("alarm_id") == alarm_id]

    def link_token(self, alarm_id, receiver="on-call", ttl_s=3600):
        """Made as ack-link.h describes it, by hand."""
        data = b"\x01" + struct.pack(">Q", int(time.time()) + ttl_s) + bytes([len(alarm_id)]) + alarm_id.encode() + receiver.encode()
        mac = hmac.new((self.state / "link.key").read_bytes(), data, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(data + mac).decode().rstrip("=")

    def ctl(self, *words):
        return subprocess.run([str(BUILD / "appliance/ctl/gantryctl"), "--socket", str(self.state / "run/control.sock"), *words],
                              capture_output=True, text=True, timeout=60, check=False)
