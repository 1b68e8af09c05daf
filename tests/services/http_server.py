"""The fixture server of the HTTP tests, and raw access to it: sockets first, a little HTTP on top. Every answer that `ask`
gets is held against api.yaml."""
import json
import os
import pathlib
import resource
import socket
import subprocess
import tempfile
import time

from api_schema import Api

HERE = os.path.dirname(os.path.abspath(__file__))
API = Api((pathlib.Path(HERE) / "../../appliance/http/api.yaml").read_text(encoding="utf-8"))


class Fixture:
    """A running http-fixture; `with Fixture() as server:`"""

    def __init__(self, mode="accounts", max_fds=None, environment=None):
        self.mode, self.max_fds, self.environment = mode, max_fds, environment or {}

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="gantry-http-")
        self.control = os.path.join(self.folder.name, "control.sock")

        def limit():
            if self.max_fds:
                resource.setrlimit(resource.RLIMIT_NOFILE, (self.max_fds, self.max_fds))

        self.process = subprocess.Popen(
            [os.environ["HTTP_FIXTURE"], self.control, self.mode],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=limit,
            env={**os.environ, **self.environment, "G_DEBUG": "fatal-criticals", "LSAN_OPTIONS": f"suppressions={HERE}/http-leaks.supp"})
        told = json.loads(self.process.stdout.readline())
        self.port, self.code, self.tls_port = told["port"], told["code"], told["tls_port"]
        self.counts_memory = not told["sanitized"]  # a sanitizer keeps what was freed
        return self

    def __exit__(self, *_):
        try:
            self.say("quit")
        except BrokenPipeError:
            pass
        self.process.stdin.close()
        status = self.process.wait(60)
        self.process.stdout.close()
        self.folder.cleanup()
        assert status == 0, f"the server ended with {status}"

    def say(self, line):
        """Has it do something; what it publishes stands before whatever is asked of it from now on."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline() if line != "quit" else "done\n"
        assert answer == "done\n", f"{line}: {answer!r}"

    def connect(self, timeout=30):
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def connect_control(self):
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(30)
        peer.connect(self.control)
        return peer

    def rss_kb(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    def ask(self, path, method="GET", body=None, cookie=None, headers=None, control=False):
        """Status, headers (lower case, last wins) and body of one request on a connection of its own."""
        lines = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close"]
        if body is not None:
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        if cookie:
            lines.append(f"Cookie: gantry_sid={cookie}")
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        with self.connect_control() if control else self.connect() as peer:
            peer.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b""))
            status, answered, data = parse(read_all(peer))
        if status != 0:  # not broken off
            API.check(method, path, status, answered, data)
        return status, answered, data

    def login(self, user, cookie=None):
        status, headers, _ = self.ask("/api/v1/login", "POST", {"user": user, "password": "correct horse"}, cookie)
        assert status == 200, status
        return headers["set-cookie"].split(";")[0].split("=")[1]


def read_all(peer):
    data = b""
    while True:
        try:
            part = peer.recv(65536)
        except ConnectionResetError:
            break
        if not part:
            break
        data += part
    return data


def parse(answer):
    if not answer:
        return 0, {}, b""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return int(first.split()[1]), headers, body


class Stream:
    """An event stream being read."""

    def __init__(self, server, cookie=None, last_id=None, control=False, buffer=None):
        self.peer = server.connect_control() if control else server.connect()
        if buffer:
            self.peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        lines = ["GET /api/v1/events HTTP/1.1", "Host: x"]
        lines += [f"Cookie: gantry_sid={cookie}"] if cookie else []
        lines += [f"Last-Event-ID: {last_id}"] if last_id is not None else []
        self.peer.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")
        self.file = self.peer.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        while self.file.readline() not in (b"\r\n", b""):
            pass
        self.left = b""

    def next(self):
        """(event, id or None, data) of the next frame; None at the end."""
        while b"\n\n" not in self.left:
            size = self.file.readline()
            if not size or int(size, 16) == 0:
                return None
            self.left += self.file.read(int(size, 16))
            self.file.readline()
        frame, _, self.left = self.left.partition(b"\n\n")
        fields = dict(line.split(": ", 1) for line in frame.decode().split("\n"))
        return fields["event"], int(fields["id"]) if "id" in fields else None, json.loads(fields["data"])

    def until(self, *names, seconds=30):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            frame = self.next()
            if frame is None or frame[0] in names:
                return frame
        raise AssertionError(f"no {names} within {seconds} s")

    def close(self):
        self.file.close()
        self.peer.close()
